"""Which values of a telegram are register readings, and of what moment?"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from osos.quantities import Quality, Reading, to_local, to_utc

# Energies x.8.y, demands x.6.y and instantaneous values x.7.y; 96.7.y are counts of interruptions.
_REGISTER = re.compile(r"(?:[1-9]|[1-8]\d|9[0-5])\.[678]\.\d+")
_MONTH_END = "0.1.2"
_STAMP = re.compile(r"(\d\d)-(\d\d)-(\d\d),(\d\d):(\d\d)")
PRESENT, KEPT_BY_METER = 0, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterReading:
    """One register at one time; `amount × 10**scale` of `base_unit`."""

    code: str
    history: int  # 0 present, 1 a row that the meter keeps of an earlier month end
    at: datetime
    time_from: str  # whose word `at` is: clock, month end, calendar, received
    text: str
    unit: str | None
    amount: int
    scale: int
    base_unit: str
    stamp: datetime | None  # of a demand: when it was reached
    row: int | None  # the n of *n
    quality: Quality


def register_readings(
    readings: Iterable[Reading], *, clock: datetime | None, read_at: datetime, quality: Quality
) -> tuple[tuple[RegisterReading, ...], list[str]]:
    """The registers of a telegram, and the codes whose month end had to be taken from the calendar.

    A row `*n` is of the month end that 0.1.2*n of the same telegram tells; a row never used prints zeros and
    is none (M-75).
    """
    all_of_them = list(readings)
    ends = {r.obis.history: _time_of(r) for r in all_of_them if r.obis.code == _MONTH_END and r.index == 0}
    stamps = {
        (r.obis.code, r.obis.history): r.time for r in all_of_them if r.time is not None and r.index <= 1
    }
    found: list[RegisterReading] = []
    by_calendar: list[str] = []
    for reading in all_of_them:
        if reading.index != 0 or reading.amount is None or not _REGISTER.fullmatch(reading.obis.code):
            continue
        history = reading.obis.history
        at, time_from = clock or read_at, "clock" if clock is not None else "received"
        if history is not None:
            end = ends.get(history)
            if end is None and reading.amount == 0:
                continue
            by_calendar += [str(reading.obis)] if end is None else []
            at, time_from = (end, "month end") if end else (_calendar(at, history), "calendar")
        found.append(
            RegisterReading(
                code=reading.obis.code,
                history=PRESENT if history is None else KEPT_BY_METER,
                at=at,
                time_from=time_from,
                text=reading.text,
                unit=reading.unit,
                amount=reading.amount,
                scale=reading.scale,
                base_unit=reading.base_unit or "",
                stamp=stamps.get((reading.obis.code, history)),
                row=history,
                quality=Quality.SUSPECT if time_from == "calendar" else quality,
            )
        )
    return tuple(found), by_calendar


def _time_of(reading: Reading) -> datetime | None:
    if reading.time is not None:
        return reading.time
    shown = _STAMP.fullmatch(reading.text.strip())
    if shown is None:
        return None
    year, month, day, hour, minute = (int(part) for part in shown.groups())
    try:
        return to_utc(datetime(2000 + year, month, day, hour, minute))  # noqa: DTZ001  # to_utc gives wall time its offset
    except ValueError:  # 00-00-00,00:00: never
        return None


def _calendar(at: datetime, rows_ago: int) -> datetime:
    """The n-th first of a month, 00:00 in Türkiye, before this moment."""
    local = to_local(at)
    months = local.year * 12 + local.month - 1 - (rows_ago - 1)
    return local.replace(
        year=months // 12, month=months % 12 + 1, day=1, hour=0, minute=0, second=0, microsecond=0
    ).astimezone(UTC)
