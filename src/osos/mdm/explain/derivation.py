"""Of which numbers, by which formula, is a figure worked out that no meter shows; where is each from (D-34)?

A ratio, a charge, a loss, a forecast. Each number that goes in names its way down: an energy to its chain, a
reading to the message that told it, a fact to whoever told it, a limit to its law, another figure to its own
derivation. A face turns ways into addresses and names into words; nothing here knows of either.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from osos.mdm.canonical import Channel
from osos.quantities import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Energy:
    """The sum of a register's advances in a period, multiplied: its chain leads to the bytes."""

    channel: Channel
    period: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a register showed at an instant; `kept` names a month end in the meter's memory."""

    code: str
    at: datetime
    kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What somebody told of the point or the network: a size, a contract; `since` None: nobody said when."""

    name: str  # installed_kva, contract_kw, rated_kva, ohm …
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """A number that law, a standard or we have set, from a day on, and where that is written."""

    source: str
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Another figure of the same place, with a derivation of its own."""

    name: str
    month: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariffs:
    """T1 to T4 of a period: each from its registers, or from the hours of the meter's calendar."""

    period: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A number of the reader's own, such as a price: he told it himself."""

    name: str


Down = Energy | Reading | Fact | Law | Figure | Tariffs | Given


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One number of a formula: its letter, what it is, how much (None: nobody knows), and the way down."""

    symbol: str
    name: str
    value: Decimal | None
    unit: str = ""
    down: Down | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A day or a month that a figure was taken from: which, how much, and whether it was left out and why."""

    period: Interval
    value: Decimal | None
    unit: str
    down: Down | None = None
    kind: str = ""  # the type of the day; why it was left out
    parts: Mapping[str, Decimal] = field(default_factory=dict)  # by symbol, of `row_formula`; `weight`


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """How far the figure may be off, worked out of the same terms."""

    low: Decimal
    high: Decimal
    formula_low: str
    formula_high: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """A figure with everything it was made of; `result` is what the pages show, before they round it.

    A formula is plain arithmetic over symbols: `+ - * / ( )`, `max(a, b)`, `floor(x)`, `round(x)` to a
    whole unit, and `rows`, the sum of the rows' values. Whoever works it out arrives at the result.
    """

    figure: str
    period: Interval
    formula: str  # in the symbols of the terms
    terms: tuple[Term, ...]
    result: Decimal | None
    unit: str
    law: Law | None = None
    notes: tuple[str, ...] = ()  # what else decided: an exemption, a number that had to be supposed
    facts: Mapping[str, Decimal | date | str] = field(default_factory=dict)  # what the notes speak of
    rows: tuple[Row, ...] = ()
    row_formula: str = ""  # of each row's value, in the symbols of the terms and of its own parts
    band: Band | None = None
