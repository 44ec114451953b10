"""Which meters are counted at and below a place on a day, and what is the place made of?

Below a feeder lie the main meters of its transformers and whoever hangs at the feeder itself. A transformer
without a main meter lets its own meters through, and brings its loss along. What feeds what is taken from the
day's start; meters that come or go within the day belong here for the slots in which they hung.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from osos.mdm.day_changes import QUARTERS
from osos.mdm.derive.balances import Flags
from osos.mdm.labels import NOMINAL_MIN, edge_of_day, instant_of_label
from osos.quantities import Interval
from osos.registry import HeldTerms, Member, Node, NodeTerms
from osos.registry.network import BELOW, MAIN

NOTHING_KNOWN = NodeTerms()
LOW, MEDIUM = "low", "medium"


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A meter counted below a place, and in which slots; `point_id` None: a main meter is lacking there."""

    point_id: int | None
    node_id: int  # where it hangs
    holds: Flags


@dataclass(slots=True)
class Topology:
    """All places, what held of them when, and who hangs where."""

    nodes: dict[int, Node]
    terms: dict[int, list[HeldTerms]] = field(default_factory=lambda: defaultdict(list))
    members: dict[int, list[Member]] = field(default_factory=lambda: defaultdict(list))
    _fed: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))  # ever, by what feeds them

    @classmethod
    def of(cls, nodes: Iterable[Node], terms: Iterable[HeldTerms], members: Iterable[Member]) -> "Topology":
        made = cls({one.node_id: one for one in nodes})
        for held in terms:
            made.terms[held.node_id].append(held)
            if held.terms.above_id is not None:
                made._fed[held.terms.above_id].add(held.node_id)
        for member in members:
            made.members[member.node_id].append(member)
        return made

    def terms_at(self, node_id: int, at: datetime) -> NodeTerms:
        held = (one for one in self.terms.get(node_id, ()) if one.since <= at)
        return next((one.terms for one in held if one.until is None or at < one.until), NOTHING_KNOWN)

    def children(self, node_id: int, at: datetime) -> list[int]:
        """What this place feeds at that moment."""
        ever = sorted(self._fed.get(node_id, ()))
        return [one for one in ever if self.terms_at(one, at).above_id == node_id]

    def below(self, node_id: int) -> set[int]:
        """Every place that ever lay below this one, itself too."""
        found, wanted = {node_id}, [node_id]
        while wanted:
            more = self._fed.get(wanted.pop(), set()) - found
            found |= more
            wanted += more
        return found

    def mains(self, node_id: int, day: int) -> list[Entry]:
        return list(self._entries(node_id, MAIN, day))

    def counted_below(self, node_id: int, day: int) -> list[Entry]:
        """Own meters below, and of each place fed: its main meters, or what lies below it."""
        found = list(self._entries(node_id, BELOW, day))
        for child in self.children(node_id, day_span(day).start):
            mains = self.mains(child, day)
            if not mains:
                found += self.counted_below(child, day)
                continue
            found += mains
            lacking = ~np.any([one.holds for one in mains], axis=0)
            if lacking.any():
                found.append(Entry(None, child, lacking))
        return found

    def _entries(self, node_id: int, role: str, day: int) -> Iterator[Entry]:
        for member in self.members.get(node_id, ()):
            if member.role == role:
                holds = slots_held(member.since, member.until, day)
                if holds.any():
                    yield Entry(member.point_id, node_id, holds)


def day_span(day: int) -> Interval:
    return Interval(instant_of_label(edge_of_day(day)), instant_of_label(edge_of_day(day + 1)))


def span_of(days: Sequence[int]) -> Interval:
    """From the first day's beginning to the last one's end."""
    return Interval(day_span(min(days)).start, day_span(max(days)).end)


def slots_held(since: datetime, until: datetime | None, day: int) -> Flags:
    """The quarter hours of the day that lie wholly within."""
    start = day_span(day).start
    places = np.arange(QUARTERS)
    into = (since - start).total_seconds() / 60 / NOMINAL_MIN
    held: Flags = places >= into
    if until is not None:
        held &= places + 1 <= (until - start).total_seconds() / 60 / NOMINAL_MIN
    return held
