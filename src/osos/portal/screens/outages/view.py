"""How many outages, how long, and how sure is each?

A stretch of which nothing was read is no outage, but nobody can say that there was none: it is told apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from osos.mdm.faces import Evidence, Outage

KNOWN = frozenset({Evidence.METER, Evidence.NO_ROWS})
LANES = ("long", "short", "unread")
HUES = {"long": "bad", "short": "warn", "unread": "ghost"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OutagesView:
    """In the order of time; `unread` are stretches nobody can speak about."""

    outages: tuple[Outage, ...]
    unread: tuple[Outage, ...]

    @property
    def long(self) -> tuple[Outage, ...]:
        return tuple(one for one in self.outages if one.is_long)

    @property
    def short(self) -> tuple[Outage, ...]:
        return tuple(one for one in self.outages if not one.is_long)

    @property
    def total(self) -> timedelta:
        return sum((one.period.length for one in self.outages), timedelta(0))


def outages_view(found: Sequence[Outage]) -> OutagesView:
    return OutagesView(
        outages=tuple(one for one in found if one.evidence in KNOWN),
        unread=tuple(one for one in found if one.evidence not in KNOWN),
    )


def lane_of(one: Outage) -> str:
    if one.evidence not in KNOWN:
        return "unread"
    return "long" if one.is_long else "short"
