"""Does a packed block say exactly what the meter said, and is damage noticed?"""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.mdm import block_packing as blocks
from osos.mdm import packing
from osos.mdm.block import Layout, SaidBlock
from osos.mdm.label_packing import pack_labels
from osos.mdm.labels import grid_of_day
from osos.mdm.varint import BlockDamaged

COMBI = Layout(("1.8.0", "5.8.0", "8.8.0", "1.6.0"), (3, 3, 3, 3), ("kWh", "kvarh", "kvarh", "kW"))
DAY = 9500


def day_block(seed: int, *, labels: np.ndarray | None = None) -> SaidBlock:
    chance = np.random.default_rng(seed)
    stamps = grid_of_day(DAY, 15) if labels is None else labels
    registers = np.cumsum(chance.integers(0, 400, (stamps.size, 3)), axis=0) + 123_456_789
    power = np.diff(registers[:, 0], prepend=registers[0, 0] - 100) * 4
    return SaidBlock(DAY, COMBI, stamps, np.column_stack((registers, power)).astype(np.int64))


def there_and_back(block: SaidBlock) -> SaidBlock:
    return blocks.unpack(blocks.pack(block), day=block.day, layout=block.layout)


def same(a: SaidBlock, b: SaidBlock) -> bool:
    return np.array_equal(a.labels, b.labels) and np.array_equal(a.values, b.values)


def test_a_whole_day_comes_back_to_the_last_digit():
    block = day_block(1)
    assert same(there_and_back(block), block)


def test_a_demand_column_that_fits_its_energy_costs_next_to_nothing():
    with_demand = len(blocks.pack(day_block(1)))
    without = SaidBlock(
        DAY,
        Layout(COMBI.codes[:3], COMBI.decimals[:3], COMBI.units[:3]),
        day_block(1).labels,
        day_block(1).values[:, :3],
    )
    assert with_demand - len(blocks.pack(without)) <= 25  # 384 bytes were they kept plainly


@pytest.mark.parametrize("period", [15, 30, 60])
def test_regular_labels_cost_one_byte(period):
    labels = grid_of_day(DAY, period)
    assert len(pack_labels(labels, DAY)) == 1
    assert same(there_and_back(day_block(2, labels=labels)), day_block(2, labels=labels))


@given(
    st.lists(st.integers(DAY * 1440 + 1, DAY * 1440 + 1440), max_size=120),
    st.integers(0, 2**32),
)
def test_any_labels_in_any_order_come_back_in_that_order(labels, seed):
    stamps = np.array(labels, dtype=np.int64)
    chance = np.random.default_rng(seed)
    values = chance.integers(-(10**9), 10**9, (stamps.size, 4))
    block = SaidBlock(DAY, COMBI, stamps, values)
    assert same(there_and_back(block), block)


@given(st.integers(0, 6), st.integers(0, 100), st.integers(0, 2**32), st.integers(0, 58))
def test_any_numbers_come_back(rows, count, seed, bits):
    chance = np.random.default_rng(seed)
    numbers = chance.integers(-(1 << bits), 1 << bits, (rows, count), endpoint=True)
    assert np.array_equal(packing.unpack(packing.pack(numbers), rows=rows, count=count), numbers)


def test_a_constant_row_and_a_lone_jump_stay_small():
    rows = np.zeros((4, 95), dtype=np.int64)
    rows[1, 50] = 999_999_999
    assert len(packing.pack(rows)) < 60
    assert np.array_equal(packing.unpack(packing.pack(rows), rows=4, count=95), rows)


def test_the_hash_does_not_depend_on_the_packing_but_on_every_digit():
    block = day_block(3)
    changed = SaidBlock(DAY, COMBI, block.labels, block.values.copy())
    changed.values[95, 3] += 1
    assert there_and_back(block).content_hash() == block.content_hash() != changed.content_hash()


def test_damaged_blocks_are_named_never_misread_silently():
    whole = blocks.pack(day_block(4))
    chance = random.Random(5)
    for _ in range(1000):
        broken = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        cut = bytes(broken[: chance.randint(0, len(broken))])
        try:
            blocks.unpack(cut, day=DAY, layout=COMBI)
        except BlockDamaged:
            continue  # what still decodes is caught by the content hash beside it
