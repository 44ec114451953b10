"""Which records does the text of a load profile hold?

Three ways, all exact: lines of one width are folded as they lie; lines of a few widths are gathered by width,
then folded; whatever is left is read line by line.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from osos.iec62056 import Complaint
from osos.iec62056.limits import COMPLAINTS_MAX
from osos.meters import record_columns
from osos.meters.load_profile import ProfileRecords
from osos.meters.record_body import Body, First, first_record
from osos.meters.record_columns import Columns
from osos.meters.record_fold import fold
from osos.meters.record_lines import Damage, Record, read_lines
from osos.meters.record_template import Integers, Template

WORTH_FOLDING = 8  # lines of one width; fewer are read one by one
SHOWN = 80  # characters of a damaged stretch that a complaint quotes

_COMPLAINTS = {  # code: (what was expected, in words)
    "not-a-record": ("(yy-mm-dd,hh:mm)(v,v,…)", "no load profile record"),
    "no-time": ("(yy-mm-dd,hh:mm)", "a record whose stamp is no time"),
    "not-a-number": ("digits with a point", "a record with a value that is no number"),
    "columns-changed": ("the columns of the first record", "a record with other columns than the first"),
    "columns-unknown": (None, "no known load profile has such columns; they are numbered"),
}


def parse_profile(
    block: bytes, *, columns: Sequence[str] | None = None, profile: str | None = None
) -> tuple[ProfileRecords, list[Complaint]]:
    """The records of a load profile reply (the text between STX and ETX), and everything that is none.

    `columns` names the codes where they are known; else a gen3 header or the digits of the columns tell.
    Never raises on any bytes.
    """
    return parse_span(block, 0, len(block), columns=columns, profile=profile)


def parse_span(
    text: bytes,
    start: int,
    end: int,
    *,
    columns: Sequence[str] | None = None,
    profile: str | None = None,
) -> tuple[ProfileRecords, list[Complaint]]:
    """The same for a stretch of a longer text, without a copy; offsets and lines are those of the text."""
    head = record_columns.header(text, start, end)
    body = Body.of(text, start if head is None else head[1], end)
    known = head[0].codes if head else columns
    reader = _Reader(body, first_record(body, None if known is None else len(known)))
    reader.read()
    named = _columns(reader, head[0] if head else None, columns, profile)
    return reader.records(named), reader.complaints()


def printed_records(block: bytes) -> Iterator[tuple[int, tuple[str, ...], tuple[str, ...]]]:
    """Label, the meter's own characters and the printed units of each record that parse_profile takes."""
    head = record_columns.header(block, 0, len(block))
    body = Body.of(block, 0 if head is None else head[1], len(block))
    reader = _Reader(body, first_record(body, len(head[0].codes) if head else None))
    for start, end in body.lines():
        for found in read_lines(body.line(start, end), body.start + start):
            if isinstance(found, Record) and reader.fits(found):
                yield found.label, found.texts, head[0].units if head else found.units


@dataclass
class _Reader:
    """Collects pieces of records, each with the line it stood in, and what was no record."""

    body: Body
    first: First | None
    damages: list[Damage] = field(default_factory=list)
    pieces: list[tuple[Integers, Integers, Integers]] = field(
        default_factory=list
    )  # lines, labels, columns × n

    def read(self) -> None:
        body = self.body
        width = body.line_end(0)
        template = self._template([(0, width)])
        if template and (body.end - body.start) % width == 0:
            folded = fold(body.text, template)
            if not len(folded.odd) or self._is_of_lines(width):
                self._take(np.arange(len(folded.labels)), folded.labels, folded.values, folded.odd)
                self._one_by_one((row, row * width, (row + 1) * width) for row in folded.odd.tolist())
                return
        self._gather()

    def _is_of_lines(self, width: int) -> bool:
        """Does every line end where the width says, or does the length agree by chance only?"""
        ends = np.flatnonzero(self.body.text == ord("\n")) + 1
        return len(ends) * width == len(self.body.text) and not (ends % width).any()

    def _gather(self) -> None:
        """Group the lines by their width and fold each group that is worth it."""
        text = self.body.text
        ends = np.flatnonzero(text == ord("\n")) + 1
        if len(text) and (not len(ends) or ends[-1] != len(text)):
            ends = np.append(ends, len(text))
        starts = np.concatenate(([0], ends[:-1])) if len(ends) else ends
        widths = ends - starts
        left = np.ones(len(ends), np.bool_)
        for width in np.flatnonzero(np.bincount(widths) >= WORTH_FOLDING).tolist():
            rows = np.flatnonzero(widths == width)
            template = self._template((int(starts[row]), int(ends[row])) for row in rows[:4])
            if template is None:
                continue
            together = text[starts[rows][:, None] + np.arange(width)].reshape(-1)
            folded = fold(together, template)
            self._take(rows, folded.labels, folded.values, folded.odd)
            left[rows] = False
            left[rows[folded.odd]] = True
        self._one_by_one((row, int(starts[row]), int(ends[row])) for row in np.flatnonzero(left).tolist())

    def _template(self, lines: Iterable[tuple[int, int]]) -> Template | None:
        """From the first plain line among these, if it holds the columns that are wanted."""
        for start, end in lines:
            template = Template.of(self.body.line(start, end))
            if template:
                first = self.first
                fits = first is not None and not any(first.units) and template.decimals == first.decimals
                return template if fits else None
        return None

    def fits(self, record: Record) -> bool:
        first = self.first
        return first is not None and (record.decimals, record.units) == (first.decimals, first.units)

    def _take(self, lines: Integers, labels: Integers, values: Integers, odd: Integers) -> None:
        if len(odd):
            lines, labels, values = (np.delete(part, odd, axis=-1) for part in (lines, labels, values))
        if len(lines):
            self.pieces.append((lines, labels, values))

    def _one_by_one(self, lines: Iterable[tuple[int, int, int]]) -> None:
        rows: list[int] = []
        records: list[Record] = []
        for row, start, end in lines:
            text = self.body.line(start, end)
            for found in read_lines(text, self.body.start + start):
                if isinstance(found, Damage):
                    self.damages.append(found)
                elif self.fits(found):
                    rows.append(row)
                    records.append(found)
                else:
                    self.damages.append(Damage("columns-changed", found.offset, text.strip()))
        if records:
            labels = np.array([record.label for record in records], np.int64)
            values = np.array([record.values for record in records], np.int64).T
            self.pieces.append((np.array(rows, np.int64), labels, values))

    def records(self, named: Columns) -> ProfileRecords:
        width = len(named.codes)
        lines, labels, values = (
            self.pieces[0]
            if len(self.pieces) == 1
            else tuple(
                np.concatenate([np.empty((width, 0) if part == 2 else 0, np.int64), *each], axis=-1)
                for part, each in enumerate(zip(*self.pieces, strict=True) if self.pieces else ((), (), ()))
            )
        )
        if len(self.pieces) > 1:  # storage order again
            order = np.argsort(lines, kind="stable")
            labels, values = labels[order], values[:, order]
        return ProfileRecords(
            profile=named.profile,
            codes=named.codes,
            labels=labels,
            values=values.T,
            decimals=self.first.decimals if self.first else (0,) * width,
            units=named.units,
            kind=named.kind,
            ways=named.ways,
        )

    def complaints(self) -> list[Complaint]:
        """In the order of the text; the last says how many more there are (a limit of the room below)."""
        damages = sorted(self.damages, key=lambda damage: damage.offset)
        shown = [self._complaint(damage) for damage in damages[:COMPLAINTS_MAX]]
        more = len(damages) - len(shown)
        if more:
            last = damages[COMPLAINTS_MAX]
            shown.append(
                Complaint("more", last.offset, None, str(more), None, f"{more} more places like these")
            )
        return shown

    def _complaint(self, damage: Damage) -> Complaint:
        expected, words = _COMPLAINTS[damage.code]
        found = damage.text[:SHOWN].decode("latin-1")
        line = self.body.number(damage.offset)
        return Complaint(damage.code, damage.offset, line, found, expected, words)


def _columns(
    reader: _Reader, head: Columns | None, columns: Sequence[str] | None, profile: str | None
) -> Columns:
    first = reader.first
    if head is not None:
        return head
    if columns is not None:
        units = first.units if first else ("",) * len(columns)
        return record_columns.named(tuple(columns), units, profile)
    if first is None:
        return Columns((), (), profile)
    profile = profile or first.profile
    found = record_columns.by_signature(tuple(zip(first.digits, first.decimals, strict=True)), profile)
    if found is None:
        reader.damages.append(Damage("columns-unknown", first.offset, b""))
        return record_columns.unknown(first.units, profile)
    return found
