"""Which jobs keep the network's balances and the radar's suspicions up to date while a server runs (D-33)?

Both go in portions, each in a transaction of its own: a writer of readings never waits long.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from osos.mdm.network.looking import Round
    from osos.quantities import Clock

BACK_DAYS = 40  # chosen: a month that is still open, and some days
REST_S = 300.0  # between rounds of counting: what did not change is only compared
LOOK_REST_S = 1800.0  # between rounds of the radar: each transformer is looked at once a day
SETTLE = timedelta(hours=2)  # midnight's records come late


class Balancing:
    """Remembers at which place the round is; after a restart it begins anew, and counts nothing twice."""

    def __init__(self, clock: "Clock", real_clock: "Clock", *, rest_s: float = REST_S) -> None:
        self._clock, self._real_clock, self._rest_s = clock, real_clock, rest_s
        self._after, self._rest_until = 0, 0.0

    def portion(self, conn: "Connection") -> bool:
        from osos.mdm.network.counting import count_some
        from osos.store import alone

        if self._real_clock.monotonic() < self._rest_until:
            return False
        alone(conn, "balance the network")  # of all processes of an installation one
        now = self._clock.now()
        today = _today(self._clock)
        done = count_some(conn, days=range(today - BACK_DAYS, today), now=now, after=self._after)
        self._after = done.after
        if done.is_done and not done.after:
            self._rest_until = self._real_clock.monotonic() + self._rest_s
            return False
        return True


class Searching:
    """The radar's round over all transformers."""

    def __init__(self, clock: "Clock", real_clock: "Clock", *, rest_s: float = LOOK_REST_S) -> None:
        self._clock, self._real_clock, self._rest_s = clock, real_clock, rest_s
        self._round: Round | None = None
        self._rest_until = 0.0

    def portion(self, conn: "Connection") -> bool:
        from osos.mdm.network.looking import Round
        from osos.store import alone

        if self._real_clock.monotonic() < self._rest_until:
            return False
        alone(conn, "look for losses")
        self._round = self._round or Round()
        if self._round.portion(conn, today=_today(self._clock), now=self._clock.now()):
            return True
        self._round, self._rest_until = None, self._real_clock.monotonic() + self._rest_s
        return False


def _today(clock: "Clock") -> int:
    from osos.mdm.labels import day_number
    from osos.quantities import local_day

    return day_number(local_day(clock.now() - SETTLE))
