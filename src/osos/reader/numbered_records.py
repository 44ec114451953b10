"""How are the records between two labels had of a meter that knows its records by number only? (M-163)

Number 1 is the newest. A new record moves all numbers on by one while they are read: what comes twice is
taken once. A line that falls costs one record: the walk goes on where it was.
"""

from collections.abc import Callable

from osos.reader.record_labels import label_of
from osos.reader.spans import MINUTE, Span

Ask = Callable[[int], bytes]  # the record of that number; nothing where none is


class Walk:
    """`records` come newest first; `run` may be called again after it was broken off."""

    def __init__(self, span: Span, numbers: int) -> None:
        self._span, self._numbers = span, numbers
        self._number = 0  # that was taken last
        self.records: list[bytes] = []

    @property
    def left(self) -> Span:
        """What a walk that was broken off has not come to."""
        oldest = label_of(self.records[-1]) if self.records else None
        return Span(self._span.first, oldest - MINUTE if oldest else self._span.last)

    def run(self, ask: Ask) -> None:
        first, last = self._span.first, self._span.last
        taken = set(self.records)
        for number in range(self._number or self._begin(ask), self._numbers + 1):
            record = ask(number)
            label = label_of(record)
            if not record or (label and first and label < first):
                return
            if record not in taken and not (label and last and label > last):
                self.records.append(record)
                taken.add(record)
                self._number = number

    def _begin(self, ask: Ask) -> int:
        """The lowest number whose record is not too new, by halving: a month behind is not walked through."""
        last, low, high = self._span.last, 1, self._numbers
        while last is not None and low < high:
            middle = (low + high) // 2
            label = label_of(ask(middle))
            low, high = (middle + 1, high) if label and label > last else (low, middle)
        return low
