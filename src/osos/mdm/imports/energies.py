"""Which energies of a point in a file are news, and how are they added (3.7.1)?

A value from elsewhere is no measurement: it becomes a row among the decisions, with who, why, which file and
which lines. It fills slots that are missing or estimated; what was measured or set by hand stands.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection

from osos.mdm.canonical import CanonicalBlock, Channel, Segment
from osos.mdm.editing import NothingThere
from osos.mdm.editing.acting import Ground, edit_draft, ground_of, redo
from osos.mdm.imports.header import Header
from osos.mdm.imports.problems import Problem
from osos.mdm.imports.rows import Row
from osos.mdm.keeping import decision_rows
from osos.mdm.keeping.completing import empty_day
from osos.mdm.labels import PERIODS_MIN, day_of_label, edge_of_day
from osos.quantities import Quality

METHOD, CODE = "from a file", "3.7.1"
_OPEN = (Quality.MISSING.mark, Quality.ESTIMATED.mark)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Who adds what from where, and whether the energies are the point's (primary) or the meter's."""

    by: str
    reason: str
    now: datetime
    inputs: Mapping[str, Any]
    of_meter: bool = False


@dataclass(slots=True)
class Added:
    """What became of some rows of one point."""

    new: int = 0
    repeated: int = 0
    days: set[int] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def step_of(rows: Sequence[Row]) -> int | None:
    """The slot length that the rows show."""
    labels = sorted({row.label for row in rows})
    steps = {later - label for label, later in pairwise(labels)}
    return next((period for period in PERIODS_MIN if period in steps), None)


def by_day(rows: Sequence[Row], header: Header, step: int | None) -> dict[int, list[tuple[int, Row]]]:
    """Day → (the label at the slot's end, its row)."""
    found: dict[int, list[tuple[int, Row]]] = {}
    for row in rows:
        end = row.label if header.ends else row.label + (step or PERIODS_MIN[0])
        found.setdefault(day_of_label(end), []).append((end, row))
    return found


def add_day(
    conn: Connection,
    *,
    point_id: int,
    day: int,
    rows: Sequence[tuple[int, Row]],
    header: Header,
    step: int | None,
    order: Order,
) -> Added:
    """Put in what is news of one day; nothing is written of a row that cannot be."""
    found = Added()
    try:
        ground = ground_of(conn, point_id=point_id, day=day)
    except NothingThere:
        found.problems = [Problem(row.line, "nothing hung", {"who": row.who}) for _, row in rows]
        return found
    ground = _cut(ground, step)
    period = ground.block.period_min
    if step is not None and step != period:
        facts = {"held": period, "period": step}
        found.problems = [Problem(row.line, "other period", facts) for _, row in rows]
        return found
    news = _News(ground.block, header, order, found)
    for end, row in rows:
        news.take((end - edge_of_day(day)) // period - 1, row)
    drafts = [
        replace(
            edit_draft(ground, slots=slots, values=values, by=order.by, reason=order.reason, now=order.now),
            method=METHOD,
            code=CODE,
            inputs=dict(order.inputs) | {"lines": lines},
        )
        for slots, values, lines in news.runs()
    ]
    if drafts:
        decision_rows.add(conn, drafts)
        found.days.update(redo(conn, ground, {day}, now=order.now))
    return found


def _cut(ground: Ground, step: int | None) -> Ground:
    """A day of which nothing is known has the file's slots."""
    if step is None or (ground.block.quality != Quality.MISSING.mark).any() or ground.rows:
        return ground
    if any((one.meter_id, ground.day) in ground.said for one in ground.installed):
        return ground
    block = empty_day(ground.day, period_min=step, installed=ground.installed, said=ground.said)
    return ground if block is None else replace(ground, block=block)


class _News:
    """Collects slots that are news."""

    def __init__(self, block: CanonicalBlock, header: Header, order: Order, found: Added) -> None:
        self._block, self._found, self._of_meter = block, found, order.of_meter
        self._channels = [Channel(code) for code in header.codes]
        self._new: dict[int, tuple[Row, tuple[int, ...]]] = {}

    def take(self, slot: int, row: Row) -> None:
        segment = self._segment(slot)
        if segment is None:
            return self._refuse(row, "nothing hung", who=row.who)
        values = self._secondary(row, segment)
        if values is None:
            return None
        if slot in self._new:
            return self._compare(row, *self._new[slot])
        if self._block.quality[slot] in _OPEN:
            self._new[slot] = (row, values)
            self._found.new += 1
        elif self._held(slot) == values:
            self._found.repeated += 1
        else:
            self._refuse(
                row, "contradicts held", other=self._words(self._held(slot)), value=self._words(values)
            )
        return None

    def runs(self) -> Iterator[tuple[range, dict[Channel, list[int]], list[int]]]:
        """Slots in a row, their values, and the first and last line they came from."""
        slots = sorted(self._new)
        starts = [n for n, slot in enumerate(slots) if n == 0 or slots[n - 1] != slot - 1]
        for first, until in pairwise([*starts, len(slots)]):
            some = [self._new[slot] for slot in slots[first:until]]
            values = {
                channel: [each[place] for _, each in some] for place, channel in enumerate(self._channels)
            }
            lines = [row.line for row, _ in some]
            yield range(slots[first], slots[until - 1] + 1), values, [min(lines), max(lines)]

    def _compare(self, row: Row, before: Row, values: tuple[int, ...]) -> None:
        if row.values == before.values:
            self._found.repeated += 1
            return
        told = tuple(str(value) for value in row.values)
        self._refuse(
            row, "contradicts line", line=before.line, other=self._words(values), value=" ".join(told)
        )

    def _segment(self, slot: int) -> Segment | None:
        return next((one for one in self._block.segments if one.from_slot <= slot < one.until_slot), None)

    def _secondary(self, row: Row, segment: Segment) -> tuple[int, ...] | None:
        if self._of_meter:
            return row.values
        exact = [Decimal(value) / segment.multiplier for value in row.values]
        for value, wh in zip(exact, row.values, strict=True):
            if value != int(value):
                kwh, multiplier = f"{Decimal(wh) / 1000:f}", f"{segment.multiplier.normalize():f}"
                self._refuse(row, "not whole", text=kwh, multiplier=multiplier)
                return None
        return tuple(int(value) for value in exact)

    def _held(self, slot: int) -> tuple[int, ...]:
        block = self._block
        return tuple(
            int(block.energies[block.channels.index(channel), slot]) if channel in block.channels else 0
            for channel in self._channels
        )

    def _words(self, values: Sequence[int]) -> str:
        each = zip(self._channels, values, strict=True)
        return " ".join(f"{channel.value}={value}" for channel, value in each)

    def _refuse(self, row: Row, code: str, **facts: object) -> None:
        self._found.problems.append(Problem(row.line, code, facts))
