"""What does late paperwork change in the past, and in exactly which days (F43, F44)?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import Connection, func, select

from osos import registry
from osos.mdm.canonical import GREATEST_W, PROFILE, ROLLS_OVER_AT, Channel, EdgeRegisters
from osos.mdm.installed import installed_at, points_of
from osos.mdm.keeping.clocks import Clock
from osos.mdm.keeping.exchanges import advance
from osos.mdm.keeping.papers import note_clock, note_registers, registers_of
from osos.mdm.labels import (
    DAY_MIN,
    HOUR_MIN,
    PERIODS_MIN,
    day_number,
    edge_of_day,
    instant_of_label,
    last_label_until,
)
from osos.mdm.rederiving import rederive
from osos.mdm.said import load
from osos.mdm.tables import canonical_blocks, said_blocks
from osos.quantities import DeviceId, Interval, to_local
from osos.store import among

FIRST_DAY = instant_of_label(0)  # 2000-01-01: no label is older
_AT_ONCE = 400  # meters in one question
_AHEAD = timedelta(minutes=5)  # the clocks of two desks


class NotAPaper(ValueError):
    """What this paper says cannot be; nothing was written."""

    def __init__(self, tr: str, en: str) -> None:
        super().__init__(en)
        self.tr = tr


class ContradictsMeter(NotAPaper):
    """Paper and meter cannot both be right about that quarter hour."""

    def __init__(self, channel: Channel, paper: int, told: int) -> None:
        code, on_paper, own = channel.value, f"{Decimal(paper) / 1000:f}", f"{Decimal(told) / 1000:f}"
        super().__init__(
            f"{code}: tutanakta {on_paper}, sayaç o çeyrek saatte {own} demiş; tutanağı düzeltin ya da "
            "endeksi yazmayın (tahmin edilir)",
            f"{code}: the paper says {on_paper}, the meter told {own} in that quarter hour; correct the "
            "paper, or leave the register out (it is estimated)",
        )


@dataclass(frozen=True, slots=True)
class Redone:
    """The (point, day) that have a new version because of a paper."""

    point_days: tuple[tuple[int, int], ...]


def check_moment(moment: datetime, *, now: datetime) -> None:
    """Raises NotAPaper for a moment that has not come, or that is older than any label."""
    if moment > now + _AHEAD:
        raise NotAPaper(
            f"{to_local(moment):%d.%m.%Y %H:%M} henüz gelmedi; tarihi düzeltin",
            f"{to_local(moment):%Y-%m-%d %H:%M} has not come yet; correct the date",
        )
    if moment < FIRST_DAY:
        raise NotAPaper(
            f"{to_local(moment):%d.%m.%Y} 2000 yılından önce; tarihi düzeltin",
            f"{to_local(moment):%Y-%m-%d} is before the year 2000; correct the date",
        )


def exchange(
    conn: Connection,
    *,
    point_id: int,
    meter: DeviceId,
    at: datetime,
    multiplier: Decimal,
    removed: Mapping[Channel, int] | None,
    placed: Mapping[Channel, int] | None,
    by: str,
    reason: str,
    now: datetime,
) -> Redone:
    """A meter took another one's place; `removed` and `placed` are their registers then, in Wh and varh.

    The same exchange told again changes nothing, or puts its registers right.
    """
    check_moment(at, now=now)
    _check_registers(removed, placed)
    done = _told_already(conn, point_id, meter, at, multiplier) or registry.exchange_meter(
        conn, point_id=point_id, meter=meter, at=at, multiplier=multiplier, by=by, reason=reason, now=now
    )
    _check_beside(conn, done.removed.meter_id, at, last=removed)
    _check_beside(conn, done.placed.meter_id, at, first=placed)
    shown = registers_of(conn, point_id=point_id)
    told = {"point_id": point_id, "at": at, "by": by, "reason": reason, "now": now}
    for edge, meter_id, registers in (
        ("last", done.removed.meter_id, removed),
        ("first", done.placed.meter_id, placed),
    ):
        if registers is not None and dict(shown.get((meter_id, edge, at), ())) != dict(registers):
            note_registers(conn, meter_id=meter_id, edge=edge, registers=registers, **told)  # type: ignore[arg-type]  # the facts above
    return _redo(conn, point_id, since=at, until=done.placed.until, now=now)


def _told_already(
    conn: Connection, point_id: int, meter: DeviceId, at: datetime, multiplier: Decimal
) -> registry.Exchanged | None:
    """The very same exchange, as it is on record."""
    hung = registry.installations(conn, point_id=point_id)
    placed = next(
        (one for one in hung if (one.meter, one.since, one.multiplier) == (meter, at, multiplier)), None
    )
    removed = next((one for one in hung if one.until == at and one.meter != meter), None)
    return None if placed is None or removed is None else registry.Exchanged(removed, placed)


def _check_registers(*papers: Mapping[Channel, int] | None) -> None:
    for paper in papers:
        for channel, shown in (paper or {}).items():
            if not 0 <= shown < ROLLS_OVER_AT:
                raise NotAPaper(
                    f"{channel.value} endeksi {shown}: hiçbir sayaç bunu gösteremez; tutanağı denetleyin",
                    f"register {channel.value} of {shown}: no meter shows that; check the paper",
                )


def _check_beside(
    conn: Connection,
    meter_id: int,
    at: datetime,
    *,
    first: Mapping[Channel, int] | None = None,
    last: Mapping[Channel, int] | None = None,
) -> None:
    """A paper must fit what the meter itself told in that quarter hour, before it left or after it came."""
    day, minute = divmod(last_label_until(at, 1), DAY_MIN)
    keys = [(meter_id, day), (meter_id, day - 1)]
    said = {key: held.block for key, held in load(conn, profile=PROFILE, keys=keys).items()}
    registers = EdgeRegisters(meter_id, day, PERIODS_MIN[0], said)
    place = minute // PERIODS_MIN[0]
    for channel, paper in (last or {}).items():
        told = registers.index(channel, place)
        if told is not None and not _fits(told, paper):
            raise ContradictsMeter(channel, paper, told)
    for channel, paper in (first or {}).items():
        told = registers.index(channel, place + 1)
        if told is not None and not _fits(paper, told):
            raise ContradictsMeter(channel, paper, told)


def _fits(first: int, last: int) -> bool:
    return advance(first, last, most=GREATEST_W * PERIODS_MIN[0] // HOUR_MIN) is not None


def take_down(
    conn: Connection,
    *,
    point_id: int,
    at: datetime,
    removed: Mapping[Channel, int] | None,
    by: str,
    reason: str,
    now: datetime,
) -> Redone:
    """Nothing hangs at the point from here on; at the very beginning of an installation it never was one."""
    check_moment(at, now=now)
    _check_registers(removed)
    gone = registry.take_down(conn, point_id=point_id, at=at, by=by, reason=reason, now=now)
    if removed is not None and gone.since < at:
        told = {"at": at, "by": by, "reason": reason, "now": now, "registers": removed}
        note_registers(conn, point_id=point_id, meter_id=gone.meter_id, edge="last", **told)  # type: ignore[arg-type]  # the facts above
    return _redo(conn, point_id, since=at, until=None, now=now, also=gone.meter_id)


def put_multiplier_right(
    conn: Connection,
    *,
    point_id: int,
    since: datetime,
    until: datetime | None,
    multiplier: Decimal,
    by: str,
    reason: str,
    now: datetime,
) -> Redone:
    """Another multiplier held than was written down; days before and after stay as they are."""
    check_moment(since, now=now)
    if until is not None and until <= since:
        raise NotAPaper(
            "bitiş başlangıçtan sonra değil; tarihleri düzeltin",
            "the end is not after the beginning; correct the dates",
        )
    registry.correct_multiplier(
        conn,
        point_id=point_id,
        since=since,
        until=until,
        multiplier=multiplier,
        by=by,
        reason=reason,
        now=now,
    )
    return _redo(conn, point_id, since=since, until=until, now=now)


def set_clock(
    conn: Connection, *, meter_id: int, since: datetime, clock: Clock, by: str, reason: str, now: datetime
) -> Redone:
    """A meter's clock runs like this from here on; its labels of that time are read anew."""
    check_moment(since, now=now)
    note_clock(conn, meter_id=meter_id, since=since, clock=clock, by=by, reason=reason, now=now)
    redone = [
        _redo(conn, point_id, since=since, until=None, now=now)
        for point_id in points_of(conn, meter_id=meter_id)
    ]
    return Redone(tuple(key for one in redone for key in one.point_days))


def redo_begun(conn: Connection, *, at: datetime, now: datetime) -> Redone:
    """Days of points whose meter or multiplier is on record from this instant on, derived anew (F44)."""
    begun = {one.meter_id: one for one in registry.installations(conn, begun_at=at)}
    redone = [
        _redo(conn, begun[meter_id].point_id, since=at, until=begun[meter_id].until, now=now)
        for meter_id in _told_since(conn, sorted(begun), day_number(to_local(at).date()))
    ]
    return Redone(tuple(key for one in redone for key in one.point_days))


_meters_of_days = among(
    select(said_blocks.c.meter_id).distinct(), days=said_blocks.c.day, meters=said_blocks.c.meter_id
)


def _told_since(conn: Connection, meter_ids: Sequence[int], day: int) -> list[int]:
    """Those of the meters that told anything of this day or a later one."""
    if not meter_ids:
        return []
    days = list(range(day, (conn.scalar(select(func.max(said_blocks.c.day))) or 0) + 1))
    found: set[int] = set()
    for start in range(0, len(meter_ids), _AT_ONCE) if days else ():
        asked = {"days": days, "meters": meter_ids[start : start + _AT_ONCE]}
        found.update(conn.scalars(_meters_of_days(conn), asked))
    return sorted(found)


def _redo(
    conn: Connection,
    point_id: int,
    *,
    since: datetime,
    until: datetime | None,
    now: datetime,
    also: int | None = None,
) -> Redone:
    """`also`: a meter that hung there before this paper, and by it never did."""
    last = _last_known(conn, point_id, also)
    end = last if until is None else min(until, last)
    if end <= since:
        return Redone(())
    days = rederive(conn, point_id=point_id, period=Interval(since, end), now=now)
    return Redone(tuple((point_id, day) for day in days))


def _last_known(conn: Connection, point_id: int, also: int | None) -> datetime:
    """The end of the last day of which anything is known."""
    meters = {one.meter_id for one in installed_at(conn, point_id=point_id)} | {also or 0}
    held = conn.scalar(
        select(func.max(canonical_blocks.c.day)).where(canonical_blocks.c.point_id == point_id)
    )
    said = conn.scalar(select(func.max(said_blocks.c.day)).where(said_blocks.c.meter_id.in_(meters)))
    return instant_of_label(edge_of_day(max(held or 0, said or 0) + 1) + DAY_MIN)
