"""Is any Wh made or lost between registers and what a page shows? In whole numbers, over random histories."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osos.mdm.block import Layout, SaidBlock
from osos.mdm.canonical import Channel, Installed, derive
from osos.mdm.derive.balances import Metered, balance
from osos.mdm.derive.grids import Resolution
from osos.mdm.derive.interruptions import Evidence, Outage, outages, without
from osos.mdm.derive.profile_coefficients import NotAProfile, by_profile, three_rates_by_profile
from osos.mdm.derive.series import day_start, days_of_slots, series_of_days, series_of_slots, slots_of
from osos.mdm.derive.tariffs import Band, bands, split
from osos.mdm.derive.technical import SharePiece
from osos.mdm.labels import DAY_MIN, edge_of_day, grid_of_day, instant_of_label
from osos.quantities import Interval

DAY, DAYS, ROLLS = 9557, 3, 10**9
LAYOUT = Layout(("1.8.0", "5.8.0"), (3, 3), ("kWh", "kvarh"))
MULTIPLIERS = st.sampled_from([Decimal(text) for text in ("1", "40", "13200", "57.27", "0.5", "345.125")])
START = instant_of_label(edge_of_day(DAY))


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Installed], dict[tuple[int, int], SaidBlock], Decimal]:
    """Meters one after the other at a point, exchanged on slot edges, rolling over as they like."""
    slots = DAYS * 96
    cuts = sorted(draw(st.sets(st.integers(1, slots - 1), max_size=3)))
    edges = [0, *cuts, slots]
    chance = np.random.default_rng(draw(st.integers(0, 2**32)))
    installed, said, exact = [], {}, Decimal(0)
    for meter_id, (first, until) in enumerate(pairwise(edges), start=1):
        multiplier = draw(MULTIPLIERS)
        begun = draw(st.sampled_from([0, 123, ROLLS - 5_000, ROLLS - 1]))
        steps = chance.integers(0, 3_000, until - first)
        shown = (begun + np.concatenate(([0], np.cumsum(steps)))) % ROLLS
        labels = edge_of_day(DAY) + np.arange(first, until + 1) * 15
        installed.append(
            Installed(
                meter_id=meter_id,
                multiplier=multiplier,
                since=instant_of_label(int(labels[0])),
                until=None if until == slots else instant_of_label(int(labels[-1])),
            )
        )
        for day in range(DAY - 1, DAY + DAYS):
            own = (labels - 1) // DAY_MIN == day
            values = np.column_stack((shown[own], shown[own]))
            said[meter_id, day] = SaidBlock(
                day, LAYOUT, labels[own].astype(np.int64), values.astype(np.int64)
            )
        exact += int(steps.sum()) * multiplier
    return installed, {key: block for key, block in said.items() if block.labels.size}, exact


def parts(installed, said, sight):
    found = []
    for day in range(DAY, DAY + DAYS):
        block = derive(day, installed=installed, said=said)
        assert block is not None
        found.append(slots_of(block, known_since=START, sight=sight))
    return found


@settings(max_examples=60)
@given(histories())
def test_every_resolution_is_the_register_difference_times_the_multiplier(history) -> None:
    installed, said, exact = history
    days = parts(installed, said, Interval(START, START + timedelta(days=DAYS)))
    for resolution in (Resolution.QUARTER, Resolution.HOUR, Resolution.DAY, Resolution.MONTH):
        found = series_of_slots(days, resolution=resolution)
        assert found.total(Channel.A_PLUS) + found.rest[Channel.A_PLUS] == exact
        assert found.due_minutes.sum() == DAYS * DAY_MIN
    whole = days_of_slots(days, [day_start(DAY + n) for n in range(DAYS)])
    by_day = series_of_days([whole], resolution=Resolution.DAY)
    quarters = series_of_slots(days, resolution=Resolution.QUARTER)
    assert by_day.total(Channel.A_PLUS) == quarters.total(Channel.A_PLUS)
    assert sum(split(quarters.of(Channel.A_PLUS), bands(quarters.starts)).values()) == by_day.total(
        Channel.A_PLUS
    )


@settings(max_examples=40)
@given(histories(), st.integers(0, DAYS * 96), st.integers(0, DAYS * 96))
def test_a_period_cut_anywhere_and_its_two_neighbours_are_the_whole(history, one, other) -> None:
    installed, said, exact = history
    first, second = (START + timedelta(minutes=15 * n) for n in sorted((one, other)))
    edges = [START, first, second, START + timedelta(days=DAYS)]
    total = Decimal(0)
    for begin, end in pairwise(edges):
        found = series_of_slots(parts(installed, said, Interval(begin, end)), resolution=Resolution.HOUR)
        if len(found):
            total += found.total(Channel.A_PLUS) + found.rest[Channel.A_PLUS]
    assert total == exact


@pytest.mark.long
@settings(max_examples=2_000)
@given(histories())
def test_two_thousand_random_histories_lose_no_wh(history) -> None:
    installed, said, exact = history
    days = parts(installed, said, Interval(START, START + timedelta(days=DAYS)))
    found = series_of_slots(days, resolution=Resolution.HOUR)
    assert found.total(Channel.A_PLUS) + found.rest[Channel.A_PLUS] == exact


@given(st.integers(0, 10**13), st.lists(st.integers(0, 10**6), min_size=1, max_size=200).filter(sum))
def test_a_month_spread_by_coefficients_is_the_same_month(wh, weights) -> None:
    total = sum(weights)
    coefficients = [Decimal(one) / total for one in weights]
    spread = by_profile(wh, coefficients)
    assert spread.sum() == wh and (spread >= 0).all()


def test_three_rates_are_each_spread_over_their_own_hours() -> None:
    starts = np.arange(24) * np.timedelta64(3600, "s") + np.datetime64("2026-03-01T21:00:00")
    hours = bands(starts)
    count = {band: int((hours == band).sum()) for band in Band}
    coefficients = [Decimal(1) / count[Band(int(one))] for one in hours]
    wh = {Band.T1: 1_100_001, Band.T2: 500_003, Band.T3: 7}
    found = three_rates_by_profile(wh, coefficients, hours)
    assert {band: int(found[hours == band].sum()) for band in wh} == wh


def test_a_table_that_is_none_is_refused() -> None:
    for wrong in ([Decimal("0.5")], [Decimal("1.5"), Decimal("-0.5")], [Decimal(3)]):
        with pytest.raises(NotAProfile, match="sum to"):
            by_profile(100, wrong)


def test_a_balance_leaves_out_slots_of_which_one_meter_is_not_known() -> None:
    all_known, one_not = np.ones(4, dtype=bool), np.array([True, True, False, True])
    main = Metered(wh=np.array([100, 100, 100, 100]), known=all_known)
    below = {
        1: Metered(wh=np.array([40, 40, 0, 40]), known=one_not),
        2: Metered(wh=np.array([50] * 4), known=all_known),
    }
    found = balance(main, below, technical=[SharePiece(Decimal(3), main.wh)])
    assert (found.main_wh, found.below_wh, found.slots, found.slots_left_out) == (300, 270, 3, 1)
    assert (found.loss_wh, found.technical_wh, found.unexplained_wh) == (30, 9, 21)
    assert found.by_slot.tolist() == [10, 10, 0, 10]
    assert found.wants_looking_at and found.unexplained_share == Decimal("0.07")


def test_a_balance_of_nothing_is_no_share() -> None:
    none = Metered(wh=np.zeros(0, dtype=np.int64), known=np.zeros(0, dtype=bool))
    assert balance(none, {}).unexplained_share is None


def at(*minutes):
    return Interval(START + timedelta(minutes=minutes[0]), START + timedelta(minutes=minutes[1]))


def test_the_meters_record_of_an_outage_counts_before_its_missing_rows_and_what_was_not_read() -> None:
    found = outages(
        [
            Outage(period=at(0, 120), evidence=Evidence.NOT_READ),
            Outage(period=at(15, 60), evidence=Evidence.NO_ROWS),
            Outage(period=at(20, 50), evidence=Evidence.METER, code="96.77.0"),
        ]
    )
    assert [(one.period, one.evidence) for one in found] == [
        (at(0, 15), Evidence.NOT_READ),
        (at(15, 20), Evidence.NO_ROWS),
        (at(20, 50), Evidence.METER),
        (at(50, 60), Evidence.NO_ROWS),
        (at(60, 120), Evidence.NOT_READ),
    ]
    assert not Outage(period=at(0, 3), evidence=Evidence.METER).is_long


@given(st.lists(st.tuples(st.integers(-50, 150), st.integers(0, 80)), max_size=8))
def test_what_is_left_and_what_is_covered_are_the_whole_minute_by_minute(others) -> None:
    covered = {m for start, length in others for m in range(start, start + length)}
    left = without(at(0, 100), [at(start, start + length) for start, length in others])
    minutes = [
        m
        for one in left
        for m in range(int((one.start - START).seconds / 60), int((one.end - START).total_seconds() / 60))
    ]
    assert minutes == [m for m in range(100) if m not in covered]
    assert grid_of_day(DAY, 15).size == 96
