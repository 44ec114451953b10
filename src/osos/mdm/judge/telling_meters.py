"""What did meters say of themselves, and which meter answered in the place of another (F51, M-131)?"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, select

from osos.mdm import states
from osos.mdm.judge.told import PointDay
from osos.mdm.labels import PERIODS_MIN, day_number, edge_of_day, instant_of_label
from osos.mdm.rules.facts import FAULTY
from osos.quantities import local_day
from osos.registry.tables import installations, meters
from osos.store.events import events

OTHER_ANSWERED = "another meter answered"  # the act the head-end writes
# Bits of F.F.0 that make what it counts doubtful: metering chip, critical metering fault, not calibrated,
# both memories (M-131). A failed clock is TIME_TOLERANCE's matter, covers and magnets are alarms.
DOUBTFUL = (1 << 1) | (1 << 2) | (1 << 4) | (1 << 36)
_AT_ONCE = 400
AnyKey = TypeVar("AnyKey", int, str)


def meters_there(conn: Connection, points: Collection[int], days: Sequence[int]) -> dict[PointDay, int]:
    """The meter that hung at a point all of a day; of a day of an exchange nothing is said."""
    edges = {
        day: (instant_of_label(edge_of_day(day)), instant_of_label(edge_of_day(day + 1))) for day in days
    }
    c, found = installations.c, dict[PointDay, int]()
    for some in _portions(points):
        query = select(c.point_id, c.meter_id, c.since, c.until).where(c.point_id.in_(some))
        for row in conn.execute(query):
            for day, (first, last) in edges.items():
                if row.since <= first and (row.until is None or row.until >= last):
                    found[row.point_id, day] = row.meter_id
    return found


def status(conn: Connection, there: Mapping[PointDay, int]) -> dict[PointDay, int]:
    """FAULTY, or 0 where a meter told its word and all was well."""
    found = {}
    for key, told in _latest(conn, there, states.WORD):
        if told is not None:
            found[key] = FAULTY if told.value & DOUBTFUL else 0
    return found


def period_min(conn: Connection, there: Mapping[PointDay, int]) -> dict[PointDay, int]:
    """What a meter is set to, on days before whose beginning it told so and in which that did not change."""
    found = {}
    for (point, day), told in _latest(conn, there, states.PERIOD):
        if (
            told is not None
            and told.since <= instant_of_label(edge_of_day(day))
            and told.value in PERIODS_MIN
        ):
            found[point, day] = told.value
    return found


def strangers(conn: Connection, there: Mapping[PointDay, int]) -> set[PointDay]:
    """Days on which another meter answered than the one that hangs there."""
    if not there:
        return set()
    days = {day for _, day in there}
    since, until = instant_of_label(edge_of_day(min(days))), instant_of_label(edge_of_day(max(days) + 1))
    names = _serials(conn, set(there.values()))
    answered: dict[str, set[int]] = {}
    e = events.c
    for some in _portions([f"meter {serial}" for serial in names.values()]):
        query = select(e.subject, e.at).where(
            e.subject.in_(some), e.act == OTHER_ANSWERED, e.at >= since, e.at < until
        )
        for row in conn.execute(query):
            answered.setdefault(row.subject, set()).add(day_number(local_day(row.at)))
    return {
        (point, day)
        for (point, day), meter in there.items()
        if day in answered.get(f"meter {names.get(meter)}", ())
    }


def _latest(
    conn: Connection, there: Mapping[PointDay, int], name: str
) -> Iterator[tuple[PointDay, states.Held | None]]:
    """What each meter had told last by the end of the day."""
    if not there:
        return
    until = instant_of_label(edge_of_day(max(day for _, day in there) + 1))
    told: dict[int, list[states.Held]] = {}
    for some in _portions(set(there.values())):
        for one in states.held(conn, meter_ids=some, name=name, until=until):
            told.setdefault(one.meter_id, []).append(one)
    for (point, day), meter in there.items():
        if meter in told:
            yield (point, day), _before(told[meter], instant_of_label(edge_of_day(day + 1)))


def _before(told: Sequence[states.Held], moment: datetime) -> states.Held | None:
    return next((one for one in reversed(told) if one.since < moment), None)


def _serials(conn: Connection, wanted: Collection[int]) -> dict[int, str]:
    return {
        row.id: row.serial
        for some in _portions(wanted)
        for row in conn.execute(select(meters.c.id, meters.c.serial).where(meters.c.id.in_(some)))
    }


def _portions(things: Iterable[AnyKey]) -> Iterator[list[AnyKey]]:
    wanted = sorted(things)
    for start in range(0, len(wanted), _AT_ONCE):
        yield wanted[start : start + _AT_ONCE]
