"""Which of these rows held on that day?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A rule in force `[since, until)`, and the text it comes from; a page can name that text."""

    since: date
    until: date | None = None
    source: str

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


Row = TypeVar("Row", bound=Dated)


def in_force(rows: Iterable[Row], day: date) -> list[Row]:
    """All rows in force on that day, in the order given."""
    return [row for row in rows if row.holds_on(day)]
