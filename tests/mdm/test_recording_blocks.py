"""Is every Wh that meters said in the blocks, whatever way it came?"""

import random
from datetime import timedelta

import numpy as np
from sqlalchemy import func, select

from osos.mdm import points, queries, said
from osos.mdm.canonical import PROFILE, Channel
from osos.mdm.tables import canonical_blocks, canonical_history, said_blocks, said_history
from osos.quantities import Interval, Quality
from osos.store import Store

POINT, METER, DAY = 7, 70, 9557


def span(meter, days):
    return Interval(meter.installed().since, meter.installed().since + days * A_DAY)


A_DAY = timedelta(days=1)


def test_a_whole_profile_is_stored_to_the_last_wh(store: Store, desk_on, told_meter) -> None:
    meter = told_meter()
    with store.begin() as conn:
        outcome = desk_on(conn).tell(meter.records(), installed=[meter.installed()])
    assert (outcome.intervals_new, outcome.frame.value) == (193, "decoded")
    with store.read() as conn:
        period = span(meter, 2)
        assert queries.energy_wh(conn, point_ids=[POINT], period=period) == {POINT: meter.energy_wh()}
        assert queries.primary_wh(conn, point_id=POINT, period=period) == meter.energy_wh() * 40
        (found,) = queries.completeness(conn, point_ids=[POINT], period=period).values()
        assert (found.expected, found.stored, found.suspect, found.missing) == (192, 192, 0, 0)
        day = points.load(conn, point_ids=[POINT], days=[meter.first_day])[POINT, meter.first_day].block
    for place, channel in enumerate(day.channels):
        assert day.energies[place].sum() == day.last_index[place] - day.first_index[place], channel


def test_the_same_records_again_write_nothing(store: Store, desk_on, told_meter) -> None:
    meter = told_meter()
    with store.begin() as conn:
        desk = desk_on(conn)
        desk.tell(meter.records(), installed=[meter.installed()])
        before = conn.execute(select(said_blocks.c.version, said_blocks.c.frame_id)).all()
        outcome = desk.tell(meter.records(slice(10, 60)), installed=[meter.installed()])
        assert (outcome.intervals_new, outcome.days, outcome.point_days) == (0, (), ())
        assert conn.execute(select(said_blocks.c.version, said_blocks.c.frame_id)).all() == before
        assert conn.scalar(select(func.count()).select_from(said_history)) == 0


def test_other_values_make_a_new_version_and_keep_the_old(store: Store, desk_on, told_meter) -> None:
    meter = told_meter()
    with store.begin() as conn:
        desk = desk_on(conn)
        desk.tell(meter.records(), installed=[meter.installed()])
        old = points.load(conn, point_ids=[POINT], days=[meter.first_day])[POINT, meter.first_day]
        meter.values[50, 0] += 1
        outcome = desk.tell(meter.records([50]), installed=[meter.installed()])
        assert outcome.intervals_new == 1
        assert outcome.point_days == ((POINT, meter.first_day),)
        older = conn.execute(select(said_history)).one()
        assert (older.version, older.replaced_by, older.frame_id) == (1, desk.count, 1)
        new = points.load(conn, point_ids=[POINT], days=[meter.first_day])[POINT, meter.first_day]
        assert (old.version, new.version) == (1, 2)
        kept = conn.execute(select(canonical_history)).one()
        assert (kept.version, kept.content_hash) == (1, old.content_hash)
        assert (
            len(kept.payload) > 0
        )  # in full: the block as said that it followed from is no longer the present one


def test_a_corrected_last_label_changes_the_next_day_too(store: Store, desk_on, told_meter) -> None:
    meter = told_meter()
    with store.begin() as conn:
        desk = desk_on(conn)
        desk.tell(meter.records(), installed=[meter.installed()])
        meter.values[96, 0] += 1  # 24:00 of the first day
        outcome = desk.tell(meter.records([96]), installed=[meter.installed()])
        assert outcome.days == (meter.first_day,)
        assert outcome.point_days == ((POINT, meter.first_day), (POINT, meter.first_day + 1))


def test_no_wh_is_made_or_lost_whatever_the_order(store: Store, desk_on, told_meter) -> None:
    """Random pieces, repeated, overlapping, out of order; the hashes are those of one delivery."""
    for seed in range(8):
        meter = told_meter(days=3, seed=seed, meter_id=METER + 2 * seed)
        with store.begin() as conn:
            deliver_in_pieces(desk_on(conn), meter, POINT + seed, random.Random(seed))
            deliver_at_once(
                desk_on(conn), told_meter(days=3, seed=seed, meter_id=METER + 2 * seed + 1), meter
            )


def deliver_in_pieces(desk, meter, point: int, chance: random.Random) -> None:
    every = list(range(meter.labels.size))
    pieces = [every[n : n + 40] for n in range(0, len(every), 40)]
    for _ in range(chance.randint(1, 6)):
        first = chance.choice(every)
        pieces.append(every[first : first + chance.randint(1, 200)])
        pieces.append(sorted(chance.sample(every, chance.randint(1, 60))))
    chance.shuffle(pieces)
    for number, piece in enumerate(pieces):
        desk.tell(meter.records(piece), meter=meter.meter_id, point=point, installed=[meter.installed()])
        if number % 4 == 0:
            assert_nothing_made_up(desk.conn, meter, point)
    period = span(meter, 3)
    assert queries.energy_wh(desk.conn, point_ids=[point], period=period) == {point: meter.energy_wh()}
    assert queries.completeness(desk.conn, point_ids=[point], period=period)[point].missing == 0


def deliver_at_once(desk, meter, piecewise) -> None:
    desk.tell(meter.records(), meter=meter.meter_id, point=None, installed=[])
    keys = [(one.meter_id, DAY + n) for one in (meter, piecewise) for n in range(3)]
    held = said.load(desk.conn, profile=PROFILE, keys=keys)
    hashes = {
        one.meter_id: [held[one.meter_id, DAY + n].content_hash for n in range(3)]
        for one in (meter, piecewise)
    }
    assert hashes[meter.meter_id] == hashes[piecewise.meter_id]


def assert_nothing_made_up(conn, meter, point: int) -> None:
    """Each known slot holds exactly what the meter's registers advanced in it."""
    true = {int(label): int(v) for label, v in zip(meter.labels, meter.values[:, 0], strict=True)}
    days = range(meter.first_day, meter.first_day + meter.days)
    for (_, day), one in points.load(conn, point_ids=[point], days=days).items():
        block = one.block
        for slot in np.flatnonzero(block.quality != Quality.MISSING.mark).tolist():
            start = day * 1440 + slot * block.period_min
            assert block.energies[0, slot] == true[start + block.period_min] - true[start]


def test_the_columns_answer_as_the_slots_do(store: Store, desk_on, told_meter) -> None:
    meter = told_meter(days=4)
    with store.begin() as conn:
        desk_on(conn).tell(meter.records(), installed=[meter.installed()])
        cut = Interval(meter.installed().since + A_DAY * 0.5, meter.installed().since + A_DAY * 3.25)
        sums = queries.energy_wh(conn, point_ids=[POINT], period=cut)
        found = queries.profile(conn, point_id=POINT, period=cut)
        assert sums == {POINT: int(found.energies[Channel.A_PLUS].sum())}
        assert sums[POINT] == int(meter.values[96 * 3 + 24, 0] - meter.values[48, 0])
        assert found.starts.size == 264
        assert queries.energy_wh(conn, point_ids=[POINT], period=cut, channel="5.8.0")[POINT] > 0
        assert conn.scalar(select(func.sum(canonical_blocks.c.a_plus_wh))) == meter.energy_wh()
