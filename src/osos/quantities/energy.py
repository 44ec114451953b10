"""How much energy is it, to the last Wh?"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Self

_THOUSAND = Decimal(1000)


@dataclass(frozen=True, slots=True, order=True)
class _Whole:
    """A whole number of one unit; sums and differences stay exact and of one kind."""

    units: int

    def __post_init__(self) -> None:
        if isinstance(self.units, bool) or not isinstance(self.units, int):
            raise TypeError(f"a ledger holds whole numbers, got {self.units!r}")

    @classmethod
    def _thousands(cls, text: str | int | Decimal) -> Self:
        try:
            units = Decimal(text) * _THOUSAND
        except InvalidOperation:
            raise ValueError(f"not a number: {text!r}") from None
        if not units.is_finite() or units != units.to_integral_value():
            raise ValueError(f"finer than the register's own resolution (0.001): {text!r}")
        return cls(int(units))

    def __add__(self, other: Self) -> Self:
        return type(self)(self.units + self._same(other))

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.units - self._same(other))

    def __mul__(self, times: int) -> Self:
        return type(self)(self.units * times)

    def _same(self, other: Self) -> int:
        if type(other) is not type(self):
            raise TypeError(f"{type(self).__name__} and {type(other).__name__} do not add")
        return other.units


@dataclass(frozen=True, slots=True, order=True)
class Energy(_Whole):
    """Active energy in whole Wh.

    >>> Energy.kwh("000123.456") - Energy.kwh(123)
    Energy(units=456)
    """

    @classmethod
    def wh(cls, units: int) -> Self:
        return cls(units)

    @classmethod
    def kwh(cls, text: str | int | Decimal) -> Self:
        return cls._thousands(text)


@dataclass(frozen=True, slots=True, order=True)
class ReactiveEnergy(_Whole):
    """Reactive energy in whole varh."""

    @classmethod
    def varh(cls, units: int) -> Self:
        return cls(units)

    @classmethod
    def kvarh(cls, text: str | int | Decimal) -> Self:
        return cls._thousands(text)
