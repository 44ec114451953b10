"""Do many days taken together come to what each comes to by itself?"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.mdm import faces, whole_days
from osos.mdm.block import Layout, SaidBlock
from osos.mdm.canonical import CanonicalBlock, Segment, build
from osos.mdm.derive import many_slots
from osos.mdm.derive.series import slots_of
from osos.mdm.keeping.clocks import Clock
from osos.mdm.labels import grid_of_day, instant_of_label
from osos.mdm.whole_days import Asked, built
from osos.quantities import DeviceId, Interval
from osos.registry import Installation
from osos.store import Store

FIRST, DAYS, METER = 9557, 12, 70
LAYOUTS = (
    Layout(("1.8.0", "5.8.0", "8.8.0", "1.6.0"), (3, 3, 3, 3), ("kWh", "kvarh", "kvarh", "kW")),
    Layout(("2.8.0", "1.8.0"), (2, 4), ("kWh", "MWh")),
    Layout(("1.8.0", "1.8.0"), (3, 3), ("kWh", "kWh")),  # a column told twice
    Layout(("32.7.0",), (1,), ("V",)),
)
# what a day has against it: mostly nothing
FLAWS = st.sampled_from(
    (*["none"] * 12, "absent", "hole", "edge only", "twice", "swapped", "leap", "back", "rolled", "layout")
)
SEGMENTS = st.sampled_from((*["whole"] * 12, "exchanged", "begins late", "summer", "wrong"))
MULTIPLIERS = st.sampled_from([Decimal(one) for one in ("1", "40", "57.27", "0.333", "9000000000000")])


def block_of(day: int, period: int, layout: Layout, flaw: str, chance: np.random.Generator) -> SaidBlock:
    labels = grid_of_day(day, period)
    start = 10**9 - 2000 if flaw == "rolled" else 10**6 * (day - FIRST + 2)
    values = start + np.cumsum(chance.integers(0, 700, (labels.size, len(layout.codes))), axis=0)
    values = values % 10**9 if flaw == "rolled" else values
    at = int(chance.integers(1, labels.size))
    values[at:] += {"leap": 900_000_000, "back": -500_000}.get(flaw, 0)
    rows = np.arange(labels.size)
    if flaw == "hole":
        rows = np.delete(rows, at)
    if flaw == "edge only":
        rows = rows[-1:]
    if flaw == "twice":
        rows = np.insert(rows, at, at)
    if flaw == "swapped":
        rows[[at - 1, at]] = rows[[at, at - 1]]
    return SaidBlock(day, layout, labels[rows], values[rows].astype(np.int64))


def segments_of(kind: str, slots: int, multiplier: Decimal) -> tuple[Segment, ...]:
    whole = Segment(0, slots, METER, multiplier)
    if kind == "exchanged":
        other = Segment(slots // 2, slots, METER + 1, Decimal(2))
        return (replace(whole, until_slot=slots // 2 - 1), other)
    if kind == "begins late":
        return (replace(whole, from_slot=3),)
    clocks = {"summer": Clock.SUMMER, "wrong": Clock.WRONG}
    return (replace(whole, clock=clocks.get(kind, Clock.FIXED)),)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Asked], dict[tuple[int, int], SaidBlock]]:
    chance = np.random.default_rng(draw(st.integers(0, 2**32)))
    layout, period = draw(st.sampled_from(LAYOUTS)), draw(st.sampled_from((15, 15, 30, 60)))
    other = draw(st.sampled_from(LAYOUTS))
    multiplier, said, asked = draw(MULTIPLIERS), {}, []
    for day in range(FIRST - 1, FIRST + DAYS):
        flaw = draw(FLAWS)
        of = other if flaw == "layout" else layout
        if flaw != "absent":
            said[METER, day] = block_of(day, period, of, flaw, chance)
        said[METER + 1, day] = block_of(day, period, layout, "none", chance)
        if day >= FIRST:
            segments = segments_of(draw(SEGMENTS), 1440 // period, multiplier)
            asked.append(Asked(day, period, segments))
    return asked, said


def facts(block: CanonicalBlock) -> tuple[object, ...]:
    arrays = (block.energies.dtype, block.quality.dtype, block.energies.tolist(), block.quality.tolist())
    known = (block.channels, block.first_index, block.last_index, block.segments, block.content_hash())
    return (block.day, block.period_min, *arrays, *known)


def one_by_one(asked: list[Asked], said: dict[tuple[int, int], SaidBlock]) -> list[CanonicalBlock]:
    return [build(one.day, period_min=one.period_min, segments=one.segments, said=said) for one in asked]


@given(histories())
def test_days_derived_together_are_those_derived_one_by_one(history) -> None:
    asked, said = history
    assert [facts(one) for one in built(asked, said)] == [facts(one) for one in one_by_one(asked, said)]


@given(histories(), st.integers(0, DAYS * 1440), st.integers(0, DAYS * 1440), st.sampled_from((0, 1, 10**6)))
def test_slots_taken_together_are_those_taken_day_by_day(history, since, until, late_us) -> None:
    asked, said = history
    start, end = (instant_of_label(FIRST * 1440 + minute) for minute in sorted((since, until)))
    late = timedelta(microseconds=late_us)
    sight = Interval(start, end) if start + late > end else Interval(start + late, end)
    days = [
        (block, datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=block.day))
        for block in one_by_one(asked, said)
    ]
    found = many_slots.slots_of_many(days, sight=sight)
    assert found.keys() == {block.day for block, _ in days}
    for block, known_since in days:
        told, expected = found[block.day], slots_of(block, known_since=known_since, sight=sight)
        assert told.starts.tolist() == expected.starts.tolist()
        assert (told.period_min, told.known_since) == (expected.period_min, expected.known_since)
        assert told.marks.tolist() == expected.marks.tolist()
        assert told.wh.keys() == expected.wh.keys()
        for channel, amount in expected.wh.items():
            assert told.wh[channel].wh.tolist() == amount.wh.tolist()
            assert told.wh[channel].rest == amount.rest


@pytest.mark.parametrize("seed", range(4))
def test_a_page_of_many_days_reads_as_if_each_was_looked_at_by_itself(
    store: Store, desk_on, told_meter, monkeypatch, seed: int
) -> None:
    meter = told_meter(days=DAYS, seed=seed)
    since, chance = meter.installed().since, np.random.default_rng(seed)
    kept = np.sort(chance.permutation(meter.labels.size)[: meter.labels.size - 3 * seed])
    one = Installation(7, METER, DeviceId("MKS", "1"), Decimal("57.27"), since, None)
    with store.begin() as conn:
        desk_on(conn).tell(meter.records(kept), installed=[meter.installed("57.27")])
        seen = faces.SeenPoint(
            point_id=7,
            public_id="p",
            periods=(Interval(since + timedelta(minutes=20), since + timedelta(days=99)),),
            place=faces.Place(point_id=7, public_id="p"),
            installations=(one,),
            at=since + timedelta(days=DAYS + 2),
        )
        period = Interval(since, since + timedelta(days=DAYS + 1))
        quick = [faces.series(conn, seen, period=period, resolution=of) for of in faces.Resolution]
        monkeypatch.setattr(whole_days, "_MANY", 10**6)
        monkeypatch.setattr(many_slots, "_MANY", 10**6)
        careful = [faces.series(conn, seen, period=period, resolution=of) for of in faces.Resolution]
    for told, expected in zip(quick, careful, strict=True):
        assert told.starts.tolist() == expected.starts.tolist()
        assert told.rest == expected.rest
        assert told.known_since.tolist() == expected.known_since.tolist()
        for own, other in ((told.wh, expected.wh), (told.minutes, expected.minutes)):
            assert {k: v.tolist() for k, v in own.items()} == {k: v.tolist() for k, v in other.items()}


def test_most_days_of_a_plain_history_are_taken_together(monkeypatch) -> None:
    chance = np.random.default_rng(1)
    days = range(FIRST - 1, FIRST + DAYS)
    said = {(METER, day): block_of(day, 15, LAYOUTS[0], "none", chance) for day in days}
    asked = [Asked(day, 15, segments_of("whole", 96, Decimal(1))) for day in days[1:]]
    monkeypatch.setattr(whole_days, "build", None)  # none may need it
    assert [one.day for one in built(asked, said)] == list(days[1:])
