"""How does one make a fleet as large as a country's in minutes?

All points, and years of blocks for some of them. A few prototypes are measured and recorded through `mdm`;
their rows are then written again under other keys, day after day as they would have come, each with the hash
of its own content, so that every block loads as if its own meter had told it. The prototypes go again.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

import numpy as np
from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Table,
    Text,
    case,
    cast,
    func,
    literal,
    literal_column,
    select,
)

from osos import mdm
from osos.mdm import canonical_packing, points
from osos.mdm.canonical import CanonicalBlock, Installed
from osos.mdm.day_changes import day_changes
from osos.mdm.labels import day_number, edge_of_day, grid_of_day
from osos.mdm.register_readings import KEPT_BY_METER, PRESENT
from osos.mdm.tables import canonical_blocks, readings, said_blocks
from osos.meters import ProfileRecords
from osos.quantities import TURKIYE, local_midnight
from osos.registry import point_tables as places
from osos.registry import tables as registry
from osos.store import Store, append

NOW = datetime(2026, 11, 21, 22, 47, tzinfo=TURKIYE)
TODAY = day_number(NOW.date())
PROTOTYPES = 3
DISTRICTS, SUPPLIERS = 60, 50  # of a million points each supplier has twenty thousand
SITES = 300  # of the company that is customer 1; everybody else has one
CLASSES = ("", "", "", "", "", "", "PUBLIC_LIGHTING", "GEN_SUPPLY", "UNLICENSED_GEN", "BALANCING_UNIT")
CODES, UNITS = ("1.8.0", "5.8.0", "8.8.0", "1.6.0"), ("kWh", "kvarh", "kvarh", "kW")
REGISTERS = ("1.8.0", "1.8.1", "1.8.2", "1.8.3", "5.8.0", "8.8.0", "1.6.0")
READOUTS, MONTHS = 30, 24  # a readout a day of late, and what a meter keeps of month ends
MULTIPLIER = Decimal(40)
_ROWS_AT_ONCE, _DAYS_AT_ONCE = 20_000, 10

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Size:
    """How many points in all, how many of them with blocks, of how many days."""

    points: int
    read: int
    days: int


def make(store: Store, size: Size, *, tell: Callable[[str], None] = print) -> None:
    """Point n has meter n and customer n; the first `size.read` have blocks."""
    since = local_midnight(NOW.date() - timedelta(days=size.days))
    with store.begin() as conn:
        append(conn, places.suppliers, [_supplier(number) for number in range(SUPPLIERS)])
    n = literal_column("n", Integer)
    for table, columns in _registry(n, since):
        with store.begin() as conn:
            _made_of_numbers(conn, table, columns, size.points)
    with store.begin() as conn:
        append(conn, registry.modems, [_modem(number, since) for number in range(size.points // 20)])
    tell(f"  {size.points} points")
    _blocks(store, size)
    tell(f"  {size.read} points with {size.days} days")
    _fill(store, readings, (row for n in range(1, size.read + 1) for row in _readings(n)))


def _blocks(store: Store, size: Size) -> None:
    """Of the prototypes, and then of everybody."""
    first, kinds = size.points + 1, min(PROTOTYPES, size.read)
    with store.begin() as conn:
        blocks = [_prototype(conn, first + k, size.days) for k in range(kinds)]
        rows = [_canonical_rows(conn, first + k) for k in range(kinds)]
        conn.execute(day_changes.delete())  # whoever wants the fleet counted has it counted anew
    days = range(TODAY - size.days, TODAY + 1)
    for start in range(0, len(days), _DAYS_AT_ONCE):
        some = days[start : start + _DAYS_AT_ONCE]
        with store.begin() as conn:
            _said_of_all(conn, some, first, size.read, kinds)
        _fill(store, canonical_blocks, _canonical_of_all(some, rows, blocks, size.read))
    with store.begin() as conn:
        conn.execute(said_blocks.delete().where(said_blocks.c.meter_id >= first))
        conn.execute(canonical_blocks.delete().where(canonical_blocks.c.point_id >= first))


def _fill(store: Store, table: Table, rows: Iterable[Row]) -> None:
    left = iter(rows)
    while some := list(islice(left, _ROWS_AT_ONCE)):
        with store.begin() as conn:
            append(conn, table, some)


def _made_of_numbers(conn: Connection, table: Table, columns: dict[str, Any], top: int) -> None:
    """A row a number, made by the engine itself."""
    numbers = _numbers(conn, top)
    values = [
        value if isinstance(value, ColumnElement) else literal(value, table.c[name].type)
        for name, value in columns.items()
    ]
    conn.execute(table.insert().from_select(list(columns), select(*values).select_from(numbers)))


def _numbers(conn: Connection, top: int) -> Any:
    """1 to `top` as `n`."""
    if conn.dialect.name != "sqlite":
        return select(func.generate_series(1, top).label("n")).cte("numbers")
    one = select(literal(1).label("n")).cte("numbers", recursive=True)
    return one.union_all(select(one.c.n + 1).where(one.c.n < top))


def _registry(n: Any, since: datetime) -> list[tuple[Table, dict[str, Any]]]:
    """What stands in the row of number n."""
    word, district = cast(n + 10_000_000, Text), n % DISTRICTS
    named = case(*((n // 7 % len(CLASSES) == k, name) for k, name in enumerate(CLASSES)), else_="")
    customer = case((n <= SITES, 1), else_=n)
    key, dated = {"id": n, "point_id": n}, {"since": since}
    place = {"region": _word("Bölge ", district % 3), "centre": _word("Merkez ", district % 12)}
    powers = {"installed_kva": Decimal(400), "contract_kw": Decimal(160)}
    return [
        (registry.metering_points, {"id": n, "public_id": _word("p", n)}),
        (
            registry.meters,
            {"id": n, "flag": "OSO", "serial": word, "admitted_as": literal("OSO") + word},
        ),
        (registry.installations, key | dated | {"meter_id": n, "multiplier": MULTIPLIER}),
        (
            places.service_points,
            {"point_id": n, "installation_no": word, "district": _word("İlçe ", district)} | place,
        ),
        (
            places.point_terms,
            key | dated | powers | {"title": _word("Yer ", n), "point_class": named},
        ),
        (
            places.customers,
            {"id": n, "public_id": _word("c", n), "kind": "company", "title": _word("Abone ", n)},
        ),
        (places.point_customers, key | dated | {"customer_id": customer}),
        (places.point_words, key | dated | {"word": word}),
        (places.point_suppliers, key | dated | {"supplier_id": n % SUPPLIERS + 1}),
    ]


def _word(before: str, number: Any) -> Any:
    return literal(before) + cast(number, Text)


def _supplier(n: int) -> Row:
    return {"id": n + 1, "public_id": f"s{n}", "name": f"T {n}", "folded": f"t {n}"}


def _modem(n: int, since: datetime) -> Row:
    seen = NOW - timedelta(seconds=n % 2000)
    return {
        "flag": "OSM",
        "serial": f"{n:015d}",
        "state": "registered",
        "last_seen": seen,
        "admitted_at": since,
    }


def _prototype(conn: Connection, number: int, days: int) -> dict[int, CanonicalBlock]:
    """Two years of one meter, told month by month; its blocks by day."""
    chance = np.random.default_rng(number)
    first = TODAY - days + 1
    labels = np.concatenate(
        ([edge_of_day(first)], *(grid_of_day(day, 15) for day in range(first, TODAY + 1)))
    )
    hour = labels % 1440 / 60
    shape = 0.2 + np.exp(-(((hour - 14) / 5) ** 2))
    energy = (chance.gamma(5, 60, (labels.size, 3)) * shape[:, None] / (1, 4, 30)).astype(np.int64)
    energy[0] = 0
    values = np.column_stack((10_000_000 + np.cumsum(energy, axis=0), energy[:, 0] * 4))
    installed = Installed(
        meter_id=number, multiplier=MULTIPLIER, since=local_midnight(NOW.date()) - timedelta(days=days - 1)
    )
    for start in range(0, labels.size, 96 * 30):
        part = slice(start, start + 96 * 30)
        records = ProfileRecords("P.01", CODES, labels[part], values[part], (3,) * 4, UNITS, "combi", 1)
        mdm.record(
            conn,
            frame_id=number,
            meter=number,
            point=number,
            interpreted=mdm.Interpreted(kind="profile", profile="P.01", records=records),
            received_at=NOW,
            installed=[installed],
        )
    held = points.load(conn, point_ids=[number], days=range(first, TODAY + 1))
    return {day: one.block for (_, day), one in held.items()}


def _canonical_rows(conn: Connection, number: int) -> dict[int, Row]:
    c = canonical_blocks.c
    query = select(canonical_blocks).where(c.point_id == number)
    return {row.day: dict(row._mapping) for row in conn.execute(query)}


def _said_of_all(conn: Connection, days: range, first: int, top: int, kinds: int) -> None:
    """What a meter said does not hold its number: the engine copies it.

    The first register of a day is in the block of the day before.
    """
    c, numbers = said_blocks.c, _numbers(conn, top)
    rest = [column for column in said_blocks.columns if column.name != "meter_id"]
    told = (
        select(numbers.c.n, *rest)
        .select_from(numbers)
        .join(said_blocks, c.meter_id == first + numbers.c.n % kinds)
        .where(c.day.between(days[0], days[-1]))
        .order_by(c.day, numbers.c.n)
    )
    conn.execute(said_blocks.insert().from_select(["meter_id", *(column.name for column in rest)], told))


def _canonical_of_all(
    days: range, rows: list[dict[int, Row]], blocks: list[dict[int, CanonicalBlock]], top: int
) -> Iterator[Row]:
    for day in days:
        for number in range(1, top + 1):
            which = number % len(rows)
            if day in rows[which]:
                yield _canonical(rows[which][day], number, blocks[which][day])


def _canonical(row: Row, number: int, block: CanonicalBlock) -> Row:
    own = replace(block, segments=tuple(replace(one, meter_id=number) for one in block.segments))
    facts = {"segments": canonical_packing.segments_text(own), "content_hash": own.content_hash()}
    return row | facts | {"point_id": number}


def _readings(n: int) -> Iterator[Row]:
    ends = [
        local_midnight((NOW.date().replace(day=1) - timedelta(days=31 * k)).replace(day=1))
        for k in range(MONTHS)
    ]
    times = [(KEPT_BY_METER, at) for at in dict.fromkeys(ends)]
    times += [(PRESENT, NOW - timedelta(days=k)) for k in range(READOUTS)]
    for history, at in times:
        for code in REGISTERS:
            yield {
                "meter_id": n,
                "code": code,
                "history": history,
                "at": at,
                "version": 1,
                "amount": 10_000_000 + int(at.timestamp()) // 100,
                "scale": 0,
                "base_unit": "W" if code == "1.6.0" else "Wh",
                "text": "x",
                "unit": "kWh",
                "stamp": at - timedelta(days=2),
                "row": None,
                "time_from": "clock",
                "quality": 0,
                "frame_id": 1,
                "received_at": at,
            }
