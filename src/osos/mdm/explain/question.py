"""Which figure of which point and month is asked for?

A figure's name is dotted; what stands behind `@` says which one of its kind: `ratio.inductive@12`, the ratio
at the end of the twelfth day.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import Connection

from osos.mdm.canonical import Channel
from osos.mdm.explain.derivation import Derivation, Energy, Figure, Term
from osos.mdm.faces.points import SeenPoint
from osos.quantities import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A figure of a month; `given` holds what a reader told himself, such as prices."""

    conn: Connection
    seen: SeenPoint
    figure: str
    month: Interval
    now: datetime
    given: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.figure.partition("@")[0]

    @property
    def detail(self) -> str:
        return self.figure.partition("@")[2]

    @property
    def at_end(self) -> datetime:
        """Now, or the last moment of a month that is over."""
        return min(self.now, self.month.end - timedelta(seconds=1))

    def other(self, name: str) -> Figure:
        """Another figure of the same month."""
        return Figure(name=name, month=self.month)


Maker = Callable[[Question], Derivation | None]

UNITS = {Channel.A_PLUS: "Wh", Channel.A_MINUS: "Wh"}
NAMES = {
    Channel.A_PLUS: "active",
    Channel.A_MINUS: "exported",
    Channel.Q1: "inductive",
    Channel.Q4: "capacitive",
}


def energy(symbol: str, channel: Channel, wh: int, period: Interval, *, name: str = "") -> Term:
    """A sum of a register's advances, which leads to its chain."""
    return Term(
        symbol=symbol,
        name=name or NAMES.get(channel, "energy"),
        value=Decimal(wh),
        unit=UNITS.get(channel, "varh"),
        down=Energy(channel=channel, period=period),
    )
