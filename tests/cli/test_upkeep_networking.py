"""Are balances counted and losses looked for while a server runs, in portions and with rests between?"""

from datetime import UTC, datetime

from osos.cli import networking
from osos.cli.networking import Balancing, Searching
from osos.mdm.network import counting, looking
from osos.mdm.network.counting import Counted
from osos.quantities import ManualClock

NOW = datetime(2026, 11, 21, 19, tzinfo=UTC)
TODAY = 9821


def test_balancing_goes_from_place_to_place_then_rests(store, monkeypatch) -> None:
    clock, asked = ManualClock(NOW), []

    def count_some(conn, *, days, now, after):
        asked.append((after, days[0], days[-1]))
        last = len(asked) % 3 == 0
        return Counted(days=1, after=0 if last else after + 1, is_done=True)

    monkeypatch.setattr(counting, "count_some", count_some)
    portion = Balancing(clock, clock).portion
    with store.begin() as conn:
        assert [portion(conn) for _ in range(4)] == [True, True, False, False]
        assert [after for after, _, _ in asked] == [0, 1, 2]
        assert asked[0][1:] == (TODAY - networking.BACK_DAYS, TODAY - 1)
        clock.advance(networking.REST_S + 1)
        assert portion(conn) and len(asked) == 4


def test_the_radar_ends_a_round_and_rests(store, monkeypatch) -> None:
    clock, left = ManualClock(NOW), [3]

    class RoundOfThree:
        def portion(self, conn, *, today, now) -> bool:
            assert today == TODAY
            left[0] -= 1
            return left[0] > 0

    monkeypatch.setattr(looking, "Round", RoundOfThree)
    portion = Searching(clock, clock).portion
    with store.begin() as conn:
        assert [portion(conn) for _ in range(5)] == [True, True, False, False, False]
        left[0] = 2
        clock.advance(networking.LOOK_REST_S + 1)
        assert portion(conn)


def test_an_empty_network_is_no_work(store) -> None:
    clock = ManualClock(NOW)
    with store.begin() as conn:
        assert not Balancing(clock, clock).portion(conn)
        assert not Searching(clock, clock).portion(conn)
