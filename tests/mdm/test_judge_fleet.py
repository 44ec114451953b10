"""Is a fleet judged the same part by part, by one and by several, all of it or what has changed?"""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, select

from osos.mdm import judge
from osos.mdm.judge.tables import verdicts
from osos.mdm.spreading import spread_of
from osos.store import Store

DAY, POINTS = 9557, range(1, 10)


@pytest.fixture
def fleet(store: Store, desk_on: Callable[..., Any], told_meter: Any) -> Store:
    """Nine points of three days, every third with something missing, every fourth gone back."""
    with store.begin() as conn:
        for point in POINTS:
            meter = told_meter(meter_id=point, first_day=DAY, days=3, seed=point)
            if point % 4 == 0:
                meter.values[150:, 0] -= 30_000
            rows = [*range(70), *range(75, 289)] if point % 3 == 0 else slice(None)
            desk_on(conn).tell(meter.records(rows), meter=point, point=point, installed=[meter.installed()])
    return store


def all_verdicts(conn: Connection) -> list[Any]:
    return list(conn.execute(select(verdicts).order_by(verdicts.c.point_id, verdicts.c.day)))


def forget(store: Store) -> None:
    with store.begin() as conn:
        conn.execute(verdicts.delete())


@pytest.mark.parametrize(("spread", "points_a_part"), [(None, 1), (None, 100), ("threads:2", 2)])
def test_parts_and_workers_come_to_what_one_transaction_comes_to(
    fleet: Store, clock: Any, spread: str | None, points_a_part: int
) -> None:
    days = range(DAY, DAY + 3)
    with fleet.begin() as conn:
        whole = judge.judge(conn, point_ids=POINTS, days=days, now=clock.now())
        expected = all_verdicts(conn)
    assert whole.findings > 4
    forget(fleet)
    done = judge.judge_fleet(
        fleet,
        point_ids=POINTS,
        days=days,
        now=clock.now(),
        spread=None if spread is None else spread_of(spread, store_url=""),
        points_a_part=points_a_part,
    )
    with fleet.read() as conn:
        assert all_verdicts(conn) == expected
    assert done == whole


@pytest.mark.parametrize("only_changed", [False, True])
def test_progress_counts_point_days(fleet: Store, clock: Any, only_changed: bool) -> None:
    told: list[tuple[int, int]] = []
    done = judge.judge_fleet(
        fleet,
        point_ids=POINTS,
        days=range(DAY, DAY + 3),
        now=clock.now(),
        only_changed=only_changed,
        points_a_part=4,
        progress=lambda done, total: told.append((done, total)),
    )
    assert done.written.new == 27
    steps = (4, 8, 9, 13, 17, 18, 22, 26, 27) if only_changed else (12, 24, 27)
    assert told == [(step, 27) for step in steps]


def test_only_what_changed_is_judged_again(fleet: Store, clock: Any) -> None:
    days = range(DAY, DAY + 3)
    with fleet.begin() as conn:
        judge.judge_changed(conn, point_ids=POINTS, days=days, now=clock.now())
        expected = all_verdicts(conn)
        conn.execute(verdicts.delete().where(verdicts.c.point_id == 5))
    done = judge.judge_fleet(fleet, point_ids=POINTS, days=days, now=clock.now(), only_changed=True)
    assert (done.point_days, done.written.new) == (3, 3)
    with fleet.read() as conn:
        assert all_verdicts(conn) == expected


def test_a_run_that_broke_off_may_be_run_again(fleet: Store, clock: Any) -> None:
    days = range(DAY, DAY + 3)
    judge.judge_fleet(fleet, point_ids=[1, 2, 3], days=days, now=clock.now())
    done = judge.judge_fleet(fleet, point_ids=POINTS, days=days, now=clock.now())
    assert (done.written.new, done.written.same) == (18, 9)
