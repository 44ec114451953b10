"""Is a Wh ever created or lost, whatever is told in whatever order, exchanged, dismissed, estimated (G13)?

The model is one list of whole Wh a slot. A history tells records of it late, twice, in pieces; exchanges the
meter with its papers; dismisses, estimates, and tells more. At every step no energy is there that never
passed; once the holes are filled all of it is there between the first and the last register that is known.
"""

import random
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from osos.mdm import points
from osos.mdm.block import Layout, SaidBlock
from osos.mdm.canonical import Channel, Installed
from osos.mdm.estimates import running
from osos.mdm.estimates.finding import find_holes
from osos.mdm.estimates.gathering import Desk, Help
from osos.mdm.estimates.ground import Ground, bare_of, ground_of
from osos.mdm.estimates.hole import Fill
from osos.mdm.estimates.ladder import Given, climb
from osos.mdm.estimates.re_read import Asked
from osos.mdm.keeping.completing import complete
from osos.mdm.keeping.decisions import Decision, Kind, State, alive, states
from osos.mdm.labels import days_of_labels, edge_of_day, instant_of_label
from osos.mdm.merging import merge
from osos.quantities import Interval
from osos.store import Store

POINT, DAY = 7, 9557
LAYOUT = Layout(("1.8.0", "5.8.0"), (3, 3), ("kWh", "kvarh"))
CHANNELS = (Channel.A_PLUS, Channel.Q1)
NOW = instant_of_label(edge_of_day(DAY + 30))
ROLL = 10**9
APART = 100_000  # more than a slot's energy


@dataclass
class World:
    """The truth, what was told of it, and what was decided."""

    chance: random.Random
    period: int
    length: int  # days
    said: dict = field(default_factory=dict)
    rows: dict[int, list[Decision]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        count = self.length * 1440 // self.period
        self.energy = np.array(
            [[0] + [self.chance.randint(0, 900) for _ in range(count)] for _ in CHANNELS], dtype=np.int64
        )
        start = self.chance.choice([0, 5_000_000, ROLL - 3000])  # some roll over
        self.registers = (start + self.energy.cumsum(axis=1)) % ROLL
        self.labels = np.arange(count + 1, dtype=np.int64) * self.period + DAY * 1440
        self.multipliers = [Decimal(self.chance.choice(["1", "40", "12.5"])) for _ in range(2)]
        self.cut = self.chance.choice([None, self.chance.randint(3, count - 3)])  # an exchange in this slot
        self.begun = self.chance.randint(0, 4000)  # what the second meter shows first
        self.known = [set(), set()]
        self.seen = None, []

    def shift(self) -> np.ndarray:
        """The second meter's registers: it begins somewhere else, in the middle of the exchange's slot."""
        old = self._at_exchange()
        return (self.registers - old[:, None] + self.begun) % ROLL

    def _at_exchange(self) -> np.ndarray:
        half = self.energy[:, self.cut + 1] // 2
        return (self.registers[:, self.cut] + half) % ROLL

    def installed(self) -> list[Installed]:
        since = instant_of_label(DAY * 1440 - 1440)
        one = Installed(meter_id=1, multiplier=self.multipliers[0], since=since)
        if self.cut is None:
            return [one]
        at = instant_of_label(int(self.labels[self.cut]) + self.period // 2)
        last = tuple(zip(CHANNELS, self._at_exchange().tolist(), strict=True))
        first = tuple((channel, self.begun) for channel in CHANNELS)
        return [
            replace(one, until=at, last=last),
            Installed(meter_id=2, multiplier=self.multipliers[1], since=at, first=first),
        ]

    def tell(self, which: int, rows: list[int]) -> None:
        """A telegram of one of the meters, of records it could have."""
        values = self.registers if which == 0 else self.shift()
        rows = [row for row in rows if self.cut is None or (row <= self.cut) == (which == 0)]
        self.known[which] |= set(rows)
        labels, told = self.labels[rows], values[:, rows].T
        for day in np.unique(days_of_labels(labels)).tolist():
            own = days_of_labels(labels) == day
            block = SaidBlock(day, LAYOUT, labels[own], told[own])
            key = (which + 1, day)
            self.said[key] = merge(self.said.get(key), block)
        self.settle()

    def add(self, drafts: list[Decision]) -> None:
        root = None
        for draft in drafts:
            rows = self.rows.setdefault(draft.day, [])
            number = len(rows) + 1
            root = root or (draft.day, number)
            rows.append(replace(draft, number=number, root=draft.root if draft.root[1] else root))

    def lapse(self, gone: list[Decision]) -> None:
        roots = {one.root for one in gone}
        for rows in self.rows.values():
            for one in [row for row in alive(rows) if row.root in roots]:
                about = replace(one, kind=Kind.LAPSE, of_number=one.number, number=len(rows) + 1)
                rows.append(replace(about, channels=(), values=one.values[:0, :0]))

    def days(self) -> list:
        told = sum(len(rows) for rows in self.rows.values()), sum(b.labels.size for b in self.said.values())
        if self.seen[0] != told:  # nothing is ever taken away: what was counted is what was seen
            self.seen = told, self.derived()
        return self.seen[1]

    def derived(self) -> list:
        return [
            complete(
                DAY + n, installed=self.installed(), said=self.said, decisions=self.rows.get(DAY + n, ())
            )
            for n in range(self.length)
        ]

    def settle(self) -> None:
        """As `points.refresh` does it."""
        while gone := [one for day in self.days() for one in day.lapsed]:
            self.lapse(gone)

    def dismiss(self, day: int, slots: range) -> None:
        block = self.days()[day - DAY].block
        if block is None or block.period_min != self.period:
            return
        bare = bare_of(day, self.installed(), self.said, ())
        assert bare is not None
        draft = Decision(
            point_id=POINT,
            day=day,
            number=0,
            kind=Kind.DISMISS,
            root=(day, 0),
            first_slot=slots.start,
            until_slot=slots.stop,
            period_min=self.period,
            channels=bare.block.channels,
            values=bare.block.energies[:, slots.start : slots.stop].copy(),
            known_since=NOW,
        )
        self.add([draft])
        self.settle()

    def estimate(self) -> None:
        """As `running.estimate` does it, with nothing to look at but registers."""
        installed = self.installed()
        bare = {}
        for day in range(DAY, DAY + self.length):
            found = bare_of(day, installed, self.said, self.rows.get(day, ()))
            if found is not None:
                bare[day] = found
        last = edge_of_day(DAY + self.length)
        groups = find_holes(bare, installed=installed, said=self.said, last_label=last)
        ground = Ground(self.said, bare, self.rows)
        desk = Desk(
            point_id=POINT,
            now=NOW,
            installed=installed,
            said=self.said,
            bare={},
            history={},
            interrupted={},
            aid=Help(),
        )
        for group in [one for one in groups if not running._stands(one, self.rows, None)]:
            given = Given(now=NOW, asked=Asked(answered_empty=True))
            fills = [climb(hole, given) for hole in group]
            if all(isinstance(fill, Fill) for fill in fills):
                drafts = running._rows(desk, ground, group, fills)
                self.lapse(
                    [
                        one
                        for draft in drafts
                        for one in alive(self.rows.get(draft.day, ()))
                        if one.kind is Kind.ESTIMATE
                        and one.first_slot < draft.until_slot
                        and draft.first_slot < one.until_slot
                    ]
                )
                self.add(drafts)
        assert not [one for day in self.days() for one in day.lapsed]

    def primary(self) -> list[Decimal]:
        blocks = [day.block for day in self.days() if day.block is not None]
        return [sum((block.primary_of(channel) for block in blocks), Decimal(0)) for channel in CHANNELS]

    def truth(self) -> list[Decimal]:
        """Between the first and the last register known, of each meter or of its papers."""
        found = []
        for row in range(len(CHANNELS)):
            total = Decimal(0)
            for which, known in enumerate(self.known):
                if known:
                    total += self._passed(row, which, known) * self.multipliers[which]
            found.append(total)
        return found

    def _passed(self, row: int, which: int, known: set[int]) -> int:
        first, last = min(known), max(known)
        passed = int(self.energy[row, first + 1 : last + 1].sum())
        if self.cut is None:
            return passed
        half = int(self.energy[row, self.cut + 1]) // 2
        if which == 0:
            return int(self.energy[row, first + 1 : self.cut + 1].sum()) + half
        return int(self.energy[row, self.cut + 1 : last + 1].sum()) - half


def live(seed: int) -> None:
    """One history; what it was can be lived again from its number."""
    chance = random.Random(seed)
    world = World(chance, period=chance.choice([60] * 7 + [15]), length=chance.choice([1, 1, 2]))
    count = world.labels.size
    for _ in range(chance.randint(2, 5)):
        act = chance.random()
        if act < 0.6:
            first = chance.randrange(count)
            rows = list(range(first, min(count, first + chance.randint(1, count // 2))))
            if chance.random() < 0.4:
                rows = sorted(chance.sample(range(count), chance.randint(1, count // 3)))
            for which in (0, 1) if world.cut is not None else (0,):
                if any((row <= world.cut) == (which == 0) for row in rows) if world.cut is not None else rows:
                    world.tell(which, rows)
        elif act < 0.75:
            slot = chance.randrange(1440 // world.period - 3)
            world.dismiss(DAY + chance.randrange(world.length), range(slot, slot + 3))
        else:
            world.estimate()
        for have, most in zip(world.primary(), world.truth(), strict=True):
            assert have <= most, f"history {seed}: Wh created"
    world.estimate()
    both = world.cut is None or all(world.known)
    periods = {day.block.period_min for day in world.days() if day.block is not None}
    if both and periods == {world.period} and any(world.known):
        assert world.primary() == world.truth(), f"history {seed}: Wh lost"
    for rows in world.rows.values():
        assert all(state in State for state in states(rows).values())


@pytest.mark.parametrize("part", range(4))
def test_no_wh_is_created_or_lost_in_two_thousand_histories(part: int) -> None:
    for seed in range(part * 500, (part + 1) * 500):
        live(seed)


def test_a_day_of_silence_between_hours_is_cut_into_hours_too() -> None:
    """Nobody told enough to say how long a slot is; what told a little told it in hours."""
    live(40_399)


def test_labels_that_show_no_step_say_nothing_of_a_silent_day() -> None:
    """The day before an exchange was silent; the new meter's two labels stand five hours apart."""
    live(169_413)


@pytest.mark.long
@pytest.mark.timeout(6 * 3600)
@pytest.mark.parametrize("part", range(20))
def test_no_wh_is_created_or_lost_in_two_hundred_thousand_histories(part: int) -> None:
    for seed in range(part * 10_000, (part + 1) * 10_000):
        live(seed)


@dataclass
class Remultiplied(World):
    """One meter whose multiplier changes, on a slot's edge or in its middle; the paper may come late."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.cut = None
        after = self.period // 2 if self.chance.random() < 0.7 else 0
        changed = int(self.labels[self.chance.randint(2, self.labels.size - 3)]) + after
        self.at, self.told_of_change = instant_of_label(changed), self.chance.random() < 0.5
        self.multipliers = self.chance.sample([Decimal(1), Decimal(APART)], 2)

    def installed(self) -> list[Installed]:
        (one,) = super().installed()
        if not self.told_of_change:
            return [one]
        after = replace(one, multiplier=self.multipliers[1], since=self.at)
        return [replace(one, until=self.at), after]

    def learn(self) -> None:
        """The paper comes; what rests on other facts is not what it was."""
        self.told_of_change, self.seen = True, (None, [])
        self.settle()

    def secondary(self) -> list[int]:
        """Before any multiplier: those of each slot lie so far apart that its two parts can be told."""
        found = [0 for _ in CHANNELS]
        for block in [day.block for day in self.days() if day.block is not None]:
            for one in block.segments:
                part = block.energies[:, one.from_slot : one.until_slot] * int(one.multiplier)
                for row in range(len(CHANNELS)):
                    found[row] += int((part[row] % APART + part[row] // APART).sum())
        return found


def live_remultiplied(seed: int) -> None:
    """Whatever its multiplier is, the meter's own Wh are those that passed."""
    chance = random.Random(seed)
    world = Remultiplied(chance, period=chance.choice([60, 15]), length=chance.choice([1, 1, 2]))
    count, known = world.labels.size, world.known[0]
    for _ in range(chance.randint(2, 6)):
        act = chance.random()
        if act < 0.55 or not known:
            world.tell(0, sorted(chance.sample(range(count), chance.randint(1, count // 2))))
        elif act < 0.65:
            slot = chance.randrange(1440 // world.period - 3)
            world.dismiss(DAY + chance.randrange(world.length), range(slot, slot + 3))
        elif act < 0.8:
            world.learn()
        else:
            world.estimate()
        passed = [int(row[min(known) + 1 : max(known) + 1].sum()) for row in world.energy]
        for have, most in zip(world.secondary(), passed, strict=True):
            assert have <= most, f"history {seed}: Wh created"
    world.learn()
    world.estimate()
    if {day.block.period_min for day in world.days() if day.block is not None} == {world.period}:
        assert world.secondary() == passed, f"history {seed}: Wh lost"


@pytest.mark.parametrize("part", range(2))
def test_no_wh_is_created_or_lost_where_the_multiplier_of_a_meter_changes(part: int) -> None:
    for seed in range(part * 100, (part + 1) * 100):
        live_remultiplied(seed)


@pytest.mark.long
@pytest.mark.timeout(6 * 3600)
def test_no_wh_is_created_or_lost_in_twenty_thousand_changes_of_a_multiplier() -> None:
    for seed in range(20_000):
        live_remultiplied(seed)


@pytest.mark.parametrize("seed", range(4))
def test_the_store_holds_what_the_pure_functions_say(store: Store, desk_on, told_meter, seed: int) -> None:
    """The same with real rows: tell, estimate, tell more; the present block is the function of all of it."""
    chance = random.Random(seed)
    with store.begin() as conn:
        desk, meter = desk_on(conn), told_meter(days=3, seed=seed)
        installed = [meter.installed()]
        desk.at += timedelta(days=9)
        start = instant_of_label(edge_of_day(meter.first_day))
        period = Interval(start, start + timedelta(days=3))
        for _ in range(5):
            rows = sorted(chance.sample(range(289), chance.randint(5, 150)))
            desk.tell(meter.records(rows), installed=installed)
            running.estimate(conn, point_id=POINT, period=period, now=desk.at, installed=installed)
        desk.tell(meter.records([0, 288]), installed=installed)
        running.estimate(conn, point_id=POINT, period=period, now=desk.at, installed=installed)
        days = range(meter.first_day, meter.first_day + 3)
        held = points.load(conn, point_ids=[POINT], days=days)
        total = sum(one.block.sum_of(Channel.A_PLUS) for one in held.values())
        assert total == meter.energy_wh()
        ground = ground_of(conn, POINT, installed, days, int(meter.labels[-1]))
        for (_, day), one in held.items():
            pure = complete(day, installed=installed, said=ground.said, decisions=ground.decided.get(day, ()))
            assert pure.block.content_hash() == one.content_hash
            assert pure.lapsed == ()
