"""Does the radar find, from what meters told and the store keeps, what was planted; and does it remember?"""

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import network_city

from osos.mdm.network import asking, suspecting
from osos.mdm.network.counting import count_some
from osos.mdm.network.looking import Round
from osos.store import Store, list_events

LAST = network_city.FIRST_DAY + network_city.DAYS
BALANCED = 6  # days: a balance is like the next
pytestmark = pytest.mark.timeout(600)  # a month of two dozen meters, on a machine that may be busy


def look_at_all(conn: Any, now: Any, *, today: int = LAST) -> int:
    round_, portions = Round(), 0
    while round_.portion(conn, today=today, now=now):
        portions += 1
    return portions


def count_all(conn: Any, days: range, now: Any) -> None:
    done = count_some(conn, days=days, now=now)
    while done.after or not done.is_done:
        done = count_some(conn, days=days, now=now, after=done.after)


@pytest.fixture(scope="module")
def told() -> Any:
    return network_city.streets("polarity", "bypass", "place")


def test_what_was_planted_is_found_kept_decided_and_gone(store: Store, told: Any) -> None:
    with store.begin() as conn:
        city = network_city.settle(conn, told)
        look_at_all(conn, city.now)
        found = suspecting.queue(conn)
        planted = {(city.points[one.meter], one.kind) for one in told.planted}
        assert {(one.point_id, one.pattern) for one in found} == planted
        assert [one.recoverable_wh for one in found] == sorted(
            (one.recoverable_wh for one in found), reverse=True
        )
        moved = next(one for one in found if one.pattern == "place")
        assert moved.other is not None and moved.other.name != moved.node.name
        assert look_at_all(conn, city.now) == 0  # once a day
        decided = suspecting.decide(
            conn, found[0].public_id, state="dismissed", note="ölçüldü, sağlam", by="ayşe", now=city.now
        )
        assert decided is not None and (decided.state, decided.note) == ("dismissed", "ölçüldü, sağlam")
        assert [one.act for one in list_events(conn, subject=f"suspicion {decided.public_id}")] == [
            "suspicion decided"
        ]
        look_at_all(conn, city.now, today=LAST + 40)  # days of which nothing is known
        assert suspecting.queue(conn) == []
        after = {
            one.public_id: one.state
            for state in suspecting.STATES
            for one in suspecting.queue(conn, state=state)
        }
        assert after == {one.public_id: "gone" for one in found[1:]} | {decided.public_id: "dismissed"}
        with pytest.raises(ValueError, match="nobody can decide"):
            suspecting.decide(conn, decided.public_id, state="gone", note="x", by="y", now=city.now)


def test_balances_of_the_streets_come_to_what_was_planted(store: Store, told: Any) -> None:
    days = range(LAST - BALANCED, LAST)
    with store.begin() as conn:
        city = network_city.settle(conn, told)
        count_all(conn, days, city.now)
        tree = asking.overview(conn, days=days)
        assert [(one.node.kind, one.depth) for one in tree[:2]] == [("zone", 0), ("feeder", 1)]
        places = {one.node.name: one for one in tree if one.node.kind == "transformer"}
        assert places.keys() == told.main_wh.keys()
        spoiled = {told.meters[one.meter].transformer for one in told.planted}
        for name, one in places.items():
            sums = one.sums
            assert sums.counted == BALANCED and sums.known_share > 0.9
            assert sums.main_wh <= int(told.main_wh[name][-96 * BALANCED :].sum())
            assert sums.main_wh - sums.below_wh == sums.loss_wh
            page = asking.node_page(conn, one.node, days=days)
            assert [each.name for each in page.above] == ["Kuzey", "F-1"]
            assert sum(row.sums.loss_wh for row in page.rows) == sums.loss_wh
            assert len(page.meters) == 1 + len(told.below(name))
            assert sums.technical_wh is not None
            assert abs(sums.technical_wh - sums.main_wh * 2 // 100) <= BALANCED
            if name in spoiled:
                assert sums.wants_looking_at
        of_day = asking.curve(conn, next(iter(places.values())).node.node_id, LAST - 1)
        assert of_day is not None and of_day.slots > 80
