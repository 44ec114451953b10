"""Which instant does a stamp of a meter name?"""

import re
from datetime import datetime

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


def is_no_time(text: str) -> bool:
    """Zeros or nines: the meter says that there is no such time."""
    return _NO_TIME.fullmatch(text.strip()) is not None


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
