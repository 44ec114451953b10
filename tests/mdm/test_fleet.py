"""Do the fleet's counters come to what the blocks say, and does health read nothing but them?"""

import random
from datetime import datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import event, func, select

from osos import registry
from osos.mdm import fleet
from osos.mdm.canonical import CanonicalBlock
from osos.mdm.day_changes import day_changes, pack, unpack
from osos.mdm.fleet.deadlines import DeadlineState
from osos.mdm.installed import installed_at
from osos.quantities import TURKIYE, Quality
from osos.registry.tables import installations
from osos.store import Store

DAY = 9557  # 2 March 2026
START = datetime(2026, 3, 2, tzinfo=TURKIYE)
A_DAY = timedelta(days=1)
LINES = "meter,installation_no,district,class,since"


def build(conn, places):
    """A point for each (district, class), hung at the start."""
    meters = ";".join(f"OSO70000{number:04d}" for number in range(len(places)))
    admissions, problems = registry.parse_admissions(
        f"flag,serial,meters,multiplier\nOSM,900000000000001,{meters},40"
    )
    assert not problems
    registry.admit(conn, admissions, by="test", now=START, since=START)
    lines = [
        f"OSO70000{number:04d},{1000 + number},{district},{point_class},2026-03-02"
        for number, (district, point_class) in enumerate(places)
    ]
    rows, problems = registry.parse_service_points("\n".join([LINES, *lines]))
    assert not problems
    registry.admit_service_points(conn, rows, by="test", now=START)
    found = sorted(registry.installations(conn), key=lambda one: one.meter.serial)
    return [(one.point_id, one.meter_id) for one in found]


PLACES = [
    ("Kadıköy", "BALANCING_UNIT"),
    ("Kadıköy", ""),
    ("Kadıköy", ""),
    ("Şişli", "GEN_SUPPLY"),
    ("Şişli", ""),
]


@pytest.fixture
def city(store: Store):
    with store.begin() as conn:
        ids = build(conn, PLACES)
    return store, ids


def tell(conn, desk, meter, point_id, meter_id, rows=slice(None)):
    desk.tell(
        meter.records(rows), meter=meter_id, point=point_id, installed=installed_at(conn, point_id=point_id)
    )


def test_random_histories_are_counted_to_the_quarter_hour(city, desk_on, told_meter) -> None:
    store, ids = city
    chance = random.Random(11)
    meters = [told_meter(meter_id=meter_id, days=3, seed=n) for n, (_, meter_id) in enumerate(ids)]
    for step in range(30):
        with store.begin() as conn:
            desk = desk_on(conn)
            which = chance.randrange(len(ids))
            first = chance.randrange(280)
            rows = slice(first, first + chance.randrange(1, 120))
            if chance.random() < 0.3:
                meters[which].values[rows, 0] += 1  # told otherwise: a new version, nothing more is known
            tell(conn, desk, meters[which], *ids[which], rows)
        if step % 4 == 3:
            with store.begin() as conn:
                fleet.refresh(conn, now=START + 3 * A_DAY, most=chance.choice([1, 2, 100]))
    with store.begin() as conn:
        while fleet.refresh(conn, now=START + 3 * A_DAY, most=3).more:
            pass
        assert conn.scalar(select(func.count()).select_from(day_changes)) == 0
        counted = fleet.strips(conn, day=DAY + 1, now=START + 3 * A_DAY)
        assert fleet.recount(conn, days=range(DAY, DAY + 4), now=START + 3 * A_DAY) == ()
        again = fleet.strips(conn, day=DAY + 1, now=START + 3 * A_DAY)
    assert [one.district for one in counted] == ["Kadıköy", "Şişli"]
    assert [one.said.tolist() for one in counted] == [one.said.tolist() for one in again]
    assert sum(int(one.said.sum()) for one in counted) > 0
    assert [one.due.tolist() for one in counted] == [[3] * 96, [2] * 96]


def test_refreshing_twice_counts_once(city, desk_on, told_meter) -> None:
    store, ids = city
    meter = told_meter(meter_id=ids[0][1], days=1)
    now = START + timedelta(hours=30)
    with store.begin() as conn:
        tell(conn, desk_on(conn), meter, *ids[0])
        first = fleet.refresh(conn, now=now)
        before = [one.said.tolist() for one in fleet.strips(conn, day=DAY, now=now)]
        assert (first.changes, fleet.refresh(conn, now=now).changes) == (1, 0)
        assert [one.said.tolist() for one in fleet.strips(conn, day=DAY, now=now)] == before
        assert before[0] == [1] * 96


def test_health_says_what_is_read_missing_and_in_danger(city, desk_on, told_meter) -> None:
    store, ids = city
    now = START + A_DAY + timedelta(hours=3, minutes=40)
    balancing = told_meter(meter_id=ids[0][1], days=2)
    generator = told_meter(meter_id=ids[3][1], days=2)
    with store.begin() as conn:
        desk = desk_on(conn)
        tell(conn, desk, balancing, *ids[0], slice(0, 97 + 4))  # until 01:00 of the second day
        tell(conn, desk, generator, *ids[3], slice(0, 96 + 1))  # the whole first day
        fleet.refresh(conn, now=now)
        found = fleet.health(conn, now=now)
    assert (found.points, found.points_read_today, found.at, found.waiting) == (5, 1, now, 0)
    assert (found.modems, found.modems_connected, found.modems_never_heard, found.quarantined) == (1, 0, 1, 0)
    assert found.unread == 3  # hung 27 hours ago and never heard
    by_class = {one.name: one for one in found.by_class}
    assert (by_class["BALANCING_UNIT"].due, by_class["BALANCING_UNIT"].missing) == (96 + 14, 10)
    assert by_class[""].missing_share == 1.0
    assert [one.name for one in found.worst_districts] == ["Kadıköy", "Şişli"]
    told = [
        (one.rule.name, one.period.start.astimezone(TURKIYE).hour, one.state, one.missing)
        for one in found.deadlines
    ]
    assert told == [
        ("generation", 0, DeadlineState.MET, 0),  # yesterday, was due at 02:00
        ("balancing units", 0, DeadlineState.MET, 0),  # 00-01, due at 03:00
        ("balancing units", 1, DeadlineState.AT_RISK, 4),  # 01-02, due at 04:00: twenty minutes left
        ("balancing units", 2, DeadlineState.AT_RISK, 4),
        ("generation", 0, DeadlineState.AT_RISK, 14),  # today, due tomorrow at 02:00
        ("all others", 0, DeadlineState.AT_RISK, 3 * 96),
    ]
    assert found.deadlines[2].margin == timedelta(minutes=20)
    assert all(one.rule.source for one in found.deadlines)


def test_what_is_silent_longest_comes_first(city, desk_on, told_meter) -> None:
    store, ids = city
    now = START + 4 * A_DAY
    with store.begin() as conn:
        desk = desk_on(conn)
        tell(conn, desk, told_meter(meter_id=ids[1][1], days=2), *ids[1])
        tell(conn, desk, told_meter(meter_id=ids[4][1], days=4), *ids[4])
        fleet.refresh(conn, now=now)
        found = fleet.unread(conn, now=now)
        assert [one.point_id for one in found] == [ids[0][0], ids[2][0], ids[3][0], ids[1][0]]
        assert found[-1].known_until == START + 2 * A_DAY
        assert [one.point_id for one in fleet.unread(conn, now=now, district="Şişli")] == [ids[3][0]]


def test_days_from_before_the_count_get_their_due_quarter_hours(city, desk_on, told_meter) -> None:
    store, ids = city
    now = START + 30 * A_DAY
    with store.begin() as conn:
        fleet.refresh(conn, now=now - A_DAY)
        tell(conn, desk_on(conn), told_meter(meter_id=ids[0][1], days=2), *ids[0])
        fleet.refresh(conn, now=now)
        (kadikoy, sisli) = fleet.strips(conn, day=DAY, now=now)
    assert (kadikoy.points, kadikoy.read, kadikoy.due.tolist()) == (3, 1, [3] * 96)
    assert sisli.missing_share == 1.0


def test_a_meter_hung_or_taken_away_within_a_day_is_due_for_its_part(store: Store) -> None:
    noon = START + timedelta(hours=12, minutes=5)
    with store.begin() as conn:
        ids = build(conn, PLACES[:2])
        gone = installations.update().where(installations.c.point_id == ids[1][0])
        conn.execute(gone.values(until=noon))
        fleet.refresh(conn, now=START + A_DAY)
        (found,) = fleet.strips(conn, day=DAY, now=START + A_DAY)
        assert found.due.tolist() == [2] * 48 + [1] * 48
        fleet.refresh(conn, now=START + 5 * A_DAY)  # nobody counted for days: they are due all the same
        (found,) = fleet.strips(conn, day=DAY + 3, now=START + 5 * A_DAY)
        assert found.due.tolist() == [1] * 96


def test_a_changed_district_is_mended_by_counting_anew(city, desk_on, told_meter) -> None:
    store, ids = city
    now = START + 2 * A_DAY
    with store.begin() as conn:
        tell(conn, desk_on(conn), told_meter(meter_id=ids[0][1], days=1), *ids[0])
        fleet.refresh(conn, now=now)
        rows, _ = registry.parse_service_points(
            "\n".join([LINES, "OSO700000000,1000,Beşiktaş,BALANCING_UNIT,2026-03-02"])
        )
        registry.admit_service_points(conn, rows, by="test", now=now)
        assert fleet.recount(conn, days=[DAY], now=now)
        found = {one.district: int(one.said.sum()) for one in fleet.strips(conn, day=DAY, now=now)}
        assert found == {"Beşiktaş": 96, "Kadıköy": 0, "Şişli": 0}
        assert fleet.recount(conn, days=[DAY], now=now) == ()


def test_points_that_move_to_another_district_are_counted_there_by_themselves(
    city, desk_on, told_meter
) -> None:
    store, ids = city
    now = START + 2 * A_DAY
    with store.begin() as conn:
        tell(conn, desk_on(conn), told_meter(meter_id=ids[0][1], days=2), *ids[0])
        fleet.refresh(conn, now=now)
        assert not fleet.recount_some(conn, now=now)
        rows, _ = registry.parse_service_points(
            "\n".join([LINES, "OSO700000000,1000,Beşiktaş,BALANCING_UNIT,2026-03-02"])
        )
        registry.admit_service_points(conn, rows, by="test", now=now)
        fleet.refresh(conn, now=now)  # within a quarter of an hour of the last survey: not yet
        assert not fleet.recount_some(conn, now=now)
        later = now + timedelta(minutes=16)
        fleet.refresh(conn, now=later)
        turns = 1
        while fleet.recount_some(conn, now=later):
            turns += 1
        assert turns >= 2
        for day in (DAY, DAY + 1):
            found = {one.district: int(one.said.sum()) for one in fleet.strips(conn, day=day, now=later)}
            assert found["Beşiktaş"] == 96 and not found.get("Kadıköy")
        assert not fleet.recount_some(conn, now=later)
        assert fleet.recount(conn, days=[DAY, DAY + 1], now=later) == ()


def test_a_changed_point_that_no_registry_knows_is_counted_in_the_area_without_a_name(
    city, desk_on, told_meter
) -> None:
    store, ids = city
    now, stranger = START + A_DAY, 10_000
    with store.begin() as conn:
        fleet.refresh(conn, now=now)
        meter, installed = told_meter(meter_id=ids[0][1], days=1), installed_at(conn, point_id=ids[0][0])
        desk_on(conn).tell(meter.records(slice(None)), meter=ids[0][1], point=stranger, installed=installed)
        assert fleet.refresh(conn, now=now).changes == 1
        found = {
            one.district: (one.points, int(one.said.sum())) for one in fleet.strips(conn, day=DAY, now=now)
        }
    assert found == {"": (0, 96), "Kadıköy": (3, 0), "Şişli": (2, 0)}


def test_an_area_that_everybody_has_left_is_counted_on(city, desk_on, told_meter) -> None:
    store, ids = city
    now = START + A_DAY
    with store.begin() as conn:
        tell(conn, desk_on(conn), told_meter(meter_id=ids[0][1], days=1), *ids[0])
        fleet.refresh(conn, now=now)
        moved = [f"OSO70000{n:04d},{1000 + n},Kadıköy,BALANCING_UNIT,2026-03-02" for n in range(1, 5)]
        rows, _ = registry.parse_service_points("\n".join([LINES, *moved]))
        registry.admit_service_points(conn, rows, by="test", now=now)
        fleet.recount(conn, days=[DAY], now=now)
        found = {one.district: one.points for one in fleet.strips(conn, day=DAY, now=now)}
    assert found == {"Kadıköy": 5, "Şişli": 0}


def test_an_empty_fleet_is_well(store: Store) -> None:
    with store.begin() as conn:
        assert fleet.health(conn, now=START).at is None
        fleet.refresh(conn, now=START)
        found = fleet.health(conn, now=START)
    assert (found.points, found.strips, found.deadlines, found.at) == (0, (), (), START)


def test_health_reads_counters_and_no_block_no_point_no_meter(city, desk_on, told_meter) -> None:
    store, ids = city
    asked: list[str] = []
    with store.begin() as conn:
        tell(conn, desk_on(conn), told_meter(meter_id=ids[0][1], days=1), *ids[0])
        fleet.refresh(conn, now=START + A_DAY)
        event.listen(conn, "before_cursor_execute", lambda *args: asked.append(args[2]))
        fleet.health(conn, now=START + A_DAY)
    assert len(asked) == 3
    for table in (
        "canonical",
        "said_blocks",
        "metering_points",
        "installations",
        "modems",
        "gaps",
        "fleet_points",
    ):
        assert not any(table in one for one in asked), table


def test_the_story_of_a_point_has_its_exchanges_gaps_versions_and_acts(city, desk_on, told_meter) -> None:
    from osos.access import Role, Viewer, ViewerKind  # only this test looks as somebody
    from osos.mdm import faces, gaps

    store, ids = city
    now = START + 3 * A_DAY
    staff = Viewer(account="s", kind=ViewerKind.STAFF, roles=frozenset({Role.OPERATOR}))
    meter = told_meter(meter_id=ids[0][1], days=2)
    with store.begin() as conn:
        desk = desk_on(conn)
        tell(conn, desk, meter, *ids[0], slice(0, 150))
        meter.values[5, 0] += 1
        tell(conn, desk, meter, *ids[0], slice(5, 6))
        gaps.refresh(conn, now)
        (seen,) = faces.seen_points(conn, staff, [ids[0][0]], now=now)
        found = fleet.story(conn, seen)
        older = fleet.story(conn, seen, before=START + timedelta(seconds=1))
    kinds = [line.kind for line in found.lines]
    assert {"hung", "gap", "replaced", "modem"} <= set(kinds)
    assert [line.at for line in found.lines] == sorted((line.at for line in found.lines), reverse=True)
    assert [str(one.device) for one in found.modems] == ["OSM900000000000001"]
    assert {line.kind for line in older.lines} <= {"hung", "modem", "event"}


def test_an_estimated_hour_counts_as_four_filled_quarter_hours_and_not_as_said() -> None:
    marks = np.full(24, Quality.MEASURED.mark, dtype=np.uint8)
    marks[3], marks[4], marks[5], marks[6] = (
        one.mark for one in (Quality.ESTIMATED, Quality.EDITED, Quality.MISSING, Quality.SUSPECT)
    )
    energies = np.zeros((0, 24), dtype=np.int64)
    said, filled = unpack(pack(CanonicalBlock(DAY, 60, (), energies, marks, (), (), ())))
    assert np.flatnonzero(filled).tolist() == list(range(12, 20))
    assert np.flatnonzero(said == 0).tolist() == list(range(12, 24))
    assert [one.sum() for one in unpack(pack(None))] == [0, 0]
