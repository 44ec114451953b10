"""Who looks, and which part of a metering point's time may he see?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from osos.quantities import Interval

ALL_TIME = Interval(datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))


class ViewerKind(StrEnum):
    """The kinds of sign-in (*Giriş Tipi*, P-1), and staff."""

    SUBSCRIBER = "subscriber"  # Abone
    CORPORATE = "corporate"  # Kurumsal
    SUPPLIER = "supplier"  # Tedarikçi
    STAFF = "staff"


class Role(StrEnum):
    """What staff are for (P-25)."""

    OPERATOR = "operator"
    FIELD = "field"
    SETTLEMENT = "settlement"
    LAB = "lab"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """The one who asks; every query of a face takes him."""

    account: str  # the account's public id
    kind: ViewerKind
    party: int | None = None  # the registry's customer or supplier he acts for; staff act for none
    roles: frozenset[Role] = frozenset()
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A party and the time in which the point was its own: a contract, a place in a portfolio."""

    party: int
    period: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class PointFacts:
    """What decides who may see a metering point."""

    customers: tuple[Held, ...] = ()
    suppliers: tuple[Held, ...] = ()


def sight(viewer: Viewer, facts: PointFacts) -> tuple[Interval, ...]:
    """The periods of the point this viewer may see, in order, merged; none: to him it does not exist.

    A supplier sees the time of his own portfolio and not a slot more (S-6); a customer that of his contract.
    """
    if viewer.kind is ViewerKind.STAFF:
        return (ALL_TIME,) if viewer.roles else ()
    held = facts.suppliers if viewer.kind is ViewerKind.SUPPLIER else facts.customers
    return merged(each.period for each in held if viewer.party is not None and each.party == viewer.party)


def merged(periods: Iterable[Interval]) -> tuple[Interval, ...]:
    """The same instants in as few periods as possible."""
    found: list[Interval] = []
    for period in sorted(periods, key=lambda each: each.start):
        if found and period.start <= found[-1].end:
            found[-1] = Interval(found[-1].start, max(found[-1].end, period.end))
        else:
            found.append(period)
    return tuple(found)
