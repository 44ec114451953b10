"""Is exactly what is missing known, asked for once, and closed when it comes (F45)?"""

import random
from dataclasses import replace
from datetime import timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from osos.mdm import gaps
from osos.mdm.gap_rows import Gap
from osos.mdm.labels import instant_of_label
from osos.mdm.tables import gaps as rows
from osos.store import Store

DAY, METER, POINT = 9557, 70, 7
FIRST = DAY * 1440


def at(day: float):
    return instant_of_label(FIRST) + timedelta(days=day)


def look(conn, meter, when, **facts) -> int:
    return gaps.refresh(conn, when, installed=[(POINT, meter.installed())], **facts)


def missing_labels(conn) -> list[int]:
    return [int(label) for gap in gaps.open_gaps(conn) for label in gap.labels()]


def test_nothing_read_yet_is_one_gap_from_the_installation_on(store: Store, told_meter) -> None:
    meter = told_meter()
    with store.begin() as conn:
        assert look(conn, meter, at(1)) == 95
        (gap,) = gaps.open_gaps(conn)
        assert (gap.first_label, gap.last_label, gap.missing) == (
            FIRST,
            FIRST + 1410,
            95,
        )  # 30 minutes of grace
        assert (gap.point_id, gap.meter_id, gap.profile, gap.period_min) == (POINT, METER, "P.01", 15)
        assert look(conn, meter, at(1)) == 0  # nothing new is due
        assert look(conn, meter, at(1.5)) == 48
        assert [g.missing for g in gaps.open_gaps(conn)] == [143]  # made longer, not a second one


def test_records_that_come_take_themselves_out(store: Store, desk_on, told_meter) -> None:
    meter = told_meter()
    with store.begin() as conn:
        look(conn, meter, at(2.5))
        desk = desk_on(conn)
        desk.tell(meter.records(slice(10, 20)), installed=[meter.installed()])
        found = [(g.first_label - FIRST, g.last_label - FIRST, g.missing) for g in gaps.open_gaps(conn)]
        assert found == [(0, 135, 10), (300, 3570, 219)]
        desk.tell(meter.records(), installed=[meter.installed()])
        assert [(g.first_label - FIRST, g.missing) for g in gaps.open_gaps(conn)] == [(2895, 46)]
        closed = conn.execute(rows.select().where(rows.c.closed_at.is_not(None))).all()
        assert [row.missing for row in closed] == [0]
        assert closed[0].closed_at == desk.at


def test_a_look_after_the_records_came_finds_only_what_is_not_there(
    store: Store, desk_on, told_meter
) -> None:
    meter = told_meter()
    with store.begin() as conn:
        desk_on(conn).tell(meter.records([*range(30), *range(34, 193)]), installed=[meter.installed()])
        assert look(conn, meter, at(2.2)) == 4 + 17
        assert missing_labels(conn)[:4] == meter.labels[30:34].tolist()


def test_what_the_ledger_says_is_what_is_missing_whatever_the_order(
    store: Store, desk_on, told_meter
) -> None:
    for seed in range(4):
        chance = random.Random(seed)
        meter = told_meter(meter_id=METER + seed, days=3, seed=seed)
        told: set[int] = set()
        with store.begin() as conn:
            desk = desk_on(conn)
            for _ in range(12):
                if chance.random() < 0.4:
                    looked = at(chance.uniform(0.1, 3.0))
                    look(conn, meter, looked)
                first = chance.randrange(289)
                piece = list(range(first, min(289, first + chance.randint(1, 90))))
                told.update(meter.labels[piece].tolist())
                desk.tell(
                    meter.records(piece), meter=meter.meter_id, point=POINT, installed=[meter.installed()]
                )
            look(conn, meter, at(3.2))
            due = range(FIRST, FIRST + 3 * 1440 + 258 + 1, 15)
            open_now = [
                int(label)
                for gap in gaps.open_gaps(conn, meter_ids=[meter.meter_id])
                for label in gap.labels()
            ]
            assert sorted(open_now) == [label for label in due if label not in told]


def test_an_hourly_meter_is_not_asked_for_quarters(store: Store, desk_on, told_meter) -> None:
    meter = told_meter(period_min=60)
    with store.begin() as conn:
        look(conn, meter, at(1.6))
        desk_on(conn).tell(meter.records(range(20)), installed=[meter.installed()])
        left = missing_labels(conn)
        assert left == [FIRST + 60 * n for n in range(20, 38)]
        look(conn, meter, at(2.1))
        assert all(label % 60 == 0 for label in missing_labels(conn))
        desk_on(conn).tell(meter.records(), installed=[meter.installed()])
        assert missing_labels(conn) == [FIRST + 2880 + 60]


def test_a_period_made_shorter_is_followed_from_its_day_on(store: Store, desk_on, told_meter) -> None:
    hourly, quarterly = told_meter(period_min=60, days=1), told_meter(first_day=DAY + 1, days=1)
    with store.begin() as conn:
        desk = desk_on(conn)
        look(conn, hourly, at(2.0))
        desk.tell(hourly.records(), installed=[hourly.installed()])
        desk.tell(quarterly.records(range(1, 60)), installed=[hourly.installed()])
        look(conn, hourly, at(2.0))
        assert missing_labels(conn) == quarterly.labels[60:95].tolist()


def test_a_meter_that_stays_with_another_multiplier_is_missed_once(store: Store, told_meter) -> None:
    meter = told_meter()
    first = replace(meter.installed(), until=at(0.5))
    then = replace(meter.installed("60"), since=at(0.5))
    with store.begin() as conn:
        assert gaps.refresh(conn, at(1), installed=[(POINT, first), (POINT, then)]) == 95
        assert gaps.refresh(conn, at(1), installed=[(POINT, first), (POINT, then)]) == 0
        assert missing_labels(conn) == meter.labels[:95].tolist()


def test_an_answer_without_records_is_counted(store: Store, told_meter) -> None:
    meter = told_meter()
    with store.begin() as conn:
        look(conn, meter, at(1))
        gap = gaps.open_gaps(conn)[0]
        told = {"meter_id": METER, "profile": "P.01", "at": at(1)}
        labels = {"first_label": gap.first_label, "last_label": gap.last_label}
        assert gaps.note_answered_empty(conn, **told, **labels) == 1
        assert (
            gaps.note_answered_empty(
                conn, **told, first_label=gap.first_label + 15, last_label=gap.last_label
            )
            == 0
        )
        (gap,) = gaps.open_gaps(conn)
        assert (gap.answered_empty, gap.answered_at) == (1, at(1))
        look(conn, meter, at(1.1))
        assert [g.answered_empty for g in gaps.open_gaps(conn)] == [1, 0]  # what is due since was never asked


def gap_of(first: int, last: int, meter: int = METER) -> Gap:
    return Gap(
        gap_id=first,
        point_id=POINT,
        meter_id=meter,
        profile="P.01",
        first_label=first * 15,
        last_label=last * 15,
        period_min=15,
        missing=last - first + 1,
        found_at=at(0),
        answered_empty=0,
        answered_at=None,
    )


@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 120)), max_size=12),
    st.integers(1, 100),
    st.integers(0, 6),
)
def test_requests_ask_for_every_missing_record_within_their_limit(spans, at_most, bridge):
    found = [gap_of(first, first + more) for first, more in spans]
    requests = gaps.merge(found, at_most=at_most, bridge=bridge)
    asked = [np.arange(one.first_label, one.last_label + 1, 15) for one in requests]
    wanted = {int(label) for gap in found for label in gap.labels()}
    assert wanted <= {int(label) for labels in asked for label in labels}
    assert all(one.records <= at_most for one in requests)
    assert all(one.missing <= sum(gap.missing for gap in found) for one in requests)


def test_neighbours_become_one_request_and_meters_stay_apart():
    found = [gap_of(0, 9), gap_of(12, 20), gap_of(40, 50), gap_of(21, 30, meter=71)]
    requests = gaps.merge(found, at_most=96)
    assert [(one.meter_id, one.first_label, one.last_label, one.missing) for one in requests] == [
        (70, 0, 300, 19),
        (70, 600, 750, 11),
        (71, 315, 450, 10),
    ]
    assert requests[0].gap_ids == (0, 12)
