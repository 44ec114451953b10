"""Is what a check saw written in words?"""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.conformity.told import told

AT = datetime(2026, 5, 1, 0, 3)  # a meter's clock knows no zone


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ((AT, 1), "26-05-01,00:03, 1"),
        (AT.replace(second=7), "26-05-01,00:03:07"),
        ((None, 0), "–, 0"),
        ([True, False], "yes, no"),
        (("(0)", "on", "off"), "(0), on, off"),
        ([(1, 2), (3, 4)], "(1, 2), (3, 4)"),
        ({"1.6.0": 690, "2.6.0": 345}, "1.6.0: 690, 2.6.0: 345"),
        ([], "–"),
        ("as it stands", "as it stands"),
        (138, "138"),
    ],
)
def test_values_are_told_as_a_person_writes_them(value: object, written: str) -> None:
    assert told(value) == written


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.datetimes(),
        lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner),
        max_leaves=8,
    )
)
def test_no_value_is_told_in_python(value: object) -> None:
    assert "datetime" not in told(value)
