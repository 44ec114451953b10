"""Are numbers, times and money written as a Turkish and as an English reader writes them?"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.web import Formats

TR, EN = Formats("tr"), Formats("en")
WHEN = datetime(2026, 11, 21, 19, 45, tzinfo=UTC)

CASES = [
    (lambda f: f.kwh(23_803_500), "23.803,5 kWh", "23,803.5 kWh"),
    (lambda f: f.kwh(-1), "0,0 kWh", "0.0 kWh"),
    (lambda f: f.kwh(-1500), "−1,5 kWh", "−1.5 kWh"),
    (lambda f: f.kvarh(2_951_600), "2.951,6 kVArh", "2,951.6 kVArh"),
    (lambda f: f.percent(0.132), "%13,2", "13.2%"),
    (lambda f: f.percent(Decimal("-0.098")), "−%9,8", "−9.8%"),
    (lambda f: f.money(Decimal("128450.5")), "₺128.450,50", "₺128,450.50"),
    (lambda f: f.money(Decimal("-1.005")), "−₺1,01", "−₺1.01"),
    (lambda f: f.when(WHEN), "21.11.2026 22:45", "21 Nov 2026 22:45"),
    (lambda f: f.day(date(2026, 3, 2)), "02.03.2026", "2 Mar 2026"),
    (lambda f: f.near_day(WHEN), "21 Kasım Cumartesi", "Saturday 21 November"),
    (lambda f: f.month(WHEN), "Kasım 2026", "November 2026"),
    (lambda f: f.weekday(date(2026, 11, 25)), "Ça", "We"),
    (lambda f: f.days(date(2026, 11, 1), date(2026, 11, 21)), "1–21 Kasım 2026", "1–21 November 2026"),
    (lambda f: f.span(timedelta(minutes=15)), "15 dk", "15 min"),
    (lambda f: f.span(timedelta(hours=2, minutes=30)), "2 sa 30 dk", "2 h 30 min"),
    (lambda f: f.kwh(None), "–", "–"),
    (lambda f: f.money(None), "–", "–"),
]


@pytest.mark.parametrize(("write", "turkish", "english"), CASES)
def test_it_is_written_as_the_reader_writes_it(write, turkish, english):
    # a no-break space keeps number and unit together
    assert write(TR).replace(" ", " ") == turkish
    assert write(EN).replace(" ", " ") == english


@given(st.integers(-(10**12), 10**12), st.integers(0, 3))
def test_what_is_written_reads_back_to_the_rounded_value(wh, digits):
    written = TR.kwh(wh, digits).split(" ")[0]
    back = Decimal(written.replace(".", "").replace(",", ".").replace("−", "-"))
    assert abs(back - Decimal(wh) / 1000) <= Decimal(1).scaleb(-digits) / 2
