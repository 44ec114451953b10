"""Do our figures agree with regulation (f2) and (b4) computed again, plainly and slowly, from the text?

Nothing here is shared with the product but the door that is asked: fractions instead of arrays, loops
instead of tables, sentences of the regulation beside them.
"""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from osos.mdm.derive.charges import Prices, Used, bill
from osos.mdm.derive.demand import over_contract_w
from osos.mdm.derive.losses import losses_by_rate, transformer_named
from osos.mdm.derive.profile_coefficients import by_profile, three_rates_by_profile
from osos.mdm.derive.reactive import Kind, Ratio, Subject, charged, rule_for
from osos.mdm.derive.tariffs import Band, ClockRegime, bands, split
from osos.mdm.keeping.exchanges import advance
from osos.quantities import TURKIYE

WH = st.integers(0, 10**11)
TODAY = date(2026, 3, 2)
# (f2), as printed: Pn kVA → 15 kV Pb/Pcu, 33 kV Pb/Pcu in kW
PRINTED = {
    50: ((0.19, 1.10), (0.23, 1.25)),
    100: ((0.32, 1.75), (0.38, 1.95)),
    160: ((0.46, 2.35), (0.52, 2.55)),
    250: ((0.65, 3.25), (0.78, 3.50)),
    400: ((0.93, 4.60), (1.12, 4.90)),
    630: ((1.30, 6.50), (1.45, 6.65)),
    800: ((1.50, 8.50), (1.75, 8.70)),
    1000: ((1.70, 10.50), (2.00, 10.50)),
    1250: ((2.10, 13.00), (2.25, 13.00)),
    1600: ((2.60, 17.00), (2.80, 17.00)),
}


def kurus(amount: Fraction) -> Decimal:
    """Half up, as a bill is printed."""
    whole = (amount * 100 + Fraction(1, 2)).__floor__()
    return Decimal(whole) / 100


@given(st.integers(0, 10**9 - 1), st.integers(0, 50_000))
def test_a_register_of_six_and_three_digits_goes_on_at_nought(first: int, counted: int) -> None:
    """If last < first and no replacement: (10^d - first + last) × k, d = 6."""
    last = first + counted if first + counted < 1_000_000_000 else first + counted - 1_000_000_000
    plain = last - first if last >= first else 1_000_000_000 - first + last
    assert advance(first, last, most=250_000) == plain == counted


@given(WH, WH, st.none() | st.integers(0, 5000), st.sampled_from(list(Kind)))
def test_reactive_limits_and_charges(active: int, reactive: int, kva: int | None, kind: Kind) -> None:
    """< 50 kVA: 33 %, 20 %; from 50 kVA: 20 %, 15 %. Once passed, all of it is charged."""
    per_cent = {True: (33, 20), False: (20, 15)}[kva is not None and kva < 50][kind is Kind.CAPACITIVE]
    rule = rule_for(Subject(installed_kva=None if kva is None else Decimal(kva)), TODAY)
    assert (rule.limits.of(kind), rule.assumed) == (per_cent, () if kva is not None else ("installed power",))
    ratio = Ratio(kind=kind, active_wh=active, reactive_varh=reactive, limit=rule.limits.of(kind))
    passed = reactive > 0 if active == 0 else Fraction(reactive, active) * 100 > per_cent
    assert charged([ratio])[kind] == (reactive if passed else 0)
    left = ratio.left_varh
    assert (
        Fraction(reactive + left) * 100 <= Fraction(active) * per_cent < Fraction(reactive + left + 1) * 100
    )


@given(
    st.sampled_from(sorted(PRINTED)),
    st.sampled_from([15, 33]),
    st.tuples(WH, WH, WH),
    st.sampled_from([28, 29, 30, 31]),
)
def test_transformer_loss_rate_by_rate(kva: int, kv: int, used: tuple[int, int, int], days: int) -> None:
    """K = [Pb + Pcu · (E / (T · Pn · cosφ))²] · T, cosφ = 0.95, T = hours of that rate in the month."""
    no_load, load = (Fraction(str(one)) for one in PRINTED[kva][kv == 33])
    hours = {Band.T1: 11 * days, Band.T2: 5 * days, Band.T3: 8 * days}
    wh = dict(zip(hours, used, strict=True))
    row = transformer_named(kv, kva, TODAY)
    assert row is not None
    found = losses_by_rate(row, wh=wh, hours=hours)
    for band, of_rate in hours.items():
        share = Fraction(wh[band], 1000) / (of_rate * kva * Fraction(95, 100))
        exact = (no_load + load * share**2) * of_rate
        told = Fraction(found[band].kwh)
        assert (
            abs(told - exact) <= exact * Fraction(1, 10**20) and found[band].no_load_kwh == no_load * of_rate
        )


PRICE = st.integers(0, 99_999).map(lambda n: Decimal(n) / 10_000)


@given(st.tuples(WH, WH, WH), WH, st.tuples(*[PRICE] * 7), st.integers(0, 10**9), st.integers(1, 10**6))
def test_a_bill_line_by_line(
    used: tuple[int, int, int], varh: int, prices: tuple[Decimal, ...], demand_w: int, contract_kw: int
) -> None:
    """(f3): the lines, BTV on energy, VAT on their sum; over-power = max(0, P - contract) × TL/kW."""
    t1, t2, t3, distribution, reactive, power, over = prices
    over_w = over_contract_w(demand_w, contract_kw=Decimal(contract_kw))
    assert over_w == max(0, demand_w - contract_kw * 1000)
    found = bill(
        Used(
            wh=dict(zip((Band.T1, Band.T2, Band.T3), used, strict=True)),
            charged_varh=varh,
            contract_w=contract_kw * 1000,
            over_contract_w=over_w,
        ),
        Prices(
            since=TODAY,
            source="test",
            energy={Band.T1: t1, Band.T2: t2, Band.T3: t3},
            distribution=distribution,
            reactive=reactive,
            power=power,
            over_power=over,
            consumption_tax=Decimal(1),
            vat=Decimal(20),
        ),
    )
    kwh = [Fraction(one, 1000) for one in used]
    energy = kurus(
        sum((one * Fraction(price) for one, price in zip(kwh, (t1, t2, t3), strict=True)), Fraction(0))
    )
    lines = [
        energy,
        kurus(sum(kwh) * Fraction(distribution)),
        kurus(Fraction(varh, 1000) * Fraction(reactive)),
        kurus(contract_kw * Fraction(power)),
        kurus(Fraction(over_w, 1000) * Fraction(over)),
        kurus(Fraction(energy) / 100),
    ]
    assert list(found.lines.values()) == lines
    assert found.base == sum(lines)
    assert found.vat == kurus(Fraction(sum(lines)) / 5)
    assert (
        found.total
        == found.base + found.vat
        == (found.base + found.vat).quantize(Decimal("0.01"), ROUND_HALF_UP)
    )


def plain_band(moment: datetime) -> int:
    """T1 06-17, T2 17-22, T3 22-06, by the clock that is looked at."""
    return 1 if 6 <= moment.hour < 17 else 2 if 17 <= moment.hour < 22 else 3


@given(
    st.datetimes(datetime(2016, 9, 9), datetime(2035, 12, 1)),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=200),
)
def test_rates_of_a_meter_at_permanent_summer_time(start: datetime, wh: list[int]) -> None:
    first = start.replace(minute=start.minute // 15 * 15, second=0, microsecond=0, tzinfo=TURKIYE)
    moments = [first + timedelta(minutes=15 * n) for n in range(len(wh))]
    utc = np.array(
        [one.astimezone(ZoneInfo("UTC")).replace(tzinfo=None) for one in moments], dtype="datetime64[s]"
    )
    sums = dict.fromkeys((1, 2, 3, 4), 0)
    for moment, one in zip(moments, wh, strict=True):
        sums[plain_band(moment)] += one
    assert {int(band): one for band, one in split(np.array(wh), bands(utc)).items()} == sums


@given(st.datetimes(datetime(2002, 1, 2), datetime(2030, 12, 1)))
def test_rates_of_a_meter_that_still_changes_its_clock(moment: datetime) -> None:
    """Its clock is that of a country that never stopped changing on the last Sundays (Athens, say)."""
    slot = moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
    own = slot.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo("Europe/Athens"))
    found = bands(np.array([slot], dtype="datetime64[s]"), regime=ClockRegime.CHANGING)
    assert int(found[0]) == plain_band(own)


@settings(max_examples=40)
@given(st.integers(0, 10**12), st.lists(st.integers(1, 10**6), min_size=1, max_size=744))
def test_a_month_by_its_profile_is_the_energy_times_the_coefficient(wh: int, weights: list[int]) -> None:
    """(b4): hourly value = rate energy × coefficient of that hour; the hours are the month, to the Wh."""
    coefficients = [Decimal(one) / sum(weights) for one in weights]
    spread = by_profile(wh, coefficients).tolist()
    assert sum(spread) == wh and min(spread) >= 0
    for value, one in zip(spread, coefficients, strict=True):
        assert abs(value - wh * Fraction(one)) <= 1 + Fraction(wh, 10**9)


@settings(max_examples=40)
@given(st.tuples(WH, WH, WH), st.lists(st.integers(1, 10**6), min_size=24, max_size=24))
def test_three_rates_are_spread_rate_by_rate(wh: tuple[int, int, int], weights: list[int]) -> None:
    of_hour = [plain_band(datetime(2026, 3, 2, hour)) for hour in range(24)]
    sums = {band: sum(w for w, b in zip(weights, of_hour, strict=True) if b == band) for band in (1, 2, 3)}
    coefficients = [Decimal(w) / sums[band] for w, band in zip(weights, of_hour, strict=True)]
    of_rate = dict(zip((Band.T1, Band.T2, Band.T3), wh, strict=True))
    spread = three_rates_by_profile(of_rate, coefficients, np.array(of_hour, dtype=np.uint8)).tolist()
    for band, energy in of_rate.items():
        assert sum(one for one, own in zip(spread, of_hour, strict=True) if own == band) == energy


def test_lighting_is_exempt_however_it_is_written() -> None:
    for name in ("AYDINLATMA", "Aydınlatma", "aydınlatma", "GENEL AYDINLATMA", "LIGHTING", "MESKEN"):
        assert rule_for(Subject(tariff_group=name), TODAY).exemption is not None, name
    assert rule_for(Subject(tariff_group="SANAYİ"), TODAY).exemption is None
