"""Which days are like this one: same weekday, or a holiday like it?"""

from datetime import date
from functools import cache

import holidays

HOLIDAY, SUNDAY = 7, 6


def day_class(day: date) -> int:
    """0 Monday … 6 Sunday; 7 for a public holiday in Türkiye, whatever its weekday.

    >>> day_class(date(2026, 4, 23)), day_class(date(2026, 4, 24))
    (7, 4)
    """
    return HOLIDAY if day in _holidays(day.year) else day.weekday()


@cache
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("TR", years=year))
