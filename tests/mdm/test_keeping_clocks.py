"""Is each Wh in its quarter hour when a clock still changes to summer time, or is wrong (F37, F38)?"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.mdm.block import Layout, SaidBlock
from osos.mdm.canonical import Channel, Installed, derive
from osos.mdm.canonical_packing import segments_of as segments_of_text
from osos.mdm.canonical_packing import segments_text
from osos.mdm.keeping.clocks import Clock, Regime, changes_of, meant, never_shown
from osos.mdm.labels import date_of_day, day_number, days_of_labels, instant_of_label
from osos.quantities import Quality

ENERGY = Layout(("1.8.0",), (3,), ("kWh",))
LONG_AGO = datetime(2010, 1, 1, tzinfo=UTC)
METER = 3
OCTOBER = day_number(date(2015, 10, 25))
MARCH = day_number(date(2015, 3, 29))


def hung(clock: Clock) -> Installed:
    regimes = (Regime(clock, LONG_AGO),)
    return Installed(meter_id=METER, multiplier=Decimal(1), since=LONG_AGO, clocks=regimes)


def shown_by_summer_clock(true_labels: list[int]) -> list[int]:
    """What a meter that still changes prints at these instants of the country's clock (M-96, M-97)."""
    shown = []
    for label in true_labels:
        at = datetime(2000, 1, 1) + timedelta(minutes=label)
        forward, back = changes_of(at.year)
        begins = datetime.combine(forward, datetime.min.time()) + timedelta(hours=4)  # 03:00 at +02:00
        ends = datetime.combine(back, datetime.min.time()) + timedelta(hours=4)  # 04:00 at +03:00
        shown.append(label if begins <= at < ends else label - 60)
    return shown


def said_of(labels: list[int], registers: list[int]) -> dict:
    """Blocks as said, a day of the meter's own labels each, in storage order."""
    own, values = np.array(labels, dtype=np.int64), np.array(registers, dtype=np.int64)[:, None]
    days = days_of_labels(own)
    return {
        (METER, int(day)): SaidBlock(int(day), ENERGY, own[days == day], values[days == day])
        for day in np.unique(days)
    }


def true_day(day: int) -> list[int]:
    return [day * 1440 + 15 * n for n in range(97)]


def test_25_october_2015_printed_two_sets_of_three_o_clock() -> None:
    printed = shown_by_summer_clock(true_day(OCTOBER))
    minutes = [label - OCTOBER * 1440 for label in printed]
    assert minutes[12:21] == [180, 195, 210, 225, 180, 195, 210, 225, 240]


@pytest.mark.parametrize(
    "day", [OCTOBER, MARCH, OCTOBER + 1, MARCH - 1, MARCH + 1, day_number(date(2026, 10, 25))]
)
def test_each_quarter_hour_has_its_own_energy_whatever_the_meter_printed(day: int) -> None:
    true = true_day(day)
    steps = np.random.default_rng(day).integers(0, 500, 97)
    registers = (7000 + np.cumsum(steps)).tolist()
    block = derive(day, installed=[hung(Clock.SUMMER)], said=said_of(shown_by_summer_clock(true), registers))
    assert block is not None
    assert block.energies[0].tolist() == steps[1:].tolist()
    assert block.count(Quality.MEASURED) == 96
    assert block.sum_of(Channel.A_PLUS) == registers[-1] - registers[0]


def test_a_lone_set_of_the_doubled_hour_is_suspect_and_loses_nothing() -> None:
    true = true_day(OCTOBER)
    printed = shown_by_summer_clock(true)
    kept = [n for n in range(97) if n not in range(16, 20)]
    registers = [1000 + 10 * n for n in kept]
    block = derive(
        OCTOBER, installed=[hung(Clock.SUMMER)], said=said_of([printed[n] for n in kept], registers)
    )
    assert block is not None
    assert set(np.flatnonzero(block.quality == Quality.SUSPECT.mark).tolist()) >= {11, 12, 13}
    assert block.last_index[0] - block.first_index[0] == registers[-1] - registers[0]
    assert (block.quality == Quality.MISSING.mark).sum() == 5


def test_the_skipped_hour_is_no_gap() -> None:
    first, last = MARCH * 1440, MARCH * 1440 + 1440
    assert (never_shown(first, last, 15) - first).tolist() == [180, 195, 210, 225]
    assert never_shown(OCTOBER * 1440, OCTOBER * 1440 + 1440, 15).size == 0


def test_a_wrong_clock_shifts_nothing_and_marks_all() -> None:
    day = OCTOBER + 30
    registers = [5 * n for n in range(97)]
    block = derive(day, installed=[hung(Clock.WRONG)], said=said_of(true_day(day), registers))
    assert block is not None
    assert block.count(Quality.SUSPECT) == 96
    assert block.sum_of(Channel.A_PLUS) == 5 * 96


def test_a_clock_put_right_at_noon_cuts_the_day_into_two_segments() -> None:
    day = OCTOBER + 30
    noon = instant_of_label(day * 1440 + 720)
    one = replace(hung(Clock.WRONG), clocks=(Regime(Clock.WRONG, LONG_AGO), Regime(Clock.FIXED, noon)))
    block = derive(day, installed=[one], said=said_of(true_day(day), list(range(97))))
    assert block is not None
    assert (block.count(Quality.SUSPECT), block.count(Quality.MEASURED)) == (48, 48)
    text = segments_text(block)
    assert text == "0-48:3:1w 48-96:3:1"
    assert segments_of_text(text, period_min=15) == block.segments


@given(st.integers(0, 9130), st.sets(st.integers(0, 96), max_size=90))
def test_mapping_gives_back_the_countrys_clock_on_any_day(offset: int, lost: set[int]) -> None:
    """2000 … 2025, whatever records are missing: a label is right or it is said to be unsure."""
    true = [label for n, label in enumerate(true_day(offset)) if n not in lost]
    printed = np.array(shown_by_summer_clock(true), dtype=np.int64)
    for day in np.unique(days_of_labels(printed)):
        own = days_of_labels(printed) == day
        found = meant(printed[own], Clock.SUMMER)
        sure = ~found.unsure
        assert (
            _could_be_either(int(day), printed[own])
            or (found.labels[sure] == np.array(true)[own][sure]).all()
        )


def _could_be_either(day: int, printed: np.ndarray) -> bool:
    """Where the doubled hour lacks so many records that what is left ascends, nobody can tell."""
    if date_of_day(day) != changes_of(date_of_day(day).year)[1]:
        return False
    doubled = [label for label in printed.tolist() if 180 <= label % 1440 < 240]
    return doubled == sorted(set(doubled))
