"""Which figures does a month have, and what keeps it from being like a bill (S-10)?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from osos.mdm.canonical import Channel
from osos.mdm.faces import Demand, MonthDemands, Series
from osos.portal.screens.indices.view import IndicesView, Register
from osos.portal.times import instant, known
from osos.quantities import Interval, Quality
from osos.registry import Installation

ENERGIES = (Channel.A_PLUS, Channel.A_MINUS, Channel.Q1, Channel.Q4)
RATES = ("1.8.1", "1.8.2", "1.8.3", "1.8.4")


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthRow:
    """One month: energies of the profile, tariffs of the registers, maxima of the meter."""

    month: Interval
    is_over: bool
    wh: Mapping[Channel, int]
    rates: Mapping[str, int | None]  # by 1.8.1 … 1.8.4, primary Wh; None: no registers at both ends
    demand: Demand | None
    demand_export: Demand | None
    over_contract_w: int | None
    load_factor: Decimal | None
    missing_share: float
    quality: Quality
    known_since: datetime | None
    changed: tuple[Installation, ...]  # meters or multipliers that came within the month
    clock: bool  # a register at one of its ends rests on a clock that was off, or on the calendar
    rounded_wh: int | None  # by so much the month-end registers differ from the profile: their last digits

    @property
    def is_known(self) -> bool:
        return self.missing_share < 1


def month_rows(
    series: Series,
    demands: Sequence[MonthDemands],
    indices: IndicesView,
    installations: Sequence[Installation],
) -> tuple[MonthRow, ...]:
    """The latest first; months before the point was in sight have no row."""
    by_start = {one.month.start: one for one in demands}
    rows = []
    for n in reversed(range(len(series))):
        month = by_start.get(instant(series.starts[n]))
        if month is None:
            continue
        due = max(1, int(series.due_minutes[n]))
        rows.append(
            MonthRow(
                month=month.month,
                is_over=month.is_over,
                wh={c: int(series.of(c)[n]) for c in ENERGIES if c in series.channels},
                rates=_rates(indices, month.month),
                demand=month.maxima.get("1.6.0"),
                demand_export=month.maxima.get("2.6.0"),
                over_contract_w=month.over_contract_w,
                load_factor=month.load_factor,
                missing_share=int(series.minutes[Quality.MISSING][n]) / due,
                quality=Quality.of_mark(int(series.marks[n])),
                known_since=known(series.known_since[n]),
                changed=tuple(
                    one
                    for one in installations[1:]
                    if one.since in month.month and one.since > month.month.start
                ),
                clock=rests_on_a_wrong_clock(indices, month.month),
                rounded_wh=rounded_by(indices, month.month, whole_wh(series, n)),
            )
        )
    return tuple(rows)


def rests_on_a_wrong_clock(indices: IndicesView, month: Interval) -> bool:
    """S-10: what was read by a wrong clock is suspect, as is a month end that only the calendar tells."""
    ends = [n for n, one in enumerate(indices.moments) if one.at in {month.start, month.end}]
    registers = (line.registers[n] for line in indices.lines for n in ends)
    return any(one is not None and one.quality is Quality.SUSPECT for one in registers)


def whole_wh(series: Series, n: int) -> int | None:
    """What was imported in the n-th month; None where a part of it is not known."""
    if Channel.A_PLUS not in series.channels or series.minutes[Quality.MISSING][n]:
        return None
    return int(series.of(Channel.A_PLUS)[n])


def rounded_by(indices: IndicesView, month: Interval, wh: int | None) -> int | None:
    """S-10: how much the month ends' last digits cut off; None where nothing, or more than digits explain.

    A meter may keep its month ends with fewer decimals than its profile, or T1…T4 in place of their total.
    """
    line = next((one for one in indices.lines if one.code == "1.8.0"), None)
    if line is None or wh is None:
        return None
    for place, (before, after) in enumerate(zip(indices.moments, indices.moments[1:], strict=False)):
        use = line.uses[place]
        if (before.at, after.at) == (month.start, month.end) and not after.is_latest and use is not None:
            digits = [_last_digit(register) for register in line.registers[place : place + 2]]
            times = use.multiplied / use.difference if use.difference else Decimal(1)
            differs = int(use.multiplied) - wh
            return differs if 0 < abs(differs) <= sum(digits) * times else None
    return None


def _last_digit(register: Register | None) -> Decimal:
    """Wh that the last digit shown is worth; a sum of four tariffs has four of them."""
    if register is None:
        return Decimal(0)
    return Decimal(len(RATES)) if register.told is None else Decimal(10) ** register.told.scale


def _rates(indices: IndicesView, month: Interval) -> Mapping[str, int | None]:
    """What the tariff registers advanced from the month's start to its end, or to the latest reading."""
    found: dict[str, int | None] = dict.fromkeys(RATES)
    for place, (before, after) in enumerate(zip(indices.moments, indices.moments[1:], strict=False)):
        starts = before.at == month.start and not before.is_latest
        ends = after.at == month.end or (after.is_latest and after.at in month)
        if not (starts and ends):
            continue
        for line in indices.lines:
            use = line.uses[place]
            if line.code in found and use is not None:
                found[line.code] = int(use.multiplied)
    return found
