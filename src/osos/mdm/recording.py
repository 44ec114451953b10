"""What does one telegram change in the truth?"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from osos.mdm import gaps, interruptions, ledger, points, readings, said, states
from osos.mdm.canonical import PROFILE, Installed
from osos.mdm.installed import installed_beside
from osos.mdm.interpreting import Interpreted
from osos.mdm.labels import days_of_labels
from osos.mdm.ledger import FrameOutcome
from osos.mdm.outcomes import Finding, outcome_of, words_of
from osos.mdm.shelf import Shelf
from osos.mdm.source import Source
from osos.store import alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was recorded of a telegram, and in words what it came to."""

    frame: FrameOutcome
    readings_new: int
    intervals_new: int  # load profile records that are new or differ from what was held
    days: tuple[int, ...]  # days of blocks as said that were made or changed
    point_days: tuple[tuple[int, int], ...]  # (point, day) derived anew
    complaints: tuple[Finding, ...]
    words: str  # English
    words_tr: str


def record(
    conn: Connection,
    *,
    frame_id: int,
    meter: int,
    point: int | None,
    interpreted: Interpreted,
    received_at: datetime,
    installed: Sequence[Installed] | None = None,
) -> Outcome:
    """Record readings and blocks in the caller's transaction; doing it again changes nothing.

    `meter` and `point` are the registry's ids. `installed` is what hung at the point when; None asks the
    registry, for every point at which this meter ever hung (a late record may be of an earlier one).
    """
    alone(conn, f"mdm.meter.{meter}")  # two head-ends may hear of one meter at once
    source = Source(frame_id, received_at)
    where = _points(conn, meter, point, installed) if interpreted.profile == PROFILE else {}
    readings_new = readings.tell(conn, meter_id=meter, values=interpreted.readings, source=source)
    interruptions.tell(conn, meter_id=meter, told=interpreted.interruptions, source=source)
    states.tell(conn, meter_id=meter, told=interpreted.states, at=received_at, source=source)
    told = _tell_records(conn, meter, where, interpreted, source)
    findings = interpreted.findings + told.said.findings
    outcome = outcome_of(findings)
    ledger.set_outcome(conn, frame_id, outcome=outcome, reason=words_of(findings))
    return Outcome(
        frame=outcome,
        readings_new=readings_new,
        intervals_new=told.said.records_new,
        days=tuple(told.said.changed),
        point_days=told.point_days,
        complaints=findings,
        words=words_of(findings),
        words_tr=words_of(findings, "tr"),
    )


@dataclass(frozen=True, slots=True)
class _Recorded:
    said: said.Told
    point_days: tuple[tuple[int, int], ...]


def _tell_records(
    conn: Connection,
    meter: int,
    where: Mapping[int, Sequence[Installed]],
    interpreted: Interpreted,
    source: Source,
) -> _Recorded:
    records, profile = interpreted.records, interpreted.profile
    if records is None or profile is None or not len(records):
        return _Recorded(said.Told(), ())
    touched = set(days_of_labels(records.labels).tolist())
    shelf = _laid_out(conn, meter, where, touched, profile)
    before = points.load(conn, point_ids=where, days=touched | {day + 1 for day in touched}, shelf=shelf)
    told = said.tell(conn, meter_id=meter, profile=profile, records=records, source=source, shelf=shelf)
    if not told.changed:
        return _Recorded(told, ())
    gaps.fill(conn, meter_id=meter, profile=profile, held=told.changed, at=source.known_since)
    known = {(meter, day): block for day, block in told.changed.items()}
    days = told.changed.keys() | {
        day + 1 for day in told.changed
    }  # the last label is the next day's first edge
    changed = [
        (point_id, day)
        for point_id, hung in where.items()
        for day in points.refresh(
            conn,
            point_id=point_id,
            installed=hung,
            days=days,
            before=before,
            source=source,
            known=known,
            shelf=shelf,
        )
    ]
    return _Recorded(told, tuple(changed))


def _points(
    conn: Connection, meter: int, point: int | None, installed: Sequence[Installed] | None
) -> dict[int, Sequence[Installed]]:
    if installed is not None:
        return {} if point is None else {point: installed}
    return dict(installed_beside(conn, meter_id=meter))


def _laid_out(
    conn: Connection, meter: int, where: Mapping[int, Sequence[Installed]], touched: set[int], profile: str
) -> Shelf:
    """All blocks as said that this telegram and the days derived anew will ask for, in one question."""
    shelf = Shelf()
    meters = {meter} | {one.meter_id for hung in where.values() for one in hung}
    near = (-1, 0, 1) if where else (0,)  # a day follows from its own records and the last one before it
    days = {day + step for day in touched for step in near}
    said.load(conn, profile=profile, keys=itertools.product(meters, sorted(days)), shelf=shelf)
    return shelf
