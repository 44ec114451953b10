"""Do rows that enter at once come out as those that enter one by one?"""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, select

from osos.store import Blob, Id, Instant, Json, Store, StoreUnavailable, Words, append, append_columns
from osos.store.types import Exact

AT = datetime(2026, 3, 2, 21, 0, 0, 7, tzinfo=UTC)
kinds = Table(
    "kinds_of_columns",
    MetaData(),
    Column("id", Id, primary_key=True),
    Column("count", Integer),
    Column("at", Instant),
    Column("said", Words),
    Column("facts", Json),
    Column("times", Exact),
    Column("bytes", Blob),
)
ROWS = [
    dict(zip(kinds.c.keys(), values, strict=True))
    for values in (
        (1, 5, AT, "çok\0", {"b": [1]}, Decimal("40.50"), b"\0\xff"),
        (2, None, None, None, None, None, None),
        (3, -7, AT, "", [], Decimal("1E+3"), b""),
    )
]


def rows_of(conn: Connection) -> list[dict]:
    return [dict(row) for row in conn.execute(select(kinds).order_by(kinds.c.id)).mappings()]


@pytest.fixture
def one_by_one(store: Store) -> list[dict]:
    with store.begin() as conn:
        kinds.create(conn)
        for row in ROWS:
            conn.execute(kinds.insert().values(row))
        found = rows_of(conn)
        conn.execute(kinds.delete())
    return found


def test_rows_at_once_are_kept_as_rows_one_by_one(store: Store, one_by_one: list[dict]) -> None:
    with store.begin() as conn:
        append(conn, kinds, ROWS)
        assert rows_of(conn) == one_by_one


def test_columns_are_the_same_rows(store: Store, one_by_one: list[dict]) -> None:
    with store.begin() as conn:
        append_columns(conn, kinds, {name: [row[name] for row in ROWS] for name in ROWS[0]})
        append_columns(conn, kinds, {"id": [], "count": []})
        append(conn, kinds, [])
        assert rows_of(conn) == one_by_one


def test_columns_of_different_lengths_are_refused(store: Store, one_by_one: list[dict]) -> None:
    with pytest.raises(ValueError, match="argument"), store.begin() as conn:
        append_columns(conn, kinds, {"id": [1, 2], "count": [1]})


REFUSING = {"sqlite": "PRAGMA query_only=ON", "postgresql": "SET TRANSACTION READ ONLY"}


def test_a_database_that_takes_no_rows_is_told_as_unavailable(store: Store, one_by_one: list[dict]) -> None:
    def refused() -> None:
        with store.begin() as conn:
            conn.exec_driver_sql(REFUSING[store.dialect])
            append(conn, kinds, ROWS)

    with pytest.raises(StoreUnavailable) as told:
        refused()
    assert told.value.reason == "read-only"
