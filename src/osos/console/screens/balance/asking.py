"""Which days and which price does the address ask for?"""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from osos.mdm.labels import day_number

MONTHS_OFFERED = 13
MOST_TL = Decimal(1000)  # a kWh; more is a slip of the finger
_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
_PRICE = re.compile(r"\d{1,4}(?:[.,]\d{1,6})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A month up to yesterday, what a kWh is worth (None: nobody has said), and a day of a place."""

    month: date
    days: range  # at least one
    price: Decimal | None
    price_text: str
    bad_price: bool
    day: int | None

    def tl(self, wh: int | None) -> Decimal | None:
        return None if self.price is None or wh is None else Decimal(wh) / 1000 * self.price


def asked_of(query: Mapping[str, str], *, today: date) -> Asked:
    """The present month unless another is named; on its first day the one before, which has days."""
    yesterday = today - timedelta(days=1)
    named = _MONTH.fullmatch(query.get("month", ""))
    month = date(int(named[1]), int(named[2]), 1) if named else yesterday.replace(day=1)
    month = min(month, yesterday.replace(day=1))
    last = min(yesterday, month.replace(day=monthrange(month.year, month.month)[1]))
    text = query.get("price", "").strip()[:20]
    price = _price(text)
    days = range(day_number(month), day_number(last) + 1)
    return Asked(
        month=month,
        days=days,
        price=price,
        price_text=text,
        bad_price=bool(text) and price is None,
        day=_day(query.get("day", ""), days),
    )


def months_before(today: date) -> list[date]:
    found = [(today - timedelta(days=1)).replace(day=1)]
    while len(found) < MONTHS_OFFERED:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found


def _price(text: str) -> Decimal | None:
    if _PRICE.fullmatch(text) is None:
        return None
    price = Decimal(text.replace(",", "."))
    return price if 0 < price <= MOST_TL else None


def _day(text: str, days: range) -> int | None:
    try:
        day = day_number(date.fromisoformat(text))
    except ValueError:
        return None
    return day if day in days else None
