"""Does every engine give back exactly what was kept?"""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, Table, select
from sqlalchemy.exc import StatementError

from osos.store import Blob, Exact, Id, Instant, Json, NotAStore, Store, Words, append, insert, open_store

things = Table(
    "things",
    MetaData(),
    Column("id", Id, primary_key=True),
    Column("at", Instant),
    Column("said", Json),
    Column("words", Words),
    Column("exact", Exact),
    Column("raw", Blob),
)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
ROWS = st.fixed_dictionaries(
    {
        "at": st.none()
        | st.datetimes(
            datetime(1900, 1, 1),
            datetime(2200, 1, 1),
            timezones=st.sampled_from([UTC, timezone(timedelta(hours=3)), timezone(timedelta(hours=-11))]),
        ),
        "said": st.recursive(
            st.none()
            | st.booleans()
            | st.integers()
            | st.text()
            | st.floats(allow_nan=False, allow_infinity=False),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
            ),
            max_leaves=6,
        ),
        "words": st.none() | st.text(),
        "exact": st.none() | st.decimals(-(10**9), 10**9, places=4),
        "raw": st.none() | st.binary(max_size=50),
    }
)


@pytest.fixture
def thing_store(store: Store) -> Store:
    with store.begin() as conn:
        things.metadata.create_all(conn)
    return store


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.lists(ROWS, min_size=1, max_size=5), copied=st.booleans())
def test_what_is_kept_is_given_back(thing_store: Store, rows: list[dict[str, object]], copied: bool) -> None:
    with thing_store.begin() as conn:
        conn.execute(things.delete())
        if copied:
            append(conn, things, rows)
        else:
            conn.execute(insert(conn, things), rows)
    with thing_store.read() as conn:
        found = [row._asdict() for row in conn.execute(select(things).order_by(things.c.id))]
    for row, back in zip(rows, found, strict=True):
        for name in ("at", "said", "exact", "raw"):
            assert back[name] == row[name]
        if back["at"] is not None:
            assert back["at"].tzinfo is UTC
        words = row["words"]
        if words is not None:
            visible = "".join("?" if "\ud800" <= c <= "\udfff" else c for c in str(words).replace("\0", "␀"))
            assert back["words"] == visible


def test_a_time_without_an_offset_is_refused(thing_store: Store) -> None:
    with pytest.raises(StatementError, match="aware instants only"), thing_store.begin() as conn:
        conn.execute(things.insert().values(at=datetime(2026, 3, 2)))


def test_json_holds_no_figure_that_json_has_not(thing_store: Store) -> None:
    with pytest.raises(StatementError, match="not JSON compliant"), thing_store.begin() as conn:
        conn.execute(things.insert().values(said={"x": float("nan")}))


def test_nothing_appended_is_nothing(thing_store: Store) -> None:
    with thing_store.begin() as conn:
        append(conn, things, [])
        append(conn, things, [{"exact": Decimal("1.50")}])
        assert conn.scalars(select(things.c.exact)).all() == [Decimal("1.5")]


def test_instants_compare_in_order_on_both_engines(thing_store: Store) -> None:
    start = datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    with thing_store.begin() as conn:
        append(conn, things, [{"at": start + timedelta(microseconds=n)} for n in range(3)])
        later = select(things.c.at).where(things.c.at > start).order_by(things.c.at)
        assert conn.scalars(later).all() == [start + timedelta(microseconds=n) for n in (1, 2)]


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "sqlite:///:memory:", "nonsense://"])
def test_an_address_that_is_no_store_is_refused(url: str) -> None:
    with pytest.raises(NotAStore):
        open_store(url)
