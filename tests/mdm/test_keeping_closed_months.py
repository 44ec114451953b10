"""Does a closed month stay as it was settled (D-23), and what was known when (D-3)?"""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from osos.mdm import points, queries
from osos.mdm.canonical import Channel
from osos.mdm.estimates.running import estimate
from osos.mdm.keeping import corrections
from osos.mdm.keeping.closing import Month, State, close_month, closed_days
from osos.mdm.labels import day_number, edge_of_day, instant_of_label
from osos.quantities import Interval
from osos.store import Store

POINT = 7
MARCH = Month(2026, 3)


def whole(meter) -> Interval:
    start = instant_of_label(edge_of_day(meter.first_day))
    return Interval(start, start + timedelta(days=meter.days))


def energy(conn, meter, **when) -> int:
    return queries.energy_wh(conn, point_ids=[POINT], period=whole(meter), **when)[POINT]


def test_late_data_of_a_closed_month_is_a_correction_and_overwrites_nothing(
    store: Store, desk_on, told_meter
) -> None:
    with store.begin() as conn:
        desk, meter = desk_on(conn), told_meter(days=3)
        installed = [meter.installed()]
        desk.tell(meter.records([*range(140), *range(160, 289)]), installed=installed)
        settled = energy(conn, meter)
        close_month(conn, month=MARCH, by="settlement", now=desk.at)
        close_month(conn, month=MARCH, by="settlement", now=desk.at)
        outcome = desk.tell(meter.records(), installed=installed)
        assert outcome.point_days == ()
        assert energy(conn, meter) == settled
        (found,) = corrections.list_corrections(conn, point_id=POINT)
        more = meter.energy_wh() - settled
        assert (found.day, found.state) == (meter.first_day + 1, State.PENDING)
        assert found.differences[Channel.A_PLUS] == Decimal(more * 40)
        assert desk.tell(meter.records(), installed=installed).intervals_new == 0
        assert len(corrections.list_corrections(conn, state=None)) == 1


def test_an_approved_correction_becomes_the_next_version_and_the_settled_one_is_kept(
    store: Store, desk_on, told_meter
) -> None:
    with store.begin() as conn:
        desk, meter = desk_on(conn), told_meter(days=3)
        installed = [meter.installed()]
        desk.tell(meter.records([*range(140), *range(160, 289)]), installed=installed)
        settled, day = energy(conn, meter), meter.first_day + 1
        close_month(conn, month=MARCH, by="settlement", now=desk.at)
        desk.at += timedelta(days=40)
        desk.tell(meter.records(), installed=installed)
        approved = desk.at + timedelta(days=3)
        corrections.approve(conn, point_id=POINT, day=day, number=1, by="epiaş", now=approved)
        assert energy(conn, meter) == meter.energy_wh()
        assert energy(conn, meter, known_on=approved - timedelta(seconds=1)) == settled
        assert energy(conn, meter, known_on=approved) == meter.energy_wh()
        assert points.load(conn, point_ids=[POINT], days=[day])[POINT, day].version == 2
        with pytest.raises(corrections.NotPending):
            corrections.approve(conn, point_id=POINT, day=day, number=1, by="epiaş", now=approved)


def test_a_rejected_correction_is_not_proposed_again_and_a_newer_one_supersedes(
    store: Store, desk_on, told_meter
) -> None:
    with store.begin() as conn:
        desk, meter = desk_on(conn), told_meter(days=3)
        installed, day = [meter.installed()], meter.first_day + 1
        desk.tell(meter.records([*range(140), *range(160, 289)]), installed=installed)
        close_month(conn, month=MARCH, by="settlement", now=desk.at, point_ids=[POINT])
        desk.tell(meter.records(range(140, 150)), installed=installed)
        desk.tell(meter.records(range(150, 155)), installed=installed)
        states = [one.state for one in corrections.list_corrections(conn, state=None)]
        assert states == [State.SUPERSEDED, State.PENDING]
        corrections.reject(conn, point_id=POINT, day=day, number=2, by="epiaş", now=desk.at)
        report = estimate(
            conn,
            point_id=POINT,
            period=whole(meter),
            now=desk.at + timedelta(days=9),
            installed=installed,
        )
        assert report.days == ()
        states = [one.state for one in corrections.list_corrections(conn, state=None)]
        assert states == [State.SUPERSEDED, State.REJECTED, State.PENDING]


def test_a_correction_is_withdrawn_when_the_settled_values_turn_out_right(
    store: Store, desk_on, told_meter
) -> None:
    with store.begin() as conn:
        desk, meter = desk_on(conn), told_meter(days=2)
        installed = [meter.installed()]
        desk.tell(meter.records(), installed=installed)
        close_month(conn, month=MARCH, by="settlement", now=desk.at)
        meter.values[100] += 2
        desk.tell(meter.records([100]), installed=installed)
        assert len(corrections.list_corrections(conn)) == 1
        meter.values[100] -= 2
        desk.tell(meter.records([100]), installed=installed)
        assert corrections.list_corrections(conn) == []
        assert energy(conn, meter) == meter.energy_wh()


def test_a_month_is_closed_for_its_own_days_only(store: Store) -> None:
    with store.begin() as conn:
        now = instant_of_label(edge_of_day(day_number(date(2026, 4, 5))))
        close_month(conn, month=MARCH, by="settlement", now=now, point_ids=[POINT])
        days = [day_number(date(2026, month, n)) for month, n in ((2, 28), (3, 1), (3, 31), (4, 1))]
        assert closed_days(conn, point_id=POINT, days=days) == set(days[1:3])
        assert closed_days(conn, point_id=8, days=days) == set()


def test_any_question_is_answered_as_it_was_known(store: Store, desk_on, told_meter) -> None:
    with store.begin() as conn:
        desk, meter = desk_on(conn), told_meter(days=3)
        installed, start = [meter.installed()], desk.at
        told = [range(100), range(95, 200), range(190, 289)]
        for rows in told:
            desk.tell(meter.records(rows), installed=installed)
            desk.at += timedelta(hours=1)
        known = [(rows[-1], start + timedelta(hours=n)) for n, rows in enumerate(told)]
        for last, when in known:
            assert energy(conn, meter, known_on=when) == int(meter.values[last, 0] - meter.values[0, 0])
        assert energy(conn, meter, known_on=start - timedelta(hours=1)) == 0
        facts = {"point_ids": [POINT], "period": whole(meter)}
        assert queries.completeness(conn, **facts, known_on=start)[POINT].stored == 99
        profile = queries.profile(conn, point_id=POINT, period=whole(meter), known_on=start)
        assert int(profile.energies[Channel.A_PLUS].sum()) == energy(conn, meter, known_on=start)
