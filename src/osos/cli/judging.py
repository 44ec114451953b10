"""Which days have changed since they were judged, and who judges them while a server runs (D-10)?

A round walks over all points, some at a time, each portion in a transaction of its own and for a short while
only: a writer of readings never waits long. Days that are over are judged; late data has them judged again.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from osos.quantities import Clock

BACK_DAYS = 40  # chosen: a month that is still open, and some days
POINTS_AT_ONCE = 200
PORTION_S = 0.5  # of a transaction, then others write; the day that is being judged is finished
REST_S = 60.0  # between rounds


class Judging:
    """Remembers where the round is; after a restart it begins anew, and judges nothing twice."""

    def __init__(self, clock: "Clock", real_clock: "Clock") -> None:
        self._clock, self._real_clock = clock, real_clock
        self._after, self._rest_until = 0, 0.0

    def portion(self, conn: "Connection") -> bool:
        """Judge some; says whether there is more to do before a rest."""
        from osos.mdm.labels import day_number
        from osos.quantities import local_day
        from osos.store import alone

        if self._real_clock.monotonic() < self._rest_until:
            return False
        alone(conn, "judge changed days")  # of all processes of an installation one
        today = day_number(local_day(self._clock.now() - timedelta(hours=2)))  # midnight's records come late
        days = range(today - BACK_DAYS, today)
        some = _points_after(conn, self._after)
        if not self._judge(conn, some, days):
            return False  # others write first; the next turn goes on
        self._after = some[-1] if len(some) == POINTS_AT_ONCE else 0
        if not self._after:
            self._rest_until = self._real_clock.monotonic() + REST_S
        return bool(self._after)

    def _judge(self, conn: "Connection", points: list[int], days: range) -> bool:
        """Oldest day first, for each rests on those before; False when the time was up before the last."""
        from osos.mdm import editing, judge

        until = self._real_clock.monotonic() + PORTION_S
        for day in days:
            done = judge.judge_changed(conn, point_ids=points, days=[day], now=self._clock.now())
            if done.written.new or done.written.changed:
                editing.settle_decided(conn, point_ids=points, day=day)
            if self._real_clock.monotonic() >= until and day != days[-1]:
                return False
        return True


def _points_after(conn: "Connection", after: int) -> list[int]:
    """The next points, by number."""
    from sqlalchemy import select

    from osos.registry.tables import metering_points

    points = metering_points.c
    return list(
        conn.scalars(select(points.id).where(points.id > after).order_by(points.id).limit(POINTS_AT_ONCE))
    )
