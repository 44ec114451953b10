"""What is one point of an accuracy test, and what is measured there?"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Quantity = Literal["active", "inductive", "capacitive"]
Asked = Literal["error", "starts", "still"]  # how far off; does it start; does it stand still without load

NOMINAL_CHZ = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What lies on the terminals, one value a phase, and which energy is looked at."""

    number: int  # 1 is the first of its procedure
    quantity: Quantity
    volts_dv: tuple[int, ...]
    amps_ma: tuple[int, ...]
    degrees: tuple[int, ...]  # current behind its own voltage, before a reversal; below 0 leads
    reversed_current: tuple[bool, ...]
    wrong_order: bool = False  # phase-sequence fault
    frequency_chz: int = NOMINAL_CHZ
    asked: Asked = "error"
    register: str = ""  # the code read before and after, in the register tests
    hour: int = 12  # local, at which a register test begins
    why: str = ""  # the condition in words

    @property
    def loaded(self) -> int:
        """How many phases carry energy."""
        return sum(bool(volts and amps) for volts, amps in zip(self.volts_dv, self.amps_ma, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One procedure done once; EK4-a is done twice, without a field and in one."""

    id: str  # EK4-a
    name: str  # X/5--Aktif(…)-Cycle, or DB--…
    field_mt: int
    points: tuple[Point, ...]

    @property
    def title(self) -> str:
        """Of its page in the workbook."""
        return f"{self.id} {self.field_mt} mT" if self.field_mt else self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What came out of a point; where it is asked whether the meter moves, its impulses are counted."""

    error_percent: Decimal | None = None
    impulses: int | None = None


Measurements = Mapping[tuple[str, int], Measured]  # by the sheet's title and the point's number
