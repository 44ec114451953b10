"""Do rules stand any numbers, and judge each day by itself?"""

import contextlib
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.mdm.canonical import Channel
from osos.mdm.judge.verdict import pack, unpack
from osos.mdm.rules import (
    UNKNOWN,
    Beside,
    DayFacts,
    Finding,
    MeterSide,
    Past,
    Readout,
    RuleBook,
    Setting,
    Terms,
    judge,
    packaged,
)
from osos.mdm.varint import BlockDamaged

INT64 = np.iinfo(np.int64)
CHANNELS = tuple(Channel)
ODD = np.array([UNKNOWN, INT64.max, INT64.min + 1, 0, -1, 1, 10**9, -(10**9), 96], dtype=np.int64)
AS_FLAGS = ("active", "may_export", "seasonal", "is_expected", "units_fit", "multiplier_ordered")


class Any64:
    """Numbers as odd as can be, as likely as usual ones; hypothesis seeds it, NumPy fills the arrays."""

    def __init__(self, seed: int) -> None:
        self.chance = np.random.default_rng(seed)

    def ints(self, *shape: int) -> np.ndarray:
        kind = self.chance.random(shape)
        usual = self.chance.integers(-1000, 10 ** int(self.chance.integers(2, 10)), shape)
        wild = self.chance.integers(INT64.min, INT64.max, shape, dtype=np.int64)
        return np.where(kind < 0.6, usual, np.where(kind < 0.9, self.chance.choice(ODD, shape), wild))

    def flags(self, *shape: int) -> np.ndarray:
        return self.chance.random(shape) < self.chance.choice([0.0, 0.1, 0.5, 1.0])

    def group(self, kind: Any, rows: int, **shapes: tuple[int, ...]) -> Any:
        small = self.chance.integers(-1, 2, (len(AS_FLAGS), rows)).astype(np.int8)
        return kind(
            **{
                one.name: small[AS_FLAGS.index(one.name)]
                if one.name in AS_FLAGS
                else self.ints(*shapes.get(one.name, (rows,)))
                for one in fields(kind)
            }
        )

    def day(self) -> DayFacts:
        rows, period = int(self.chance.integers(1, 5)), int(self.chance.choice([15, 60]))
        slots, kept = 1440 // period, int(self.chance.integers(0, len(CHANNELS) + 1))
        return DayFacts(
            points=np.arange(rows, dtype=np.int64) + 5,
            days=np.full(rows, self.chance.integers(0, 20_000), dtype=np.int64),
            period_min=period,
            channels=CHANNELS[:kept],
            registers=self.ints(kept, rows, slots + 1),
            held=self.flags(kept, rows),
            times_said=(~self.flags(rows, slots + 1)).astype(np.uint8) * self.chance.choice([1, 2]),
            off_grid=self.ints(rows),
            apart=self.flags(rows, slots) if self.chance.random() < 0.5 else None,
            outage=self.flags(rows, slots) if self.chance.random() < 0.5 else None,
            terms=self.group(Terms, rows),
            meter=self.group(MeterSide, rows),
            readout=self.group(Readout, rows, registers=(kept, rows), tariffs=(rows, 5)),
            past=self.group(Past, rows),
            beside=self.group(Beside, rows),
        )


def any_days() -> st.SearchStrategy[DayFacts]:
    return st.integers(0, 2**32).map(lambda seed: Any64(seed).day())


def by_point(found: list[Finding]) -> list[Finding]:
    return sorted(found, key=lambda one: one.point_id)


@given(any_days())
def test_no_arrays_make_a_rule_raise_and_each_finding_is_kept_exactly(day: DayFacts) -> None:
    found = judge(day, packaged())
    for point in day.points.tolist():
        own = [one for one in found if one.point_id == point]
        assert list(unpack(pack(own), point_id=point, day=int(day.days[0]))) == own
    for one in found:
        for first, until in one.slots:
            assert 0 <= first < until <= day.slots


@given(any_days())
def test_a_batch_is_judged_as_its_days_one_by_one(day: DayFacts) -> None:
    together = by_point(judge(day, packaged()))
    alone = [one for row in range(day.rows) for one in judge(day.take(slice(row, row + 1)), packaged())]
    assert together == by_point(alone)


@given(any_days(), st.randoms(use_true_random=False))
def test_the_order_of_points_does_not_matter(day: DayFacts, chance: Any) -> None:
    order = list(range(day.rows))
    chance.shuffle(order)
    shuffled = _in_order(day, order)
    assert by_point(judge(shuffled, packaged())) == by_point(judge(day, packaged()))


def _in_order(day: DayFacts, order: list[int]) -> DayFacts:
    def laid(group: Any) -> Any:
        found = {}
        for one in fields(group):
            values = getattr(group, one.name)
            found[one.name] = values[:, order] if one.name == "registers" else values[order]
        return type(group)(**found)

    return replace(
        day,
        points=day.points[order],
        days=day.days[order],
        registers=day.registers[:, order],
        held=day.held[:, order],
        times_said=day.times_said[order],
        off_grid=day.off_grid[order],
        apart=None if day.apart is None else day.apart[order],
        outage=None if day.outage is None else day.outage[order],
        terms=laid(day.terms),
        meter=laid(day.meter),
        readout=laid(day.readout),
        past=laid(day.past),
        beside=laid(day.beside),
    )


@given(st.integers(0, 2**32))
def test_registers_of_any_size_never_add_up_to_more_than_a_number_holds(seed: int) -> None:
    registers = Any64(seed).ints(3, 5, 97)
    day = DayFacts.bare(
        points=np.arange(5),
        days=np.full(5, 9000),
        period_min=15,
        channels=CHANNELS[:3],
        registers=registers,
    )
    exact = [[sum(int(e) for e in day.energies[place, row]) for row in range(5)] for place in range(3)]
    assert day.totals.tolist() == exact
    assert int(day.energies.min()) >= 0
    assert int(day.energies.max()) <= day.greatest_slot_wh


@given(st.binary(max_size=60))
def test_damaged_verdicts_are_damage_and_nothing_else(data: bytes) -> None:
    with contextlib.suppress(BlockDamaged):
        unpack(data, point_id=1, day=1)


def test_a_later_setting_wins_where_its_day_and_scope_fit() -> None:
    day = DayFacts.bare(
        points=np.array([1, 2, 3]),
        days=np.array([100, 101, 102]),
        period_min=15,
        channels=CHANNELS[:1],
        registers=np.zeros((1, 3, 97), dtype=np.int64),
    )
    day = replace(day, groups={"tariff_group": np.array(["home", "home", "lighting"])})
    setting = {"rule": "SPIKE", "threshold": "least_w"}
    book = packaged().with_settings(
        [
            Setting(**setting, value=1, since_day=101),
            Setting(**setting, value=2, since_day=0, scope={"tariff_group": "lighting"}),
            Setting(**setting, value=3, since_day=0, until_day=102, scope={"point": "2"}),
        ]
    )
    limits = book.limits("SPIKE", day)
    assert limits["least_w"].tolist() == [300, 3, 2]
    assert limits["over_third_pct"].tolist() == 180


@pytest.mark.parametrize("switched_off", [0, 1])
def test_a_rule_may_be_off_for_some(switched_off: int) -> None:
    times = np.zeros((2, 97), dtype=np.uint8)
    day = DayFacts.bare(
        points=np.array([10, 11]),
        days=np.array([100, 100]),
        period_min=15,
        channels=CHANNELS[:1],
        registers=np.zeros((1, 2, 97), dtype=np.int64),
        times_said=times,
    )
    off = Setting(
        rule="MISSING", threshold="enabled", value=0, since_day=0, scope={"point": str(10 + switched_off)}
    )
    found = judge(day, RuleBook((*packaged().settings, off)))
    assert [one.point_id for one in found] == [11 - switched_off]
