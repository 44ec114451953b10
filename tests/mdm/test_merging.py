"""Do partial, repeated and overlapping reads of a day come together to that day?"""

import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from osos.mdm.block import Layout, SaidBlock
from osos.mdm.labels import grid_of_day
from osos.mdm.merging import changed_records, merge, split_days

ENERGY = Layout(("1.8.0",), (3,), ("kWh",))
DAY = 5776  # 25 October 2015


def block(*records: tuple[int, int]) -> SaidBlock:
    labels = np.array([label for label, _ in records], dtype=np.int64) + DAY * 1440
    return SaidBlock(
        DAY, ENERGY, labels, np.array([[value] for _, value in records], dtype=np.int64).reshape(-1, 1)
    )


def records(merged: SaidBlock) -> list[tuple[int, int]]:
    return [(int(a) - DAY * 1440, int(b)) for a, b in zip(merged.labels, merged.values[:, 0], strict=True)]


@given(st.integers(0, 2**32))
def test_pieces_in_any_order_with_repeats_give_the_whole_day(seed):
    chance = random.Random(seed)
    labels = grid_of_day(DAY, 15)
    values = np.cumsum(np.array([chance.randint(0, 500) for _ in labels]))[:, None]
    pieces = [sorted(chance.sample(range(96), chance.randint(1, 96))) for _ in range(chance.randint(1, 12))]
    pieces.append(list(range(96)))
    chance.shuffle(pieces)
    held = None
    for piece in pieces:
        held = merge(held, SaidBlock(DAY, ENERGY, labels[piece], values[piece]))
    assert np.array_equal(held.labels, labels)
    assert np.array_equal(held.values, values)


def test_a_corrected_record_replaces_the_one_of_its_label():
    merged = merge(block((15, 100), (30, 200)), block((30, 222), (45, 300)))
    assert records(merged) == [(15, 100), (30, 222), (45, 300)]
    assert changed_records(block((15, 100), (30, 200)), merged) == 2


def test_the_hour_that_occurs_twice_is_kept_twice_in_storage_order():
    hour = [(180, 1), (195, 2), (210, 3), (225, 4), (180, 5), (195, 6), (210, 7), (225, 8), (240, 9)]
    first = merge(block((165, 0)), block(*hour))
    assert records(first) == [(165, 0), *hour]
    assert records(merge(first, block(*hour))) == [(165, 0), *hour]
    assert changed_records(first, merge(first, block(*hour[2:7]))) == 0


def test_a_read_before_the_clock_went_back_and_one_after_lose_nothing():
    early = [(165, 0), (180, 1), (195, 2), (210, 3), (225, 4)]
    whole = [*early, (180, 5), (195, 6), (210, 7), (225, 8), (240, 9)]
    assert records(merge(block(*early), block(*whole))) == whole
    assert records(merge(block(*whole), block(*early))) == whole


def test_a_telegram_over_midnight_is_cut_after_the_label_2400():
    labels = np.array([1425, 1440, 1455], dtype=np.int64) + DAY * 1440
    today, tomorrow = split_days(labels, np.zeros((3, 1), dtype=np.int64), ENERGY)
    assert (today.day, today.labels.size, tomorrow.day, tomorrow.labels.size) == (DAY, 2, DAY + 1, 1)
