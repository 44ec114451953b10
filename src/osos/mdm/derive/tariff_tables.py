"""Which tariff holds from which minute on, by the tables a meter tells (96.50-96.52, 96.60-96.62)?

Two styles and an old one (M-82): the first time 0000: digit k belongs to time k; else one digit more than
times: the first holds from midnight; else as many: digit k from time k on, before the first time the last.
"""

from itertools import pairwise

from osos.mdm.derive.tariffs import Band, Slices
from osos.mdm.labels import DAY_MIN, HOUR_MIN

TIMES, DIGITS = 32, 8  # characters
_NONE = "9999"


def slices_of(times: str, digits: str) -> Slices | None:
    """None: these are no tables (M-83). Times and digits that do not fit each other: what lacks is T1 (M-84).

    >>> slices_of("06001700220099999999999999999999", "31230000")[1]
    (360, <Band.T1: 1>)
    >>> slices_of("00000600170022009999999999999999", "31230000")[1]
    (360, <Band.T1: 1>)
    """
    starts, tariffs = _starts(times), _tariffs(digits)
    if starts is None or tariffs is None:
        return None
    if starts and starts[0] == 0:
        return _paired(starts, tariffs)
    if starts and len(tariffs) == len(starts):
        return _paired((0, *starts), (tariffs[-1], *tariffs))
    return _paired((0, *starts), tariffs)


def _paired(starts: tuple[int, ...], tariffs: tuple[Band, ...]) -> Slices:
    lacking = (Band.T1,) * max(0, len(starts) - len(tariffs))
    return tuple(zip(starts, (*tariffs, *lacking), strict=False))


def _starts(times: str) -> tuple[int, ...] | None:
    if len(times) != TIMES or not (times.isascii() and times.isdigit()):
        return None
    every = [times[at : at + 4] for at in range(0, TIMES, 4)]
    used = every.index(_NONE) if _NONE in every else len(every)
    minutes = [int(one[:2]) * HOUR_MIN + int(one[2:]) for one in every[:used]]
    ascends = all(before < after for before, after in pairwise(minutes))
    on_the_clock = all(int(one[2:]) < HOUR_MIN for one in every[:used])
    ends = all(one == _NONE for one in every[used:])
    whole = ascends and on_the_clock and ends and all(minute < DAY_MIN for minute in minutes)
    return tuple(minutes) if whole else None


def _tariffs(digits: str) -> tuple[Band, ...] | None:
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    used = digits.rstrip("0")
    return tuple(Band(int(one)) for one in used) if used and set(used) <= set("1234") else None
