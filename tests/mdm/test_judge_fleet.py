"""Is a fleet judged the same part by part, by Dask's threads, and by processes of its own?"""

from collections.abc import Callable
from typing import Any

import dask
import pytest
from sqlalchemy import Connection, select

from osos.mdm import judge
from osos.mdm.judge.tables import verdicts
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


@pytest.mark.parametrize(
    ("scheduler", "points_a_part"), [(None, 1), (None, 100), ("synchronous", 4), ("threads", 2)]
)
def test_parts_and_schedulers_come_to_what_one_transaction_comes_to(
    fleet: Store, clock: Any, scheduler: str | None, points_a_part: int
) -> None:
    days = range(DAY, DAY + 3)
    with fleet.begin() as conn:
        whole = judge.judge(conn, point_ids=POINTS, days=days, now=clock.now())
        expected = all_verdicts(conn)
    assert whole.findings > 4
    forget(fleet)
    options = None if scheduler is None else {"scheduler": scheduler}
    done = judge.judge_fleet(
        fleet,
        point_ids=POINTS,
        days=days,
        now=clock.now(),
        dask_options=options,
        points_a_part=points_a_part,
    )
    with fleet.read() as conn:
        assert all_verdicts(conn) == expected
    assert done == whole


def test_workers_may_open_the_store_by_its_address(fleet: Store, store_url: str, clock: Any) -> None:
    days, told = range(DAY, DAY + 3), []
    done = judge.judge_fleet(
        fleet,
        point_ids=POINTS,
        days=days,
        now=clock.now(),
        workers_store=store_url,
        dask_options={"scheduler": "synchronous"},
        points_a_part=4,
        progress=lambda done, total: told.append((done, total)),
    )
    assert done.written.new == 27
    assert told == [(12, 27), (24, 27), (27, 27)]


def test_a_run_that_broke_off_may_be_run_again(fleet: Store, clock: Any) -> None:
    days = range(DAY, DAY + 3)
    judge.judge_fleet(fleet, point_ids=[1, 2, 3], days=days, now=clock.now())
    done = judge.judge_fleet(fleet, point_ids=POINTS, days=days, now=clock.now())
    assert (done.written.new, done.written.same) == (18, 9)


@pytest.mark.long
def test_processes_come_to_the_same(fleet: Store, store_url: str, clock: Any) -> None:
    days = range(DAY, DAY + 3)
    with fleet.begin() as conn:
        judge.judge(conn, point_ids=POINTS, days=days, now=clock.now())
        expected = all_verdicts(conn)
    forget(fleet)
    with dask.config.set({"multiprocessing.context": "spawn"}):
        judge.judge_fleet(
            fleet,
            point_ids=POINTS,
            days=days,
            now=clock.now(),
            workers_store=store_url,
            dask_options={"scheduler": "processes", "num_workers": 2},
            points_a_part=3,
        )
    with fleet.read() as conn:
        assert all_verdicts(conn) == expected
