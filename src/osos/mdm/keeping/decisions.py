"""What was decided about slots of a day, and which of it holds?

A decision is a row that is never changed: an estimate, an edit by a person, an acceptance or a dismissal of
measured values, and later rows about earlier ones (a second person's look, an undoing, a lapse). What holds
follows from the rows in their order.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from osos.mdm.canonical import Channel
from osos.mdm.labels import Ints

SYSTEM = "osos"  # the actor of what nobody did by hand


class Kind(StrEnum):
    """What a row says; those of the second group are about an earlier row of the same day."""

    ESTIMATE = "estimate"
    EDIT = "edit"
    ACCEPT = "accept"  # these suspect values are right
    DISMISS = "dismiss"  # these values are not to be believed: the slots count as missing

    APPROVE = "approve"  # the second look
    REFUSE = "refuse"  # the second look said no
    UNDO = "undo"
    LAPSE = "lapse"  # what it rested on is no more so


VALUES = frozenset({Kind.ESTIMATE, Kind.EDIT, Kind.ACCEPT, Kind.DISMISS})
_ENDS = {Kind.UNDO: "undone", Kind.REFUSE: "refused", Kind.LAPSE: "lapsed"}


class State(StrEnum):
    """Where a decision stands."""

    PROPOSED = "proposed"  # waits for the second look
    IN_FORCE = "in force"
    UNDONE = "undone"
    REFUSED = "refused"
    LAPSED = "lapsed"


ALIVE = frozenset({State.PROPOSED, State.IN_FORCE})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Decision:
    """One row; `values` are secondary Wh or varh, a row a channel: new ones, or those that were judged."""

    point_id: int
    day: int
    number: int
    kind: Kind
    of_number: int | None = None
    root: tuple[int, int]  # (day, number) of the first row of what was decided at once
    first_slot: int
    until_slot: int
    period_min: int
    channels: tuple[Channel, ...]
    values: Ints  # (channels, slots)
    method: str | None = None
    method_version: int | None = None
    code: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    uncertainty_wh: int | None = None  # of A+ over the whole of what was decided at once
    reason: str = ""
    actor: str = SYSTEM
    moves_money: bool = False
    known_since: datetime

    @property
    def slots(self) -> slice:
        return slice(self.first_slot, self.until_slot)


def states(rows: Iterable[Decision]) -> dict[int, State]:
    """Where each decision of one point and day stands; an undoing that moves money waits for its look too."""
    found: dict[int, State] = {}
    undoings: dict[int, int] = {}  # number of the undoing → what it would undo
    for row in sorted(rows, key=lambda one: one.number):
        if row.kind in VALUES:
            found[row.number] = State.PROPOSED if row.moves_money else State.IN_FORCE
        elif row.kind is Kind.UNDO and row.moves_money and row.of_number is not None:
            undoings[row.number] = row.of_number
        elif row.of_number in undoings:
            undone = undoings.pop(row.of_number)
            if row.kind is Kind.APPROVE:
                found[undone] = _after(found[undone], Kind.UNDO)
        elif row.of_number in found:
            found[row.of_number] = _after(found[row.of_number], row.kind)
    return found


def waiting_undoings(rows: Iterable[Decision]) -> dict[int, int]:
    """Number of an undoing that waits for its second look → the decision it would undo."""
    known = list(rows)
    looked = {row.of_number for row in known if row.kind in {Kind.APPROVE, Kind.REFUSE}}
    return {
        row.number: row.of_number
        for row in known
        if row.kind is Kind.UNDO and row.moves_money and row.of_number and row.number not in looked
    }


def _after(before: State, act: Kind) -> State:
    if act is Kind.APPROVE:
        return State.IN_FORCE if before is State.PROPOSED else before
    if act is Kind.REFUSE and before is not State.PROPOSED:
        return before
    return State(_ENDS[act]) if before in ALIVE else before


def in_force(rows: Iterable[Decision]) -> list[Decision]:
    """The decisions that hold, in the order they were made."""
    return _standing(rows, {State.IN_FORCE})


def alive(rows: Iterable[Decision]) -> list[Decision]:
    """Those that hold, and those that would after a second look."""
    return _standing(rows, ALIVE)


def _standing(rows: Iterable[Decision], wanted: Container[State]) -> list[Decision]:
    known = sorted(rows, key=lambda one: one.number)
    where = states(known)
    return [row for row in known if row.number in where and where[row.number] in wanted]
