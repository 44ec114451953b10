"""How are the records between two labels had of a meter that knows its records by number only? (M-163)

Number 1 is the newest. A new record moves all numbers on by one while they are read: what comes twice is
taken once. A line that falls costs one record: the walk goes on where it was.
"""

import re
from collections.abc import Callable, Generator
from contextlib import suppress
from datetime import datetime

Ask = Callable[[int], bytes]  # the record of that number; nothing where none is
Steps = Generator[int, bytes, None]
_BACK = 8  # records
_LABEL = re.compile(rb"\(([0-9]{2}-[0-9]{2}-[0-9]{2},[0-9]{2}:[0-9]{2})\)")


def label_of(record: bytes) -> datetime | None:
    """Of a record, before anybody decodes it; the meter's wall clock."""
    found = _LABEL.search(record)
    try:
        return datetime.strptime(found[1].decode(), "%y-%m-%d,%H:%M") if found else None  # noqa: DTZ007  # a wall clock
    except ValueError:
        return None


class Walk:
    """Labels from first to last, both included; None: open on that side.

    `records` come newest first; `run` may be called again after it was broken off.
    """

    def __init__(self, first: datetime | None, last: datetime | None, numbers: int) -> None:
        self._first, self._last, self._numbers = first, last, numbers
        self._number = 0  # that was taken last; at first the one to begin with
        self.records: list[bytes] = []
        self.is_walking = False  # else the newest wanted record is still looked for

    @property
    def reached(self) -> datetime | None:
        """The oldest label that a walk which was broken off has come to."""
        return label_of(self.records[-1]) if self.records else None

    def run(self, ask: Ask) -> None:
        steps = self.steps()
        with suppress(StopIteration):
            number = next(steps)
            while True:
                number = steps.send(ask(number))

    def steps(self) -> Steps:
        """The numbers to ask for, one after the other; each is sent its record, or nothing where none is."""
        first, last = self._first, self._last
        taken = set(self.records)
        self._number = self._number or (yield from self._begin())
        self.is_walking = True
        for number in range(self._number, self._numbers + 1):
            record = yield number
            label = label_of(record)
            if not record or (label and first and label < first):
                return
            if record not in taken and not (label and last and label > last):
                self.records.append(record)
                taken.add(record)
                self._number = number

    def _begin(self) -> Generator[int, bytes, int]:
        """The lowest number whose record is not too new, by halving: a month behind is not walked through."""
        last, low, high = self._last, 1, self._numbers
        if last is None:
            return low
        newest = label_of((yield low))  # as most often: what is wanted is what came last
        if newest is None or newest <= last:
            return low
        while low < high:
            middle = (low + high) // 2
            label = label_of((yield middle))
            low, high = (middle + 1, high) if label and label > last else (low, middle)
        # A record does not say its number, and one that came late may have been taken for the next answer.
        while low > 1 and not ((label := label_of((yield low - 1))) and label > last):
            low = max(1, low - _BACK)
        return low
