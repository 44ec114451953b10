"""What meter is on the bench, as its maker says? (T-1, T-5)"""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["1p", "3p", "combi"]
Ways = Literal[1, 2]
Connection = Literal["direct", "X/5", "X/1"]
Voltage = Literal["230/400", "57.7/100", "multi"]
OPTIONS = frozenset({"relay", "rs485", "external-supply"})

TESTED, SHELF, SHELF_2 = "tested", "shelf", "shelf-2"  # the form's samples 1, 2 and 3 (T-4)
SHELF_3 = "shelf-3"  # one more, asked for where three covers are to be opened for the first time (KK-15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One of the meters handed in, with the password it came with."""

    name: str
    address: str  # FLAG and serial
    password: str

    @property
    def serial(self) -> str:
        return self.address[3:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """The head of the form: what decides which checks apply, and what is only printed."""

    kind: Kind
    ways: Ways = 1
    connection: Connection = "direct"
    voltage: Voltage = "230/400"
    options: frozenset[str] = frozenset({"rs485"})
    samples: tuple[Sample, ...] = ()
    head: dict[str, str] = field(default_factory=dict)  # firm, make, model, ratings: printed, never judged

    def __post_init__(self) -> None:
        if unknown := self.options - OPTIONS:
            raise ValueError(f"no such option: {', '.join(sorted(unknown))}")
        if self.kind != "combi" and self.voltage != "230/400":
            raise ValueError(f"a {self.kind} meter has no voltage {self.voltage} (table 1 of the procedure)")
        if self.kind == "1p" and self.connection != "direct":
            raise ValueError("a 1p meter is direct-connected (table 1 of the procedure)")

    @property
    def phases(self) -> int:
        return 1 if self.kind == "1p" else 3

    @property
    def nominal_dv(self) -> int:
        """Nominal voltage in 0.1 V."""
        return 577 if self.voltage == "57.7/100" else 2300

    @property
    def basic_ma(self) -> int:
        """Basic current In in mA (M-2)."""
        return 1000 if self.connection == "X/1" else 5000

    @property
    def has_rs485(self) -> bool:
        return "rs485" in self.options

    def sample(self, name: str) -> Sample | None:
        """None: the maker handed in no such sample."""
        return next((one for one in self.samples if one.name == name), None)

    def describe(self) -> str:
        shown = ", ".join(sorted(self.options)) or "no options"
        return f"{self.kind}, {self.ways}-way, {self.connection}, {self.voltage} V, {shown}"
