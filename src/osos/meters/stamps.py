"""Which instant does a stamp of a meter name?"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from osos.quantities import to_utc

# Groups in any order: older meters print the time before the date.
_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?P<yy>\d\d)-(?P<mm>\d\d)-(?P<dd>\d\d)[, ](?P<h>\d\d):(?P<m>\d\d)(?::(?P<s>\d\d))?",
        r"(?P<h>\d\d):(?P<m>\d\d)(?::(?P<s>\d\d))?,(?P<yy>\d\d)-(?P<mm>\d\d)-(?P<dd>\d\d)",
        # VDEW ZST10 … ZST13: an odd number of digits begins with the season.
        r"(?P<season>\d)?(?P<yy>\d\d)(?P<mm>\d\d)(?P<dd>\d\d)(?P<h>\d\d)(?P<m>\d\d)(?P<s>\d\d)?",
    )
)
_NO_TIME = re.compile(r"[0\D]+|[9\D]+|00-00-00.*|99-99-99.*")  # zeros and nines stand for "none" (M-173)

_SEASON = re.compile(r"(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)([WS]?)")
_NEVER = re.compile(r"(?:0{12}|700101\d{6})[WS]?")  # the first second of a computer's clock: never read


@lru_cache(1024)
def is_no_time(text: str) -> bool:
    """Zeros or nines: the meter says that there is no such time."""
    return _NO_TIME.fullmatch(text.strip()) is not None


@lru_cache(8192)  # the same month ends stand behind every register
def stamp_time(text: str) -> datetime | None:
    """The wall clock at +03:00 as an instant in UTC; None: no time at all, or none that exists.

    >>> stamp_time("17-06-30,13:30").isoformat()
    '2017-06-30T10:30:00+00:00'
    >>> stamp_time("00-00-00,00:00") is None
    True
    """
    bare = text.strip()
    if is_no_time(bare):
        return None
    for form in _FORMS:
        found = form.fullmatch(bare)
        if found:
            part = {name: int(digits) for name, digits in found.groupdict("0").items()}
            return _instant(part)
    return None


def _instant(part: dict[str, int]) -> datetime | None:
    year, month, day = 2000 + part["yy"], part["mm"], part["dd"]
    try:
        return to_utc(datetime(year, month, day, part["h"], part["m"], part["s"]))  # noqa: DTZ001  # a wall clock
    except ValueError:  # 31 February, 25:00: the meter's clock had no such time
        return None


def is_season_stamp(text: str, *, bare: bool = False) -> bool:
    """`YYMMDDhhmmssW` or `…S` of a P1 port; `bare`: the letter may be missing (DSMR 2 and 3)."""
    found = _SEASON.fullmatch(text)
    return found is not None and (bare or found[7] != "")


def never(text: str) -> bool:
    """The stamp of a value that was never taken."""
    return _NEVER.fullmatch(text) is not None


def season_time(text: str) -> datetime | None:
    """A stamp of a P1 port as an instant in UTC: W is winter time at +01:00, S summer time at +02:00.

    None: never, or no time that exists. The standard says not which country's time it is; all known P1 ports
    but the Baltic ones keep Central European Time (**chosen**).

    >>> season_time("180924132132S").isoformat()
    '2018-09-24T11:21:32+00:00'
    """
    found = _SEASON.fullmatch(text)
    if found is None or never(text):
        return None
    year, month, day, hour, minute, second = (int(digits) for digits in found.groups()[:6])
    try:
        wall = datetime(2000 + year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return wall - timedelta(hours=2 if found[7] == "S" or (not found[7] and _is_summer(wall)) else 1)


def _is_summer(wall: datetime) -> bool:
    """The European rule, for stamps without a season: last Sundays of March and October."""
    begin, end = (_last_sunday(wall.year, month) for month in (3, 10))
    return begin + timedelta(hours=2) <= wall < end + timedelta(hours=3)


def _last_sunday(year: int, month: int) -> datetime:
    last = datetime(year, month, 31, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() + 1) % 7)
