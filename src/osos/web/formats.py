"""How does a reader of this language write a number, a time, a sum of money?

Turkish: 23.803,5 kWh · %13,2 · ₺128.450,50 · 21.11.2026 22:45 · the week starts on Monday.
English: 23,803.5 kWh · 13.2% · ₺128,450.50 · 21 Nov 2026 22:45.
What is not known is an en dash, never a zero.
"""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache

from babel.dates import format_date

from osos.quantities import to_local

UNKNOWN = "–"
LOCALES = {"tr": "tr", "en": "en_GB"}  # Babel's: its plain `en` writes days as America does
MINUS = "−"  # U+2212, as wide as the digits
Number = int | float | Decimal
_MARKS = {"tr": str.maketrans(",.-", f".,{MINUS}"), "en": str.maketrans("-", MINUS)}
_DAY = {"tr": "dd.MM.yyyy", "en": "d MMM yyyy"}
_LONG_DAY = {"tr": "d MMMM yyyy EEEE", "en": "EEEE d MMMM yyyy"}
_NEAR_DAY = {"tr": "d MMMM EEEE", "en": "EEEE d MMMM"}
_WEEKDAYS = {
    "tr": ("Pt", "Sa", "Ça", "Pe", "Cu", "Ct", "Pz"),
    "en": ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"),
}
_UNITS = {
    "tr": {"s": "sn", "min": "dk", "h": "sa", "d": "gün"},
    "en": {"s": "s", "min": "min", "h": "h", "d": "d"},
}


class Formats:
    """The same facts written for one language; templates have it as `f`."""

    __slots__ = ("language",)

    def __init__(self, language: str) -> None:
        self.language = language

    def number(self, value: Number | None, digits: int = 0) -> str:
        """Grouped by threes; halves round away from zero, as on a bill."""
        if value is None:
            return UNKNOWN
        exact = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
        rounded = exact.quantize(_last(digits), ROUND_HALF_UP)
        rounded = rounded if rounded else abs(rounded)  # no −0
        return f"{rounded:,f}".translate(_MARKS[self.language])

    def _with_unit(self, value: Number | None, unit: str, digits: int) -> str:
        return UNKNOWN if value is None else f"{self.number(value, digits)} {unit}"  # no-break space

    def kwh(self, wh: int | None, digits: int = 1) -> str:
        return self._with_unit(_thousandth(wh), "kWh", digits)

    def mwh(self, wh: int | None, digits: int = 1) -> str:
        return self._with_unit(_thousandth(wh, 6), "MWh", digits)

    def kvarh(self, varh: int | None, digits: int = 1) -> str:
        return self._with_unit(_thousandth(varh), "kVArh", digits)

    def kw(self, w: int | None, digits: int = 1) -> str:
        return self._with_unit(_thousandth(w), "kW", digits)

    def kvar(self, var: int | None, digits: int = 1) -> str:
        return self._with_unit(_thousandth(var), "kVAr", digits)

    def thousandths(self, value: int | None, digits: int = 1) -> str:
        """A number in kilo- of what is counted (Wh → kWh), where the unit stands in the table's head."""
        return self.number(_thousandth(value), digits)

    def unit(self, value: Number | None, unit: str, digits: int = 0) -> str:
        return self._with_unit(value, unit, digits)

    def percent(self, share: Number | None, digits: int = 1) -> str:
        """A share (0.132) as %13,2; Turkish has the sign in front."""
        if share is None:
            return UNKNOWN
        exact = (Decimal(str(share)) if isinstance(share, float) else Decimal(share)) * 100
        text = self.number(exact, digits)
        if self.language == "en":
            return f"{text}%"
        return f"{MINUS}%{text[1:]}" if text.startswith(MINUS) else f"%{text}"

    def money(self, lira: Decimal | None, digits: int = 2) -> str:
        if lira is None:
            return UNKNOWN
        text = self.number(lira, digits)
        return f"{MINUS}₺{text[1:]}" if text.startswith(MINUS) else f"₺{text}"

    def day(self, day: date | datetime | None) -> str:
        return self._date(day, _DAY[self.language])

    def long_day(self, day: date | datetime | None) -> str:
        """21 Kasım 2026 Cumartesi."""
        return self._date(day, _LONG_DAY[self.language])

    def near_day(self, day: date | datetime | None) -> str:
        """21 Kasım Cumartesi: the year is plain from the page."""
        return self._date(day, _NEAR_DAY[self.language])

    def month(self, day: date | datetime | None) -> str:
        return self._date(day, "LLLL yyyy")

    def month_name(self, day: date | datetime | None) -> str:
        return self._date(day, "LLLL")

    def short_month(self, day: date | datetime | None) -> str:
        return self._date(day, "LLL")

    def weekday(self, day: date | datetime | None) -> str:
        """Two letters: Pt, Sa, Ça …"""
        if day is None:
            return UNKNOWN
        local = to_local(day) if isinstance(day, datetime) else day
        return _WEEKDAYS[self.language][local.weekday()]

    def clock(self, instant: datetime | None) -> str:
        """22:45 of the wall clock in Turkey."""
        if instant is None:
            return UNKNOWN
        local = to_local(instant)
        return f"{local.hour:02d}:{local.minute:02d}"

    def when(self, instant: datetime | None) -> str:
        """21.11.2026 22:45."""
        return UNKNOWN if instant is None else f"{self.day(instant)} {self.clock(instant)}"

    def when_to_the_second(self, instant: datetime | None) -> str:
        return UNKNOWN if instant is None else f"{self.day(instant)} {to_local(instant):%H:%M:%S}"

    def days(self, first: date, last: date) -> str:
        """1–21 Kasım 2026: whole days, the last one included."""
        if (first.year, first.month) == (last.year, last.month):
            span = f"{first.day}–{last.day}" if first != last else f"{first.day}"
            return f"{span} {self.month(last)}"
        return f"{self._date(first, 'd MMM yyyy')} – {self._date(last, 'd MMM yyyy')}"

    def span(self, length: timedelta | None) -> str:
        """How long, in the two largest units: 15 dk, 2 sa 30 dk, 3 gün 4 sa."""
        if length is None:
            return UNKNOWN
        units, parts = _UNITS[self.language], []
        left = int(abs(length).total_seconds())
        for unit, seconds in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
            count, left = divmod(left, seconds)
            if count:
                parts.append(f"{count} {units[unit]}")
        return " ".join(parts[:2]) or f"0 {units['s']}"

    def _date(self, day: date | datetime | None, pattern: str) -> str:
        if day is None:
            return UNKNOWN
        local = to_local(day).date() if isinstance(day, datetime) else day
        return _written(local, pattern, self.language)


@cache
def _last(digits: int) -> Decimal:
    """The last digit that is written: 0.001 for three."""
    return Decimal(1).scaleb(-digits)


@lru_cache(
    8192
)  # Babel reads its pattern anew each time; a page says a day many times, and all pages the same
def _written(day: date, pattern: str, language: str) -> str:
    return format_date(day, pattern, locale=LOCALES[language])


def _thousandth(value: int | None, power: int = 3) -> Decimal | None:
    return None if value is None else Decimal(value).scaleb(-power)
