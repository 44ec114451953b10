"""Are the rows found that a list of numbers asks for, on either engine?"""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Column, MetaData, Table, bindparam, select

from osos.store import Store, among

_things = Table("things", MetaData(), Column("id", BigInteger, primary_key=True), Column("kind", BigInteger))
_asked = among(
    select(_things.c.id).where(_things.c.kind < bindparam("below")), ids=_things.c.id, kinds=_things.c.kind
)
_LISTS = st.lists(st.integers(-3, 40), max_size=50)


@given(ids=_LISTS, kinds=_LISTS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_in_both_lists_is_found(store: Store, ids: list[int], kinds: list[int]):
    held = [{"id": number, "kind": number % 7} for number in range(30)]
    with store.begin() as conn:
        _things.drop(conn, checkfirst=True)
        _things.create(conn)
        conn.execute(_things.insert(), held)
        found = conn.scalars(_asked(conn), {"below": 5, "ids": ids, "kinds": kinds}).all()
    expected = {one["id"] for one in held if one["id"] in ids and one["kind"] in kinds and one["kind"] < 5}
    assert sorted(found) == sorted(expected)


def test_more_numbers_than_a_statement_takes_on_either_engine_are_one_question(store: Store):
    with store.begin() as conn:
        _things.create(conn)
        conn.execute(_things.insert(), [{"id": number, "kind": 1} for number in range(5)])
        many = list(range(-20_000, 3))
        assert len(conn.scalars(_asked(conn), {"below": 5, "ids": many, "kinds": [1]}).all()) == 3
