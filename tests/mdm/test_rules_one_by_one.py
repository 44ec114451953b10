"""What does each rule say of a day that is as wrong as can be, just within, just beyond?"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from osos.mdm.canonical import Channel
from osos.mdm.rules import BY_ID, RULES, UNKNOWN, DayFacts, Finding, Severity, judge, packaged, words
from osos.mdm.rules.facts import OVERFLOWED, TESTED

CHANNELS = (Channel.A_PLUS, Channel.A_MINUS, Channel.Q1, Channel.Q4)
DAY = 9560


def full(value: int, rows: int = 1) -> np.ndarray:
    return np.full(rows, value, dtype=np.int64)


def flags(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int8)


def a_day(
    *, wh: Any = 100, export: Any = 0, q1: Any = 20, start: int = 5_000_000, period_min: int = 15
) -> DayFacts:
    """One day of one point; a number is the energy of every slot."""
    slots = 1440 // period_min
    energies = np.stack([np.broadcast_to(np.asarray(e), (slots,)) for e in (wh, export, q1, 0)])
    registers = np.concatenate((np.zeros((4, 1), np.int64), np.cumsum(energies, axis=1)), axis=1) + start
    return DayFacts.bare(
        points=full(7),
        days=full(DAY),
        period_min=period_min,
        channels=CHANNELS,
        registers=registers[:, None, :],
    )


def with_past(day: DayFacts, **numbers: int) -> DayFacts:
    usual = {
        "days": 28,
        "greatest_day_wh": 12_000,
        "least_day_wh": 8_000,
        "peak_wh": 250,
        "longest_still": 4,
        "weekdays": 4,
        "weekday_mean_wh": 9_600,
        "zero_days": 0,
    }
    return replace(day, past=replace(day.past, **{n: full(v) for n, v in (usual | numbers).items()}))


def said(day: DayFacts) -> list[Finding]:
    return judge(day, packaged())


def rules_of(day: DayFacts) -> list[str]:
    return [one.rule for one in said(day)]


def at(slot: int, value: int, rest: int = 100) -> np.ndarray:
    energies = np.full(96, rest)
    energies[slot] = value
    return energies


def meter(**facts: Any) -> DayFacts:
    day = a_day()
    return replace(day, meter=replace(day.meter, **facts))


def terms(day: DayFacts, **facts: Any) -> DayFacts:
    return replace(day, terms=replace(day.terms, **facts))


def readout(day: DayFacts, **facts: Any) -> DayFacts:
    return replace(day, readout=replace(day.readout, **facts))


def beside(**wh: int) -> DayFacts:
    day = a_day()
    return replace(day, beside=replace(day.beside, **{name: full(value) for name, value in wh.items()}))


def told_times(**edges: int) -> DayFacts:
    """e5=2: edge 5 was told twice."""
    day = a_day()
    times = day.times_said.copy()
    for name, count in edges.items():
        times[0, int(name[1:])] = count
    return replace(day, times_said=times)


def tariffs(*wh: int) -> DayFacts:
    return readout(a_day(), tariffs=np.array([wh], dtype=np.int64))


def summed(wh: int, *, at_min: int = 600) -> DayFacts:
    registers = np.full((4, 1), UNKNOWN, dtype=np.int64)
    registers[0, 0] = wh
    return readout(a_day(), at_min=full(at_min), registers=registers)


def demand(w: int, *, day: int = DAY - 3, since: int = DAY - 20, peak: int = 4000) -> DayFacts:
    facts = {"demand_w": w, "demand_day": day, "demand_since_day": since, "peak_w": peak}
    return readout(a_day(), **{name: full(value) for name, value in facts.items()})


# (rule, what must not be found, what must be)
CASES: list[tuple[str, DayFacts, DayFacts]] = [
    ("METER_ID", meter(is_expected=flags(1)), meter(is_expected=flags(0))),
    ("TIME_TOLERANCE", meter(drift_s=full(-60)), meter(drift_s=full(-61))),
    ("INTERVAL_SIZE", meter(period_set_min=full(15)), meter(period_set_min=full(60))),
    ("MISSING", a_day(), told_times(e5=0)),
    ("DUPLICATE", a_day(), told_times(e5=2)),
    ("OVERLAP", replace(a_day(), off_grid=full(0)), replace(a_day(), off_grid=full(1))),
    ("SUM_CHECK", summed(5_004_009), summed(5_004_050)),  # F48
    ("SPIKE", with_past(a_day(wh=at(40, 270)), peak_wh=250), with_past(a_day(wh=at(40, 380)), peak_wh=250)),
    ("HIGH_LOW", with_past(a_day(wh=150)), with_past(a_day(wh=220))),
    ("HIGH_LOW", with_past(a_day(wh=64)), with_past(a_day(wh=40))),
    (
        "MAX_POWER",
        terms(a_day(wh=at(9, 275)), greatest_w=full(1000)),
        terms(a_day(wh=at(9, 276)), greatest_w=full(1000)),
    ),
    ("NEGATIVE", a_day(wh=0), a_day(wh=at(50, -1))),
    ("ZERO_CONSUMPTION", with_past(a_day(wh=0), zero_days=1), with_past(a_day(wh=0), zero_days=2)),
    (
        "ZERO_CONSUMPTION",
        terms(with_past(a_day(wh=0), zero_days=5), seasonal=flags(1)),
        terms(with_past(a_day(wh=0), zero_days=6), seasonal=flags(1)),
    ),
    ("INACTIVE_CONSUMPTION", terms(a_day(wh=at(3, 50, 0)), active=flags(0)), terms(a_day(), active=flags(0))),
    ("EXPORT", terms(a_day(export=1), may_export=flags(1)), terms(a_day(export=1), may_export=flags(0))),
    ("TOU_SUM", tariffs(1000, 400, 300, 300, 4), tariffs(1000, 400, 300, 300, 5)),
    ("REACTIVE_RATIO", a_day(wh=10, q1=100), a_day(wh=10, q1=101)),
    (
        "REACTIVE_RATIO",
        a_day(wh=at(5, 0), q1=20),
        a_day(wh=np.where(np.arange(96) < 4, 0, 100), q1=200),
    ),
    (
        "MULTIPLIER",
        meter(multiplier_milli=full(40_000), multiplier_before_milli=full(40_000)),
        meter(multiplier_milli=full(40_001), multiplier_before_milli=full(40_000)),
    ),
    ("MULTIPLIER", meter(multiplier_milli=full(1)), meter(multiplier_milli=full(0))),
    (
        "MAIN_CHECK",
        beside(own_wh=100_000, check_wh=100_500),
        beside(own_wh=100_000, check_wh=100_510),
    ),
    (
        "BALANCE",
        beside(own_wh=100_000, below_wh=92_000, loss_wh=3_000),
        beside(own_wh=100_000, below_wh=91_999, loss_wh=3_000),
    ),
    ("PROLONGED_ESTIMATE", with_past(a_day(), estimated_days=3), with_past(a_day(), estimated_days=4)),
    (
        "PROLONGED_ESTIMATE",
        with_past(a_day(), estimated_slots=48, month_slots=960),
        with_past(a_day(), estimated_slots=49, month_slots=960),
    ),
    ("DEMAND_CONSISTENCY", demand(3_960), demand(3_959)),
    (
        "DEMAND_CONSISTENCY",
        terms(demand(11_000, day=DAY), greatest_w=full(10_000)),
        terms(demand(11_001, day=DAY), greatest_w=full(10_000)),
    ),
    ("DEMAND_CONSISTENCY", demand(4_000, day=DAY), demand(4_000, day=DAY + 1)),
    ("DEMAND_CONSISTENCY", demand(4_000, day=DAY - 20), demand(4_000, day=DAY - 21)),
    (
        "FROZEN",
        with_past(a_day(wh=np.where(np.arange(96) < 7, 90, np.arange(96)))),
        with_past(a_day(wh=np.where(np.arange(96) < 8, 90, np.arange(96)))),
    ),
    ("DEVICE_STATUS", meter(status=full(4)), meter(status=full(OVERFLOWED))),
    ("DEVICE_STATUS", meter(status=full(0)), meter(status=full(TESTED))),
    ("UNIT", meter(units_fit=flags(1)), meter(units_fit=flags(0))),
    ("CHANNELS", with_past(a_day(), channels=0b100101), with_past(a_day(), channels=0b101101)),
]


@pytest.mark.parametrize(
    ("rule", "within", "beyond"), CASES, ids=[f"{n}-{case[0]}" for n, case in enumerate(CASES)]
)
def test_a_rule_speaks_beyond_its_threshold_and_not_within(
    rule: str, within: DayFacts, beyond: DayFacts
) -> None:
    assert rule not in rules_of(within)
    assert rule in rules_of(beyond)


def test_every_rule_is_tried() -> None:
    assert {case[0] for case in CASES} == set(BY_ID)


def test_numbers_ids_and_words_are_each_rules_own() -> None:
    assert len({rule.number for rule in RULES}) == len(RULES) == len(BY_ID)
    assert len({rule.words_tr for rule in RULES}) == len(RULES)
    assert max(rule.number for rule in RULES) < 63, "a verdict keeps them as bits of an int64"


@pytest.mark.parametrize(
    ("rule", "within", "beyond"), CASES, ids=[f"{n}-{case[0]}" for n, case in enumerate(CASES)]
)
def test_words_are_filled_in_both_languages(rule: str, within: DayFacts, beyond: DayFacts) -> None:
    for one in said(beyond):
        for language in ("tr", "en"):
            text = words(one, language)
            assert "{" not in text
            assert "None" not in text


def test_a_point_nobody_knows_anything_of_is_not_accused() -> None:
    assert rules_of(a_day()) == []
    assert rules_of(a_day(wh=0, q1=0)) == []


@pytest.mark.parametrize("wh", [1, 7, 100, 62_499])
def test_a_load_that_never_changes_gives_no_finding(wh: int) -> None:
    steady = with_past(
        a_day(wh=wh, q1=0),
        greatest_day_wh=96 * wh,
        least_day_wh=96 * wh,
        peak_wh=wh,
        longest_still=96,
        weekday_mean_wh=96 * wh,
    )
    assert rules_of(steady) == []


def test_a_spike_names_its_slot_what_was_seen_and_what_expected() -> None:
    (one,) = [f for f in said(with_past(a_day(wh=at(40, 2000)), peak_wh=250)) if f.rule == "SPIKE"]
    assert (one.slots, one.seen, one.expected) == (((40, 41),), 8000, 1120)
    assert words(one) == "1.8.0: 8000 W at 10:00; by the day's third-highest at most 1120 W was expected"
    assert "10:00 aralığında 8000 W" in words(one, "tr")


def test_a_new_point_is_held_to_its_own_day_alone_and_more_loosely() -> None:
    assert "SPIKE" not in rules_of(a_day(wh=at(40, 1000)))
    assert "SPIKE" in rules_of(a_day(wh=at(40, 1200)))


def test_a_step_back_hides_in_no_gap() -> None:
    day = a_day()
    registers, times = day.registers.copy(), day.times_said.copy()
    registers[0, 0, 30:] -= 70_000
    registers[0, 0, 25:35], times[0, 25:35] = 0, 0
    found = said(replace(day, registers=registers, times_said=times))
    (one,) = [f for f in found if f.rule == "NEGATIVE"]
    assert (one.slots, one.severity) == (((24, 35),), Severity.FAIL)


@pytest.mark.parametrize("slot", [0, 50, 95])
def test_a_register_at_its_end_begins_anew_and_nothing_is_wrong(slot: int) -> None:
    day = a_day(start=10**9 - 100 * slot - 50)
    registers = day.registers.copy()
    registers[0] %= 10**9
    found = said(replace(day, registers=registers))
    assert [(one.rule, one.severity, one.slots) for one in found] == [
        ("NEGATIVE", Severity.NOTE, ((slot, slot + 1),))
    ]


def test_no_voltage_is_no_missing_record() -> None:
    day = told_times(e5=0, e6=0)
    dark = np.zeros((1, 96), dtype=bool)
    dark[0, 4:7] = True
    (one,) = said(replace(day, outage=dark))
    assert (one.rule, one.severity, one.code) == ("MISSING", Severity.NOTE, "3.2.32")
    dark[0, 4] = False
    assert [f.severity for f in said(replace(day, outage=dark))] == [Severity.WARN, Severity.NOTE]


def test_the_clock_warns_before_it_fails() -> None:
    severity: Callable[[int], Severity] = lambda drift: said(meter(drift_s=full(drift)))[0].severity  # noqa: E731
    assert (severity(180), severity(181), severity(-7200)) == (Severity.WARN, Severity.FAIL, Severity.FAIL)


def test_a_profile_of_hours_is_judged_as_one_of_quarters() -> None:
    energies = np.full(24, 400)
    energies[10] = 8000
    day = with_past(a_day(wh=energies, period_min=60), peak_wh=1000)
    (one,) = [f for f in said(day) if f.rule == "SPIKE"]
    assert (one.slots, one.seen, one.facts()["from_"]) == (((10, 11),), 8000, "10:00")
