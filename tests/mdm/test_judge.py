"""Are days judged, kept once, judged anew when they change, and left alone otherwise?"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Connection, func, select

from osos.mdm import interruptions, judge
from osos.mdm.interruptions import Interruption
from osos.mdm.judge import PointTerms, Told
from osos.mdm.judge.tables import rule_books, verdicts, verdicts_history
from osos.mdm.rules import NoSuchThreshold, Setting, Severity
from osos.mdm.source import Source
from osos.store import Store

DAY = 9557  # 2 March 2026
POINT, METER = 7, 70


@pytest.fixture
def tell(desk_on: Callable[..., Any], told_meter: Any) -> Callable[..., Any]:
    """Have a meter tell some days, after `spoil` had its way with its values."""

    def told(
        conn: Connection, *, days: int = 3, point: int = POINT, spoil: Any = None, rows: Any = None
    ) -> Any:
        meter = told_meter(meter_id=METER + point, first_day=DAY, days=days, seed=point)
        if spoil is not None:
            spoil(meter.values)
        desk = desk_on(conn)
        desk.tell(
            meter.records(slice(None) if rows is None else rows),
            meter=METER + point,
            point=point,
            installed=[meter.installed()],
        )
        return meter

    return told


def run(conn: Connection, at: Any, *, points: tuple[int, ...] = (POINT,), days: int = 3, **more: Any) -> Any:
    return judge.judge(conn, point_ids=points, days=range(DAY, DAY + days), now=at, **more)


def found(conn: Connection, *, days: int = 3, point: int = POINT) -> dict[int, list[str]]:
    each = judge.findings(conn, point_ids=[point], days=range(DAY, DAY + days))
    return {day - DAY: [one.rule for one in every] for (_, day), every in sorted(each.items())}


def test_a_clean_day_is_judged_and_has_no_finding(store: Store, tell: Any, clock: Any) -> None:
    with store.begin() as conn:
        tell(conn)
        done = run(conn, clock.now())
        assert (done.point_days, done.findings, done.written.new) == (3, 0, 3)
        assert found(conn) == {0: [], 1: [], 2: []}
        assert judge.suspect_slots(conn, point_ids=[POINT], days=[DAY]) == {}


def test_judging_again_writes_nothing(store: Store, tell: Any, clock: Any) -> None:
    with store.begin() as conn:
        tell(conn, rows=[*range(50), *range(60, 289)])
        first = run(conn, clock.now())
        before = conn.execute(select(verdicts).order_by(verdicts.c.day)).all()
        again = run(conn, clock.now() + timedelta(days=9))
        assert first.written.new == 3
        assert (again.written.new, again.written.changed, again.written.same) == (0, 0, 3)
        assert conn.execute(select(verdicts).order_by(verdicts.c.day)).all() == before
        assert conn.execute(select(func.count()).select_from(verdicts_history)).scalar() == 0
        assert conn.execute(select(func.count()).select_from(rule_books)).scalar() == 1


def test_only_days_that_changed_are_judged_again(store: Store, tell: Any, clock: Any) -> None:
    with store.begin() as conn:
        hole = [*range(110), *range(120, 289)]
        tell(conn, rows=hole)
        days = range(DAY, DAY + 3)
        assert judge.judge_changed(conn, point_ids=[POINT], days=days, now=clock.now()).point_days == 3
        assert judge.judge_changed(conn, point_ids=[POINT], days=days, now=clock.now()).point_days == 0
        assert found(conn) == {0: [], 1: ["MISSING"], 2: []}
        tell(conn)  # what was missing came later
        late = judge.judge_changed(conn, point_ids=[POINT], days=days, now=clock.now())
        assert (late.point_days, late.written.changed) == (1, 1)
        assert found(conn) == {0: [], 1: [], 2: []}
        assert conn.execute(select(verdicts_history.c.day)).scalars().all() == [DAY + 1]


def test_the_register_that_goes_back_makes_its_slot_suspect(store: Store, tell: Any, clock: Any) -> None:
    def drop(values: np.ndarray) -> None:
        values[96 + 40 :, 0] -= 50_000

    with store.begin() as conn:
        tell(conn, spoil=drop)
        run(conn, clock.now())
        (finding,) = judge.findings(conn, point_ids=[POINT], days=[DAY + 1])[POINT, DAY + 1]
        assert (finding.rule, finding.severity, finding.slots) == ("NEGATIVE", Severity.FAIL, ((39, 40),))
        assert (finding.code, finding.expected) == ("3.5.256", 0)
        suspect = judge.suspect_slots(conn, point_ids=[POINT], days=range(DAY, DAY + 3))
        assert list(suspect) == [(POINT, DAY + 1)]
        assert np.flatnonzero(suspect[POINT, DAY + 1]).tolist() == [39]


def test_an_exchange_is_no_register_that_went_back(
    store: Store, desk_on: Callable[..., Any], told_meter: Any, clock: Any
) -> None:
    with store.begin() as conn:
        old = told_meter(meter_id=1, first_day=DAY, days=1, start=500_000_000)
        new = told_meter(meter_id=2, first_day=DAY, days=1, start=0)
        change = old.installed().since + timedelta(hours=10, minutes=7)
        hung = [replace(old.installed(), until=change), replace(new.installed(), since=change)]
        desk = desk_on(conn)
        desk.tell(old.records(slice(0, 41)), meter=1, installed=hung)
        desk.tell(new.records(slice(42, None)), meter=2, installed=hung)
        run(conn, clock.now(), days=1)
        assert found(conn, days=1) == {0: ["MISSING"]}  # the slot in which it was changed


def test_a_point_that_may_not_be_used_is_found(store: Store, tell: Any, clock: Any) -> None:
    with store.begin() as conn:
        tell(conn)
        told = Told(terms={POINT: PointTerms(active=False)}, strangers={(POINT, DAY + 2)})
        run(conn, clock.now(), told=told)
        assert found(conn) == {
            0: ["INACTIVE_CONSUMPTION"],
            1: ["INACTIVE_CONSUMPTION"],
            2: ["METER_ID", "INACTIVE_CONSUMPTION"],
        }
        whole = judge.suspect_slots(conn, point_ids=[POINT], days=[DAY])[POINT, DAY]
        assert bool(whole.all()), "who fails a day as a whole makes all of it suspect"


def test_the_check_meter_is_compared_with_the_multiplier(store: Store, tell: Any, clock: Any) -> None:
    with store.begin() as conn:
        meter = tell(conn)
        energy = int(meter.values[96, 0] - meter.values[0, 0]) * 40
        told = Told(check_wh={(POINT, DAY): energy, (POINT, DAY + 1): energy // 2})
        run(conn, clock.now(), told=told)
        assert found(conn) == {0: [], 1: ["MAIN_CHECK"], 2: []}


def test_a_multiplier_that_changes_without_an_order_is_found(
    store: Store, desk_on: Callable[..., Any], told_meter: Any, clock: Any
) -> None:
    with store.begin() as conn:
        meter = told_meter(meter_id=1, first_day=DAY, days=3)
        change = meter.installed().since + timedelta(days=1)
        hung = [replace(meter.installed("40"), until=change), replace(meter.installed("60"), since=change)]
        desk_on(conn).tell(meter.records(), meter=1, installed=hung)
        run(conn, clock.now())
        assert found(conn) == {0: [], 1: ["MULTIPLIER"], 2: []}
        run(conn, clock.now(), told=Told(ordered={(POINT, DAY + 1)}))
        assert found(conn) == {0: [], 1: [], 2: []}


def test_the_operator_sets_a_threshold_for_one_point_from_a_day_on(
    store: Store, tell: Any, clock: Any
) -> None:
    with store.begin() as conn:
        for point in (POINT, 8):
            tell(conn, point=point, rows=[*range(50), *range(51, 150), *range(151, 289)])
        none = Setting(
            rule="MISSING", threshold="least_slots", value=3, since_day=DAY + 1, scope={"point": str(POINT)}
        )
        judge.set_thresholds(conn, [none], by="ayşe", reason="modem is exchanged", now=clock.now())
        run(conn, clock.now(), points=(POINT, 8))
        assert found(conn) == {0: ["MISSING"], 1: [], 2: []}
        assert found(conn, point=8) == {0: ["MISSING"], 1: ["MISSING"], 2: []}


def test_a_threshold_there_is_none_of_is_refused_with_the_ones_there_are(store: Store, clock: Any) -> None:
    wrong = Setting(rule="SPIKE", threshold="ratio", value=3, since_day=0)
    with store.begin() as conn, pytest.raises(NoSuchThreshold, match="over_third_pct"):
        judge.set_thresholds(conn, [wrong], by="x", reason="y", now=clock.now())


def test_the_queue_shows_what_asks_for_a_look_rule_by_rule(store: Store, tell: Any, clock: Any) -> None:
    def drop(values: np.ndarray) -> None:
        values[96 + 40 :, 0] -= 50_000

    with store.begin() as conn:
        tell(conn, spoil=drop)
        tell(conn, point=8, rows=[*range(50), *range(60, 289)])
        tell(conn, point=9)
        run(conn, clock.now(), points=(POINT, 8, 9))
        everything = judge.queue(conn)
        assert [(one.point_id, one.day - DAY) for one in everything] == [(8, 0), (POINT, 1)]
        assert [one.point_id for one in judge.queue(conn, rule="NEGATIVE")] == [POINT]
        assert judge.queue(conn, after=(everything[-1].day, everything[-1].point_id)) == []
        counted = judge.counts(conn, days=range(DAY, DAY + 3))
        assert {rule: count for rule, count in counted.items() if count} == {"MISSING": 1, "NEGATIVE": 1}


def test_a_meter_that_was_off_by_its_own_list_misses_nothing(store: Store, tell: Any, clock: Any) -> None:
    midnight = datetime(1999, 12, 31, 21, tzinfo=UTC) + timedelta(days=DAY + 1)
    off = Interruption("96.77.0", midnight + timedelta(hours=3, minutes=40), midnight + timedelta(hours=6))
    with store.begin() as conn:
        tell(conn, rows=[*range(96 + 15), *range(96 + 24, 289)])  # 03:45 … 05:45 were not written
        interruptions.tell(conn, meter_id=METER + POINT, told=[off], source=Source(1, clock.now()))
        run(conn, clock.now())
        (one,) = judge.findings(conn, point_ids=[POINT], days=[DAY + 1])[POINT, DAY + 1]
        assert (one.rule, one.severity, one.code) == ("MISSING", Severity.NOTE, "3.2.32")
        assert one.slots == ((14, 24),)
        assert judge.queue(conn) == [], "what is explained asks for no look"


def test_weeks_at_once_and_day_by_day_come_to_the_same(
    store: Store, desk_on: Callable[..., Any], told_meter: Any, clock: Any
) -> None:
    days = range(DAY, DAY + 40)
    with store.begin() as conn:
        for point in (1, 2, 3):
            meter = told_meter(meter_id=point, first_day=DAY, days=40, seed=point)
            meter.values[:, 0] += 10**9 - 400_000 - int(meter.values[0, 0])  # passes its end within the weeks
            meter.values[:, 0] %= 10**9
            meter.values[36 * 96 + 10 * point :, 0] += 6_000  # a spike
            rows = np.arange(meter.labels.size)
            if point == 2:
                rows = np.insert(rows, 20 * 96, [20 * 96 - 2, 20 * 96 - 1])  # told twice
            desk_on(conn).tell(meter.records(rows), meter=point, point=point, installed=[meter.installed()])
        judge.judge(conn, point_ids=[1, 2, 3], days=days, now=clock.now())
        at_once = conn.execute(select(verdicts).order_by(verdicts.c.point_id, verdicts.c.day)).all()
        conn.execute(verdicts.delete())
        for day in days:
            judge.judge(conn, point_ids=[1, 2, 3], days=[day], now=clock.now())
        assert conn.execute(select(verdicts).order_by(verdicts.c.point_id, verdicts.c.day)).all() == at_once
        spikes = judge.queue(conn, rule="SPIKE")
        assert [one.day - DAY for one in spikes] == [36, 36, 36]


def test_one_point_at_a_time_and_all_at_once_come_to_the_same(store: Store, tell: Any, clock: Any) -> None:
    def drop(values: np.ndarray) -> None:
        values[96 + 40 :, 0] -= 50_000

    points = (POINT, 8, 9, 10)
    with store.begin() as conn:
        for point in points:
            tell(
                conn,
                point=point,
                spoil=drop if point % 2 else None,
                rows=[*range(50), *range(point + 50, 289)],
            )
        run(conn, clock.now(), points=points)
        together = conn.execute(select(verdicts).order_by(verdicts.c.point_id, verdicts.c.day)).all()
        conn.execute(verdicts.delete())
        for point in reversed(points):
            run(conn, clock.now(), points=(point,))
        assert conn.execute(select(verdicts).order_by(verdicts.c.point_id, verdicts.c.day)).all() == together
