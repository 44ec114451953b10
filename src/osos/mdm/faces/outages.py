"""When was this point without supply, as far as anybody can tell (P-11, regulation (a4))?"""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from osos.mdm.derive import interruptions as derived
from osos.mdm.derive.interruptions import Evidence, Outage
from osos.mdm.faces.completeness import open_gaps
from osos.mdm.faces.points import SeenPoint
from osos.mdm.keeping.tables import interruptions
from osos.quantities import Interval


def outages(conn: Connection, seen: SeenPoint, *, period: Interval) -> tuple[Outage, ...]:
    """In order of time; `not read` is no outage, but nobody can say that there was none."""
    return derived.outages([*_recorded(conn, seen, period), *_silent(conn, seen, period)])


def _recorded(conn: Connection, seen: SeenPoint, period: Interval) -> Iterator[Outage]:
    """From the meters' own lists 96.77.*."""
    c = interruptions.c
    for one, sight in seen.seen_installations():
        for span in seen.in_sight(period):
            part = sight.overlap(span)
            if part is None:
                continue
            query = select(interruptions).where(
                c.meter_id == one.meter_id, c.since < part.end, c.until > part.start
            )
            for row in conn.execute(query.order_by(c.since)):
                known = {"code": row.code, "known_at": row.known_since}
                whole = Interval(max(row.since, part.start), min(row.until, part.end))
                yield Outage(period=whole, evidence=Evidence.METER, **known)


def _silent(conn: Connection, seen: SeenPoint, period: Interval) -> Iterator[Outage]:
    for gap in open_gaps(conn, seen, period=period):
        evidence = Evidence.NO_ROWS if gap.answered_empty else Evidence.NOT_READ
        yield Outage(period=gap.period, evidence=evidence, known_at=gap.asked_at or gap.found_at)
