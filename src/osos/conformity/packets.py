"""What do a meter's answers say, and are they of the form the specification prints?"""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from osos.conformity.trouble import Unreadable

NO_STAMP = "00-00-00,00:00"
NO_SPAN = f"({NO_STAMP};{NO_STAMP})"

_LINE = re.compile(r"([0-9A-Z][0-9A-Z.]{1,15}(?:\*[0-9]{1,2})?)((?:\([^()\r\n]*\))+)")
_RECORD = re.compile(r"\(([0-9]{2}-[0-9]{2}-[0-9]{2},[0-9]{2}:[0-9]{2})\)\(([0-9.,]*)\)")
_STAMP = re.compile(r"([0-9]{2})-([0-9]{2})-([0-9]{2}),([0-9]{2}):([0-9]{2})")
_SPAN = re.compile(r"\(([^;()]{14});([^;()]{14})\)")
_ENERGY = re.compile(r"\(([0-9]{6})\.([0-9]{3})(?:\*(?:kWh|kVArh))?\)")  # OP-01, OP-02 look at the unit
_POWER = re.compile(r"\(([0-9]{3})\.([0-9]{3})\*kW\)")
_DEMAND = re.compile(r"\(([0-9]{3})\.([0-9]{3})\*kW\)\(([^()]{14})\)")
_COVER = re.compile(r"\(([^()]{14})\)\(([0-9]{2})\)")
_COUNT = re.compile(r"\(([0-9]{2,4})\)")
_COUNT_MINUTES = re.compile(r"\(([0-9]{2})\)\(([0-9]{5})\*min\)")


@dataclass(frozen=True, slots=True)
class Packet:
    """The lines of a packet in the order they came."""

    lines: tuple[tuple[str, str], ...]
    odd: tuple[str, ...]  # lines that are no `code(value)`
    bang: bool  # closed by `!`

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(code for code, _ in self.lines)

    def value(self, code: str) -> str:
        """What is printed behind the code; raises Unreadable where it is missing."""
        for found, text in self.lines:
            if found == code:
                return text
        raise Unreadable(code, "not in the packet")

    def values(self) -> dict[str, str]:
        return dict(self.lines)


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a load profile: when, and its values as printed."""

    label: datetime
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """Start and end of an event; None where zeros stand."""

    start: datetime | None
    end: datetime | None


def parse_packet(block: str) -> Packet:
    lines, odd = [], []
    body, bang, _ = block.partition("!\r\n")
    for line in body.split("\r\n"):
        found = _LINE.fullmatch(line)
        if found:
            lines.append((found[1], found[2]))
        elif line:
            odd.append(line)
    return Packet(tuple(lines), tuple(odd), bool(bang))


def parse_records(text: str) -> list[Record]:
    """Raises Unreadable for anything but records."""
    found = []
    for line in text.split("\r\n"):
        if not line:
            continue
        match = _RECORD.fullmatch(line)
        label = stamp(match[1]) if match else None
        if match is None or label is None:
            raise Unreadable("load profile", line)
        found.append(Record(label, tuple(match[2].split(","))))
    return found


@lru_cache(maxsize=2**15)  # 17 280 records of a profile, read by several steps
def stamp(text: str) -> datetime | None:
    """`yy-mm-dd,hh:mm` with yy = 2000 + yy (M-173); None for zeros. Raises Unreadable."""
    if text == NO_STAMP:
        return None
    found = _STAMP.fullmatch(text)
    if found is None:
        raise Unreadable("stamp", text)
    year, month, day, hour, minute = map(int, found.groups())
    try:
        return datetime(2000 + year, month, day, hour, minute)  # noqa: DTZ001  # a meter's clock knows no zone
    except ValueError:
        raise Unreadable("stamp", text) from None


def span(text: str) -> Span:
    found = _match(_SPAN, text)
    return Span(stamp(found[1]), stamp(found[2]))


def energy(text: str) -> int:
    """Wh or varh."""
    found = _match(_ENERGY, text)
    return int(found[1]) * 1000 + int(found[2])


def power(text: str) -> int:
    """W."""
    found = _match(_POWER, text)
    return int(found[1]) * 1000 + int(found[2])


def demand(text: str) -> tuple[int, datetime | None]:
    """W and its time."""
    found = _match(_DEMAND, text)
    return int(found[1]) * 1000 + int(found[2]), stamp(found[3])


def cover(text: str) -> tuple[datetime | None, int]:
    """96.71: first opening, number of openings."""
    found = _match(_COVER, text)
    return stamp(found[1]), int(found[2])


def count(text: str) -> int:
    return int(_match(_COUNT, text)[1])


def count_minutes(text: str) -> tuple[int, int]:
    """96.7.6: count and minutes."""
    found = _match(_COUNT_MINUTES, text)
    return int(found[1]), int(found[2])


def bare(text: str) -> str:
    """Of a single bracket what stands in it."""
    if not (text.startswith("(") and text.endswith(")") and text.count("(") == 1):
        raise Unreadable("value", text)
    return text[1:-1]


def _match(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    found = pattern.fullmatch(text)
    if found is None:
        raise Unreadable("value", text)
    return found
