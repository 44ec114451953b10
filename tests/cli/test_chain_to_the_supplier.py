"""Does what a meter tells reach the supplier concerned validated and completed, with nobody's hand (S-11)?"""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from osos import mdm, registry
from osos.access import Viewer, ViewerKind
from osos.cli.estimating import Estimating
from osos.cli.judging import Judging
from osos.cli.upkeep import Task, Upkeep
from osos.mdm import faces, judge
from osos.mdm.canonical import Channel
from osos.mdm.labels import day_number, edge_of_day, instant_of_label
from osos.meters import ProfileRecords
from osos.quantities import DeviceId, Interval, ManualClock, Quality, local_day
from osos.store import Store

NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)  # eight in the morning in Türkiye
FIRST = day_number(local_day(NOW)) - 4
DAYS, STEP_WH, MULTIPLIER = 3, 250, 40
SINCE = instant_of_label(edge_of_day(FIRST))
PERIOD = Interval(SINCE, SINCE + timedelta(days=DAYS))


@pytest.fixture
def point(store: Store) -> int:
    """A point of one supplier's; two hours of its second day never came."""
    admissions, _ = registry.parse_admissions(
        f"flag,serial,meters,multiplier,plain_until\nOSM,9,MKS111111111,{MULTIPLIER},\n"
    )
    places, problems = registry.parse_service_points(
        "meter,installation_no,customer,customer_kind,supplier,since\n"
        f"MKS111111111,1001,Works A.Ş.,company,Işık Enerji,{local_day(SINCE)}\n"
    )
    assert not problems
    labels = np.arange(DAYS * 96 + 1, dtype=np.int64) * 15 + edge_of_day(FIRST)
    rows = np.setdiff1d(np.arange(labels.size), np.arange(121, 129))
    register = np.arange(labels.size, dtype=np.int64)[:, None] * STEP_WH + 10**6
    records = ProfileRecords("P.01", ("1.8.0",), labels[rows], register[rows], (3,), ("kWh",), "combi", 1)
    with store.begin() as conn:
        registry.admit(conn, admissions, by="test", now=SINCE, since=SINCE)
        assert not registry.admit_service_points(conn, places, by="test", now=SINCE).problems
        modem = registry.find_modem(conn, DeviceId("OSM", "9"))
        (behind,) = registry.meters_behind(conn, modem.id, SINCE)
        told = mdm.Interpreted(kind="profile", profile="P.01", records=records)
        facts = {"meter": behind.meter_id, "point": behind.point_id, "interpreted": told}
        mdm.record(conn, frame_id=1, received_at=PERIOD.end, **facts)
    return int(behind.point_id)


# Each link holds on both engines by tests of its own.
@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_the_supplier_sees_it_judged_and_whole_and_nobody_else_sees_it(store: Store, point: int) -> None:
    clock = ManualClock(NOW)
    tasks = (
        Task(name="judge", portion=Judging(clock, clock).portion),
        Task(name="estimate", portion=Estimating(clock, clock).portion),
    )
    Upkeep(store, tasks, clock, None).turn()
    with store.read() as conn:
        found = judge.findings(conn, point_ids=[point], days=[FIRST + 1])[point, FIRST + 1]
        assert "MISSING" in {one.rule for one in found}
        (his,) = [one for one in registry.list_suppliers(conn) if one.name == "Işık Enerji"]
        viewer = Viewer(account="işık", kind=ViewerKind.SUPPLIER, party=his.id)
        (listed,) = faces.list_points(conn, viewer, now=NOW).points
        seen = faces.find_point(conn, viewer, listed.public_id, now=NOW)
        assert seen is not None
        hours = faces.series(conn, seen, period=PERIOD, resolution="hour")
        assert hours.total(Channel.A_PLUS) == DAYS * 96 * STEP_WH * MULTIPLIER
        assert int(hours.minutes[Quality.MISSING].sum()) == 0
        assert int(hours.minutes[Quality.ESTIMATED].sum()) == 9 * 15
        stranger = Viewer(account="güneş", kind=ViewerKind.SUPPLIER, party=his.id + 1)
        assert faces.find_point(conn, stranger, listed.public_id, now=NOW) is None
