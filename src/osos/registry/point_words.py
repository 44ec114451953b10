"""By which words is a service point found, and in which time of it?"""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select

from osos.registry.folding import words_of
from osos.registry.point_known import portions
from osos.registry.point_tables import customers, point_customers, point_terms, point_words, service_points
from osos.store import append

ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)


def rebuild_words(conn: Connection, point_ids: Collection[int]) -> None:
    """Write the words of these points anew from what the tables say.

    Names carry their time, so that who held a point earlier does not find out by searching who holds it now.
    """
    for some in portions(point_ids):
        conn.execute(point_words.delete().where(point_words.c.point_id.in_(some)))
        append(conn, point_words, list(_words(conn, some)))


def _words(conn: Connection, some: list[int]) -> Iterator[dict[str, Any]]:
    for place in conn.execute(select(service_points).where(service_points.c.point_id.in_(some))):
        yield from _each(place.point_id, f"{place.installation_no} {place.etso or ''}", ALWAYS, None)
    for terms in conn.execute(select(point_terms).where(point_terms.c.point_id.in_(some))):
        yield from _each(terms.point_id, terms.title or "", terms.since, terms.until)
    held = (
        select(point_customers, customers.c.title)
        .join(customers, customers.c.id == point_customers.c.customer_id)
        .where(point_customers.c.point_id.in_(some))
    )
    for one in conn.execute(held):
        yield from _each(one.point_id, one.title, one.since, one.until)


def _each(point_id: int, text: str, since: datetime, until: datetime | None) -> Iterator[dict[str, Any]]:
    for word in words_of(text):
        yield {"point_id": point_id, "word": word, "since": since, "until": until}
