"""From a modem's bytes to the store and back: is it all there, once, and does it follow from the bytes?"""

import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import select, update

from osos import mdm, registry
from osos.iec62056 import block_check
from osos.mdm import Direction, WireFrame, points, queries
from osos.mdm.labels import EPOCH, day_number
from osos.mdm.tables import readings, readings_history, said_blocks
from osos.modems import mass_json
from osos.quantities import DeviceId, Interval
from osos.store import Store

MODEM, METER = DeviceId("OSM", "1"), DeviceId("MKS", "123456789")
SINCE = datetime(2026, 3, 1, 21, tzinfo=UTC)  # midnight of 2 March in Türkiye
DAYS = 2
PERIOD = Interval(SINCE, SINCE + timedelta(days=DAYS))


class Site:
    """One modem with one meter, admitted; its messages go the way the head-end takes them."""

    def __init__(self, conn, *, seed: int = 1) -> None:
        self.conn, self.chance, self.count = conn, random.Random(seed), 0
        line = f"flag,serial,meters,multiplier,plain_until\n{MODEM.flag},{MODEM.serial},{METER},40,\n"
        admissions, problems = registry.parse_admissions(line)
        assert not problems
        registry.admit(conn, admissions, by="test", now=SINCE, since=SINCE)
        self.modem_id = registry.find_modem(conn, MODEM).id
        (self.behind,) = registry.meters_behind(conn, self.modem_id, SINCE)
        energy = np.array([self.chance.randint(0, 500) for _ in range(96 * DAYS + 1)])
        energy[0] = 0
        self.registers = 1_000_000 + np.cumsum(energy)
        self.power = energy * 4

    def profile_text(self, rows) -> str:
        lines = []
        for n in rows:
            label = EPOCH + timedelta(minutes=day_number(datetime(2026, 3, 2).date()) * 1440 + 15 * n)
            value = f"{self.registers[n] // 1000:06d}.{self.registers[n] % 1000:03d}"
            power = f"{self.power[n] // 1000:03d}.{self.power[n] % 1000:03d}"
            lines.append(f"({label:%y-%m-%d,%H:%M})({value},{value},000000.000,{power})\r\n")
        return "".join(lines)

    def send(self, text: str, *, reference: str | None = None, parts: int = 1, bang: str = ""):
        """A read message, split if asked; what was recorded."""
        self.count += 1
        block = text.encode() + bang.encode() + b"\x03"
        raw = b"\x02" + block + bytes([block_check(block)])
        reference, size = reference or f"r{self.count}", -(-len(raw) // parts)
        for part in range(parts):
            piece = raw[part * size : (part + 1) * size]
            kept = self._keep(piece, reference, part + 1 if parts > 1 else None, last=part == parts - 1)
        found = mdm.interpret(raw, asked=METER, received_at=self.at, asked_profile=None if bang else "P.01")
        return mdm.record(
            self.conn,
            frame_id=kept.frame_id,
            meter=self.behind.meter_id,
            point=self.behind.point_id,
            interpreted=found,
            received_at=self.at,
        )

    @property
    def at(self) -> datetime:
        return SINCE + timedelta(days=DAYS, minutes=self.count)

    def _keep(self, raw: bytes, reference: str, part: int | None, *, last: bool):
        message = mass_json.Message(
            device=MODEM,
            function="read",
            reference_id=reference,
            response={
                "meter": {"serialNumber": METER.serial},
                "directive": "profile1",
                "data": {"rawData": mass_json.raw_text(raw)},
            },
            streaming=None if part is None else not last,
            part=part,
        )
        return mdm.keep(
            self.conn,
            WireFrame(
                payload=mass_json.frame(mass_json.encode(message)),
                direction=Direction.IN,
                link="tcp",
                address="127.0.0.1:5",
                session="s",
                received_at=self.at,
                modem_id=self.modem_id,
                flag=MODEM.flag,
                serial=MODEM.serial,
                function="read",
                reference_id=reference,
                part=part,
            ),
        )


def test_the_blocks_follow_from_the_bytes(store: Store) -> None:
    """I4, whatever the order, with corrections, splits and repeats."""
    with store.begin() as conn:
        site = Site(conn)
        site.send(site.profile_text(range(40, 120)), parts=3)
        site.send(site.profile_text(range(60)))
        site.registers[50:] += 7  # the meter was repaired; it now tells another past
        site.send(site.profile_text([*range(45, 70)]))
        site.send(site.profile_text(range(70, 193)), parts=2)
        site.send(site.profile_text(range(193)))
        again = mdm.rebuild(conn, site.behind.point_id, PERIOD)
        assert again.is_identical
        assert len(again.canonical) == DAYS
        assert len(again.said) == DAYS + 1  # the edge at 00:00 belongs to the day before
        found = queries.energy_wh(conn, point_ids=[site.behind.point_id], period=PERIOD)
        assert found == {site.behind.point_id: int(site.registers[-1] - site.registers[0])}


def test_a_block_that_does_not_follow_from_the_bytes_is_found(store: Store) -> None:
    with store.begin() as conn:
        site = Site(conn)
        site.send(site.profile_text(range(193)))
        first = select(said_blocks).order_by(said_blocks.c.day.desc()).limit(1)
        row = conn.execute(first).one()
        broken = row.payload[:-4] + bytes(byte ^ 0x55 for byte in row.payload[-4:])
        conn.execute(update(said_blocks).where(said_blocks.c.day == row.day).values(payload=broken))
        with pytest.raises(mdm.BlockDamaged):
            points.load(conn, point_ids=[site.behind.point_id], days=[row.day])


def test_stored_lists_each_copy_once_in_the_meters_own_form(store: Store) -> None:
    with store.begin() as conn:
        site = Site(conn)
        site.send(site.profile_text(range(5)))
        site.send(site.profile_text(range(5)), reference="r1")  # the same message again
        site.send(READOUT, bang="!\r\n")
        mdm.record_alarm(conn, **alarm(site))
        lines = list(mdm.stored(conn, site.modem_id))
    kinds = [line["kind"] for line in lines]
    assert {kind: kinds.count(kind) for kind in kinds if kind != "event"} == {
        "frame": 2,
        "reading": 3,
        "interval": 20,
        "alarm": 1,
    }
    keys = ["kind", "reference_id", "meter", "code", "time", "value", "unit", "received_at"]
    assert all(list(line) == keys for line in lines)
    interval = next(line for line in lines if line["kind"] == "interval")
    assert (interval["meter"], interval["code"], interval["value"]) == (str(METER), "1.8.0", "001000.000")
    assert (interval["time"], interval["reference_id"]) == ("2026-03-02T00:00:00+03:00", "r1")
    rows = {(line["code"], line["time"]): line["value"] for line in lines if line["kind"] == "reading"}
    assert rows["1.8.0*1", "2026-03-01T00:00:00+03:00"] == "000099.000"
    assert lines[0]["value"].startswith('#{"device"')


READOUT = (
    "0.0.0(123456789)\r\n0.9.1(00:05:00)\r\n0.9.2(26-03-04)\r\n0.1.2*1(26-03-01,00:00)\r\n"
    "1.8.0(000123.456*kWh)\r\n1.8.0*1(000099.000*kWh)\r\n1.6.0(000.750*kW)(26-03-03,10:15)\r\n"
)


def alarm(site: Site) -> dict:
    return {
        "modem_id": site.modem_id,
        "meter": METER.serial,
        "incident_code": 278,
        "level": "critical",
        "type": "alarm",
        "description": "kapak açıldı",
        "happened_at": SINCE,
        "received_at": site.at,
        "frame_id": 1,
    }


def test_readings_are_kept_once_and_a_correction_keeps_the_old(store: Store) -> None:
    with store.begin() as conn:
        site = Site(conn)
        assert site.send(READOUT, bang="!\r\n").readings_new == 3
        assert site.send(READOUT, bang="!\r\n").readings_new == 0
        later = (
            READOUT.replace("0.1.2*1", "0.1.2*2")
            .replace("1.8.0*1", "1.8.0*2")
            .replace("00:05:00", "00:06:00")
        )
        assert site.send(later, bang="!\r\n").readings_new == 2  # the month end is known, as *1 then
        assert site.send(READOUT.replace("099.000", "098.000"), bang="!\r\n").readings_new == 1
        row = conn.execute(select(readings).where(readings.c.history == 1)).one()
        assert (row.amount, row.version, row.time_from) == (98_000, 2, "month end")
        old = conn.execute(select(readings_history)).one()
        assert (old.amount, old.version, old.replaced_by) == (99_000, 1, 4)


def test_another_meter_behind_the_modem_mixes_nothing(store: Store) -> None:
    """F51: exchanged without notice, or read by mistake."""
    with store.begin() as conn:
        site = Site(conn)
        outcome = site.send(READOUT.replace("123456789", "987654321"), bang="!\r\n")
        assert (outcome.readings_new, outcome.frame.value) == (0, "decoded but odd")
        assert conn.execute(select(readings)).all() == []
        kept = mdm.load(conn, 1)
        assert "987654321" in kept.reason


def test_an_alarm_repeated_changes_nothing(store: Store) -> None:
    with store.begin() as conn:
        site = Site(conn)
        assert mdm.record_alarm(conn, **alarm(site))
        assert not mdm.record_alarm(conn, **alarm(site))
        assert mdm.record_alarm(conn, **alarm(site) | {"description": "gövde kapağı açıldı"})


def test_other_columns_of_a_day_are_not_mixed_with_the_ones_held(store: Store) -> None:
    with store.begin() as conn:
        site = Site(conn)
        site.send(site.profile_text(range(1, 97)))
        oneway = "(26-03-02,10:00)(000001.000,000.400,230.1,229.9)\r\n"
        outcome = site.send(oneway)
        assert [one.code for one in outcome.complaints] == ["layout changed"]
        assert outcome.intervals_new == 0


def test_late_paperwork_makes_a_new_version(store: Store) -> None:
    """Another multiplier holds from the second day on, and nobody said so in time (F44)."""
    with store.begin() as conn:
        site = Site(conn)
        site.send(site.profile_text(range(193)))
        whole = {"point_id": site.behind.point_id, "period": PERIOD}
        before = queries.primary_wh(conn, **whole)
        assert mdm.rederive(conn, **whole, now=site.at) == ()
        line = f"flag,serial,meters,multiplier,plain_until\n{MODEM.flag},{MODEM.serial},{METER},60,\n"
        admissions, _ = registry.parse_admissions(line)
        noon = SINCE + timedelta(days=1, hours=12)
        registry.admit(conn, admissions, by="test", now=site.at, since=noon)
        second = day_number(datetime(2026, 3, 3).date())
        assert mdm.rederive(conn, **whole, now=site.at) == (second,)
        secondary = int(site.registers[192] - site.registers[144])
        assert queries.primary_wh(conn, **whole) - before == secondary * 20
        day = points.load(conn, point_ids=[site.behind.point_id], days=[second])[site.behind.point_id, second]
        assert (day.version, len(day.block.segments)) == (2, 2)


def test_a_profile_of_a_whole_day_is_cut_from_the_labels(store: Store) -> None:
    with store.begin() as conn:
        site = Site(conn)
        site.send(site.profile_text(range(193)))
        found = queries.profile(conn, point_id=site.behind.point_id, period=PERIOD)
        assert found.starts[0] == np.datetime64("2026-03-01T21:00:00")
        assert found.starts.size == 192
        assert set(found.quality.tolist()) == {0}
        assert {str(one) for one in found.multiplier} == {"40"}


def test_month_ends_are_compared_with_the_profile(store: Store) -> None:
    """H-15: `*1` of 3 March 00:00 against the record of that label."""
    with store.begin() as conn:
        site = Site(conn)
        site.send(site.profile_text(range(193)))
        true = f"{site.registers[96] // 1000:06d}.{site.registers[96] % 1000:03d}"
        dated = READOUT.replace("26-03-01,00:00", "26-03-03,00:00")
        site.send(dated.replace("000099.000", true), bang="!\r\n")
        site.send(READOUT, bang="!\r\n")
        early, late = mdm.month_ends(conn, meter_id=site.behind.meter_id)
        assert (early.in_profile, early.agrees) == (None, None)
        assert (late.in_profile, late.register, late.agrees) == (site.registers[96], site.registers[96], True)
