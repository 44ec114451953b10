"""What does a trial of a rule say, and does it leave everything as it was?"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from osos.mdm import judge
from osos.mdm.judge.tables import rule_books, verdicts
from osos.mdm.lab import try_rule
from osos.mdm.rules import NoSuchThreshold, Setting
from osos.store import Store

FIRST = 9557 - 20  # ten days of February 2026 and all of March
DAYS = range(FIRST, FIRST + 40)
SPIKE_DAY, PRICE = FIRST + 32, Decimal("2.65")


@pytest.fixture
def history(desk_on: Callable[..., Any], told_meter: Any) -> Callable[[Connection], Any]:
    """Two points of forty days; one has a slot of 4 kWh on one day, with multiplier 40."""

    def told(conn: Connection) -> Any:
        meters = []
        for point in (7, 8):
            meter = told_meter(meter_id=point, first_day=FIRST, days=40, seed=point)
            if point == 7:
                meter.values[32 * 96 + 50 :, 0] += 4_000
            desk_on(conn).tell(meter.records(), meter=point, point=point, installed=[meter.installed()])
            meters.append(meter)
        return meters

    return told


def spikes(**least: int) -> list[Setting]:
    return [Setting(rule="SPIKE", threshold=name, value=value, since_day=0) for name, value in least.items()]


def test_a_trial_counts_findings_kwh_and_lira_by_month_and_point(store: Store, history: Any) -> None:
    with store.begin() as conn:
        meter = history(conn)[0]
        trial = try_rule(conn, rule="SPIKE", days=DAYS, price_tl_kwh=PRICE)
    place = 32 * 96 + 50
    energy = int(meter.values[place, 0] - meter.values[place - 1, 0]) * 40
    assert (trial.judged_point_days, trial.findings, trial.point_days) == (80, 1, 1)
    assert trial.energy_wh == energy > 160_000
    assert trial.money == (Decimal(energy) / 1000 * PRICE).quantize(Decimal("0.01"))
    (month,) = trial.months
    assert (month.month, month.findings, month.points) == (date(2026, 3, 1), 1, 1)
    assert [(one.point_id, one.findings) for one in trial.points] == [(7, 1)]
    assert [(one.day, one.slots) for one in trial.examples] == [(SPIKE_DAY, ((49, 50),))]


def test_other_thresholds_are_tried_without_being_set(store: Store, history: Any) -> None:
    with store.begin() as conn:
        history(conn)
        usual = try_rule(conn, rule="SPIKE", days=DAYS)
        strict = try_rule(
            conn, rule="SPIKE", days=DAYS, settings=spikes(over_third_pct=0, over_peak_pct=0, least_w=1)
        )
        blind = try_rule(conn, rule="SPIKE", days=DAYS, settings=spikes(least_w=500_000))
        assert strict.findings > usual.findings > blind.findings == 0
        assert strict.thresholds["over_third_pct"] == 0


def test_a_trial_writes_nothing(store: Store, history: Any) -> None:
    with store.begin() as conn:
        history(conn)
        try_rule(conn, rule="NEGATIVE", days=DAYS)
        for table in (verdicts, rule_books):
            assert conn.execute(select(func.count()).select_from(table)).scalar() == 0


def test_a_trial_finds_what_judging_finds(store: Store, history: Any, clock: Any) -> None:
    with store.begin() as conn:
        history(conn)
        judge.judge(conn, point_ids=[7, 8], days=DAYS, now=clock.now())
        judged = judge.findings(conn, point_ids=[7, 8], days=DAYS)
        trial = try_rule(conn, rule="SPIKE", days=DAYS)
        both = [one for found in judged.values() for one in found if one.rule == "SPIKE"]
        assert list(trial.examples) == both


def test_a_rule_that_is_off_can_be_tried(store: Store, history: Any, clock: Any) -> None:
    with store.begin() as conn:
        history(conn)
        off = Setting(rule="SPIKE", threshold="enabled", value=0, since_day=0)
        judge.set_thresholds(conn, [off], by="x", reason="new", now=clock.now())
        judge.judge(conn, point_ids=[7, 8], days=DAYS, now=clock.now())
        assert judge.counts(conn, days=DAYS)["SPIKE"] == 0
        assert try_rule(conn, rule="SPIKE", days=DAYS).findings == 1


def test_progress_comes_to_its_end(store: Store, history: Any) -> None:
    told: list[tuple[int, int]] = []
    with store.begin() as conn:
        history(conn)
        try_rule(conn, rule="SPIKE", days=DAYS, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (80, 80)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


@pytest.mark.parametrize(
    ("rule", "settings", "words"),
    [("SPIKES", [], "there are METER_ID"), ("SPIKE", spikes(ratio=3), "it has enabled")],
)
def test_what_there_is_none_of_is_refused(store: Store, rule: str, settings: Any, words: str) -> None:
    with store.begin() as conn, pytest.raises(NoSuchThreshold, match=words):
        try_rule(conn, rule=rule, days=DAYS, settings=settings)


def test_a_trial_of_nothing_is_nothing(store: Store) -> None:
    with store.begin() as conn:
        trial = try_rule(conn, rule="SPIKE", days=DAYS, price_tl_kwh=PRICE)
    assert (trial.judged_point_days, trial.findings, trial.money) == (0, 0, Decimal(0))
    assert trial.months == ()
