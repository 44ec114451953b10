"""What held at a point, from when to when?"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(slots=True)
class Stretch:
    """What held for `[since, until)`."""

    since: datetime
    until: datetime | None
    value: Any


@dataclass(slots=True)
class History:
    """The stretches of one kind of fact at one point, in order, apart."""

    stretches: list[Stretch] = field(default_factory=list)
    touched: bool = False

    def __iter__(self) -> Iterator[Stretch]:
        return iter(self.stretches)

    def at(self, instant: datetime) -> Any:
        """What held then; None when nothing did."""
        held = self._stretch(instant)
        return None if held is None else held.value

    def later(self, instant: datetime) -> datetime | None:
        """When something else begins after that instant."""
        return next((one.since for one in self.stretches if one.since > instant), None)

    def put(self, since: datetime, value: Any) -> bool:
        """From `since` on this holds, None for nothing; False when it held already.

        The same start again is a correction, a later one ends what held. The caller sees to it that nothing
        begins `later`.
        """
        held = self._stretch(since)
        if (None if held is None else held.value) == value:
            return False
        if held is not None and held.since == since:
            self.stretches.remove(held)
        elif held is not None:
            held.until = since
        if value is not None:
            self.stretches.append(Stretch(since, None, value))
        self.touched = True
        return True

    def _stretch(self, instant: datetime) -> Stretch | None:
        begun = (one for one in self.stretches if one.since <= instant)
        return next((one for one in begun if one.until is None or instant < one.until), None)
