"""Is the same energy paid for twice and compared rightly?"""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from osos.portal.screens.tariffs.view import GUIDE, Prices, compare, prices_asked

OWN = {"single": "3,50", "t1": "3.42", "t2": "5.61", "t3": "2,18"}
ENERGY = st.integers(0, 10**13)


def test_own_prices_are_taken_with_comma_or_point():
    prices, notes = prices_asked(OWN)
    assert prices.own and not notes
    assert (prices.single, prices.t1) == (Decimal("3.50"), Decimal("3.42"))


def test_without_prices_the_guides_proportions_hold_and_no_amount_is_claimed():
    prices, notes = prices_asked({})
    assert not prices.own and not notes and prices.t2 == GUIDE["t2"]


def test_what_is_no_price_is_named_and_not_reckoned_with():
    for text in ("-1", "1e9", "NaN", "<b>", "99999", "3,5,5"):
        prices, notes = prices_asked(OWN | {"t1": text})
        assert not prices.own
        assert notes[0].facts == {"text": text}


def test_a_price_left_out_is_asked_for():
    prices, notes = prices_asked({"single": "3"})
    assert not prices.own and len(notes) == 1


def test_the_mocks_sum_comes_out():
    prices, _ = prices_asked(OWN)
    found = compare({"t1": 14_725_000, "t2": 6_085_000, "t3": 2_993_000}, prices)
    assert round(found.at_three, 2) == Decimal("91021.09")
    assert found.wh == 23_803_000


def test_nothing_used_saves_nothing():
    found = compare({}, prices_asked({})[0])
    assert found.saved == 0 and found.saved_share is None


@given(ENERGY, ENERGY, ENERGY, st.decimals("0", "1000", places=6))
def test_three_equal_prices_are_one_price(t1, t2, t3, price):
    found = compare(
        {"t1": t1, "t2": t2, "t3": t3}, Prices(single=price, t1=price, t2=price, t3=price, own=True)
    )
    assert found.saved == 0
    assert found.at_single == sum(each.at_single for each in found.bands)


@given(st.text(max_size=12))
def test_any_text_is_a_price_or_named(text):
    prices, notes = prices_asked(OWN | {"t2": text})
    assert prices.own != bool(notes)
