"""Which instant is meant by a unit's clock text? (X-14: in the unit's own `timezone`)"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

TURKIYE_OFFSET = "+03:00"
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})")
_WALL = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})[ T](\d{1,2}):(\d{2})(?::(\d{2}))?")


def offset(text: str) -> timezone | None:
    """The fixed offset `+03:00`; None when the text is none."""
    found = _OFFSET.fullmatch(text.strip())
    if found is None or int(found[2]) > 14 or int(found[3]) > 59:
        return None
    length = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(length if found[1] == "+" else -length)


def instant(text: object, zone: tzinfo) -> datetime | None:
    """`yyyy-mm-dd hh:mm:ss` on the unit's wall, as UTC; None when the text is no such time."""
    found = _WALL.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(group or 0) for group in found.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def wall(moment: datetime, zone: tzinfo) -> str:
    """The instant as the unit's wall shows it: `yyyy-mm-dd hh:mm:ss`."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def meter_stamp(moment: datetime, zone: tzinfo) -> str:
    """The instant as a meter's query wants it: `yy-mm-dd,hh:mm` (X-25)."""
    return moment.astimezone(zone).strftime("%y-%m-%d,%H:%M")
