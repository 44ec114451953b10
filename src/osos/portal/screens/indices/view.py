"""Which registers, which moments, which differences?

A difference is of one meter. Where the meter was exchanged between two moments there is a break with both
serials instead of a number: two registers of two meters have no difference.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from osos.mdm.faces import MonthEndRow, MonthEnds, RegisterRow
from osos.portal.registers import in_order
from osos.quantities import DeviceId, Quality

_RATES = ("1", "2", "3", "4")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A month end or the latest reading: one column."""

    at: datetime
    meter: DeviceId
    is_latest: bool
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """One register at one moment, in thousandths of the unit shown."""

    value: int
    told: (
        RegisterRow | None
    )  # None: added up of its tariff registers, the meter keeps no total of that moment
    quality: Quality

    @property
    def added_up(self) -> bool:
        return self.told is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What one register advanced between two moments, before and after the multiplier."""

    difference: int
    multiplied: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One code through all moments; `uses` are between each moment and the next."""

    code: str
    unit: str
    registers: tuple[Register | None, ...]
    uses: tuple[Use | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicesView:
    """Moments in the order of time."""

    moments: tuple[Moment, ...]
    lines: tuple[Line, ...]

    @property
    def exchanged(self) -> tuple[bool, ...]:
        """Between each moment and the next: is it another meter?"""
        pairs = zip(self.moments, self.moments[1:], strict=False)
        return tuple(before.meter != after.meter for before, after in pairs)


def indices_view(found: MonthEnds) -> IndicesView:
    """Energy registers of the month ends and the latest reading, the oldest first."""
    ends = tuple(sorted(found.ends, key=lambda end: end.at))
    at_each = [_registers(end.rows) for end in ends]
    codes = sorted({code for registers in at_each for code in registers}, key=in_order)
    return IndicesView(
        moments=tuple(_moment(end) for end in ends),
        lines=tuple(_line(code, ends, at_each) for code in codes),
    )


def _moment(end: MonthEndRow) -> Moment:
    received = max(row.received_at for row in end.rows.values())
    return Moment(at=end.at, meter=end.meter, is_latest=end.is_latest, received_at=received)


def _registers(rows: Mapping[str, RegisterRow]) -> dict[str, Register]:
    """Energies alone, with totals added up from tariffs where the meter keeps none (M-75)."""
    found = {
        code: Register(value=int(row.value), told=row, quality=row.quality)
        for code, row in rows.items()
        if ".8." in code and row.base_unit in {"Wh", "varh"}
    }
    for kind in ("1", "2"):
        total, rates = f"{kind}.8.0", [f"{kind}.8.{rate}" for rate in _RATES]
        if total not in found and all(rate in found for rate in rates):
            worst = max((found[rate].quality for rate in rates), key=lambda quality: quality.mark)
            value = sum(found[rate].value for rate in rates)
            found[total] = Register(value=value, told=None, quality=worst)
    return found


def _line(code: str, ends: Sequence[MonthEndRow], at_each: Sequence[Mapping[str, Register]]) -> Line:
    registers = tuple(each.get(code) for each in at_each)
    unit = "kWh" if code[0] in "12" else "kVArh"
    pairs = zip(ends, ends[1:], registers, registers[1:], strict=False)
    return Line(code=code, unit=unit, registers=registers, uses=tuple(_use(*pair) for pair in pairs))


def _use(
    before: MonthEndRow, after: MonthEndRow, first: Register | None, last: Register | None
) -> Use | None:
    if first is None or last is None or before.meter != after.meter or last.value < first.value:
        return None
    difference = last.value - first.value
    multipliers = {row.multiplier for end in (before, after) for row in end.rows.values()}
    if len(multipliers) != 1:
        return None  # the transformers were changed in between: no one multiplier holds
    return Use(difference=difference, multiplied=difference * multipliers.pop())
