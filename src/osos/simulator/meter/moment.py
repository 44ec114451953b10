"""Which second of the world is it, and how does a meter print it?

World seconds and wall minutes both count from 2000-01-01 00:00 at +03:00. A meter's wall clock is the
world's second plus its own offset, so a clock that was set wrong costs nothing more.
"""

from datetime import datetime, timedelta

from osos.quantities import TURKIYE

START = datetime(2000, 1, 1, tzinfo=TURKIYE)
DAY_S = 86_400
NO_STAMP = "00-00-00,00:00"


def second_of(at: datetime) -> int:
    """Whole seconds since 2000-01-01 00:00 +03:00, the fraction dropped."""
    if at.utcoffset() is None:
        raise ValueError(f"no offset, so no instant: {at!r}")
    return (at - START) // timedelta(seconds=1)


def instant_of(second: int) -> datetime:
    return START + timedelta(seconds=second)


def wall(second: int) -> datetime:
    """A wall second as a naive date and time."""
    return datetime(2000, 1, 1) + timedelta(seconds=second)  # noqa: DTZ001  # a meter's clock knows no zone


def wall_second(shown: datetime) -> int:
    """A naive date and time of a meter's clock as a wall second."""
    return (shown - wall(0)) // timedelta(seconds=1)


def stamp(minute: int | None) -> str:
    """`yy-mm-dd,hh:mm` of a wall minute; None prints as zeros (M-75)."""
    return NO_STAMP if minute is None else wall(minute * 60).strftime("%y-%m-%d,%H:%M")


def stamp_s(wall_s: int | None) -> str:
    """`yy-mm-dd,hh:mm:ss` of a wall second, as gen3 prints spans; None prints as zeros."""
    return f"{NO_STAMP}:00" if wall_s is None else wall(wall_s).strftime("%y-%m-%d,%H:%M:%S")
