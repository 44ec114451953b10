"""Which areas are out of supply, so that nobody estimates there (D-21)?"""

import difflib
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from osos.mdm.keeping.tables import storms
from osos.quantities import to_local
from osos.registry import counts
from osos.store import insert, record_event

KINDS = ("region", "centre", "district")


class NotAStorm(ValueError):
    """Nothing of this can be out, or it would end before it began; nothing was written."""

    def __init__(self, tr: str, en: str) -> None:
        super().__init__(en)
        self.tr = tr


def check_area(conn: Connection, area: str) -> None:
    """Raises NotAStorm where no point lies: a name spelt otherwise would keep nobody from estimating."""
    kind, _, name = area.partition(" ")
    if kind not in KINDS:
        raise NotAStorm(
            f"{area!r}: region, centre ya da district ve adını yazın",
            f"{area!r}: write region, centre or district and its name",
        )
    if counts.points_in_place(conn, kind=kind, name=name):
        return
    known = counts.places(conn, kind=kind)
    near = difflib.get_close_matches(name, known, 3, 0.4) or known[:3]
    told = ", ".join(f"{kind} {one}" for one in near) or "-"
    raise NotAStorm(
        f"{area} adında bir yerde nokta yok; olanlar: {told}", f"no point lies in {area}; there are: {told}"
    )


def open_storm(conn: Connection, *, area: str, since: datetime, by: str, reason: str, now: datetime) -> None:
    """From this instant the area is out; opening it again changes nothing."""
    row = {"area": area, "since": since, "reason": reason, "actor": by, "known_since": now}
    new = insert(conn, storms).values(row).on_conflict_do_nothing().returning(storms.c.area)
    added = conn.execute(new).first()  # PostgreSQL counts no rows of a conflict
    if added is not None:
        after = {"since": since.isoformat(), "reason": reason}
        record_event(conn, at=now, actor=by, act="storm mode on", subject=f"area {area}", after=after)


def end_storm(conn: Connection, *, area: str, until: datetime, by: str, now: datetime) -> int:
    """The area is supplied again; how many storms that ended."""
    open_ = (storms.c.area == area) & storms.c.until.is_(None)
    began = conn.scalar(select(func.max(storms.c.since)).where(open_))
    if began is not None and until <= began:
        begun = f"{to_local(began):%Y-%m-%d %H:%M}"
        raise NotAStorm(
            f"{area} {begun} anında başladı; bitiş bundan sonra olmalı",
            f"{area} is out since {begun}; it cannot end before that",
        )
    ended = conn.execute(update(storms).where(open_).values(until=until)).rowcount
    if ended:
        after = {"until": until.isoformat()}
        record_event(conn, at=now, actor=by, act="storm mode off", subject=f"area {area}", after=after)
    return ended


def areas_out(conn: Connection, *, at: datetime) -> set[str]:
    """Areas that are out at this instant, as far as anybody said."""
    query = select(storms.c.area, storms.c.until).where(storms.c.since <= at)
    return {row.area for row in conn.execute(query) if row.until is None or row.until > at}
