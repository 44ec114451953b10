"""What does a day come to when meters roll over, go back, are exchanged, or change their clock (F41, F42)?"""

from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.mdm import canonical_packing
from osos.mdm.block import Layout, SaidBlock
from osos.mdm.canonical import Channel, Installed, derive
from osos.mdm.labels import grid_of_day, instant_of_label
from osos.mdm.periods import kept_period, period_of
from osos.quantities import Quality

DAY, METER = 9557, 3
ENERGY = Layout(("1.8.0",), (3,), ("kWh",))
MEASURED, SUSPECT, MISSING = (q.mark for q in (Quality.MEASURED, Quality.SUSPECT, Quality.MISSING))


def hung(meter: int = METER, *, since: int = 0, until: int | None = None, multiplier: str = "1") -> Installed:
    """Installed from one minute of the day to another."""
    start = DAY * 1440
    return Installed(
        meter_id=meter,
        multiplier=Decimal(multiplier),
        since=instant_of_label(start + since) - timedelta(days=1 if since == 0 else 0),
        until=None if until is None else instant_of_label(start + until),
    )


def said(registers: list[int], *, labels=None, meter: int = METER, period: int = 15) -> dict:
    """The edge of the day before, then the day's own labels."""
    own = grid_of_day(DAY, period) if labels is None else np.array(labels) + DAY * 1440
    values = np.array(registers, dtype=np.int64)[:, None]
    edge = np.array([DAY * 1440], dtype=np.int64)
    return {
        (meter, DAY - 1): SaidBlock(DAY - 1, ENERGY, edge, values[:1]),
        (meter, DAY): SaidBlock(DAY, ENERGY, own, values[1:]),
    }


def steady(start: int = 1000, step: int = 25, count: int = 97) -> list[int]:
    return [start + step * n for n in range(count)]


def test_a_register_that_rolls_over_loses_no_wh():
    registers = [value % 10**9 for value in steady(10**9 - 1000)]
    day = derive(DAY, installed=[hung()], said=said(registers))
    assert day.sum_of(Channel.A_PLUS) == 25 * 96
    assert day.count(Quality.MEASURED) == 96
    assert (day.first_index, day.last_index) == ((10**9 - 1000,), (1400,))


@pytest.mark.parametrize("drop", [1, 24, 10_000, 500_000_000])
def test_a_register_that_goes_back_publishes_no_negative_energy(drop: int):
    registers = steady(600_000_000)
    registers[50:] = [value - drop - 25 for value in registers[50:]]
    day = derive(DAY, installed=[hung()], said=said(registers))
    assert int(day.energies.min()) >= 0
    assert np.flatnonzero(day.quality == SUSPECT).tolist() == [49]
    assert day.sum_of(Channel.A_PLUS) == 25 * 95


def test_a_leap_no_meter_could_show_is_suspect_and_counts_nothing():
    registers = steady()
    registers[50:] = [value + 900_000_000 for value in registers[50:]]
    day = derive(DAY, installed=[hung()], said=said(registers))
    assert (day.quality[49], day.sum_of(Channel.A_PLUS)) == (SUSPECT, 25 * 95)


def test_a_slot_needs_both_its_edges():
    labels = [label for label in range(15, 1441, 15) if label not in (600, 615)]
    registers = [1000 + 25 * (label // 15) for label in [0, *labels]]
    day = derive(DAY, installed=[hung()], said=said(registers, labels=labels))
    assert np.flatnonzero(day.quality == MISSING).tolist() == [39, 40, 41]
    without_edge = {key: block for key, block in said(steady()).items() if key[1] == DAY}
    day = derive(DAY, installed=[hung()], said=without_edge)
    assert (np.flatnonzero(day.quality == MISSING).tolist(), day.first_index) == ([0], (None,))


def test_an_exchange_puts_two_meters_into_one_day():
    old = said(steady(5000)[:42], labels=list(range(15, 616, 15)))
    new = said([0, *steady(0, 10)[:54]], labels=list(range(645, 1441, 15)), meter=4)
    new.pop((4, DAY - 1), None)
    new[4, DAY] = SaidBlock(
        DAY, ENERGY, np.arange(645, 1441, 15) + DAY * 1440, np.arange(54, dtype=np.int64)[:, None] * 10
    )
    installed = [hung(until=622, multiplier="40"), hung(4, since=622, multiplier="60")]
    day = derive(DAY, installed=installed, said=old | new)
    assert [(s.from_slot, s.until_slot, s.meter_id, s.multiplier) for s in day.segments] == [
        (0, 41, METER, Decimal(40)),
        (42, 96, 4, Decimal(60)),
    ]
    assert day.quality[41] == MISSING  # the slot in which they were exchanged
    assert day.energies[0, :41].sum() == 41 * 25
    assert day.energies[0, 43:].sum() == 53 * 10


def test_the_literal_case_of_25_october_2015_keeps_every_wh():
    """Two sets of 03:00, 03:15, 03:30, 03:45 in storage order (D-4)."""
    labels = [*range(15, 226, 15), *range(180, 1441, 15)]
    registers = steady(7000, 11, len(labels) + 1)
    day = derive(DAY, installed=[hung()], said=said(registers, labels=labels))
    assert day.sum_of(Channel.A_PLUS) == registers[-1] - registers[0]
    assert set(np.flatnonzero(day.quality == SUSPECT).tolist()) == {11, 12, 13, 14, 15}
    assert day.count(Quality.MISSING) == 0


@pytest.mark.parametrize("period", [15, 30, 60])
def test_the_profile_period_is_the_length_of_a_slot(period: int):
    count = 1440 // period
    day = derive(DAY, installed=[hung()], said=said(steady(0, 7, count + 1), period=period))
    assert (day.period_min, day.quality.size, day.sum_of(Channel.A_PLUS)) == (period, count, 7 * count)


def test_a_day_on_which_the_period_grew_is_cut_into_the_longer_one():
    labels = [*range(15, 721, 15), *range(780, 1441, 60)]
    assert period_of(np.array(labels)) == 60
    assert kept_period(np.array([15, 75, 90])) is None  # holes of a finer grid are no setting


def test_records_between_the_grid_take_nothing_from_a_slot():
    """A power cut writes a record at its minute (M-105)."""
    labels = sorted([*range(15, 1441, 15), 607])
    registers = [0, *labels]  # a Wh a minute
    day = derive(DAY, installed=[hung()], said=said(registers, labels=labels))
    assert (day.sum_of(Channel.A_PLUS), day.count(Quality.MEASURED)) == (1440, 96)


@given(
    st.lists(st.integers(0, 400), min_size=96, max_size=96),
    st.sets(st.integers(0, 96)),
    st.integers(0, 10**9 - 1),
)
def test_known_slots_hold_exactly_what_the_register_advanced(steps, lost, start):
    registers = np.concatenate(([start], start + np.cumsum(steps)))
    labels = [n * 15 for n in range(97) if n not in lost]
    held = said(
        [int(registers[n // 15]) % 10**9 for n in [0, *[x for x in labels if x]]],
        labels=[x for x in labels if x],
    )
    if 0 in lost:
        del held[METER, DAY - 1]
    day = derive(DAY, installed=[hung()], said=held)
    if day is None:
        return
    for slot, mark in enumerate(day.quality.tolist()):
        known = slot not in lost and slot + 1 not in lost
        if day.period_min == 15:
            assert (mark == MEASURED) == known
            assert day.energies[0, slot] == (steps[slot] if known else 0)


def test_the_hash_is_of_the_content_and_the_packing_keeps_it():
    registers = steady()
    registers[30] = 5
    day = derive(DAY, installed=[hung(multiplier="40.0")], said=said(registers))
    text = canonical_packing.segments_text(day)
    assert text == f"{METER}:40"
    again = canonical_packing.unpack(
        canonical_packing.pack(day),
        day=DAY,
        period_min=15,
        segments=canonical_packing.segments_of(text, period_min=15),
    )
    assert again.content_hash() == day.content_hash()
    other = derive(DAY, installed=[hung(multiplier="60")], said=said(registers))
    assert other.content_hash() != day.content_hash()


def test_nothing_installed_is_no_day_and_units_are_converted():
    assert derive(DAY, installed=[], said=said(steady())) is None
    assert derive(DAY, installed=[hung(since=1440 * 2)], said=said(steady())) is None
    held = said(steady(10, 1))
    for key, block in list(held.items()):
        held[key] = SaidBlock(block.day, Layout(("1.8.0",), (2,), ("MWh",)), block.labels, block.values)
    assert derive(DAY, installed=[hung()], said=held).energies[0, 0] == 10_000  # 0.01 MWh
