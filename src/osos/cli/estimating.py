"""Who fills, while a server runs, the holes of days that are over (D-20)?

A round walks over the points that miss something, some at a time, each portion in a transaction of its own.
The ladder itself waits while the meter may still tell; a later round finds its estimate standing and writes
nothing.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from osos.quantities import Clock

POINTS_AT_ONCE = 10  # a tenth of a second's work, so that it shares the writer politely
REST_S = 900.0  # between rounds


class Estimating:
    """Remembers where the round is; after a restart it begins anew, and fills nothing twice."""

    def __init__(self, clock: "Clock", real_clock: "Clock") -> None:
        self._clock, self._real_clock = clock, real_clock
        self._after, self._rest_until = 0, 0.0

    def portion(self, conn: "Connection") -> bool:
        """Fill some; says whether there is more to do before a rest."""
        from osos.mdm.estimates.rounds import estimate_some
        from osos.store import alone

        if self._real_clock.monotonic() < self._rest_until:
            return False
        alone(conn, "estimate what is missing")  # of all processes of an installation one
        now = self._clock.now()
        done = estimate_some(conn, now=now, after=self._after, limit=POINTS_AT_ONCE)
        self._after = done.after or 0
        if not self._after:
            self._rest_until = self._real_clock.monotonic() + REST_S
        return bool(self._after)
