"""Which few meters does the work bench decide about? A spike, a gap, and a day with nothing wrong."""

import sys
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
from sqlalchemy import Connection, select

sys.path.insert(0, str(Path(__file__).parent.parent / "portal"))

from pretend_city import Desk as Tellers

from osos import access, registry
from osos.mdm import judge
from osos.mdm.labels import day_number
from osos.quantities import TURKIYE, DeviceId
from osos.registry.tables import metering_points
from osos.simulator.load import Load, LoadDay, Shop
from osos.simulator.meter import MeterSpec, VirtualMeter

NOW = datetime(2026, 11, 21, 22, 47, tzinfo=TURKIYE)
SINCE = datetime(2026, 10, 20, tzinfo=TURKIYE)
SPIKE_DAY, GAP_DAY = date(2026, 11, 18), date(2026, 11, 12)
SPIKES = ("spike", "spike-too")
SPIKE_MIN = 14 * 60 + 30  # the quarter hour at which everything runs at once
SCRIPT = "<script>alert('x')</script>"
_SHEET = """flag,serial,meters,multiplier,plain_until
OSM,100000000000001,OSO80000001,40,2027-01-01
OSM,100000000000002,OSO80000002,1,2027-01-01
OSM,100000000000003,OSO80000003,1,2027-01-01
"""
_POINTS = f"""meter;installation_no;district;title;class;customer;supplier
OSO80000001;1000000001;Boğazönü;Şekerci İğdır {SCRIPT};DSO_DECISION;Abone 1;Işık Enerji
OSO80000002;1000000002;Ilıca;Fırın;BALANCING_UNIT;Abone 2;Işık Enerji
OSO80000003;1000000003;Ilıca;Kırtasiye;DSO_DECISION;Abone 3;Işık Enerji
"""


@dataclass(frozen=True, slots=True)
class WithSpike:
    """A load that draws far more than usual in one quarter hour of one day."""

    load: Load
    day_of_spike: int

    @property
    def phases(self) -> int:
        return self.load.phases

    def day(self, number: int) -> LoadDay:
        found = self.load.day(number)
        if number != self.day_of_spike:
            return found
        power = np.array(found.power_w, copy=True)
        power[:, SPIKE_MIN : SPIKE_MIN + 15] += 60_000 // self.phases
        return replace(found, power_w=power)


@dataclass(frozen=True, slots=True)
class BenchCity:
    """Public ids of points by short names, and the numbers behind them."""

    points: dict[str, str]
    ids: dict[str, int]


def _meter(number: int, load: Load) -> VirtualMeter:
    device = DeviceId("OSO", f"8000000{number}")
    return VirtualMeter(
        MeterSpec(device=device, since=SINCE - timedelta(days=1), seed=number, kind="3p"), load, days_kept=60
    )


def settle(conn: Connection) -> BenchCity:
    """Told, judged; a profile of the gap's meter lacks two hours and a half."""
    admissions, problems = registry.parse_admissions(_SHEET)
    assert not problems
    assert not registry.admit(conn, admissions, by="test", now=SINCE, since=SINCE).problems
    rows, problems = registry.parse_service_points(_POINTS)
    assert not problems
    assert not registry.admit_service_points(conn, rows, by="test", now=SINCE).problems
    tellers = Tellers(conn)
    spike = day_number(SPIKE_DAY)
    tellers.profile(_meter(1, WithSpike(Shop(1), spike)), "P.01", SINCE, NOW)
    tellers.profile(_meter(2, WithSpike(Shop(2), spike)), "P.01", SINCE, NOW)
    gap = datetime(2026, 11, 12, 13, tzinfo=TURKIYE)
    for since, until in ((SINCE, gap), (gap + timedelta(hours=2, minutes=30), NOW)):
        tellers.profile(_meter(3, Shop(3)), "P.01", since, until)
    points = metering_points.c
    ids = [row.id for row in conn.execute(select(points.id).order_by(points.id))]
    days = range(day_number(SINCE.date()), day_number(NOW.date()))
    judge.judge_changed(conn, point_ids=ids, days=days, now=NOW)
    found = registry.list_service_points(conn, at=NOW).points
    by_number = {one.installation_no: one for one in found}
    names = {"spike": "1000000001", "spike-too": "1000000002", "gap": "1000000003"}
    return BenchCity(
        points={name: by_number[number].public_id for name, number in names.items()},
        ids={name: by_number[number].point_id for name, number in names.items()},
    )


def staff(conn: Connection, name: str) -> str:
    """The public id of an account of the operator's."""
    made = access.create_account(
        conn,
        kind=access.ViewerKind.STAFF,
        login=f"{name}@osos.example",
        name=name,
        roles=[access.Role.OPERATOR],
        now=SINCE,
        by="test",
    )
    return made.account.public_id
