"""Do a meter's own word, its setting and a stranger's answer reach the rules from the bytes and the log?"""

from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from osos import mdm, registry
from osos.iec62056 import block_check
from osos.mdm import Direction, WireFrame, judge, states
from osos.mdm.judge import telling, telling_meters
from osos.mdm.labels import edge_of_day, instant_of_label
from osos.mdm.rules import words
from osos.mdm.rules.facts import FAULTY
from osos.meters import ProfileRecords
from osos.quantities import DeviceId
from osos.registry.points import ServicePoint
from osos.store import Store, record_event

DAY = 9557
MODEM, METER = DeviceId("OSM", "1"), DeviceId("MKS", "123456789")
# The engines differ in how they keep, not in how a line is read or refused.
ONE_ENGINE = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


def at(day: int, hour: int = 0):
    return instant_of_label(edge_of_day(day)) + timedelta(hours=hour)


class Site:
    """A meter that tells its profile day by day, and readouts about itself."""

    def __init__(self, conn, *, columns: str = "generation_kw", cell: str = "") -> None:
        self.conn = conn
        line = f"flag,serial,meters,multiplier,plain_until\n{MODEM.flag},{MODEM.serial},{METER},1,\n"
        admissions, _ = registry.parse_admissions(line)
        registry.admit(conn, admissions, by="test", now=at(DAY - 5), since=at(DAY - 5))
        text = f"meter;installation_no;{columns}\n{METER};2004;{cell}\n"
        rows, problems = registry.parse_service_points(text)
        assert not problems
        registry.admit_service_points(conn, rows, by="test", now=at(DAY - 5))
        (self.behind,) = registry.meters_behind(conn, registry.find_modem(conn, MODEM).id, at(DAY))

    def tell(self, day: int, *, period: int = 15, export: int = 0) -> None:
        labels = np.arange(0, 1441, period, dtype=np.int64) + day * 1440
        steps = (labels - 9000 * 1440) // 15
        values = np.column_stack((1_000_000 + steps * 25, 500_000 + steps * export)).astype(np.int64)
        records = ProfileRecords(
            "P.01", ("1.8.0", "2.8.0"), labels, values, (3, 3), ("kWh", "kWh"), "combi", 2
        )
        self.record(mdm.Interpreted(kind="profile", profile="P.01", records=records), day + 1, b"profile")

    def read(self, day: int, hour: int, *lines: str) -> None:
        block = "".join(f"{line}\r\n" for line in lines).encode() + b"!\r\n\x03"
        raw = b"\x02" + block + bytes([block_check(block)])
        self.record(mdm.interpret(raw, asked=METER, received_at=at(day, hour)), day, raw, hour=hour)

    def record(self, interpreted, day: int, payload: bytes, *, hour: int = 1) -> None:
        frame = WireFrame(
            payload=payload,
            direction=Direction.IN,
            link="tcp",
            address="10.0.0.1:1",
            session="s",
            received_at=at(day, hour),
        )
        mdm.record(
            self.conn,
            frame_id=mdm.keep(self.conn, frame).frame_id,
            meter=self.behind.meter_id,
            point=self.behind.point_id,
            interpreted=interpreted,
            received_at=at(day, hour),
        )

    def found(self, day: int) -> set[str]:
        point = self.behind.point_id
        judge.judge(self.conn, point_ids=[point], days=[day], now=at(day + 3))
        return {one.rule for one in judge.findings(self.conn, point_ids=[point], days=[day])[point, day]}


def word(*bits: int) -> str:
    return f"F.F.0({sum(1 << bit for bit in bits):064b})"


def test_a_meter_that_reports_a_broken_part_is_doubted_until_it_says_otherwise(store: Store) -> None:
    with store.begin() as conn:
        site = Site(conn)
        for day in range(DAY, DAY + 4):
            site.tell(day)
        site.read(DAY, 6, word(6, 45))  # a cover, a high voltage: alarms, no doubt about the counting
        site.read(DAY + 1, 6, word(2))
        site.read(DAY + 2, 6, word(2))
        site.read(DAY + 3, 6, word(6))
        found = [("DEVICE_STATUS" in site.found(day)) for day in range(DAY, DAY + 4)]
        assert found == [False, True, True, False]
        kept = states.held(conn, meter_ids=[site.behind.meter_id], name=states.WORD, until=at(DAY + 9))
        assert len(kept) == 3, "what is told again as it was writes nothing"
        told = judge.findings(conn, point_ids=[site.behind.point_id], days=[DAY + 1])
        (finding,) = [one for one in told[site.behind.point_id, DAY + 1] if one.rule == "DEVICE_STATUS"]
        assert finding.seen == FAULTY and "arızası" in words(finding, "tr")


@ONE_ENGINE
def test_slots_of_another_length_than_the_meter_is_set_to_are_found(store: Store) -> None:
    with store.begin() as conn:
        site = Site(conn)
        site.read(DAY - 1, 6, "0.8.4(15*min)")
        site.tell(DAY)
        site.tell(DAY + 1, period=60)
        site.read(DAY + 2, 6, "0.8.4(60*min)")  # now it is set so: the day of the change is not judged by it
        site.tell(DAY + 2, period=60)
        site.tell(DAY + 3, period=60)
        assert ["INTERVAL_SIZE" in site.found(day) for day in range(DAY, DAY + 4)] == [
            False,
            True,
            False,
            False,
        ]


def test_the_day_another_meter_answered_is_found_at_the_point_it_hangs_at(store: Store) -> None:
    with store.begin() as conn:
        site = Site(conn)
        site.tell(DAY)
        site.tell(DAY + 1)
        facts = {"before": {"serial": METER.serial}, "after": {"serial": "77", "reference": "r"}}
        subject = f"meter {METER.serial}"
        act = telling_meters.OTHER_ANSWERED
        record_event(conn, at=at(DAY + 1, 9), actor=str(MODEM), act=act, subject=subject, **facts)
        assert ["METER_ID" in site.found(day) for day in (DAY, DAY + 1)] == [False, True]


@ONE_ENGINE
@pytest.mark.parametrize(("cell", "is_found"), [("0", True), ("12,5", False), ("", False)])
def test_who_may_give_nothing_back_and_does_is_found(store: Store, cell: str, is_found: bool) -> None:
    with store.begin() as conn:
        site = Site(conn, cell=cell)
        site.tell(DAY, export=3)
        assert ("EXPORT" in site.found(DAY)) is is_found


@pytest.mark.parametrize(
    ("facts", "may"),
    [
        ({}, None),
        ({"point_class": "UNLICENSED_GEN"}, True),
        ({"point_class": "PUBLIC_LIGHTING"}, False),
        ({"point_class": "ON_REQUEST"}, None),
        ({"point_class": "UNLICENSED_GEN", "generation_kw": Decimal(0)}, False),
        ({"point_class": "PUBLIC_LIGHTING", "generation_kw": Decimal(10)}, True),
    ],
)
def test_leave_to_give_back_is_what_the_papers_say_or_else_the_class(facts, may) -> None:
    assert telling._may_export(ServicePoint(point_id=1, public_id="x", **facts)) is may


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0" * 62 + "10", 2),
        ("00000004", 4),
        ("0000000000000010", 16),
        ("x", None),
        ("0102", None),
        ("", None),
    ],
)
def test_a_word_is_read_as_makers_print_it(text: str, value: int | None) -> None:
    assert states._word(text) == value
