"""Which points did a party hold in a stretch of time, as something to join to?"""

from datetime import datetime

from sqlalchemy import Subquery, func, or_, select

from osos.registry.point_tables import service_points
from osos.registry.points import holding_table
from osos.registry.tables import installations


def held_within(
    *, customer: int | None, supplier: int | None, start: datetime, end: datetime, numbered: bool = True
) -> Subquery:
    """A row a holding that touches `[start, end)`: point_id, since, until, hung, and number where asked for.

    `hung` is when the point's first meter came. With numbers, a point that has none is not among them.
    """
    table, column, party = holding_table(customer=customer, supplier=supplier)
    c, hangs = table.c, installations.c
    first = select(func.min(hangs.since)).where(hangs.point_id == c.point_id).correlate(table)
    columns = (c.point_id, c.since, c.until, first.scalar_subquery().label("hung"))
    query = select(*columns).where(c[column] == party, c.since < end, or_(c.until.is_(None), c.until > start))
    if numbered:
        query = query.add_columns(service_points.c.installation_no.label("number"))
        query = query.join(service_points, service_points.c.point_id == c.point_id)
    return query.subquery("held")
