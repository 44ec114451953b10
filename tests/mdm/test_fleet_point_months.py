"""Do the counters of each point's month come to what its blocks say?"""

import random
from datetime import datetime, timedelta

from sqlalchemy import select

from osos import registry
from osos.mdm import fleet
from osos.mdm.fleet import point_months
from osos.mdm.fleet.tables import fleet_figures, fleet_point_months
from osos.mdm.installed import installed_at
from osos.quantities import TURKIYE

DAY = 9557  # 2 March 2026
START = datetime(2026, 3, 2, tzinfo=TURKIYE)
A_DAY = timedelta(days=1)
MARCH = 2026 * 12 + 2


def build(conn, count):
    meters = ";".join(f"OSO70000{number:04d}" for number in range(count))
    lines = f"flag,serial,meters,multiplier\nOSM,900000000000001,{meters},40"
    admissions, _ = registry.parse_admissions(lines)
    registry.admit(conn, admissions, by="test", now=START, since=START)
    found = sorted(registry.installations(conn), key=lambda one: one.meter.serial)
    return [(one.point_id, one.meter_id) for one in found]


def held(conn):
    c = fleet_point_months.c
    return {row.point_id: row.known for row in conn.execute(select(c.point_id, c.known).where(c.known != 0))}


def test_changes_add_up_to_what_the_blocks_say(store, desk_on, told_meter) -> None:
    chance = random.Random(7)
    with store.begin() as conn:
        ids = build(conn, 3)
        desk = desk_on(conn)
        meters = [told_meter(meter_id=meter_id, days=3, seed=n) for n, (_, meter_id) in enumerate(ids)]
        for step in range(12):
            which = chance.randrange(3)
            first = chance.randrange(250)
            rows = slice(first, first + chance.randrange(1, 90))
            installed = installed_at(conn, point_id=ids[which][0])
            desk.tell(
                meters[which].records(rows), meter=ids[which][1], point=ids[which][0], installed=installed
            )
            if step % 3 == 0:
                fleet.refresh(conn, now=START + 3 * A_DAY)
            if step == 7:
                fleet.recount(conn, days=[DAY + 1], now=START + 3 * A_DAY)  # drops what waits for that day
        before = held(conn)
        point_months.recount_month(conn, MARCH)  # leaves out what is still waiting
        assert held(conn) == before
        while fleet.refresh(conn, now=START + 3 * A_DAY).more:
            pass
        counted = held(conn)
        point_months.recount_month(conn, MARCH)
        assert held(conn) == counted and sum(counted.values()) > 0


def test_a_store_older_than_the_counters_is_counted_once_the_latest_month_first(
    store, desk_on, told_meter
) -> None:
    with store.begin() as conn:
        ((point_id, meter_id),) = build(conn, 1)
        meter = told_meter(meter_id=meter_id, days=40)
        installed = installed_at(conn, point_id=point_id)
        desk_on(conn).tell(meter.records(), meter=meter_id, point=point_id, installed=installed)
        assert not point_months.is_counted(conn, MARCH)
        assert fleet.refresh(conn, now=START + 41 * A_DAY).more
        assert point_months.is_counted(conn, MARCH + 1) and not point_months.is_counted(conn, MARCH)
        while fleet.refresh(conn, now=START + 41 * A_DAY).more:
            pass
        assert point_months.is_counted(conn, MARCH)
        query = select(fleet_point_months).order_by(fleet_point_months.c.month)
        counted = [(row.month, row.known) for row in conn.execute(query) if row.known]
        assert counted == [(MARCH, 30 * 96), (MARCH + 1, 10 * 96)]
        left = conn.scalar(select(fleet_figures.c.value).where(fleet_figures.c.name.like("point months%")))
        assert left == []
