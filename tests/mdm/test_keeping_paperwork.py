"""What does late paperwork change, in exactly which days, and what is refused by name (F43, F44)?"""

import time
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from sqlalchemy import select

from osos import mdm, registry
from osos.iec62056 import block_check
from osos.mdm import points, queries
from osos.mdm.canonical import Channel
from osos.mdm.estimates.running import estimate
from osos.mdm.keeping import corrections
from osos.mdm.keeping.clocks import Clock
from osos.mdm.keeping.closing import Month, close_month
from osos.mdm.keeping.paperwork import Redone, exchange, put_multiplier_right, set_clock, take_down
from osos.mdm.labels import edge_of_day, instant_of_label, label_text
from osos.mdm.tables import canonical_history
from osos.quantities import TURKIYE, DeviceId, Interval, Quality
from osos.registry.tables import installations, meters
from osos.store import Store

A_PLUS, Q1, Q4 = Channel.A_PLUS, Channel.Q1, Channel.Q4
CHANNELS = (A_PLUS, Q1, Q4)
MODEM, FIRST, SECOND = DeviceId("OSM", "9"), DeviceId("MKS", "111111111"), DeviceId("MKS", "222222222")
DAYS = 5
# The engines differ in how they keep, not in what follows from what.
ONE_ENGINE = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


@dataclass
class Point:
    """A metering point of the registry with a meter that has told five days."""

    conn: object
    desk: object
    told_meter: type

    def __post_init__(self) -> None:
        self.meter = self.told_meter(days=DAYS, seed=11)
        self.start = instant_of_label(edge_of_day(self.meter.first_day))
        self.period = Interval(self.start, self.start + timedelta(days=DAYS))
        self.desk.at = self.period.end + timedelta(days=4)
        line = f"flag,serial,meters,multiplier,plain_until\n{MODEM.flag},{MODEM.serial},{FIRST},40,\n"
        admissions, _ = registry.parse_admissions(line)
        registry.admit(self.conn, admissions, by="test", now=self.start, since=self.start)
        modem = registry.find_modem(self.conn, MODEM)
        (behind,) = registry.meters_behind(self.conn, modem.id, self.start)
        self.point_id, self.meter.meter_id = behind.point_id, behind.meter_id

    def tell(self, meter, rows) -> None:
        self.desk.tell(meter.records(rows), meter=meter.meter_id, point=self.point_id, installed=None)

    def primary(self, channel: Channel = A_PLUS) -> Decimal:
        return queries.primary_wh(self.conn, point_id=self.point_id, period=self.period, channel=channel)

    def shown(self, meter, row: int, more: int = 0) -> dict:
        return {channel: int(meter.values[row, n]) + more for n, channel in enumerate(CHANNELS)}

    def papers(self) -> dict:
        return {"by": "ayşe", "reason": "work order 7", "now": self.desk.at}

    def versions(self) -> dict[int, int]:
        days = range(self.meter.first_day, self.meter.first_day + DAYS)
        held = points.load(self.conn, point_ids=[self.point_id], days=days)
        return {day - self.meter.first_day: one.version for (_, day), one in held.items()}


@pytest.fixture
def point_on(desk_on, told_meter):
    return lambda conn: Point(conn, desk_on(conn), told_meter)


def meter_id_of(conn, device: DeviceId) -> int:
    return conn.scalar(select(meters.c.id).where(meters.c.serial == device.serial))


@pytest.mark.parametrize("multiplier", ["40", "60"])
def test_an_exchange_told_late_is_stitched_with_both_registers(
    store: Store, point_on, told_meter, multiplier: str
) -> None:
    """Old meter until the third day's 10:07, the new one's records came under its own number."""
    with store.begin() as conn:
        point = point_on(conn)
        row = 2 * 96 + 40
        at = instant_of_label(int(point.meter.labels[row]) + 7)
        point.tell(point.meter, range(row + 1))
        new = told_meter(days=DAYS, seed=12, start=0)
        redone = exchange(
            conn,
            point_id=point.point_id,
            meter=SECOND,
            at=at,
            multiplier=Decimal(multiplier),
            removed=point.shown(point.meter, row, 9),
            placed=point.shown(new, row, 4),
            **point.papers(),
        )
        assert redone.point_days == ((point.point_id, point.meter.first_day + 2),)  # its segment ends now
        new.meter_id = meter_id_of(conn, SECOND)
        point.tell(new, range(row + 1, DAYS * 96 + 1))
        old_wh = int(point.meter.values[row, 0]) + 9 - int(point.meter.values[0, 0])
        new_wh = int(new.values[-1, 0]) - int(new.values[row, 0]) - 4
        assert point.primary() == old_wh * 40 + new_wh * Decimal(multiplier)
        day = points.load(conn, point_ids=[point.point_id], days=[point.meter.first_day + 2])
        (held,) = day.values()
        assert held.block.count(Quality.MEASURED) == 96
        assert len(held.block.segments) == 3


def test_an_exchange_without_papers_leaves_its_slot_to_the_ladder(store: Store, point_on, told_meter) -> None:
    with store.begin() as conn:
        point = point_on(conn)
        row = 2 * 96 + 40
        at = instant_of_label(int(point.meter.labels[row]) + 7)
        point.tell(point.meter, range(row + 1))
        exchange(
            conn,
            point_id=point.point_id,
            meter=SECOND,
            at=at,
            multiplier=Decimal(40),
            removed=None,
            placed=None,
            **point.papers(),
        )
        new = told_meter(days=DAYS, seed=12, start=0, meter_id=meter_id_of(conn, SECOND))
        point.tell(new, range(row + 1, DAYS * 96 + 1))
        known = point.primary()
        report = estimate(conn, point_id=point.point_id, period=point.period, now=point.desk.at)
        (filled,) = report.filled
        assert {fill.method for fill in filled.fills} == {"straight line"}
        assert (report.days, point.primary() > known) == ((point.meter.first_day + 2,), True)


def test_another_multiplier_told_late_changes_its_days_and_no_other(store: Store, point_on) -> None:
    """F44: it held on the second and third day only; two days of five are derived anew."""
    with store.begin() as conn:
        point = point_on(conn)
        point.tell(point.meter, range(DAYS * 96 + 1))
        before = point.primary()
        redone = put_multiplier_right(
            conn,
            point_id=point.point_id,
            since=point.start + timedelta(days=1),
            until=point.start + timedelta(days=3),
            multiplier=Decimal(60),
            **point.papers(),
        )
        assert [day - point.meter.first_day for _, day in redone.point_days] == [1, 2]
        assert point.versions() == {0: 1, 1: 2, 2: 2, 3: 1, 4: 1}
        moved = int(point.meter.values[3 * 96, 0] - point.meter.values[96, 0])
        assert point.primary() - before == moved * 20
        assert conn.execute(select(canonical_history.c.day)).scalars().all() == [
            point.meter.first_day + 1,
            point.meter.first_day + 2,
        ]
        again = put_multiplier_right(
            conn,
            point_id=point.point_id,
            since=point.start + timedelta(days=1),
            until=point.start + timedelta(days=3),
            multiplier=Decimal(60),
            **point.papers(),
        )
        assert again.point_days == ()


@ONE_ENGINE
@pytest.mark.parametrize("road", ["exchange", "multiplier", "clock", "take down", "estimate", "late reading"])
def test_a_closed_month_is_overwritten_by_no_road(store: Store, point_on, road: str) -> None:
    """D-23: what was settled stands, and what is known now waits beside it as a correction."""
    with store.begin() as conn:
        point = point_on(conn)
        point.tell(point.meter, [*range(200), *range(230, DAYS * 96 + 1)])
        day = point.start + timedelta(days=2)
        month = Month(day.astimezone(TURKIYE).year, day.astimezone(TURKIYE).month)
        close_month(conn, month=month, by="settlement", now=point.desk.at)
        settled, papers = point.primary(), point.papers()
        at = day + timedelta(hours=12)
        if road == "exchange":
            shown = {"removed": None, "placed": None, "multiplier": Decimal(60), "meter": SECOND}
            done = exchange(conn, point_id=point.point_id, at=at, **shown, **papers)
        elif road == "multiplier":
            facts = {"since": at, "until": None, "multiplier": Decimal(60)}
            done = put_multiplier_right(conn, point_id=point.point_id, **facts, **papers)
        elif road == "clock":
            done = set_clock(conn, meter_id=point.meter.meter_id, since=at, clock=Clock.WRONG, **papers)
        elif road == "take down":
            done = take_down(conn, point_id=point.point_id, at=at, removed=None, **papers)
        elif road == "estimate":
            done = Redone(())
            estimate(conn, point_id=point.point_id, period=point.period, now=point.desk.at)
        else:
            done = Redone(())
            point.tell(point.meter, range(DAYS * 96 + 1))
        assert (done.point_days, point.primary(), set(point.versions().values())) == ((), settled, {1})
        assert corrections.list_corrections(conn, point_id=point.point_id) != []


@ONE_ENGINE
@pytest.mark.parametrize("gap", [0, 1, 30], ids=["no gap", "a slot on each side", "a gap of days"])
@pytest.mark.parametrize("minute", [0, 7])
def test_a_multiplier_changed_within_a_gap_or_a_slot_creates_and_loses_nothing(
    store: Store, point_on, minute: int, gap: int
) -> None:
    """Regulation (f2): split at the change; the register goes on, so both parts are its very difference."""
    with store.begin() as conn:
        point = point_on(conn)
        row, values = 2 * 96 + 40, point.meter.values[:, 0]
        first, last = row - gap, row + gap + 1
        point.tell(point.meter, [*range(first + 1), *range(last, DAYS * 96 + 1)])
        facts = {"point_id": point.point_id, "until": None, **point.papers()}
        since = instant_of_label(int(point.meter.labels[row])) + timedelta(minutes=minute)
        within = int(values[last] - values[first])

        def settled(multiplier: int) -> Decimal:
            put_multiplier_right(conn, since=since, multiplier=Decimal(multiplier), **facts)
            estimate(conn, point_id=point.point_id, period=point.period, now=point.desk.at)
            return point.primary()

        for multiplier in (60, 80):  # put right twice: nothing of the first one may stay
            known = int(values[first] - values[0]) * 40 + int(values[-1] - values[last]) * multiplier
            share = Decimal((row - first) * 15 + minute) / ((last - first) * 15)
            by_minutes = within * (share * 40 + (1 - share) * multiplier)
            assert abs(settled(multiplier) - known - by_minutes) <= multiplier
        assert settled(40) == int(values[-1] - values[0]) * 40


def test_overlaps_and_impossible_multipliers_are_refused_and_change_nothing(store: Store, point_on) -> None:
    with store.begin() as conn:
        point = point_on(conn)
        point.tell(point.meter, range(DAYS * 96 + 1))
        before = conn.execute(select(installations)).all()
        at = point.start + timedelta(days=2)
        facts = {"point_id": point.point_id, "at": at, "removed": None, "placed": None, **point.papers()}
        with pytest.raises(registry.OverlappingInstallation, match="has MKS111111111"):
            exchange(conn, meter=FIRST, multiplier=Decimal(1), **facts)
        for absurd in ("-40", "0", "99999999", "NaN"):
            with pytest.raises(registry.ImpossibleMultiplier):
                exchange(conn, meter=SECOND, multiplier=Decimal(absurd), **facts)
        with pytest.raises(registry.NothingInstalled):
            exchange(conn, meter=SECOND, multiplier=Decimal(1), **(facts | {"at": point.start}))
        with pytest.raises(registry.NothingInstalled):
            put_multiplier_right(
                conn,
                point_id=point.point_id + 1,
                since=at,
                until=None,
                multiplier=Decimal(2),
                **point.papers(),
            )
        assert conn.execute(select(installations)).all() == before
        assert set(point.versions().values()) == {1}


def test_a_clock_regime_told_late_reads_its_labels_anew(store: Store, point_on) -> None:
    with store.begin() as conn:
        point = point_on(conn)
        point.tell(point.meter, range(DAYS * 96 + 1))
        redone = set_clock(
            conn,
            meter_id=point.meter.meter_id,
            since=point.start + timedelta(days=3),
            clock=Clock.WRONG,
            **point.papers(),
        )
        assert [day - point.meter.first_day for _, day in redone.point_days] == [3, 4]
        counts = queries.completeness(conn, point_ids=[point.point_id], period=point.period)
        assert counts[point.point_id].suspect == 2 * 96
        assert point.primary() == point.meter.energy_wh() * 40
        right = set_clock(
            conn,
            meter_id=point.meter.meter_id,
            since=point.start + timedelta(days=3),
            clock=Clock.FIXED,
            **point.papers(),
        )
        assert len(right.point_days) == 2
        rebuilt = mdm.rebuild(conn, point.point_id, Interval(point.start, point.start))
        assert rebuilt.is_identical


@pytest.fixture
def another_zone(monkeypatch):
    """A machine whose own zone follows a law of its own, five and a half hours ahead and with summer time."""
    monkeypatch.setenv("TZ", "FAK-5:30FAS,M4.1.0,M9.3.0")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("another_zone")
def test_a_new_law_of_time_is_a_dated_paper_and_rebuilding_gives_the_right_utc(
    store: Store, point_on
) -> None:
    """F40: meters keep winter time; from the fourth day on a law has them at +03:00, and it is told late."""
    with store.begin() as conn:
        point = point_on(conn)
        meter, law = point.meter, point.start + timedelta(days=3)
        facts = {"meter_id": meter.meter_id, **point.papers()}
        set_clock(conn, since=point.start - timedelta(days=1), clock=Clock.SUMMER, **facts)
        truth = np.diff(meter.values[:, 0]).reshape(DAYS, 96)
        meter.labels[: 3 * 96 + 1] -= 60
        tell_bytes(conn, point)
        wrong = energies(conn, point)
        assert (wrong[:3] == truth[:3]).all() and not (wrong[3:] == truth[3:]).all()
        redone = set_clock(conn, since=law, clock=Clock.FIXED, **facts)
        assert {day - meter.first_day for _, day in redone.point_days} == {3, 4}
        right = energies(conn, point)
        assert (right[:3] == truth[:3]).all() and (right[4] == truth[4]).all()
        assert (right[3, 1:] == truth[3, 1:]).all() and not right[3, 0]  # nothing told its first edge
        estimate(conn, point_id=point.point_id, period=point.period, now=point.desk.at + timedelta(days=9))
        assert (energies(conn, point) == truth).all() and point.primary() == meter.energy_wh() * 40
        rebuilt = mdm.rebuild(conn, point.point_id, point.period)
        assert rebuilt.is_identical and len(rebuilt.canonical) == DAYS


def tell_bytes(conn, point) -> None:
    """What the meter printed, kept and recorded as it came."""
    meter = point.meter
    block = "".join(
        f"({label_text(label)[2:10]},{label_text(label)[11:16]})"
        f"({','.join(f'{value // 1000:06d}.{value % 1000:03d}' for value in row[:3])},"
        f"{row[3] // 1000:03d}.{row[3] % 1000:03d})\r\n"
        for label, row in zip(meter.labels.tolist(), meter.values.tolist(), strict=True)
    )
    raw = b"\x02" + block.encode() + b"\x03"
    raw += bytes([block_check(raw[1:])])
    kept = point.desk.frame(raw)
    found = mdm.interpret(raw, asked=None, received_at=point.desk.at, asked_profile="P.01")
    where = {"frame_id": kept.frame_id, "meter": meter.meter_id, "point": point.point_id}
    mdm.record(conn, **where, interpreted=found, received_at=point.desk.at)


def energies(conn, point) -> np.ndarray:
    days = range(point.meter.first_day, point.meter.first_day + DAYS)
    held = points.load(conn, point_ids=[point.point_id], days=days)
    return np.stack([held[point.point_id, day].block.energies[0] for day in days])
