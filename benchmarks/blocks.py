"""How many bytes on disk does a value of a load profile cost (Q-5)?

A value is one register at one time, as the meter said it: a quarter hour of a one-way combi meter's P.01 is
four. Pretend meters of houses, shops, markets and factories are recorded through `mdm.record`; beside them
the same values lie in a table with a row an interval (same engine, same run). Sizes are of whole tables with
their keys after VACUUM; quality, hash, version and sums included.
"""

import importlib.util
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    create_engine,
    select,
)

from osos import mdm
from osos.mdm.canonical import Installed
from osos.mdm.tables import canonical_blocks, said_blocks
from osos.meters import ProfileRecords
from osos.quantities import DeviceId, local_midnight
from osos.simulator.city.customers import FACTORY, HOUSE, MARKET, SHOP, Customer
from osos.simulator.meter import MeterSpec, VirtualMeter
from osos.store import Store, open_store

GOAL = 1.0  # byte a value
DAYS = 30
COPIES = 20  # of every row under other keys, so that a table's fixed pages do not count
METERS = (HOUSE, HOUSE, HOUSE, HOUSE, SHOP, SHOP, SHOP, MARKET, FACTORY, FACTORY) * 2
FIRST = date(2026, 3, 1)
CODES, UNITS = ("1.8.0", "5.8.0", "8.8.0", "1.6.0"), ("kWh", "kvarh", "kvarh", "kW")
SAID, CANONICAL = "said_blocks", "canonical_blocks"

_rows = Table(  # the usual way, without a needless byte: one row an interval, quality and version in it
    "interval_rows",
    MetaData(),
    Column("meter_id", Integer, primary_key=True),
    Column("label", Integer, primary_key=True),
    *(Column(name, BigInteger, nullable=False) for name in ("a_plus", "q1", "q4", "demand")),
    Column("quality", SmallInteger, nullable=False),
    Column("version", SmallInteger, nullable=False),
    Column("frame_id", Integer, nullable=False),
)


def run() -> list[dict[str, object]]:
    said = [_said(number, customer) for number, customer in enumerate(METERS)]
    with tempfile.TemporaryDirectory() as folder:
        rows = _measured("sqlite", f"sqlite:///{folder}/blocks.sqlite", said)
    with _postgres() as url:
        if url is None:
            print("  postgresql: not installed, not measured")
        else:
            rows += _measured("postgresql", url, said)
    return rows


def _said(number: int, customer: Customer) -> ProfileRecords:
    """What a one-way combi meter at such a customer has in its P.01 after some weeks."""
    since = local_midnight(FIRST)
    spec = MeterSpec(
        device=DeviceId("OSO", f"{number:09d}"),
        kind="combi",
        connection=customer.connection,
        since=since,
        produced=date(2025, 1, 1),
        seed=number,
    )
    meter = VirtualMeter(spec, customer.load(number), days_kept=DAYS + 1)
    found = meter.profile_records("P.01", at=since + timedelta(days=DAYS))
    assert found is not None
    assert found.columns == CODES
    return ProfileRecords("P.01", CODES, found.labels, found.values, (3, 3, 3, 3), UNITS, "combi", 1)


def _measured(engine: str, url: str, said: list[ProfileRecords]) -> list[dict[str, object]]:
    values = sum(records.values.size for records in said)
    stored = values * COPIES
    store = open_store(url)
    store.migrate()
    started = perf_counter()
    for meter_id, records in enumerate(said, start=1):
        _record(store, meter_id, records)
    seconds = perf_counter() - started
    with store.begin() as conn:
        _rows.create(conn)
        for meter_id, records in enumerate(said, start=1):
            _insert_rows(conn, meter_id, records)
        for copy in range(1, COPIES):
            _copy(conn, copy * 1000)
    store.close()
    sizes = _sizes(url)
    both = (sizes[SAID] + sizes[CANONICAL]) / stored
    per_row = sizes[_rows.name] / stored
    return [
        {
            "figure": "Q-5 bytes a value",
            "engine": engine,
            "values": stored,
            "as_said": round(sizes[SAID] / stored, 3),
            "canonical": round(sizes[CANONICAL] / stored, 3),
            "both": round(both, 3),
            "row_an_interval": round(per_row, 3),
            "ratio": round(per_row / both, 1),
            "goal": GOAL,
            "met": both <= GOAL,
            "values_a_second_recorded": round(values / seconds),
        }
    ]


def _record(store: Store, meter_id: int, records: ProfileRecords) -> None:
    """Telegrams of five days, each in a transaction of its own."""
    installed = Installed(meter_id=meter_id, multiplier=Decimal(40), since=local_midnight(FIRST))
    step = 5 * 96
    for first in range(0, len(records), step):
        part = slice(first, first + step)
        some = ProfileRecords(
            "P.01", CODES, records.labels[part], records.values[part], (3, 3, 3, 3), UNITS, "combi", 1
        )
        at = local_midnight(FIRST) + timedelta(days=first // 96 + 6)
        with store.begin() as conn:
            mdm.record(
                conn,
                frame_id=100_000 + meter_id * 100 + first // step,
                meter=meter_id,
                point=meter_id,
                interpreted=mdm.Interpreted(kind="profile", profile="P.01", records=some),
                received_at=at,
                installed=[installed],
            )


def _insert_rows(conn: Connection, meter_id: int, records: ProfileRecords) -> None:
    names = ("a_plus", "q1", "q4", "demand")
    conn.execute(
        _rows.insert(),
        [
            {
                "meter_id": meter_id,
                "label": label,
                "quality": 0,
                "version": 1,
                "frame_id": 100_000 + meter_id * 100,
            }
            | dict(zip(names, four, strict=True))
            for label, four in zip(records.labels.tolist(), records.values.tolist(), strict=True)
        ],
    )


def _copy(conn: Connection, further: int) -> None:
    """Every row once more, of other meters and points."""
    for table, key in ((said_blocks, "meter_id"), (canonical_blocks, "point_id"), (_rows, "meter_id")):
        columns = [column + further if column.name == key else column for column in table.c]
        keys = (table.c[key], *table.primary_key.columns)
        own = select(*columns).where(table.c[key] < 1000).order_by(*keys)
        conn.execute(table.insert().from_select([column.name for column in table.c], own))


def _sizes(url: str) -> dict[str, int]:
    """Of each table with its keys, vacuumed."""
    names = (SAID, CANONICAL, _rows.name)
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
    sizes = {}
    with engine.connect() as conn:
        conn.exec_driver_sql("VACUUM")
        for name in names:
            if engine.dialect.name == "postgresql":
                size = f"SELECT pg_total_relation_size('{name}')"
                sizes[name] = conn.exec_driver_sql(size).scalar_one()
            else:
                before = _pages(conn)
                conn.exec_driver_sql(f"DELETE FROM {name}")
                conn.exec_driver_sql("VACUUM")
                sizes[name] = before - _pages(conn)
    engine.dispose()
    return sizes


def _pages(conn: Connection) -> int:
    """Bytes of an SQLite file."""
    pages, size = (
        conn.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("page_count", "page_size")
    )
    return int(pages) * int(size)


@contextmanager
def _postgres() -> Iterator[str | None]:
    """A throwaway cluster as the tests start one; None where PostgreSQL is not installed."""
    house = house_of_tests()
    if house._program("initdb") is None:
        yield None
        return
    cluster = house.Cluster()
    try:
        yield cluster.url(cluster.new_database())
    finally:
        cluster.remove()


def house_of_tests() -> Any:
    """What the tests share, which no installed package holds."""
    place = Path(__file__).resolve().parent.parent / "tests" / "conftest.py"
    spec = importlib.util.spec_from_file_location("osos_test_house", place)
    assert spec is not None
    assert spec.loader is not None
    house = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(house)
    return house
