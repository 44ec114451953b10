"""What happened to this point and its meters, the latest first (P-21)?

Exchanges, modems, what came over the line, alarms, gaps, what people did. Each kind gives its latest few;
what was asked of modems the head-end tells, and pages put it beside.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from osos.mdm.faces.points import SeenPoint
from osos.mdm.labels import instant_of_label
from osos.mdm.tables import alarms, canonical_history, frames, gaps
from osos.registry import Installation
from osos.registry.behind import ModemBefore, modems_of_meter
from osos.store import list_events

OF_EACH = 50
_FRAME = ("id", "direction", "link", "function", "size", "outcome", "reason", "session")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLine:
    """One thing that happened; `facts` are for the page's words, text among them is a peer's and not ours."""

    at: datetime
    kind: str  # hung, taken away, modem, frame, alarm, gap, gap closed, event, replaced
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The lines that were asked for, and whether a kind had more than its share."""

    lines: tuple[StoryLine, ...]
    modems: tuple[ModemBefore, ...]  # that read its meters, the present one last
    more: frozenset[str]


def story(
    conn: Connection, seen: SeenPoint, *, before: datetime | None = None, of_each: int = OF_EACH
) -> Story:
    """Up to a moment, so that a page can go on; for staff: it tells of the line and of who did what."""
    until = seen.at + timedelta(microseconds=1) if before is None else before
    own = seen.installations
    modems = tuple(one for each in own for one in modems_of_meter(conn, each.meter_id))
    kinds = {
        "hung": list(_hung(own, until)),
        "modem": list(_modems(modems, until)),
        "frame": list(_frames(conn, modems, until, of_each)),
        "alarm": list(_alarms(conn, modems, own, until, of_each)),
        "gap": list(_gaps(conn, seen.point_id, own, until, of_each)),
        "event": list(_events(conn, own, modems, until)),
        "replaced": list(_replaced(conn, seen, until, of_each)),
    }
    lines = sorted((line for some in kinds.values() for line in some[:of_each]), key=lambda line: line.at)
    return Story(
        lines=tuple(reversed(lines)),
        modems=modems,
        more=frozenset(kind for kind, some in kinds.items() if len(some) > of_each),
    )


def _hung(own: tuple[Installation, ...], until: datetime) -> Iterator[StoryLine]:
    for one in own:
        facts = {"meter": str(one.meter), "multiplier": one.multiplier}
        for at, kind in ((one.since, "hung"), (one.until, "taken away")):
            if at is not None and at < until:
                yield StoryLine(at=at, kind=kind, facts=facts)


def _modems(modems: tuple[ModemBefore, ...], until: datetime) -> Iterator[StoryLine]:
    for one in modems:
        if one.since < until:
            yield StoryLine(at=one.since, kind="modem", facts={"modem": str(one.device)})


def _frames(
    conn: Connection, modems: tuple[ModemBefore, ...], until: datetime, of_each: int
) -> Iterator[StoryLine]:
    c = frames.c
    for one in modems:
        query = (
            select(
                c.id, c.direction, c.link, c.function, c.size, c.received_at, c.outcome, c.reason, c.session
            )
            .where(c.modem_id == one.modem_id, c.received_at < until)
            .order_by(c.id.desc())
            .limit(of_each + 1)
        )
        for row in conn.execute(query):
            facts = {name: value for name, value in row._mapping.items() if name != "received_at"}
            yield StoryLine(at=row.received_at, kind="frame", facts=facts | {"modem": str(one.device)})


def _alarms(
    conn: Connection,
    modems: tuple[ModemBefore, ...],
    own: tuple[Installation, ...],
    until: datetime,
    of_each: int,
) -> Iterator[StoryLine]:
    """Of the modem itself and of these meters; not those of other meters behind it."""
    names = {"", *(str(one.meter) for one in own), *(one.meter.serial for one in own)}
    c = alarms.c
    query = (
        select(alarms)
        .where(c.modem_id.in_([one.modem_id for one in modems]), c.happened_at < until, c.meter.in_(names))
        .order_by(c.happened_at.desc())
        .limit(of_each + 1)
    )
    for row in conn.execute(query):
        told = ("meter", "incident_code", "level", "type", "description", "received_at", "frame_id")
        yield StoryLine(at=row.happened_at, kind="alarm", facts={name: row._mapping[name] for name in told})


def _gaps(
    conn: Connection, point_id: int, own: tuple[Installation, ...], until: datetime, of_each: int
) -> Iterator[StoryLine]:
    c = gaps.c
    query = (
        select(gaps)
        .where(c.point_id == point_id, c.meter_id.in_([one.meter_id for one in own]), c.closed_at.is_(None))
        .where(c.found_at < until)
        .order_by(c.found_at.desc())
        .limit(of_each + 1)
    )
    for row in conn.execute(query):
        facts = {
            "profile": row.profile,
            "first": instant_of_label(row.first_label),
            "last": instant_of_label(row.last_label),
            "missing": row.missing,
            "answered_empty": row.answered_empty,
        }
        yield StoryLine(at=row.found_at, kind="gap", facts=facts)


def _events(
    conn: Connection, own: tuple[Installation, ...], modems: tuple[ModemBefore, ...], until: datetime
) -> Iterator[StoryLine]:
    subjects = {f"meter {one.meter}" for one in own} | {f"modem {one.device}" for one in modems}
    for subject in sorted(subjects):
        for one in reversed(list_events(conn, subject=subject)):
            if one.at < until:
                facts = {"actor": one.actor, "act": one.act, "subject": one.subject}
                yield StoryLine(
                    at=one.at, kind="event", facts=facts | {"before": one.before, "after": one.after}
                )


def _replaced(conn: Connection, seen: SeenPoint, until: datetime, of_each: int) -> Iterator[StoryLine]:
    """Days that came to be known otherwise."""
    c = canonical_history.c
    query = (
        select(c.day, c.version, c.replaced_at, c.replaced_by)
        .where(c.point_id == seen.point_id, c.replaced_at < until)
        .order_by(c.day.desc(), c.version.desc())
        .limit(of_each + 1)
    )
    for row in conn.execute(query):
        facts = {"day": row.day, "version": row.version, "frame_id": row.replaced_by}
        yield StoryLine(at=row.replaced_at, kind="replaced", facts=facts)
