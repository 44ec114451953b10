"""Are days that changed judged while a server runs, some at a time, and never the day still going on?"""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from osos.cli import judging
from osos.cli.judging import Judging
from osos.cli.upkeep import Task, Upkeep
from osos.mdm import judge
from osos.mdm.judge import Judged, Written
from osos.quantities import ManualClock
from osos.registry import admit, parse_admissions
from osos.registry.tables import metering_points

NOW = datetime(2026, 11, 21, 19, tzinfo=UTC)
TODAY = 9821  # days since 2000-01-01
NOTHING = Judged(point_days=0, written=Written(), findings=0, suspect_slots=0)


class JudgeThatTakes:
    """Stands in for the judge: notes what it is asked, and each day takes its time."""

    def __init__(self, clock: ManualClock, seconds: float) -> None:
        self.clock, self.seconds, self.asked = clock, seconds, []

    def __call__(self, conn, *, point_ids, days, now) -> Judged:
        self.asked.append((tuple(point_ids), *days))
        self.clock.advance(self.seconds)
        return NOTHING


@pytest.fixture
def points(store):
    sheet = "flag,serial,meters,multiplier,plain_until\n" + "".join(
        f"OSM,{n},OSO1111111{n},1,2099-01-01\n" for n in range(5)
    )
    admissions, _ = parse_admissions(sheet)
    with store.begin() as conn:
        admit(conn, admissions, by="test", now=NOW, since=NOW - timedelta(days=50))
        return tuple(conn.scalars(select(metering_points.c.id).order_by(metering_points.c.id)))


def test_every_point_has_its_turn_then_there_is_a_rest(store, points, monkeypatch) -> None:
    clock = ManualClock(NOW)
    judged = JudgeThatTakes(clock, 0.0)
    monkeypatch.setattr(judge, "judge_changed", judged)
    monkeypatch.setattr(judging, "POINTS_AT_ONCE", 2)
    upkeep = Upkeep(store, (Task(name="judge", portion=Judging(clock, clock).portion),), clock, None)
    upkeep.turn()
    assert [asked[0] for asked in judged.asked[:: judging.BACK_DAYS]] == [points[:2], points[2:4], points[4:]]
    assert {day for _, day in judged.asked} == set(range(TODAY - judging.BACK_DAYS, TODAY))
    count = len(judged.asked)
    upkeep.turn()
    assert len(judged.asked) == count
    clock.advance(judging.REST_S + 1)
    upkeep.turn()
    assert len(judged.asked) == 2 * count


def test_a_portion_ends_when_its_time_is_up_and_goes_on_at_the_next(store, points, monkeypatch) -> None:
    clock = ManualClock(NOW)
    judged = JudgeThatTakes(clock, 0.3)
    monkeypatch.setattr(judge, "judge_changed", judged)
    portion = Judging(clock, clock).portion
    with store.begin() as conn:
        assert not portion(conn)  # others write first
    assert [day for _, day in judged.asked] == [TODAY - judging.BACK_DAYS, TODAY - judging.BACK_DAYS + 1]


def test_a_store_with_no_data_costs_nothing_and_ends(store, points) -> None:
    clock = ManualClock(NOW)
    with store.begin() as conn:
        Judging(clock, clock).portion(conn)
    with store.read() as conn:
        assert judge.queue(conn) == []


class KeptLog:
    def __init__(self):
        self.lines = []

    def exception(self, event, **facts):
        self.lines.append((event, facts["task"]))


def test_a_task_that_fails_is_told_and_stops_no_other(store) -> None:
    done, log, clock = [], KeptLog(), ManualClock(NOW)
    tasks = (
        Task(name="broken", portion=lambda conn: 1 / 0),
        Task(name="sound", portion=lambda conn: bool(done.append(1))),
    )
    Upkeep(store, tasks, clock, log).turn()
    assert (log.lines, done) == ([("upkeep failed", "broken")], [1])
