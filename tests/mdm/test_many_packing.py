"""Are blocks packed together the very bytes that each alone is packed to?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osos.mdm import block_packing
from osos.mdm.block import Layout, SaidBlock
from osos.mdm.labels import grid_of_day
from osos.mdm.many_packing import pack_many

CODES = ("1.8.0", "2.8.0", "5.8.0", "8.8.0", "1.6.0", "32.7.0")
UNITS = ("kWh", "kWh", "kvarh", "kvarh", "kW", "V")
DAY = 9500
KINDS = ("noise", "still", "leap", "behind motors", "huge", "rolled over", "a lone one", "back and forth")


def layout_of(columns: int) -> Layout:
    return Layout(CODES[:columns], (3,) * columns, UNITS[:columns])


def values_of(kind: str, records: int, columns: int, chance: np.random.Generator) -> np.ndarray:
    steps = chance.integers(0, int(chance.integers(1, 5000)), (records, columns))
    if kind == "still":
        steps[:] = 0
    if kind == "behind motors" and columns > 2:
        steps[:, 2] = steps[:, 0] * int(chance.integers(0, 400)) // 256 + chance.integers(0, 3, records)
    if kind == "a lone one":
        steps[:] = 0
        steps[records // 2] = 1 << int(chance.integers(0, 24))
    if kind == "leap":
        steps[records // 3] += 1 << int(chance.integers(20, 45))
    if kind == "back and forth":
        steps -= 2000
    found = np.cumsum(steps, axis=0) + int(chance.integers(0, 10**9))
    if kind == "huge":
        found = chance.integers(-(2**61), 2**61, (records, columns))
    if kind == "rolled over":
        found %= 100_000
    if columns > 4 and chance.random() < 0.7:
        found[:, 4] = np.diff(found[:, 0], prepend=found[0, 0]) * 4
    return found.astype(np.int64)


def some_blocks(seed: int, count: int) -> list[SaidBlock]:
    chance = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        columns, day = int(chance.integers(1, 7)), DAY + int(chance.integers(0, 3))
        labels = grid_of_day(day, int(chance.choice([15, 15, 15, 30, 60])))
        cut = int(chance.choice([labels.size, labels.size, labels.size, 1, 2, 9, 0]))
        values = values_of(str(chance.choice(KINDS)), cut, columns, chance) if cut else None
        none = np.zeros((0, columns), dtype=np.int64)
        found.append(SaidBlock(day, layout_of(columns), labels[:cut], none if values is None else values))
    return found


def compared(blocks: list[SaidBlock]) -> None:
    for block, packed in zip(blocks, pack_many(blocks), strict=True):
        assert packed.payload == block_packing.pack(block)
        assert packed.content_hash == block.content_hash()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_any_mixture_of_blocks_is_packed_as_each_alone(seed: int) -> None:
    compared(some_blocks(seed, 24))


@pytest.mark.long
@pytest.mark.parametrize("thousand", range(10))
def test_ten_thousand_mixtures_of_blocks_are_packed_as_each_alone(thousand: int) -> None:
    """A mixture costs a sixteenth of a second: a thousand of them a minute of a core."""
    for seed in range(1000 * thousand, 1000 * thousand + 1000):
        compared(some_blocks(seed, 24))


def test_more_blocks_than_are_laid_side_by_side_keep_their_order() -> None:
    chance = np.random.default_rng(5)
    blocks = [
        SaidBlock(day, layout_of(5), grid_of_day(day, 15), values_of("noise", 96, 5, chance))
        for day in range(DAY, DAY + 300)
    ]
    compared(blocks)


def test_nothing_is_packed_to_nothing() -> None:
    assert pack_many([]) == []
