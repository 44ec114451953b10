"""Is every Wh of a city explained: measured, or estimated with a reason, and the sum is what truly passed?

Given a city that a generator knows to the Wh; planted into it lost records, a register's end, an exchange of
meters, a district without power, and edits by people: true values put into a hole, and energy charged on top
of what was measured. When all is told, recorded, decided and filled, then for every point what is measured,
estimated and edited come to the truth together, and to what the edit charged on top, to the Wh.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from sqlalchemy import Connection

from osos.mdm import bulk, editing, interruptions, points
from osos.mdm.canonical import Channel, Installed
from osos.mdm.estimates.running import estimate
from osos.mdm.interruptions import Interruption
from osos.mdm.labels import edge_of_day, instant_of_label
from osos.mdm.source import Source
from osos.meters import ProfileRecords
from osos.quantities import Interval, Quality
from osos.store import Store

DAY, SLOTS, ENDS_AT = 9557, 96, 10**9
MULTIPLIER = 40
KINDS = (
    *("sound", "sound", "sound", "sound", "lost records"),
    *("register's end", "exchange", "district out", "put in by hand", "charged on top"),
)
ON_TOP_WH = 250  # a slot, of what a bypass is found to have kept from the meter


@dataclass
class Point:
    """What truly passed in each quarter hour, and how it was told."""

    number: int
    kind: str
    energy: np.ndarray  # Wh a slot, secondary
    tellings: list[bulk.Telling] = field(default_factory=list)
    installed: tuple[Installed, ...] = ()
    dark: tuple[int, int] | None = None
    edited: range = range(0)  # slots a person decided about, of one day
    on_top_wh: int = 0


class City:
    """Points × days; everything follows from the seed."""

    def __init__(self, *, seed: int, count: int, days: int) -> None:
        self.days, self.start = days, instant_of_label(edge_of_day(DAY))
        self.period = Interval(self.start, self.start + timedelta(days=days))
        self.now = self.period.end + timedelta(days=4)
        chance = np.random.default_rng(seed)
        first = int(chance.integers(1, days)) * SLOTS - 50
        self.outage = (first, first + int(chance.integers(4, 40)))  # of one district, the same for all in it
        self.points = [self._point(number, chance) for number in range(1, count + 1)]

    def _point(self, number: int, chance: np.random.Generator) -> Point:
        kind = KINDS[number % len(KINDS)]
        energy = chance.integers(0, int(chance.integers(20, 900)), self.days * SLOTS)
        one = Point(number, kind, energy)
        if kind == "district out":
            one.dark = self.outage
            energy[one.dark[0] : one.dark[1]] = 0
        began = (
            ENDS_AT - int(energy.sum()) // 2 if kind == "register's end" else int(chance.integers(0, 10**8))
        )
        register = began + np.concatenate(([0], np.cumsum(energy)))
        kept = np.ones(register.size, dtype=bool)
        if kind == "lost records":
            hole = int(chance.integers(1, register.size - 40))
            kept[hole : hole + int(chance.integers(1, 38))] = False
        if kind in ("put in by hand", "charged on top"):
            first = int(chance.integers(0, self.days)) * SLOTS + int(chance.integers(0, 70))
            one.edited = range(first, first + int(chance.integers(2, 26)))
        if kind == "put in by hand":
            kept[one.edited.start + 1 : one.edited.stop] = False
        if kind == "charged on top":
            one.on_top_wh = len(one.edited) * ON_TOP_WH
        if one.dark is not None:
            kept[one.dark[0] + 1 : one.dark[1]] = False
        whole = Installed(meter_id=number, multiplier=Decimal(MULTIPLIER), since=self.start)
        one.installed = (whole,)
        if kind == "exchange":
            self._exchange(one, register, chance)
        else:
            self._tell(one, number, register % ENDS_AT, kept)
        return one

    def _exchange(self, one: Point, register: np.ndarray, chance: np.random.Generator) -> None:
        """In the middle of a slot, with what both meters showed then on paper."""
        at = int(chance.integers(10, register.size - 10))
        moment = instant_of_label(edge_of_day(DAY) + at * 15 + 7)
        shown = int(register[at]) + int(one.energy[at]) // 2
        other, begins = one.number + 1_000_000, int(chance.integers(0, 500))
        base = {"multiplier": Decimal(MULTIPLIER)}
        one.installed = (
            Installed(
                meter_id=one.number, since=self.start, until=moment, last=((Channel.A_PLUS, shown),), **base
            ),
            Installed(meter_id=other, since=moment, first=((Channel.A_PLUS, begins),), **base),
        )
        edges = np.arange(register.size)
        self._tell(one, one.number, register, edges <= at)
        self._tell(one, other, register - shown + begins, edges > at)

    def _tell(self, one: Point, meter: int, register: np.ndarray, kept: np.ndarray) -> None:
        labels = np.arange(register.size, dtype=np.int64) * 15 + edge_of_day(DAY)
        values = register[:, None].astype(np.int64)
        records = ProfileRecords("P.01", ("1.8.0",), labels[kept], values[kept], (3,), ("kWh",), "combi", 1)
        one.tellings.append(
            bulk.Telling(
                frame_id=meter,
                meter=meter,
                point=one.number,
                records=records,
                received_at=self.now - timedelta(days=1),
                installed=one.installed,
            )
        )


def decided(conn: Connection, one: Point, city: City) -> None:
    """One person puts values in, another one looks at them."""
    if not one.edited:
        return
    day, slot = divmod(one.edited.start, SLOTS)
    more = ON_TOP_WH if one.on_top_wh else 0
    values = [int(wh) + more for wh in one.energy[one.edited.start : one.edited.stop]]
    where = {"point_id": one.number, "day": DAY + day, "installed": one.installed, "now": city.now}
    slots, put = range(slot, slot + len(one.edited)), {Channel.A_PLUS: values}
    acted = editing.edit(conn, slots=slots, values=put, by="ayşe", reason="field report 7", **where)
    if acted.change.moves_money:
        number = acted.decision.number
        editing.look(conn, number=number, agree=True, by="mehmet", reason="seen", **where)


def explained(store: Store, city: City, *, at_once: int = 500) -> Counter[str]:
    """Wh by what they are, of the whole city; each point is held to its truth on the way."""
    found: Counter[str] = Counter()
    for start in range(0, len(city.points), at_once):
        some = city.points[start : start + at_once]
        with store.begin() as conn:
            bulk.take(conn, [told for one in some for told in one.tellings])
            for one in some:
                if one.dark is not None:
                    edges = (instant_of_label(edge_of_day(DAY) + slot * 15) for slot in one.dark)
                    row, source = Interruption("96.77.0", *edges), Source(1, city.now)
                    interruptions.tell(conn, meter_id=one.number, told=[row], source=source)
                decided(conn, one, city)
                estimate(conn, point_id=one.number, period=city.period, now=city.now, installed=one.installed)
        with store.begin() as conn:
            for one in some:
                found += _of_point(conn, one, city)
    return found


def _of_point(conn: Connection, one: Point, city: City) -> Counter[str]:
    held = points.load(conn, point_ids=[one.number], days=range(DAY, DAY + city.days))
    parts: Counter[str] = Counter()
    for key in sorted(held):
        block = held[key].block
        row = block.energies[block.channels.index(Channel.A_PLUS)]
        for mark in np.unique(block.quality).tolist():
            name = next(quality.name for quality in Quality if quality.mark == mark)
            parts[name] += int(row[block.quality == mark].sum())
            parts[f"{name} slots"] += int((block.quality == mark).sum())
    truth = int(one.energy.sum())
    explained_wh = parts["MEASURED"] + parts["ESTIMATED"] + parts["EDITED"]
    assert explained_wh == truth + one.on_top_wh, (one.kind, parts, truth)
    assert parts["EDITED slots"] == len(one.edited), (one.kind, parts)
    assert parts["MISSING slots"] == parts["SUSPECT slots"] == 0, (one.kind, parts)
    if one.kind in ("sound", "register's end", "charged on top"):
        assert parts["ESTIMATED slots"] == 0
    if one.dark is not None:
        assert parts["ESTIMATED slots"] >= one.dark[1] - one.dark[0] - 1
    parts["truth"], parts["on top"] = truth, one.on_top_wh
    return parts


def test_every_watt_hour_of_a_week_of_a_small_city_is_explained(store: Store) -> None:
    city = City(seed=7, count=120, days=7)
    found = explained(store, city)
    assert found["MEASURED"] + found["ESTIMATED"] + found["EDITED"] == found["truth"] + found["on top"]
    assert min(found[name] for name in ("MEASURED", "ESTIMATED", "EDITED", "on top")) > 0
    assert sum(found[f"{name} slots"] for name in ("MEASURED", "ESTIMATED", "EDITED")) == 120 * 7 * SLOTS


@pytest.mark.long
@pytest.mark.timeout(2 * 3600)
def test_every_watt_hour_of_a_month_of_ten_thousand_points_is_explained(store: Store) -> None:
    city = City(seed=11, count=10_000, days=31)
    found = explained(store, city)
    print(dict(found))
    assert found["MEASURED"] + found["ESTIMATED"] + found["EDITED"] == found["truth"] + found["on top"]
    assert min(found[name] for name in ("MEASURED", "ESTIMATED", "EDITED", "on top")) > 0
