"""What do papers change in who measured where and when: an exchange, another multiplier?

Papers come late (F43, F44): they are written into the past, and the caller derives anew what they touch. What
cannot be is refused by name and changes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, Connection, select

from osos.quantities import DeviceId
from osos.registry.meters import Installation
from osos.registry.meters import installations as list_installations
from osos.registry.tables import installations, meters
from osos.store import record_event

GREATEST_MULTIPLIER = Decimal(10**7)  # 5000/5 A × 400 kV/100 V is 4 million; more is a slip of the pen


class ImpossibleMultiplier(ValueError):
    """A multiplier is a number above nought that transformers can have."""

    def __init__(self, multiplier: Decimal) -> None:
        super().__init__(f"no multiplier: {multiplier} (expected 0 < multiplier <= {GREATEST_MULTIPLIER})")
        self.multiplier = multiplier


class OverlappingInstallation(ValueError):
    """This meter would hang in two places, or two meters at one point, at the same time."""

    def __init__(self, meter: DeviceId, at: datetime, other: Installation) -> None:
        until = "now" if other.until is None else other.until.isoformat()
        super().__init__(
            f"meter {meter} cannot hang there from {at.isoformat()}: point {other.point_id} has "
            f"{other.meter} from {other.since.isoformat()} until {until}; end that installation first"
        )
        self.meter, self.at, self.other = meter, at, other


class NothingInstalled(ValueError):
    """Nothing hung at this point then, so there is nothing to exchange or to put right."""

    def __init__(self, point_id: int, at: datetime) -> None:
        super().__init__(f"no meter hung at point {point_id} at {at.isoformat()}")
        self.point_id, self.at = point_id, at


@dataclass(frozen=True, slots=True)
class Exchanged:
    """The two sides of an exchange as they stand now."""

    removed: Installation
    placed: Installation


def exchange_meter(
    conn: Connection,
    *,
    point_id: int,
    meter: DeviceId,
    at: datetime,
    multiplier: Decimal,
    by: str,
    reason: str,
    now: datetime,
) -> Exchanged:
    """At this instant this meter took the place of the one that hung there, for as long as that one did."""
    _check(multiplier)
    old = _there(conn, point_id, at)
    meter_id = _meter_id(conn, meter)
    for other in list_installations(conn, meter_id=meter_id):
        if (other.until is None or other.until > at) and (old.until is None or other.since < old.until):
            raise OverlappingInstallation(meter, at, other)
    new = Installation(point_id, meter_id, meter, multiplier, at, old.until)
    if old.since == at:
        _remove(conn, old)
    else:
        _end(conn, old, at)
    _add(conn, [new])
    told = {"removed": str(old.meter), "placed": str(meter), "at": at.isoformat(), "reason": reason}
    record_event(conn, at=now, actor=by, act="meter exchanged", subject=f"point {point_id}", after=told)
    return Exchanged(replace(old, until=at), new)


def take_down(
    conn: Connection, *, point_id: int, at: datetime, by: str, reason: str, now: datetime
) -> Installation:
    """From this instant nothing hangs at the point; at its very beginning, the meter never hung there."""
    found = [one for one in list_installations(conn, point_id=point_id, at=at) if one.until is None]
    if not found:
        raise NothingInstalled(point_id, at)
    (one,) = found
    if one.since == at:
        _remove(conn, one)
    else:
        _end(conn, one, at)
    told = {"removed": str(one.meter), "at": at.isoformat(), "reason": reason}
    record_event(conn, at=now, actor=by, act="meter taken down", subject=f"point {point_id}", after=told)
    return replace(one, until=at)


def correct_multiplier(
    conn: Connection,
    *,
    point_id: int,
    since: datetime,
    until: datetime | None,
    multiplier: Decimal,
    by: str,
    reason: str,
    now: datetime,
) -> list[Installation]:
    """In this time another multiplier held than was written down; all installations as they stand now."""
    _check(multiplier)
    touched = [one for one in list_installations(conn, point_id=point_id) if _meets(one, since, until)]
    if not touched:
        raise NothingInstalled(point_id, since)
    # With the neighbours: what has one multiplier again is one installation again.
    held = list_installations(conn, point_id=point_id)
    cut = [piece for one in touched for piece in _cut(one, since, until, multiplier)]
    pieces = _joined([*(one for one in held if one not in touched), *cut])
    for one in held:
        if one not in pieces:
            _remove(conn, one)
    _add(conn, [one for one in pieces if one not in held])
    was = [f"{one.meter} {one.multiplier:f}" for one in touched]
    told = {"multiplier": f"{multiplier:f}", "since": since.isoformat(), "reason": reason}
    told |= {} if until is None else {"until": until.isoformat()}
    subject = f"point {point_id}"
    record_event(conn, at=now, actor=by, act="multiplier put right", subject=subject, before=was, after=told)
    return pieces


def _check(multiplier: Decimal) -> None:
    if not multiplier.is_finite() or not 0 < multiplier <= GREATEST_MULTIPLIER:
        raise ImpossibleMultiplier(multiplier)


def _there(conn: Connection, point_id: int, at: datetime) -> Installation:
    held = list_installations(conn, point_id=point_id)
    # Where its multiplier was changed at that very moment, the meter itself hung there before.
    before = {one.meter_id for one in held if one.until == at}
    there = list_installations(conn, point_id=point_id, at=at)
    found = [one for one in there if one.since < at or one.meter_id in before]
    if not found:
        raise NothingInstalled(point_id, at)
    return found[0]


def _meter_id(conn: Connection, meter: DeviceId) -> int:
    query = select(meters.c.id).where(meters.c.flag == meter.flag, meters.c.serial == meter.serial)
    found = conn.scalar(query)
    if found is None:
        row = {"flag": meter.flag, "serial": meter.serial, "admitted_as": str(meter)}
        found = conn.execute(meters.insert().values(row).returning(meters.c.id)).scalar_one()
    return int(found)


def _meets(one: Installation, since: datetime, until: datetime | None) -> bool:
    return (until is None or one.since < until) and (one.until is None or one.until > since)


def _cut(
    one: Installation, since: datetime, until: datetime | None, multiplier: Decimal
) -> Iterable[Installation]:
    """The installation in up to three pieces: as it was, put right, as it was."""
    if one.since < since:
        yield replace(one, until=since)
    ends = [end for end in (one.until, until) if end is not None]
    end = min(ends) if ends else None
    yield replace(one, since=max(one.since, since), until=end, multiplier=multiplier)
    if end is not None and (one.until is None or end < one.until):
        yield replace(one, since=end)


def _joined(pieces: Iterable[Installation]) -> list[Installation]:
    """Neighbours in time of one meter and one multiplier, in one."""
    found: list[Installation] = []
    for one in sorted(pieces, key=lambda piece: piece.since):
        last = found[-1] if found else None
        if last is not None and (last.meter_id, last.multiplier, last.until) == (
            one.meter_id,
            one.multiplier,
            one.since,
        ):
            found[-1] = replace(last, until=one.until)
        else:
            found.append(one)
    return found


def _end(conn: Connection, one: Installation, at: datetime) -> None:
    conn.execute(installations.update().where(*_same(one)).values(until=at))


def _remove(conn: Connection, one: Installation) -> None:
    conn.execute(installations.delete().where(*_same(one)))


def _same(one: Installation) -> tuple[ColumnElement[bool], ...]:
    c = installations.c
    return c.point_id == one.point_id, c.meter_id == one.meter_id, c.since == one.since


def _add(conn: Connection, new: list[Installation]) -> None:
    if not new:
        return
    rows = [
        {
            "point_id": one.point_id,
            "meter_id": one.meter_id,
            "multiplier": one.multiplier,
            "since": one.since,
            "until": one.until,
        }
        for one in new
    ]
    conn.execute(installations.insert(), rows)
