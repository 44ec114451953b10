"""Frames doubled, late and damaged: is the truth there, and does it follow from the bytes (G6, G12)?"""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from sqlalchemy import Connection, func, select

from osos import mdm, registry
from osos.iec62056 import block_check
from osos.mdm import Direction, WireFrame, queries, said
from osos.mdm.block import Layout, SaidBlock
from osos.mdm.canonical import PROFILE, CanonicalBlock, Channel, Installed
from osos.mdm.keeping.completing import complete
from osos.mdm.keeping.rebuilding import Checked, check_point
from osos.mdm.labels import days_of_period, label_text
from osos.mdm.merging import merge, split_days
from osos.mdm.tables import frames
from osos.quantities import TURKIYE, DeviceId, Interval, Quality
from osos.store import Store

START = datetime(2026, 3, 2, tzinfo=TURKIYE)
FIRST_LABEL = int((START - datetime(2000, 1, 1, tzinfo=TURKIYE)) / timedelta(minutes=1))
DOUBLED, MOVED, DAMAGED = 0.30, 0.30, 0.05
AN_HOUR, A_QUARTER_DAY, A_MONTH = 4, 24, 2976  # records a frame
MULTIPLIER = 40
MODEM = DeviceId("OSM", "1")


class Fleet:
    """Meters behind one modem, what truly passed, and what the modem sends of it."""

    def __init__(self, *, meters: int, days: int, seed: int, first: int = 0) -> None:
        self.meters = [DeviceId("MKS", str(100_000_000 + first + n)) for n in range(meters)]
        chance = np.random.default_rng(seed)
        self.energy = chance.integers(0, 700, (meters, days * 96))
        self.period = Interval(START, START + timedelta(days=days))

    def admit(self, conn) -> None:
        names = " ".join(map(str, self.meters))
        lines = (
            f"flag,serial,meters,multiplier,plain_until\n{MODEM.flag},{MODEM.serial},{names},{MULTIPLIER},\n"
        )
        admissions, problems = registry.parse_admissions(lines)
        assert not problems
        registry.admit(conn, admissions, by="test", now=START, since=START)
        self.modem_id = registry.find_modem(conn, MODEM).id
        behind = registry.meters_behind(conn, self.modem_id, START)
        self.where = {one.meter: (one.meter_id, one.point_id) for one in behind}

    def telegrams(self, a_frame: int) -> list[tuple[DeviceId, bytes]]:
        found = []
        for meter, own in zip(self.meters, self.energy, strict=True):
            registers = 1_000_000 + np.concatenate(([0], np.cumsum(own)))
            cuts = range(0, registers.size, a_frame)
            found += [(meter, telegram(registers[cut : cut + a_frame], cut)) for cut in cuts]
        return found

    def truth_wh(self, meter: DeviceId) -> int:
        return int(self.energy[self.meters.index(meter)].sum()) * MULTIPLIER


def telegram(registers, first: int) -> bytes:
    lines = []
    for n, wh in enumerate(registers.tolist(), start=first):
        stamp = label_text(FIRST_LABEL + 15 * n)
        shown = f"{wh // 1000:06d}.{wh % 1000:03d},000000.000,000000.000,000.100"
        lines.append(f"({stamp[2:10]},{stamp[11:16]})({shown})\r\n")
    block = "".join(lines).encode() + b"\x03"
    return b"\x02" + block + bytes([block_check(block)])


def as_they_come(told: list[tuple[DeviceId, bytes]], chance: random.Random) -> list[tuple[DeviceId, bytes]]:
    """Some twice, some late, some damaged on the way: these are asked for again and come whole at the end."""
    sent: list[tuple[float, DeviceId, bytes]] = []
    for place, (meter, raw) in enumerate(told):
        late = chance.random() * len(told) if chance.random() < MOVED else 0
        sent.append((place + late, meter, raw))
        if chance.random() < DOUBLED:
            sent.append((place + late + chance.random() * 20, meter, raw))
    arrived, again = [], []
    for _, meter, raw in sorted(sent, key=lambda one: one[0]):
        if chance.random() < DAMAGED:
            at = chance.randrange(1, len(raw))
            arrived.append((meter, raw[:at] + bytes([raw[at] ^ 1 << chance.randrange(7)]) + raw[at + 1 :]))
            again.append((meter, raw))
        else:
            arrived.append((meter, raw))
    return [*arrived, *again]


def take(conn: Connection, fleet: Fleet, meter: DeviceId, raw: bytes, at: datetime) -> mdm.Outcome:
    facts = {"direction": Direction.IN, "link": "tcp", "address": "10.0.0.1:1", "session": "s"}
    meter_id, point_id = fleet.where[meter]
    frame = WireFrame(payload=raw, received_at=at, modem_id=fleet.modem_id, **facts)
    kept = mdm.keep(conn, frame)
    found = mdm.interpret(raw, asked=meter, received_at=at, asked_profile="P.01")
    where = {"frame_id": kept.frame_id, "meter": meter_id, "point": point_id}
    return mdm.record(conn, interpreted=found, received_at=at, **where)


class Telling:
    """What frames come to without a store: the same functions in the same order, the blocks in memory."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet, self.damaged = fleet, 0
        self.numbers = {meter: n for n, meter in enumerate(fleet.meters)}
        self.said: dict[tuple[int, int], SaidBlock] = {}
        self.at = fleet.period.end.astimezone(UTC) + timedelta(days=1)

    def take(self, meter: DeviceId, raw: bytes) -> None:
        found = mdm.interpret(raw, asked=meter, received_at=self.at, asked_profile="P.01")
        if found.records is None:
            self.damaged += 1
            assert [one.code for one in found.findings][:1] != [], "why is said"
            return
        layout = Layout(found.records.codes, found.records.decimals, found.records.units)
        for block in split_days(found.records.labels, found.records.values, layout):
            key = self.numbers[meter], block.day
            self.said[key] = merge(self.said.get(key), block)

    def canonical(self, n: int) -> list[CanonicalBlock]:
        """All days of a meter."""
        hung = [Installed(meter_id=n, multiplier=Decimal(MULTIPLIER), since=self.fleet.period.start)]
        days = days_of_period(self.fleet.period)
        found = [complete(day, installed=hung, said=self.said).block for day in days]
        return [one for one in found if one is not None]


def holds_without_a_store(*, frames_sent: int, seed: int) -> None:
    """Each slot of each meter is what truly passed; of a damaged frame nothing is believed."""
    meters = 20
    fleet = Fleet(meters=meters, days=frames_sent // (meters * 24), seed=seed)
    told = Telling(fleet)
    arrived = as_they_come(fleet.telegrams(AN_HOUR), random.Random(seed))
    for meter, raw in arrived:
        told.take(meter, raw)
    assert len(arrived) >= 1.3 * frames_sent and told.damaged > 0.04 * len(arrived)
    records = sum(block.labels.size for block in told.said.values())
    assert records == meters * (fleet.energy.shape[1] + 1), "none is lost and none is there twice"
    for n, own in enumerate(fleet.energy):
        blocks = told.canonical(n)
        row = [block.channels.index(Channel.A_PLUS) for block in blocks]
        energies = np.concatenate([block.energies[at] for at, block in zip(row, blocks, strict=True)])
        assert np.array_equal(energies, own)
        assert all((block.quality == Quality.MEASURED.mark).all() for block in blocks)


def holds(store: Store, fleet: Fleet, *, a_frame: int, a_commit: int, seed: int) -> None:
    with store.begin() as conn:
        fleet.admit(conn)
    arrived = as_they_come(fleet.telegrams(a_frame), random.Random(seed))
    at = fleet.period.end.astimezone(UTC) + timedelta(days=1)
    for start in range(0, len(arrived), a_commit):
        with store.begin() as conn:
            for n, (meter, raw) in enumerate(arrived[start : start + a_commit], start=start):
                take(conn, fleet, meter, raw, at + timedelta(seconds=n))
    with store.read() as conn:
        assert conn.scalar(select(func.count()).select_from(frames)) == len(arrived), "each byte is kept"
        for meter, (_, point_id) in fleet.where.items():
            found = queries.primary_wh(conn, point_id=point_id, period=fleet.period)
            assert found == fleet.truth_wh(meter), meter
    checked = Checked()
    for _, point_id in fleet.where.values():
        check_point(store, point_id, checked, period=fleet.period)
    counts = len(fleet.meters), len(fleet.meters) * fleet.period.length // timedelta(days=1)
    assert checked.is_identical and (checked.points, checked.days) == counts


def test_doubled_late_and_damaged_frames_come_to_the_truth_and_to_the_identical_hash(store: Store) -> None:
    holds(store, Fleet(meters=3, days=3, seed=7), a_frame=A_QUARTER_DAY, a_commit=1, seed=7)


def test_a_store_holds_what_frames_come_to_without_one(store: Store) -> None:
    fleet = Fleet(meters=2, days=2, seed=9)
    holds(store, fleet, a_frame=AN_HOUR, a_commit=20, seed=9)
    told = Telling(fleet)
    for meter, raw in as_they_come(fleet.telegrams(AN_HOUR), random.Random(9)):
        told.take(meter, raw)
    ids = [fleet.where[meter][0] for meter in fleet.meters]
    with store.read() as conn:
        held = said.load(conn, profile=PROFILE, keys=[(ids[n], day) for n, day in told.said])
    assert {key: one.content_hash for key, one in held.items()} == {
        (ids[n], day): block.content_hash() for (n, day), block in told.said.items()
    }


@pytest.mark.parametrize("quarter", range(4))
def test_a_hundred_thousand_frames_doubled_late_and_damaged_come_to_the_truth(quarter: int) -> None:
    """Some 25 500 frames arrive each time; one costs 0.6 to 0.8 ms of a core, nearly all of it parsing."""
    holds_without_a_store(frames_sent=18_720, seed=quarter)


@pytest.mark.long
@pytest.mark.parametrize("fiftieth", range(50))
def test_five_million_frames_doubled_late_and_damaged_come_to_the_truth(fiftieth: int) -> None:
    holds_without_a_store(frames_sent=74_880, seed=1000 + fiftieth)


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_a_month_of_two_hundred_meters_comes_to_the_truth_and_to_the_identical_hash(store: Store) -> None:
    holds(store, Fleet(meters=200, days=31, seed=8), a_frame=A_QUARTER_DAY, a_commit=1, seed=8)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("hundred", range(20))
@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_a_year_of_two_thousand_meters_comes_to_the_truth_and_to_the_identical_hash(
    store: Store, hundred: int
) -> None:
    """A frame is a month of a meter, a hundred meters at a time: some three minutes of a core each."""
    fleet = Fleet(meters=100, days=365, seed=100 + hundred, first=100 * hundred)
    holds(store, fleet, a_frame=A_MONTH, a_commit=50, seed=100 + hundred)
