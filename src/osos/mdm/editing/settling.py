"""Which days leave the work bench's queue because of what was decided about them?

The verdict and its findings stay; what is taken off is that it still asks for a word. When other values come
or a decision is undone, it asks again.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, select

from osos.mdm import judge
from osos.mdm.editing.doubts import doubts
from osos.mdm.judge.writing import set_asking
from osos.mdm.keeping.tables import decisions
from osos.mdm.rules import BY_ID

_AT_ONCE = 400


def settle(conn: Connection, *, point_ids: Collection[int], days: Iterable[int]) -> None:
    """Of each judged day of these, only what is open asks."""
    found = judge.findings(conn, point_ids=point_ids, days=days)
    told = doubts(conn, {key: each for key, each in found.items() if each})
    asking = {key: {one.rule for one in each.open} for key, each in told.items()}
    set_asking(conn, {key: sum(1 << BY_ID[rule].number for rule in rules) for key, rules in asking.items()})


def settle_decided(conn: Connection, *, point_ids: Iterable[int], day: int) -> None:
    """The same after a day was judged anew, of those points about which anything was decided that day."""
    wanted, d = sorted(set(point_ids)), decisions.c
    for start in range(0, len(wanted), _AT_ONCE):
        here = d.point_id.in_(wanted[start : start + _AT_ONCE]), d.day == day
        decided = list(conn.scalars(select(d.point_id).where(*here).distinct()))
        if decided:
            settle(conn, point_ids=decided, days=[day])
