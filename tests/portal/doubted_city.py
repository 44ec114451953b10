"""Where do values of every quality stand beside each other? The small city after a bad November.

Of the factory's 12 November an hour was edited by two people, and half of what never came is estimated. The
shop with gaps told more days: one with an estimated hole, one with a register that jumped; its last readout
came from a clock an hour late.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pretend_city import NOW, Desk, Told, places, told_of
from sqlalchemy import Connection

from osos.iec62056 import block_check
from osos.mdm import editing, faces
from osos.mdm.canonical import Channel
from osos.mdm.estimates.running import estimate
from osos.mdm.labels import day_number
from osos.quantities import TURKIYE, Interval

FACTORY_DAY, GAPS_DAY, JUMP_DAY = date(2026, 11, 12), date(2026, 10, 6), date(2026, 11, 10)
EDITED, ESTIMATED, MISSING = range(40, 44), range(52, 58), range(58, 63)  # quarter hours of the factory's day
JUMPED = range(47, 49)  # of the shop's: a register that leaps up falls afterwards


def _at(day: date, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=TURKIYE)


@dataclass(frozen=True, slots=True)
class Doubted:
    """Who is who, and the two points."""

    told: Told
    factory: str
    gaps: str


def doubt(conn: Connection) -> Doubted:
    """Everything that happened, through the doors that people and the machine use."""
    told = told_of(conn)
    factory, gaps = (_point(conn, told, name) for name in ("factory", "gaps"))
    _edited(conn, factory)
    noon = Interval(_at(FACTORY_DAY, 13), _at(FACTORY_DAY, 14, 30))
    assert estimate(conn, point_id=factory, period=noon, now=NOW).filled
    _told_more(conn)
    hole = Interval(_at(GAPS_DAY), _at(GAPS_DAY + timedelta(days=1)))
    assert estimate(conn, point_id=gaps, period=hole, now=NOW).filled
    return Doubted(told, told.points["factory"], told.points["gaps"])


def _point(conn: Connection, told: Told, name: str) -> int:
    seen = faces.find_point(conn, told.staff, told.points[name], now=NOW)
    assert seen is not None
    return seen.point_id


def _edited(conn: Connection, point_id: int) -> None:
    day = day_number(FACTORY_DAY)
    acted = editing.edit(
        conn,
        point_id=point_id,
        day=day,
        slots=EDITED,
        values={Channel.A_PLUS: [400] * len(EDITED)},
        by="ayşe",
        reason="deneme",
        now=NOW,
    )
    number = acted.decision.number
    editing.look(
        conn,
        point_id=point_id,
        day=day,
        number=number,
        agree=True,
        by="mehmet",
        reason="deneme",
        now=NOW,
    )


def _told_more(conn: Connection) -> None:
    desk, shop = Desk(conn), places()["gaps"].meter
    desk.profile(shop, "P.01", _at(date(2026, 10, 5)), _at(GAPS_DAY, 10))
    desk.profile(shop, "P.01", _at(GAPS_DAY, 12), _at(date(2026, 10, 14)))
    until = _at(JUMP_DAY, 14)
    raw = shop.read("P.01", "26-11-10,10:00;26-11-10,14:00", at=until + timedelta(minutes=1), trusted=True)
    assert raw is not None
    jumped = re.sub(rb"(?<=12:00\)\()0", b"9", raw)  # 001828.115 becomes 901828.115
    desk._tell(shop, jumped, until + timedelta(minutes=2), "P.01")
    lines = shop.packet("0", at=NOW)
    assert lines is not None
    block = lines + b"!\r\n\x03"
    readout = shop.identification() + b"\x02" + block + bytes([block_check(block)])
    desk._tell(shop, readout, NOW + timedelta(hours=1), None)
