"""What is put into holes, what makes it give way, and is every Wh of the registers there?"""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from osos.mdm import editing, points, queries
from osos.mdm.canonical import Channel
from osos.mdm.estimates.ladder import Why
from osos.mdm.estimates.running import estimate
from osos.mdm.estimates.surveying import options
from osos.mdm.keeping import decision_rows
from osos.mdm.keeping.decisions import State, states
from osos.mdm.labels import edge_of_day, instant_of_label
from osos.quantities import Interval, Quality
from osos.store import Store

POINT = 7
A_PLUS = Channel.A_PLUS
CHANNELS = (Channel.A_PLUS, Channel.Q1, Channel.Q4)


def days_of(meter, first: int = 0, count: int | None = None) -> Interval:
    start = instant_of_label(edge_of_day(meter.first_day + first))
    return Interval(start, start + timedelta(days=meter.days if count is None else count))


def held_day(conn, day: int):
    return points.load(conn, point_ids=[POINT], days=[day])[POINT, day]


def test_a_hole_between_known_registers_is_filled_to_the_wh(store: Store, desk_on, told_meter) -> None:
    with store.begin() as conn:
        desk, meter = desk_on(conn), told_meter(days=3)
        desk.at = days_of(meter).end + timedelta(days=3)
        installed = [meter.installed()]
        desk.tell(meter.records([*range(140), *range(160, 289)]), installed=installed)
        report = estimate(conn, point_id=POINT, period=days_of(meter), now=desk.at, installed=installed)
        (filled,) = report.filled
        assert filled.fills[0].uncertainty_wh == 0
        for row, channel in enumerate(filled.holes[0].channels):
            assert filled.fills[0].values[row].sum() == filled.holes[0].difference(channel)
        found = queries.energy_wh(conn, point_ids=[POINT], period=days_of(meter))
        assert found == {POINT: meter.energy_wh()}
        assert report.days == (meter.first_day + 1,)
        again = estimate(conn, point_id=POINT, period=days_of(meter), now=desk.at, installed=installed)
        assert (again.filled, again.unchanged, again.days) == ((), 1, ())


def test_of_two_holes_in_a_day_the_marked_one_alone_is_filled_and_to_the_wh(
    store: Store, desk_on, told_meter
) -> None:
    with store.begin() as conn:
        desk, meter = desk_on(conn), told_meter(days=3)
        desk.at = days_of(meter).end + timedelta(days=3)
        told = [row for row in range(289) if row not in {*range(105, 110), *range(150, 160)}]
        installed = [meter.installed()]
        desk.tell(meter.records(told), installed=installed)
        day, start = meter.first_day + 1, days_of(meter, 1).start
        inside = Interval(start + timedelta(hours=14), start + timedelta(hours=14, minutes=30))
        facts = {"point_id": POINT, "period": days_of(meter), "now": desk.at, "installed": installed}
        said = options(conn, **facts, within=inside)
        report = estimate(conn, **facts, within=inside)
        (filled,) = report.filled
        block = held_day(conn, day).block
        assert np.flatnonzero(block.quality == Quality.ESTIMATED.mark).tolist() == list(range(53, 64))
        assert np.flatnonzero(block.quality == Quality.MISSING.mark).tolist() == list(range(8, 14))
        lost = int(meter.values[160, 0] - meter.values[149, 0])
        assert int(block.energies[0, 53:64].sum()) == filled.fills[0].values[0].sum() == lost
        assert {one.primary for one in said if one.method.startswith("register")} == {Decimal(40 * lost)}
        nothing = Interval(start, start + timedelta(hours=1))
        assert estimate(conn, **facts, within=nothing).days == ()
        estimate(conn, **facts)
        assert queries.energy_wh(conn, point_ids=[POINT], period=days_of(meter))[POINT] == meter.energy_wh()


def test_measured_values_take_the_place_of_estimates_and_the_version_is_kept(
    store: Store, desk_on, told_meter
) -> None:
    with store.begin() as conn:
        desk, meter = desk_on(conn), told_meter(days=3)
        desk.at = days_of(meter).end + timedelta(days=3)
        installed = [meter.installed()]
        desk.tell(meter.records([*range(140), *range(160, 289)]), installed=installed)
        estimate(conn, point_id=POINT, period=days_of(meter), now=desk.at, installed=installed)
        day = meter.first_day + 1
        assert held_day(conn, day).block.count(Quality.ESTIMATED) == 21
        desk.tell(meter.records(), installed=installed)
        now = held_day(conn, day)
        assert (now.block.count(Quality.MEASURED), now.version, now.is_whole) == (96, 3, False)
        rows = decision_rows.load(conn, point_id=POINT, days=[day])[day]
        assert states(rows) == {1: State.LAPSED}


def test_a_record_in_the_middle_of_a_hole_makes_it_two_holes_over_all_its_days(
    store: Store, desk_on, told_meter
) -> None:
    with store.begin() as conn:
        desk, meter = desk_on(conn), told_meter(days=4)
        desk.at = days_of(meter).end + timedelta(days=3)
        installed = [meter.installed()]
        desk.tell(meter.records([*range(90), *range(300, 385)]), installed=installed)
        whole = {"point_id": POINT, "period": days_of(meter), "now": desk.at, "installed": installed}
        assert len(estimate(conn, **whole).filled) == 1
        assert queries.energy_wh(conn, point_ids=[POINT], period=days_of(meter))[POINT] == meter.energy_wh()
        outcome = desk.tell(meter.records([200]), installed=installed)
        assert {day - meter.first_day for _, day in outcome.point_days} == {0, 1, 2, 3}
        report = estimate(conn, **whole)
        assert [hole.last_label - hole.first_label for one in report.filled for hole in one.holes] == [
            (200 - 89) * 15,
            (300 - 200) * 15,
        ]
        half = Interval(days_of(meter).start, instant_of_label(int(meter.labels[200])))
        found = queries.energy_wh(conn, point_ids=[POINT], period=half)
        assert found[POINT] == int(meter.values[200, 0] - meter.values[0, 0])


def test_a_hole_that_ends_now_is_filled_again_when_its_end_is_known(
    store: Store, desk_on, told_meter
) -> None:
    with store.begin() as conn:
        desk, meter = desk_on(conn), told_meter(days=12)
        desk.at = days_of(meter).end + timedelta(days=3)
        installed = [meter.installed()]
        desk.tell(meter.records(range(1000)), installed=installed)
        ten = days_of(meter, count=11)
        first = estimate(conn, point_id=POINT, period=ten, now=desk.at, installed=installed)
        assert [fill.method for one in first.filled for fill in one.fills] == ["reference-day mean"]
        assert first.filled[0].fills[0].uncertainty_wh > 0
        desk.tell(meter.records(range(1100, 12 * 96 + 1)), installed=installed)
        again = estimate(conn, point_id=POINT, period=days_of(meter), now=desk.at, installed=installed)
        assert [fill.method for one in again.filled for fill in one.fills] == [
            "register-scaled reference days"
        ]
        assert queries.energy_wh(conn, point_ids=[POINT], period=days_of(meter))[POINT] == meter.energy_wh()


def test_nothing_is_estimated_while_the_meter_may_still_tell(store: Store, desk_on, told_meter) -> None:
    with store.begin() as conn:
        desk, meter = desk_on(conn), told_meter(days=2)
        installed = [meter.installed()]
        desk.at = days_of(meter).end
        desk.tell(meter.records([*range(150), *range(170, 193)]), installed=installed)
        report = estimate(conn, point_id=POINT, period=days_of(meter), now=desk.at, installed=installed)
        assert (report.filled, [left.why for _, left in report.left]) == ((), [Why.RE_READ])


@pytest.mark.parametrize(("old", "new"), [("40", "40"), ("40", "60"), ("1", "12.5")])
def test_an_exchange_inside_a_hole_loses_nothing_with_both_papers(
    store: Store, desk_on, told_meter, old: str, new: str
) -> None:
    with store.begin() as conn:
        desk = desk_on(conn)
        desk.at += timedelta(days=5)
        first, second = told_meter(days=2, seed=3), told_meter(days=2, seed=4, meter_id=71, start=5_000)
        at = instant_of_label(int(first.labels[120]) + 7)
        shown = {channel: int(first.values[120, n]) + 5 for n, channel in enumerate(CHANNELS)}
        begun = {channel: int(second.values[120, n]) + 3 for n, channel in enumerate(CHANNELS)}
        installed = [
            replace(first.installed(old), until=at, last=tuple(shown.items())),
            replace(second.installed(new), since=at, first=tuple(begun.items())),
        ]
        desk.tell(first.records(range(110)), installed=installed)
        desk.tell(second.records(range(130, 193)), meter=71, installed=installed)
        report = estimate(conn, point_id=POINT, period=days_of(first), now=desk.at, installed=installed)
        (one,) = report.filled
        assert len(one.holes) == 2
        wanted = (shown[A_PLUS] - int(first.values[0, 0])) * Decimal(old) + (
            int(second.values[192, 0]) - begun[A_PLUS]
        ) * Decimal(new)
        assert queries.primary_wh(conn, point_id=POINT, period=days_of(first)) == wanted
        assert (
            np.count_nonzero(held_day(conn, first.first_day + 1).block.quality == Quality.MISSING.mark) == 0
        )


def by_hand(conn, meter, day: int, slots: range, wh: int, *, now):
    """Set by one person, seen by another."""
    facts = {"point_id": POINT, "day": day, "now": now, "installed": [meter.installed()]}
    values = {channel: [wh if channel is A_PLUS else 0] * len(slots) for channel in CHANNELS}
    acted = editing.edit(conn, slots=slots, values=values, by="ayşe", reason="seen on site", **facts)
    looked = editing.look(conn, number=acted.decision.number, agree=True, by="mehmet", reason="yes", **facts)
    return acted.decision.number, looked


@pytest.mark.parametrize("estimated_first", [False, True])
def test_the_rest_of_a_hole_gets_what_an_edit_leaves_of_the_registers(
    store: Store, desk_on, told_meter, estimated_first: bool
) -> None:
    with store.begin() as conn:
        desk, meter = desk_on(conn), told_meter(days=4)
        desk.at = days_of(meter).end + timedelta(days=3)
        installed = [meter.installed()]
        desk.tell(meter.records([*range(90), *range(300, 385)]), installed=installed)
        whole = {"point_id": POINT, "period": days_of(meter), "now": desk.at, "installed": installed}
        if estimated_first:
            estimate(conn, **whole)
        day, before = meter.first_day + 1, meter.energy_wh()
        number, looked = by_hand(conn, meter, day, range(40, 44), 900, now=desk.at)
        if not estimated_first:
            assert len(estimate(conn, **whole).filled) == 1
        assert queries.energy_wh(conn, point_ids=[POINT], period=days_of(meter))[POINT] == before
        block = held_day(conn, day).block
        assert block.energies[block.channels.index(A_PLUS), 40:44].tolist() == [900] * 4
        assert (block.count(Quality.EDITED), block.count(Quality.ESTIMATED)) == (4, 92)
        if estimated_first:
            assert set(looked.days) == {meter.first_day + n for n in range(4)}, "the hole's days and no other"
        assert estimate(conn, **whole).days == (), "doing it again changes nothing"

        facts = {"point_id": POINT, "day": day, "now": desk.at, "installed": installed}
        undoing = editing.undo(conn, number=number, by="ayşe", reason="was wrong", **facts)
        editing.look(conn, number=undoing.decision.number, agree=True, by="mehmet", reason="yes", **facts)
        assert queries.energy_wh(conn, point_ids=[POINT], period=days_of(meter))[POINT] == before
        assert held_day(conn, day).block.count(Quality.ESTIMATED) == 96


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_more_set_by_hand_than_registers_counted_leaves_the_rest_to_a_person(
    store: Store, desk_on, told_meter
) -> None:
    with store.begin() as conn:
        desk, meter = desk_on(conn), told_meter(days=2)
        desk.at = days_of(meter).end + timedelta(days=3)
        desk.tell(meter.records([*range(20), *range(30, 193)]), installed=[meter.installed()])
        by_hand(conn, meter, meter.first_day, range(22, 24), 9_000, now=desk.at)
        found = estimate(
            conn, point_id=POINT, period=days_of(meter), now=desk.at, installed=[meter.installed()]
        )
        ((_, left),) = found.left
        assert (left.why, found.filled) == (Why.BY_HAND, ()) and "more than the registers" in left.words
