"""Which labels of a load profile are asked for at once, and which are still missing?

Labels are the meter's own wall clock, to the minute; both ends of a span are in it (M-107).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
PORTION = timedelta(days=7)  # 40 KB of a combi: twenty seconds at 19200 Bd, and all a falling line can cost
SMALLEST = timedelta(hours=6)  # a portion that came damaged is halved down to this
KEPT = timedelta(
    days=190
)  # a little more than any meter must keep (M-104); what is older comes in one portion


@dataclass(frozen=True, slots=True)
class Span:
    """Labels from first to last, both included; None: open on that side."""

    first: datetime | None
    last: datetime | None

    def halves(self) -> "tuple[Span, Span] | None":
        """The same labels in two askings; None: too small to be worth it."""
        first, last = self.first, self.last
        if last is None:
            return None
        if first is None:  # cut the newest portion off what is open
            middle = last - KEPT / 2
            return Span(None, middle), Span(middle + MINUTE, last)
        if last - first < SMALLEST:
            return None
        middle = first + (last - first) // 2
        middle = middle.replace(second=0, microsecond=0)
        return Span(first, middle), Span(middle + MINUTE, last)

    def holds(self, label: datetime) -> bool:
        return (self.first is None or self.first <= label) and (self.last is None or label <= self.last)

    def in_json(self) -> dict[str, str | None]:
        return {"from": shown(self.first), "to": shown(self.last)}

    def __str__(self) -> str:
        return f"{shown(self.first) or '…'} – {shown(self.last) or '…'}"


def shown(label: datetime | None) -> str | None:
    return None if label is None else label.isoformat(timespec="minutes")


def portions(first: datetime | None, last: datetime | None, *, now: datetime) -> Iterator[Span]:
    """The askings, oldest first. An open side stays open, so that a meter with a wrong clock gives all.

    >>> [str(one) for one in portions(datetime(2026, 3, 1), datetime(2026, 3, 10), now=datetime(2026, 4, 1))]
    ['2026-03-01T00:00 – 2026-03-07T23:59', '2026-03-08T00:00 – 2026-03-10T00:00']
    """
    end = last or now
    begin = first or end - KEPT
    if first is None:
        yield Span(None, begin - MINUTE)
    while begin + PORTION <= end:
        yield Span(begin, begin + PORTION - MINUTE)
        begin += PORTION
    if begin <= end or last is None:
        yield Span(begin, last)


def joined(spans: list[Span]) -> list[Span]:
    """Spans that touch become one; they come in order."""
    found: list[Span] = []
    for span in spans:
        before = found[-1] if found else None
        if before and before.last and span.first and before.last + MINUTE == span.first:
            found[-1] = Span(before.first, span.last)
        else:
            found.append(span)
    return found
