"""Does the worked example of a bill come out to the kuruş, and the printed table to the kWh?"""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.mdm.derive.charges import GUIDE, Prices, Used, bill, compare_rates
from osos.mdm.derive.demand import over_contract_w
from osos.mdm.derive.losses import (
    TRANSFORMERS,
    Line,
    coefficient,
    line_loss,
    losses_by_rate,
    transformer_loss,
    transformer_named,
)
from osos.mdm.derive.reactive import Kind, Ratio, charged
from osos.mdm.derive.tariffs import Band

# regulation.md (f3): LV metered, own 400 kVA 33/0.4 kV, CT 500/5 → ×100, contract 160 kW, 31 days
MULTIPLIER = 100
WH = {Band.T1: 344_440 * MULTIPLIER, Band.T2: 112_300 * MULTIPLIER, Band.T3: 155_000 * MULTIPLIER}
HOURS = {Band.T1: 341, Band.T2: 155, Band.T3: 248}
TODAY = date(2026, 3, 2)
PLACEHOLDERS = Prices(
    since=date(2026, 1, 1),
    source="regulation.md (f3): placeholders, not tariffs",
    energy={Band.T1: Decimal(2), Band.T2: Decimal(3), Band.T3: Decimal("1.20")},
    distribution=Decimal("0.80"),
    reactive=Decimal("0.90"),
    power=Decimal(30),
    over_power=Decimal(60),
    consumption_tax=Decimal(1),
    vat=Decimal(20),
)


def test_the_worked_example_to_the_kurus() -> None:
    active = sum(WH.values())
    assert active == 61_174_000
    drawn = {
        Kind.INDUCTIVE: (135_000 * MULTIPLIER, Decimal(20)),
        Kind.CAPACITIVE: (32_500 * MULTIPLIER, Decimal(15)),
    }
    ratios = [
        Ratio(kind=kind, active_wh=active, reactive_varh=varh, limit=limit)
        for kind, (varh, limit) in drawn.items()
    ]
    over = over_contract_w(1_950 * MULTIPLIER, contract_kw=Decimal(160))
    used = Used(wh=WH, charged_varh=sum(charged(ratios).values()), contract_w=160_000, over_contract_w=over)
    found = bill(used, PLACEHOLDERS)
    assert {name: str(amount) for name, amount in found.lines.items()} == {
        "energy": "121178.00",
        "distribution": "48939.20",
        "reactive": "12150.00",
        "power": "4800.00",
        "over power": "2100.00",
        "consumption tax": "1211.78",
    }
    assert (found.base, found.vat, found.total) == tuple(
        Decimal(amount) for amount in ("190378.98", "38075.80", "228454.78")
    )


def test_the_worked_examples_transformer_loss() -> None:
    row = transformer_named(33, 400, TODAY)
    assert row is not None
    found = losses_by_rate(row, wh=WH, hours=HOURS)
    printed = {Band.T1: ("381.92", "118.06"), Band.T2: ("173.60", "27.61"), Band.T3: ("277.76", "32.87")}
    for band, (no_load, load) in printed.items():
        assert (round(found[band].no_load_kwh, 2), round(found[band].load_kwh, 2)) == (
            Decimal(no_load),
            Decimal(load),
        )
    assert sum(round(one.kwh, 2) for one in found.values()) == Decimal("1011.82")
    assert sum(one.no_load_kwh for one in found.values()) == Decimal("833.28")
    assert round(coefficient(found[Band.T1], WH[Band.T1]) or 0, 6) == Decimal("0.014516")


PRINTED_ROWS = """
15  50 0.19  1.10   33  50 0.23  1.25    15  100 0.32  1.75   33  100 0.38  1.95
15 160 0.46  2.35   33 160 0.52  2.55    15  250 0.65  3.25   33  250 0.78  3.50
15 400 0.93  4.60   33 400 1.12  4.90    15  630 1.30  6.50   33  630 1.45  6.65
15 800 1.50  8.50   33 800 1.75  8.70    15 1000 1.70 10.50   33 1000 2.00 10.50
15 1250 2.10 13.00  33 1250 2.25 13.00   15 1600 2.60 17.00   33 1600 2.80 17.00
"""
PRINTED = PRINTED_ROWS.split()


@pytest.mark.parametrize(("kv", "kva", "no_load", "load"), list(zip(*[iter(PRINTED)] * 4, strict=True)))
def test_the_printed_table(kv, kva, no_load, load) -> None:
    row = transformer_named(int(kv), int(kva), TODAY)
    assert row is not None and (row.no_load_kw, row.load_kw) == (Decimal(no_load), Decimal(load))
    assert "27951" in row.source


def test_what_is_not_in_the_table_has_no_loss_made_up_for_it() -> None:
    assert transformer_named(33, 315, TODAY) is None
    assert len(TRANSFORMERS) == 20


def test_at_full_load_a_transformer_loses_both_of_its_figures() -> None:
    row = transformer_named(15, 100, TODAY)
    assert row is not None
    full = transformer_loss(row, wh=100 * 95 * 10 * 100, hours=100)
    assert full.kwh == (Decimal("0.32") + Decimal("1.75")) * 100
    assert transformer_loss(row, wh=0, hours=100).load_kwh == 0


def test_a_line_loses_four_times_as_much_at_twice_the_energy() -> None:
    line = Line(ohm=Decimal("1.5"), kv=Decimal("0.4"))
    once, twice = (line_loss(line, wh=wh, hours=744) for wh in (10**6, 2 * 10**6))
    assert round(twice / once, 9) == 4
    assert line_loss(line, wh=5, hours=0) == 0


def test_without_prices_rates_are_compared_by_the_guide_and_no_amount_is_claimed() -> None:
    found = compare_rates({Band.T1: 1000, Band.T2: 1000, Band.T3: 1000})
    assert found.assumed and "proportions" in found.source
    assert found.saved_share is not None and round(found.saved_share, 4) == Decimal("0.0167")
    assert compare_rates({}).saved_share is None


def test_with_prices_the_amounts_are_to_the_kurus() -> None:
    single = Prices(since=TODAY, source="list", energy=dict.fromkeys(Band, Decimal("2.10")))
    found = compare_rates(WH, three=PLACEHOLDERS, single=single)
    assert (found.three, found.single, found.assumed) == (Decimal("121178.00"), Decimal("128465.40"), False)


@given(
    st.fixed_dictionaries({band: st.integers(0, 10**12) for band in Band}),
    st.decimals("0.01", "10", places=4),
)
def test_one_price_for_all_bands_is_a_single_rate(wh, price) -> None:
    same = Prices(since=TODAY, source="x", energy=dict.fromkeys(Band, price))
    assert compare_rates(wh, three=same, single=same).saved_share in {None, Decimal(0)}
    assert set(GUIDE) == set(Band)
