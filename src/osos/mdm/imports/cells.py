"""Which moment, which whole number does a cell say?"""

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Literal

from osos.mdm.labels import EPOCH, PERIODS_MIN
from osos.quantities import TURKIYE

DecimalSign = Literal["auto", "point", ",", "."]  # point: a point is before decimals, never between thousands
FIXED_SINCE = datetime(2016, 9, 8, tzinfo=TURKIYE)  # summer time all year, council of ministers 2016/9154
_TURKISH = re.compile(
    r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})[ T]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?", re.ASCII
)
_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.0+)?)?\s*(Z|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE | re.ASCII,
)
_NUMBER = re.compile(r"[+-]?[\d.,\u00a0' ]*\d", re.ASCII)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")  # 1.234 may be 1234; 0.125 and 123456.789 may not


class BadCell(ValueError):
    """A key of LINE_WORDS, with the facts of the cell."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


def label_of(text: str, *, wall: bool) -> int:
    """Minutes since 2000-01-01 00:00 at +03:00; 24:00 is the next day's 00:00.

    `wall`: a meter's own label, taken as printed. Else it is an instant, and before 2016 it must say which.

    >>> label_of("01.01.2000 00:15", wall=True), label_of("2000-01-01T24:00", wall=True)
    (15, 1440)
    """
    found = _ISO.fullmatch(text.strip())
    turkish = None if found else _TURKISH.fullmatch(text.strip())
    if found is None and turkish is None:
        raise BadCell("no time", text=text)
    year, month, day, hour, minute, second = (
        (int(found[n] or 0) for n in range(1, 7))
        if found
        else (int(turkish[n] or 0) for n in (3, 2, 1, 4, 5, 6))  # type: ignore[index]  # one of the two
    )
    return _label(text, (year, month, day, hour, minute, second), found[7] if found else None, wall=wall)


def _label(text: str, parts: tuple[int, ...], offset: str | None, *, wall: bool) -> int:
    year, month, day, hour, minute, second = parts
    if year < 2000:
        raise BadCell("too old", text=text)
    next_day = (hour, minute, second) == (24, 0, 0)
    try:
        moment = datetime(year, month, day, 0 if next_day else hour, minute, second, tzinfo=TURKIYE)
    except ValueError:
        raise BadCell("no such day", text=text) from None
    if offset and not wall:
        moment = moment.replace(tzinfo=_zone(text, offset))
    elif not wall and moment < FIXED_SINCE:
        raise BadCell("which clock", text=text)
    label, rest = divmod(moment + timedelta(days=next_day) - EPOCH, timedelta(minutes=1))
    if rest or label % PERIODS_MIN[0]:
        raise BadCell("off the grid", text=text)
    if label < 0:
        raise BadCell("too old", text=text)
    return label


def _zone(text: str, offset: str) -> timezone:
    if offset.upper() == "Z":
        return UTC
    hours, minutes = int(offset[1:3]), int(offset[-2:])
    if hours > 14 or minutes > 59:
        raise BadCell("no time", text=text)
    found = timedelta(hours=hours, minutes=minutes)
    return timezone(-found if offset[0] == "-" else found)


def whole_of(text: str, *, power: int, decimal: DecimalSign, column: str, unit: str, digits: int) -> int:
    """The number times 10^power, exactly; a comma or a point before the decimals.

    >>> whole_of("1.234,5", power=3, decimal="auto", column="1.8.0", unit="Wh", digits=3)
    1234500
    """
    cell = text.strip()
    if _NUMBER.fullmatch(cell) is None:
        raise BadCell("no number", text=text, column=column)
    if cell.startswith("-"):
        raise BadCell("negative", text=text, column=column)
    plain = _plain(cell.lstrip("+").translate(_BLANKS), decimal)
    if plain is None:
        raise BadCell("which number", text=text, column=column)
    before, _, after = plain.partition(".")
    if not before.isdigit() or (after and not after.isdigit()):
        raise BadCell("no number", text=text, column=column)
    if len(before) > 12:
        raise BadCell("too much", text=text, column=column)
    number = Decimal(plain).scaleb(power)
    if number != int(number):
        raise BadCell("too fine", text=text, column=column, unit=unit, digits=digits)
    return int(number)


_BLANKS = str.maketrans("", "", "\u00a0' ")


def _plain(cell: str, decimal: DecimalSign) -> str | None:
    """With a point before the decimals and nothing between thousands; None where that cannot be told."""
    sign = decimal if decimal != "point" else "," if "," in cell else "."
    if sign == "auto":
        if "," in cell and "." in cell:
            sign = "," if cell.rindex(",") > cell.rindex(".") else "."
        elif cell.count(",") > 1 or _THOUSANDS.fullmatch(cell):
            return None
        else:
            sign = "," if "," in cell else "."
    other = "." if sign == "," else ","
    return cell.replace(other, "").replace(sign, ".")
