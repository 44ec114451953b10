"""What is known of one day of one point, as the bench needs it?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from osos import registry
from osos.mdm import editing, judge, points
from osos.mdm.canonical import CanonicalBlock, Said
from osos.mdm.editing.acting import ground_of
from osos.mdm.estimates.helping import areas_of_place
from osos.mdm.keeping.closing import closed_days
from osos.mdm.keeping.completing import before_filling, complete
from osos.mdm.keeping.corrections import Correction, list_corrections
from osos.mdm.keeping.decisions import VALUES, Decision, State, states, waiting_undoings
from osos.mdm.keeping.storms import areas_out
from osos.mdm.labels import edge_of_day, instant_of_label
from osos.mdm.rules import Finding

WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KnownDay:
    """Four versions of a day, what rules and persons said of it, and where it is settled."""

    day: int
    said: Said
    rows: Sequence[Decision]
    raw: CanonicalBlock  # as its meters said it
    believed: CanonicalBlock
    proposed: CanonicalBlock | None  # if what waits were agreed to
    reference: CanonicalBlock | None  # a week earlier
    found: tuple[Finding, ...]
    doubts: editing.Doubts
    was_judged: bool
    history: Sequence[editing.Entry]
    waiting: Sequence[Decision]
    version: int
    closed: bool
    corrections: Sequence[Correction]
    areas_out: Sequence[str] = ()  # storm mode: nobody estimates (D-21)

    @property
    def seen(self) -> str:
        """What a form was filled in for; other by the time it arrives: somebody was faster."""
        return f"{self.believed.content_hash().hex()[:16]}.{len(self.rows)}"


def known_day(conn: Connection, *, point_id: int, day: int, now: datetime | None = None) -> KnownDay | None:
    """None when no meter hung there on that day."""
    try:
        ground = ground_of(conn, point_id=point_id, day=day)
    except editing.NothingThere:
        return None
    raw = before_filling(day, installed=ground.installed, said=ground.said) or ground.block
    held = points.load(conn, point_ids=[point_id], days=[day, day - WEEK])
    reference = held.get((point_id, day - WEEK))
    present = held.get((point_id, day))
    found = judge.findings(conn, point_ids=[point_id], days=[day])
    key = (point_id, day)
    doubts = editing.doubts(conn, {key: found.get(key, ())})[key]
    return KnownDay(
        day=day,
        said=ground.said,
        rows=ground.rows,
        raw=raw,
        believed=ground.block,
        proposed=_proposed(ground),
        reference=None if reference is None else reference.block,
        found=found.get(key, ()),
        doubts=doubts,
        was_judged=key in found,
        history=editing.history(conn, point_id=point_id, days=[day]),
        waiting=_waiting(ground.rows),
        version=0 if present is None else present.version,
        closed=bool(closed_days(conn, point_id=point_id, days=[day])),
        corrections=[one for one in list_corrections(conn, point_id=point_id, state=None) if one.day == day],
        areas_out=() if now is None else _areas_out(conn, point_id, day, now),
    )


def _areas_out(conn: Connection, point_id: int, day: int, now: datetime) -> list[str]:
    """The point's areas that went out before the day's end and still are."""
    ended = min(now, instant_of_label(edge_of_day(day + 1)))
    place = registry.service_point(conn, point_id, at=now)
    own = () if place is None else areas_of_place(place)
    out = set(own) & areas_out(conn, at=now) & areas_out(conn, at=ended)
    return sorted(area.partition(" ")[2] for area in out)  # by name: the words around it say what it is


def _waiting(rows: Sequence[Decision]) -> list[Decision]:
    """Decisions and undoings that wait for a second look."""
    proposed = {number for number, state in states(rows).items() if state is State.PROPOSED}
    return [one for one in rows if one.number in proposed | waiting_undoings(rows).keys()]


def _proposed(ground: editing.acting.Ground) -> CanonicalBlock | None:
    waiting = _waiting(ground.rows)
    if not waiting:
        return None
    last = max(row.number for row in ground.rows)
    as_if = [replace(one, number=last + n, moves_money=False) for n, one in enumerate(waiting, start=1)]
    known = [one for one in ground.rows if one.kind not in VALUES or one not in waiting]
    return complete(
        ground.day, installed=ground.installed, said=ground.said, decisions=[*known, *as_if]
    ).block
