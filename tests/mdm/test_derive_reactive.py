"""Are ratios, limits and charges the ones of the law?"""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.mdm.derive.reactive import (
    EXEMPTIONS,
    LIMITS,
    BothPassed,
    Kind,
    Limits,
    Ratio,
    Subject,
    charged,
    charged_unmeasured,
    rule_for,
)

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(("kva", "expected"), [("49.9", (33, 20)), ("50", (20, 15)), ("400", (20, 15))])
def test_limits_go_by_installed_power(kva, expected):
    limits = rule_for(Subject(installed_kva=Decimal(kva)), TODAY).limits
    assert (limits.inductive, limits.capacitive) == expected


def test_without_an_installed_power_the_stricter_limits_are_shown_and_it_is_said():
    found = rule_for(Subject(), TODAY)
    assert (found.limits.inductive, found.assumed) == (20, ("installed power",))


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        (Subject(tariff_group="Mesken"), "residential"),
        (Subject(tariff_group="lighting"), "lighting"),
        (Subject(single_phase=True), "single phase"),
        (Subject(contract_kw=Decimal(9)), "small connection"),
        (Subject(contract_kw=Decimal("9.1")), None),
        (Subject(tariff_group="industry", contract_kw=Decimal(160)), None),
    ],
)
def test_who_is_exempt_and_by_which_text(subject, name):
    found = rule_for(subject, TODAY).exemption
    assert (found.name if found else None) == name
    assert found is None or "5999" in found.source


def test_a_limit_of_another_year_holds_in_that_year_only():
    new = Limits(
        since=date(2027, 1, 1), from_kva=Decimal(50), inductive=Decimal(10), capacitive=Decimal(5), source="x"
    )
    subject = Subject(installed_kva=Decimal(400))
    assert rule_for(subject, TODAY, limits=(*LIMITS, new)).limits.inductive == 20
    old = tuple(
        Limits(
            since=one.since,
            until=date(2027, 1, 1),
            from_kva=one.from_kva,
            inductive=one.inductive,
            capacitive=one.capacitive,
            source=one.source,
        )
        for one in LIMITS
    )
    assert rule_for(subject, date(2027, 1, 1), limits=(*old, new)).limits.inductive == 10


def test_the_worked_example_charges_the_whole_inductive_quantity_and_no_capacitive():
    inductive = Ratio(kind=Kind.INDUCTIVE, active_wh=61_174_000, reactive_varh=13_500_000, limit=Decimal(20))
    capacitive = Ratio(kind=Kind.CAPACITIVE, active_wh=61_174_000, reactive_varh=3_250_000, limit=Decimal(15))
    assert round(inductive.percent, 2) == Decimal("22.07")
    assert round(capacitive.percent, 2) == Decimal("5.31")
    assert charged([inductive, capacitive]) == {Kind.INDUCTIVE: 13_500_000, Kind.CAPACITIVE: 0}


def test_both_limits_passed_is_a_setting():
    both = [
        Ratio(kind=Kind.INDUCTIVE, active_wh=1000, reactive_varh=400, limit=Decimal(20)),
        Ratio(kind=Kind.CAPACITIVE, active_wh=1000, reactive_varh=300, limit=Decimal(15)),
    ]
    assert charged(both) == {Kind.INDUCTIVE: 400, Kind.CAPACITIVE: 300}
    assert charged(both, both=BothPassed.HIGHER_ONLY) == {Kind.INDUCTIVE: 400, Kind.CAPACITIVE: 0}


def test_nothing_active_and_something_reactive_passes_any_limit():
    ratio = Ratio(kind=Kind.INDUCTIVE, active_wh=0, reactive_varh=1, limit=Decimal(33))
    assert (ratio.percent, ratio.is_passed, ratio.left_varh) == (None, True, -1)
    assert not Ratio(kind=Kind.INDUCTIVE, active_wh=0, reactive_varh=0, limit=Decimal(33)).is_passed


def test_registers_kept_from_counting_cost_ninety_per_cent_of_active():
    assert charged_unmeasured(61_174_000) == 55_056_600


@given(st.integers(0, 10**14), st.integers(0, 10**14), st.decimals("1", "50", places=2))
def test_what_is_left_is_the_last_varh_that_passes_nothing(active, reactive, limit):
    ratio = Ratio(kind=Kind.INDUCTIVE, active_wh=active, reactive_varh=reactive, limit=limit)
    at_limit = Ratio(kind=ratio.kind, active_wh=active, reactive_varh=reactive + ratio.left_varh, limit=limit)
    beyond = Ratio(
        kind=ratio.kind, active_wh=active, reactive_varh=reactive + ratio.left_varh + 1, limit=limit
    )
    assert not at_limit.is_passed and beyond.is_passed
    assert ratio.is_passed == (ratio.left_varh < 0)


def test_every_exemption_and_limit_names_its_source():
    assert all(row.source for row in (*LIMITS, *EXEMPTIONS))
