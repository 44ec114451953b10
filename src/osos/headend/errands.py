"""What is said to a meter in programming mode for one request, and what do its answers come to?

An errand is a generator without line or clock: it gives a command, is sent the meter's answer or refusal, and
ends with the data messages that are to be kept behind the identification, or with a finding.
"""

from collections.abc import Generator, Sequence
from datetime import datetime

from osos.headend import outcomes
from osos.headend.outcomes import Finding, Kind
from osos.iec62056 import Answer, Command, DataBlock, Refused
from osos.iec62056.numbered_records import Walk
from osos.iec62056.profile_queries import Dialect

Errand = Generator[Command, Answer | Refused, bytes | Finding]
NAK = b"\x15"
_NOTHING = DataBlock(b"").framed()  # as a meter says that nothing is in range (M-108)
_REFUSED: dict[str, Kind] = {"silence": outcomes.METER_SILENT, "damaged": outcomes.CHECKSUM}


def registers(codes: Sequence[str]) -> Errand:
    """Each by R2; a NAK stands where a code is not known (M-43)."""
    told = b""
    for code in codes:
        event = yield Command.for_code("R2", code)
        if isinstance(event, Refused) and event.reason in _REFUSED:
            return _finding(event)
        told += _said(event)
    return told


def between_labels(ways: Sequence[Command], *, has_own_way: bool) -> Errand:
    """By the make's own way, then by the next one it may know; the last refusal decides."""
    event = Refused("", "nak", "")
    for command in ways:
        found = yield command
        if isinstance(found, Answer):
            return _said(found)
        event = found
        if event.reason == "damaged":
            return _finding(event)
    if event.reason == "nak" and has_own_way:  # may not know how it was asked: no word of an empty memory
        return Finding(outcomes.VALUE_REFUSED, "no way of asking this make for the profile")
    return _finding(event) if event.reason in _REFUSED else _said(event)


def by_number(
    dialect: Dialect, first: datetime | None, last: datetime | None, otherwise: Sequence[Command]
) -> Errand:
    """Record by record, 1 the newest; labels are the meter's wall. A meter that knows none: otherwise."""
    assert dialect.numbered is not None  # its caller has looked
    walk, understood = Walk(first, last, dialect.numbers), False
    steps = walk.steps()
    number = next(steps, None)
    while number is not None:
        event = yield dialect.numbered(number)
        if isinstance(event, Refused) and event.reason in _REFUSED:
            return _finding(event)
        understood = understood or isinstance(event, Answer)
        number = _next(steps, event.data if isinstance(event, Answer) else b"")
    if not understood:
        return (yield from between_labels(otherwise, has_own_way=True))
    return DataBlock(b"".join(reversed(walk.records))).framed() if walk.records else _NOTHING


def _next(steps: Generator[int, bytes, None], record: bytes) -> int | None:
    try:
        return steps.send(record)
    except StopIteration:
        return None


def _said(event: Answer | Refused) -> bytes:
    if isinstance(event, Answer):
        return DataBlock(event.data).framed()
    if event.reason == "nak":
        return NAK
    return DataBlock(f"({event.detail})".encode("latin-1")).framed()  # M-46: ERxx


def _finding(event: Refused) -> Finding:
    return Finding(_REFUSED[event.reason], event.detail)
