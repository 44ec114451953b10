"""How does a file of any size become part of the truth, portion by portion, and what came of it?

Each portion's bytes are kept first; then what they say is recorded in short transactions. A break loses
nothing: the same file again goes on, and what is held already writes nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np
from sqlalchemy import Connection, func, select

from osos.mdm import ledger
from osos.mdm.imports import energies, registers
from osos.mdm.imports.cells import DecimalSign
from osos.mdm.imports.header import Header, header_of
from osos.mdm.imports.portions import (
    AHEAD,
    LINES_AT_ONCE,
    LINK,
    EndlessLine,
    Portion,
    digest_of,
    header_text,
    portions_of,
    start_of,
)
from osos.mdm.imports.problems import Problem
from osos.mdm.imports.rows import Row, Rows, rows_of
from osos.mdm.interpreting import Interpreted
from osos.mdm.keeping.tables import corrections
from osos.mdm.labels import last_label_until
from osos.mdm.ledger import Direction, FrameOutcome, WireFrame
from osos.mdm.recording import record
from osos.meters import ProfileRecords
from osos.registry import installations, naming
from osos.store import Store, record_event

ROWS_IN_A_TRANSACTION = 5000  # some fifty days: the head-end waits no longer than a blink
PROBLEMS_KEPT = 50
NAMES_KNOWN = 100_000  # of meters and points; a file of rubbish has a new one in every line
SHOWN_ROWS = 5

OnProblem = Callable[[Problem], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Who asks for what."""

    by: str
    reason: str
    now: datetime
    dry_run: bool = False
    decimal: DecimalSign = "auto"
    of_meter: bool = False
    lines_at_once: int = LINES_AT_ONCE


@dataclass(slots=True)
class Report:
    """What came of a file, in lines."""

    digest: str = ""
    header: Header | None = None
    taken: int = 0
    repeated: int = 0
    empty: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)  # the first ones
    point_days: int = 0  # with a new version
    corrections: int = 0  # of closed months, waiting now
    absent: int = 0  # slots between first and last line of a meter or point that have no line
    of_no_point: int = 0  # records of when their meter hung nowhere: kept as said, nobody's energy
    first_rows: list[Row] = field(default_factory=list)

    @property
    def lines(self) -> int:
        return self.taken + self.repeated + self.empty + self.refused.total()


class _TakenBack(Exception):
    """Ends a preview's transaction; nothing of it is kept."""


def import_intervals(
    store: Store,
    path: Path,
    order: Order,
    *,
    progress: Callable[[int, int], None] | None = None,
    on_problem: OnProblem | None = None,
) -> Report:
    """Take what is news of a file; raises NotAHeader before anything is written, OSError of the file."""
    report = Report()
    with path.open("rb") as file:
        report.digest, size = digest_of(file)
        file.seek(0)
        started = start_of(file)
        report.header = header = header_of(header_text(started.header))
        work = _Work(store, path.name, order, report, header, on_problem)
        try:
            for portion in portions_of(file, started, lines=order.lines_at_once):
                work.take(portion)
                if progress is not None:
                    progress(portion.end, size)
        except EndlessLine as endless:
            work.refuse([Problem(endless.line, "endless", {})])
    work.end()
    return report


@dataclass(slots=True)
class _Work:
    """One file on its way in."""

    store: Store
    name: str
    order: Order
    report: Report
    header: Header
    on_problem: OnProblem | None
    known: dict[str, int | None] = field(default_factory=dict)  # who → meter or point

    def take(self, portion: Portion) -> None:
        last = last_label_until(self.order.now + AHEAD, 1)
        rows = rows_of(portion, self.header, last_label=last, decimal=self.order.decimal)
        self.report.empty += rows.empty
        self.report.first_rows += rows.rows[: SHOWN_ROWS - len(self.report.first_rows)]
        refused_before = self.report.refused.total()
        self.refuse(rows.problems)
        frame_id = self._keep(portion)
        for some in self._pieces(rows):
            with self._transaction() as conn:
                for entity, own in some:
                    self._record(conn, entity, own, frame_id)
        self._outcome(frame_id, self.report.refused.total() - refused_before)

    def end(self) -> None:
        """What the whole file came to, in the event log, if it changed anything."""
        with self.store.begin() as conn:
            c = corrections.c
            here = select(func.count()).where(c.known_since == self.order.now, c.state == "PENDING")
            self.report.corrections = conn.scalar(here) or 0
            if self.order.dry_run or not self.report.taken:
                return
            after = {"file": self.name, "digest": self.report.digest, "taken": self.report.taken}
            after |= {"refused": self.report.refused.total(), "reason": self.order.reason}
            record_event(
                conn,
                at=self.order.now,
                actor=self.order.by,
                act="intervals imported",
                subject=f"file {self.report.digest}",
                after=after,
            )

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self.store.begin() as conn:
                yield conn
                if self.order.dry_run:
                    raise _TakenBack
        except _TakenBack:
            pass

    def _keep(self, portion: Portion) -> int:
        """The bytes first; a portion that is kept already keeps its number."""
        if self.order.dry_run:
            return 0
        frame = WireFrame(
            payload=portion.kept,
            direction=Direction.IN,
            link=LINK,
            address=self.name,
            session=f"file {self.report.digest}",
            received_at=self.order.now,
            serial=self.report.digest,
            function=f"intervals {self.order.decimal}",
            reference_id=f"{self.report.digest}-{portion.first_line}",
        )
        with self.store.begin() as conn:
            return ledger.keep(conn, frame).frame_id

    def _outcome(self, frame_id: int, refused: int) -> None:
        if self.order.dry_run:
            return
        outcome = FrameOutcome.ODD if refused else FrameOutcome.DECODED
        reason = f"{refused} lines of the file were refused" if refused else "Decoded"
        with self.store.begin() as conn:
            ledger.set_outcome(conn, frame_id, outcome=outcome, reason=reason)

    def _pieces(self, rows: Rows) -> Iterator[list[tuple[int, list[Row]]]]:
        """(meter or point, its rows), so many rows together as one transaction takes."""
        self._look_up({row.who for row in rows.rows})
        by_entity: dict[int, list[Row]] = {}
        for row in rows.rows:
            entity = self.known[row.who]
            if entity is None:
                self.refuse([Problem(row.line, "unknown", {"who": row.who})])
            else:
                by_entity.setdefault(entity, []).append(row)
        found: list[tuple[int, list[Row]]] = []
        for entity, own in by_entity.items():
            self.report.absent += _absent(own)
            for start in range(0, len(own), ROWS_IN_A_TRANSACTION):
                found.append((entity, own[start : start + ROWS_IN_A_TRANSACTION]))
                if sum(len(each) for _, each in found) >= ROWS_IN_A_TRANSACTION:
                    yield found
                    found = []
        if found:
            yield found

    def _look_up(self, names: set[str]) -> None:
        wanted = names - self.known.keys()
        if not wanted:
            return
        if len(self.known) + len(wanted) > NAMES_KNOWN:
            self.known.clear()
            wanted = names
        with self.store.read() as conn:
            found: Mapping[str, int] = (
                naming.meters_by_name(conn, wanted)
                if self.header.are_registers
                else naming.points_named(conn, wanted).points
            )
        self.known |= {name: found.get(name) for name in wanted}

    def _record(self, conn: Connection, entity: int, rows: Sequence[Row], frame_id: int) -> None:
        if self.header.are_registers:
            self._registers(conn, entity, rows, frame_id)
        else:
            self._energies(conn, entity, rows, frame_id)

    def _registers(self, conn: Connection, meter_id: int, rows: Sequence[Row], frame_id: int) -> None:
        news = registers.news_of(conn, meter_id, rows, registers.layout_of(self.header))
        self.report.of_no_point += _nowhere(conn, meter_id, rows)
        for records in _joined(news.records):
            outcome = record(
                conn,
                frame_id=frame_id,
                meter=meter_id,
                point=None,
                interpreted=Interpreted(kind="profile", profile=records.profile, records=records),
                received_at=self.order.now,
            )
            self.report.point_days += len(outcome.point_days)
        self.report.taken += news.new
        self.report.repeated += news.repeated
        self.refuse(news.problems)

    def _energies(self, conn: Connection, point_id: int, rows: Sequence[Row], frame_id: int) -> None:
        order = energies.Order(
            by=self.order.by,
            reason=self.order.reason,
            now=self.order.now,
            inputs={"file": self.name, "digest": self.report.digest, "frame": frame_id},
            of_meter=self.order.of_meter,
        )
        step = energies.step_of(rows)
        for day, own in sorted(energies.by_day(rows, self.header, step).items()):
            added = energies.add_day(
                conn, point_id=point_id, day=day, rows=own, header=self.header, step=step, order=order
            )
            self.report.taken += added.new
            self.report.repeated += added.repeated
            self.report.point_days += len(added.days)
            self.refuse(added.problems)

    def refuse(self, problems: Iterable[Problem]) -> None:
        for one in problems:
            self.report.refused[one.code] += 1
            if len(self.report.problems) < PROBLEMS_KEPT:
                self.report.problems.append(one)
            if self.on_problem is not None:
                self.on_problem(one)


def _nowhere(conn: Connection, meter_id: int, rows: Sequence[Row]) -> int:
    """How many of the records lie outside every installation of the meter."""
    hung = [
        (last_label_until(one.since, 1), None if one.until is None else last_label_until(one.until, 1))
        for one in installations(conn, meter_id=meter_id)
    ]
    return sum(
        not any(since <= row.label and (until is None or row.label <= until) for since, until in hung)
        for row in rows
    )


def _absent(rows: Sequence[Row]) -> int:
    """Half a profile is named: how many slots between the first and the last have no line."""
    step = energies.step_of(rows)
    labels = {row.label for row in rows}
    return 0 if step is None else (max(labels) - min(labels)) // step + 1 - len(labels)


def _joined(records: Sequence[ProfileRecords]) -> Iterator[ProfileRecords]:
    """Days in a row with the same columns, in one."""
    together: list[ProfileRecords] = []
    for one in [*records, None]:
        if together and (one is None or (one.codes, one.units) != (together[0].codes, together[0].units)):
            first = together[0]
            yield ProfileRecords(
                profile=first.profile,
                codes=first.codes,
                labels=np.concatenate([each.labels for each in together]),
                values=np.concatenate([each.values for each in together]),
                decimals=first.decimals,
                units=first.units,
                kind=first.kind,
                ways=first.ways,
            )
            together = []
        if one is not None:
            together.append(one)
