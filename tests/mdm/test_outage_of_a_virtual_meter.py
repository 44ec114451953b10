"""Does an outage that a meter recorded reach the portal's question, and count as zero and not as missing?"""

from datetime import datetime, timedelta

import pytest

from osos import mdm, registry
from osos.access import Role, Viewer, ViewerKind
from osos.iec62056 import block_check
from osos.mdm import faces, judge, points, queries
from osos.mdm.canonical import Channel
from osos.mdm.derive.interruptions import Evidence
from osos.mdm.estimates.running import estimate
from osos.mdm.labels import day_number
from osos.mdm.rules import Severity
from osos.quantities import TURKIYE, DeviceId, Interval, Quality, local_day
from osos.simulator.load import Steady
from osos.simulator.meter import MeterSpec, VirtualMeter, records_text
from osos.store import Store

METER = DeviceId("OSO", "000123456")
SINCE = datetime(2026, 2, 1, tzinfo=TURKIYE)
DARK = Interval(
    SINCE + timedelta(hours=34), SINCE + timedelta(hours=37, minutes=30)
)  # 10:00–13:30 of the 2nd
PERIOD = Interval(SINCE, SINCE + timedelta(days=3))
ASKED = SINCE + timedelta(days=6)
STAFF = Viewer(account="s", kind=ViewerKind.STAFF, roles=frozenset({Role.OPERATOR}))


@pytest.fixture(scope="module")
def telegrams() -> tuple[VirtualMeter, bytes, bytes]:
    """A meter that was without power for three and a half hours; its lists and its load profile."""
    one = VirtualMeter(
        MeterSpec(kind="combi", ways=1, device=METER, since=SINCE - timedelta(days=9)),
        Steady(power_w=(4000, 2000, 6000)),
    )
    one.rig(at=DARK.start, supply=(False,) * 3)
    one.rig(at=DARK.end, supply=(True,) * 3)
    rows = one.profile_records("P.01", PERIOD.start, PERIOD.end, at=ASKED)
    assert rows is not None
    lists = b"0.0.0(000123456)\r\n" + b"".join(
        (one.read(f"96.77.0*{n}", "", at=ASKED) or b"") + b"\r\n" for n in range(1, 4)
    )
    return one, _framed(lists + b"!\r\n"), _framed(records_text(rows))


def _framed(text: bytes) -> bytes:
    block = text + b"\x03"
    return b"\x02" + block + bytes([block_check(block)])


@pytest.fixture
def point(store: Store, telegrams: tuple[VirtualMeter, bytes, bytes]) -> int:
    """The point after both telegrams were recorded."""
    sheet = f"flag,serial,meters,multiplier,plain_until\nOSM,9,{METER},1,\n"
    admissions, _ = registry.parse_admissions(sheet)
    with store.begin() as conn:
        registry.admit(conn, admissions, by="test", now=SINCE, since=SINCE)
        rows, _ = registry.parse_service_points(f"meter,installation_no,since\n{METER},1001,2026-02-01\n")
        registry.admit_service_points(conn, rows, by="test", now=SINCE)
        modem = registry.find_modem(conn, DeviceId("OSM", "9"))
        assert modem is not None
        (behind,) = registry.meters_behind(conn, modem.id, SINCE)
        for number, raw in enumerate(telegrams[1:], start=1):
            asked = None if number == 1 else "P.01"
            told = mdm.interpret(raw, asked=METER, received_at=ASKED, asked_profile=asked)
            mdm.record(
                conn,
                frame_id=number,
                meter=behind.meter_id,
                point=behind.point_id,
                interpreted=told,
                received_at=ASKED,
            )
    return int(behind.point_id)


def test_the_portal_is_told_of_it_by_the_meters_own_word(store: Store, point: int) -> None:
    with store.begin() as conn:
        (seen,) = faces.list_points(conn, STAFF, now=ASKED).points
        (found,) = faces.outages(conn, seen, period=PERIOD)
    assert (found.period, found.evidence) == (DARK, Evidence.METER)
    assert found.is_long


def test_it_is_zero_and_known_to_the_last_watt_hour(
    store: Store, point: int, telegrams: tuple[VirtualMeter, bytes, bytes]
) -> None:
    with store.begin() as conn:
        done = estimate(conn, point_id=point, period=PERIOD, now=ASKED)
        assert [fill.code for one in done.filled for fill in one.fills] == ["1.2.32"]
        taken = queries.primary_wh(conn, point_id=point, period=PERIOD, channel=Channel.A_PLUS)
        (day,) = points.load(conn, point_ids=[point], days=[day_number(local_day(DARK.start))]).values()
    assert taken == telegrams[0].energy_wh("1.8.0", PERIOD)
    assert day.block.count(Quality.MISSING) == 0


def test_the_rule_of_missing_records_notes_the_outage_and_warns_of_nothing(store: Store, point: int) -> None:
    day = day_number(local_day(DARK.start))
    with store.begin() as conn:
        judge.judge(conn, point_ids=[point], days=[day], now=ASKED)
        found = judge.findings(conn, point_ids=[point], days=[day])[point, day]
    assert [(one.rule, one.code) for one in found] == [("MISSING", "3.2.32")]
    assert max(one.severity for one in found) is Severity.NOTE
