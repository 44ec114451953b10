"""How are the thousand lines of a packet written at once? (M-30, M-32)

Most rows of a second-generation readout are spans that never happened. They are the same text every time, so
each list keeps its empty tails, and only what did happen is made.
"""

from dataclasses import dataclass
from functools import lru_cache

from osos.meters import Entry, rows
from osos.meters.catalogue import Catalogue
from osos.simulator.meter.snapshot import Snapshot
from osos.simulator.meter.spans import NO_SPAN
from osos.simulator.meter.spec import MeterSpec
from osos.simulator.meter.values import SPAN_LISTS, value

END = "\r\n"


@dataclass(frozen=True, slots=True)
class _One:
    """A line by itself."""

    entry: Entry
    row: int | None
    head: str  # `code` or `code*row`


@dataclass(frozen=True, slots=True)
class _List:
    """A list of spans: `tails[n]` is what stands below n rows."""

    code: str
    depth: int
    tails: tuple[str, ...]


def packet_text(spec: MeterSpec, y: str, shot: Snapshot) -> str:
    """All lines of a packet; a meter with hands in its lines goes line by line instead."""
    plan = _plan(_Key(spec.profile.catalogue), y, spec.kind, spec.ways, spec.has)
    return "".join(_text(item, shot) for item in plan)


def _text(item: _One | _List, shot: Snapshot) -> str:
    if isinstance(item, _One):
        return f"{item.head}{value(item.entry, item.row, shot)}{END}"
    spans = SPAN_LISTS[item.code](shot)[: item.depth]
    told = "".join(f"{item.code}*{row}{span.text}{END}" for row, span in enumerate(spans, 1))
    return told + item.tails[len(spans)]


class _Key:
    """A catalogue told by which object it is: there are few, and they live as long as the program."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.catalogue is self.catalogue

    def __hash__(self) -> int:
        return id(self.catalogue)


@lru_cache(maxsize=64)
def _plan(key: _Key, y: str, kind: str, ways: int, options: frozenset[str]) -> tuple[_One | _List, ...]:
    listed = key.catalogue.generation != 3  # gen3 lists hold closed rows only, with seconds
    plan: list[_One | _List] = []
    entries = key.catalogue.packet(y, kind=kind, ways=ways, options=options)
    for entry, row in rows(entries, packet=y):
        if row is None or not listed or entry.code not in SPAN_LISTS:
            plan.append(_One(entry, row, entry.code if row is None else f"{entry.code}*{row}"))
        elif row == 1:
            depth = sum(one is entry for one, _ in rows([entry], packet=y))
            plan.append(_list(entry.code, depth))
    return tuple(plan)


def _list(code: str, depth: int) -> _List:
    empty = [f"{code}*{row}{NO_SPAN}{END}" for row in range(1, depth + 1)]
    return _List(code, depth, tuple("".join(empty[below:]) for below in range(depth + 1)))
