"""What does each OBIS code of a Turkish meter mean, how is it printed, and which packet carries it?"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from types import MappingProxyType
from typing import Any

from osos.meters.package_data import load

_PHASE = {"L1": "32.7.0", "L2": "52.7.0", "L3": "72.7.0"}  # a column "Umax L2" is the maximum of 52.7.0


@dataclass(frozen=True, slots=True)
class Write:
    """How a value is changed: key of `write_rules`, command, argument's layout, gen3 password level."""

    rule: str
    command: str
    argument: str
    gen3_level: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the catalogue, seen by one generation of meters."""

    code: str  # without the star of a history list
    tr: str
    en: str
    layout: str = "any"  # key of `layouts`; any: nothing is expected
    unit: str | None = None
    int_digits: int | None = None
    decimals: int | None = None
    packets: frozenset[str] = frozenset()  # the Y of ACK 0 Z Y; empty: only by R2
    order: int = 0  # rank in the printed order
    history: int | None = None  # rows *1 … *N of a list; None: a single line
    rows_in_9: int | None = None  # gen3 prints only so many rows of a list in packet 9
    weave: str | None = None  # lists of one weave print row by row
    kinds: frozenset[str] = frozenset()
    ways: int = 1  # 2: only two-way meters
    option: str | None = None
    write: Write | None = None
    example: str | None = None  # what is printed after the code

    def fits(self, *, kind: str, ways: int, options: Collection[str]) -> bool:
        """Is it there in such a meter?"""
        return kind in self.kinds and self.ways <= ways and (self.option is None or self.option in options)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All codes of one generation."""

    generation: int | None
    entries: tuple[Entry, ...]
    by_code: Mapping[tuple[str, bool], Entry]  # (code, is a history row)

    def find(self, code: str, history: int | None = None) -> Entry | None:
        """The entry of a printed code; `1.6.0*3` is found as find("1.6.0", 3)."""
        return self.by_code.get((code, history is not None))

    def packet(self, y: str | int, *, kind: str, ways: int = 1, options: Collection[str] = ()) -> list[Entry]:
        """What packet Y of such a meter holds, in printed order (M-30)."""
        number = str(y)
        named = load("obis")["packets"].get(int(y), {}).get("codes")
        return [
            entry
            for entry in self.entries
            if (entry.code in named and entry.history is None if named else number in entry.packets)
            and entry.fits(kind=kind, ways=ways, options=options)
        ]

    def columns(self, profile: str, *, kind: str, ways: int = 1) -> tuple[str, ...] | None:
        """Columns of a load profile ("P.01") in storage order (M-101); None: such a meter has none."""
        return profile_columns(self.generation or 2).get((profile, kind, ways))


def rows(entries: Iterable[Entry], *, packet: str | int | None = None) -> Iterator[tuple[Entry, int | None]]:
    """The lines of a packet in printed order: (entry, history row), woven lists row by row (M-33)."""
    for weave, together in groupby(entries, key=lambda entry: entry.weave or entry):
        group = list(together)
        if isinstance(weave, str):
            deepest = max(entry.history or 0 for entry in group)
            yield from ((entry, row) for row in range(1, deepest + 1) for entry in group)
            continue
        for entry in group:
            yield from _rows_of(entry, in_9=str(packet) == "9")


def _rows_of(entry: Entry, *, in_9: bool) -> Iterator[tuple[Entry, int | None]]:
    if entry.history is None:
        yield entry, None
        return
    depth = entry.rows_in_9 if in_9 and entry.rows_in_9 else entry.history
    yield from ((entry, row) for row in range(1, depth + 1))


@cache
def catalogue(generation: int | None) -> Catalogue:
    """The codes of gen2 (062.A / MASS11) or gen3 (062.B); None: names alone, where no generation disagrees.

    A first-generation meter is described by its brand's profile on top of gen2.
    """
    if generation is None:
        return _names()
    number = 2 if generation == 1 else generation
    entries = sorted(
        (_entry(raw, number) for raw in load("obis")["entries"] if number in raw["gens"]),
        key=lambda entry: entry.order,
    )
    return of_entries(generation, entries)


def of_entries(generation: int | None, entries: Iterable[Entry]) -> Catalogue:
    every = tuple(entries)
    by_code = {(entry.code, entry.history is not None): entry for entry in every}
    return Catalogue(generation, every, MappingProxyType(by_code))


def _entry(raw: dict[str, Any], generation: int) -> Entry:
    write = raw.get("write")
    example = raw.get("ex")
    return Entry(
        code=raw["code"].rstrip("*"),
        tr=raw["tr"],
        en=raw["en"],
        layout=raw["layout"],
        unit=raw.get("unit"),
        int_digits=raw.get("int"),
        decimals=raw.get("dec"),
        packets=frozenset(str(y) for y in raw["packets"][generation]),
        order=raw["order"][generation],
        history=raw.get("history"),
        rows_in_9=raw.get("packet9_rows"),
        weave=raw.get("weave"),
        kinds=frozenset(raw["kinds"]),
        ways=raw.get("ways", 1),
        option=raw.get("option"),
        write=Write(write["rule"], write["cmd"], write["arg"], write["gen3_level"]) if write else None,
        example=example[generation] if isinstance(example, dict) else example,
    )


def entry_of_profile(code: str, raw: dict[str, Any]) -> Entry:
    """A code that a meter profile brings along; a star marks a history list of a depth nobody printed."""
    return Entry(
        code=code.rstrip("*"),
        tr=raw["tr"],
        en=raw["en"],
        layout=raw["layout"],
        unit=raw.get("unit"),
        int_digits=raw.get("int"),
        decimals=raw.get("dec"),
        history=99 if code.endswith("*") else None,
    )


def _names() -> Catalogue:
    """Names that no generation contradicts, and the standard's for foreign meters; no layout is expected."""
    named: dict[tuple[str, bool], Entry] = {}
    clashes: set[tuple[str, bool]] = set()
    for generation in (2, 3):
        for key, entry in catalogue(generation).by_code.items():
            bare = Entry(entry.code, entry.tr, entry.en, history=entry.history)
            if named.setdefault(key, bare).en != bare.en:
                clashes.add(key)
    names = {key: entry for key, entry in named.items() if key not in clashes}
    for code, words in load("standard")["codes"].items():
        names.setdefault((code, False), Entry(code, words["tr"], words["en"]))
    return of_entries(None, names.values())


@cache
def profile_columns(generation: int) -> Mapping[tuple[str, str, int], tuple[str, ...]]:
    """(profile, kind, ways) → column codes, `32.7.0 max` for the highest voltage of a period."""
    table: dict[tuple[str, str, int], tuple[str, ...]] = {}
    for profile, layouts in load("obis")["profiles"][f"gen{3 if generation == 3 else 2}"].items():
        if not profile.startswith("P."):
            continue
        for name, columns in layouts.items():
            kind, _, ways = name.partition("-")
            for way in (int(ways),) if ways else (1, 2):
                table[profile, kind, way] = tuple(_column(column) for column in columns)
    return MappingProxyType(table)


def _column(name: str) -> str:
    which, _, phase = name.partition(" ")
    return f"{_PHASE[phase]} {which[1:]}" if phase in _PHASE else name
