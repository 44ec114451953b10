"""Do blocks unpacked together, and laid on the grid together, come to what each alone comes to?"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Connection, select, update

from osos.mdm import said
from osos.mdm.canonical import CHANNELS, PROFILE, EdgeRegisters
from osos.mdm.judge.gathering import gather
from osos.mdm.judge.many_blocks import load_blocks
from osos.mdm.judge.told import Told
from osos.mdm.rules.facts import cut
from osos.mdm.tables import said_blocks
from osos.mdm.varint import BlockDamaged
from osos.store import Store

DAY, DAYS = 9557, 6


def spoiled(seed: int, meter: Any) -> Any:
    """Rows and values of a meter with one oddity or another."""
    chance = np.random.default_rng(seed)
    rows = np.arange(meter.labels.size)
    if seed % 4 == 1:
        rows = np.sort(chance.choice(rows, rows.size - 40, replace=False))
    if seed % 4 == 2:
        meter.values[200:, 0] += int(chance.integers(-(10**8), 10**9))
    if seed % 4 == 3:
        rows = np.insert(rows, 150, [146, 147, 148])  # the clock was set back
    if seed % 5 == 0:
        meter.values[:, 0] += 10**9 - 1 - int(meter.values[300, 0])
        meter.values[:, 0] %= 10**9
    if seed == 8:
        meter.values[:, 1] = chance.integers(0, 2**62, meter.labels.size)  # what only zstd packs
    return rows


@pytest.fixture
def tell_odd(desk_on: Callable[..., Any], told_meter: Any) -> Callable[[Connection, int], None]:
    def told(conn: Connection, seed: int) -> None:
        meter = told_meter(
            meter_id=seed, first_day=DAY, days=DAYS, seed=seed, period_min=60 if seed == 6 else 15
        )
        rows = spoiled(seed, meter)
        desk_on(conn).tell(meter.records(rows), meter=seed, point=seed, installed=[meter.installed()])

    return told


KEYS = [(meter, day) for meter in range(1, 13) for day in range(DAY - 1, DAY + DAYS + 1)]


def test_blocks_loaded_together_are_the_blocks_loaded_alone(store: Store, tell_odd: Any) -> None:
    with store.begin() as conn:
        for seed in range(1, 13):
            tell_odd(conn, seed)
        alone = said.load(conn, profile=PROFILE, keys=KEYS)
        together = load_blocks(conn, KEYS)
    places = together.places()
    assert {*places, *together.others} == set(alone)
    assert len(places) > len(together.others) > 0
    for key, held in alone.items():
        found = together.block(key, places.get(key))
        assert found is not None
        assert found.content_hash() == held.content_hash


def test_registers_laid_together_are_those_of_each_point(store: Store, tell_odd: Any) -> None:
    with store.begin() as conn:
        for seed in range(1, 13):
            tell_odd(conn, seed)
        alone = {key: held.block for key, held in said.load(conn, profile=PROFILE, keys=KEYS).items()}
        gathered = gather(conn, point_ids=range(1, 13), days=range(DAY, DAY + DAYS), told=Told())
    compared = 0
    for batch in gathered.batches:
        for row, (point, day) in enumerate(zip(batch.points.tolist(), batch.days.tolist(), strict=True)):
            one = EdgeRegisters(point, day, batch.period_min, alone)
            assert np.array_equal(batch.times_said[row] > 0, one.known)
            assert np.array_equal(batch.times_said[row] > 1, one.twice)
            for place, channel in enumerate(CHANNELS):
                at_edges = one.at_edges.get(channel)
                assert bool(batch.held[place, row]) == (at_edges is not None)
                if at_edges is not None:
                    assert np.array_equal(batch.registers[place, row][one.known], cut(at_edges[one.known]))
                    compared += 1
    assert compared > 150


@pytest.mark.parametrize("meter", [4, 8])  # Rice codes, and what only zstd packs
@pytest.mark.parametrize("place", [0, 1, 4, 9, 20, 60, -1])
def test_a_damaged_block_is_found_and_named(store: Store, tell_odd: Any, place: int, meter: int) -> None:
    with store.begin() as conn:
        tell_odd(conn, meter)
        where = (said_blocks.c.meter_id == meter) & (said_blocks.c.day == DAY + 1)
        payload = bytearray(conn.execute(select(said_blocks.c.payload).where(where)).scalar_one())
        payload[place] ^= 0x15
        conn.execute(update(said_blocks).where(where).values(payload=bytes(payload)))
        with pytest.raises(BlockDamaged):
            load_blocks(conn, [(meter, DAY + 1), (meter, DAY + 2)])


@pytest.mark.parametrize("meter", [4, 8])
def test_a_block_cut_short_is_damage(store: Store, tell_odd: Any, meter: int) -> None:
    with store.begin() as conn:
        tell_odd(conn, meter)
        where = (said_blocks.c.meter_id == meter) & (said_blocks.c.day == DAY + 1)
        whole = conn.execute(select(said_blocks.c.payload).where(where)).scalar_one()
        for size in (0, 1, 5, 12, 30, 60, len(whole) - 1):
            conn.execute(update(said_blocks).where(where).values(payload=whole[:size]))
            with pytest.raises(BlockDamaged):
                load_blocks(conn, [(meter, DAY + 1)])
