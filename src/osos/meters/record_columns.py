"""Which registers do the columns of a load profile hold?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from osos.meters.catalogue import catalogue, profile_columns

_HEADER = re.compile(rb"[\r\n \t]{0,16}LPCH:([^\r\n]{1,2000})(?:\r?\n|\Z)")

# Digits before and after the point by the last group of a code (M-38); gen2 records carry no units.
_FORM = {"8": (6, 3), "6": (3, 3)}
_FORM_OF = {"14.7.0": (2, 1), "13.7.0": (1, 2)}
_INSTANT = (3, 1)

Form = tuple[tuple[int, int], ...]  # (digits before, digits after) of each column


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns are; profile, kind and ways only where they leave no doubt."""

    codes: tuple[str, ...]
    units: tuple[str, ...]
    profile: str | None = None
    kind: str | None = None
    ways: int | None = None


def header(text: bytes, start: int, end: int) -> tuple[Columns, int] | None:
    """The gen3 line `LPCH:code*unit,…` that begins a reply (M-109), and where it ends."""
    found = _HEADER.match(text, start, end)
    if found is None:
        return None
    pairs = [part.partition("*") for part in found[1].decode("latin-1").split(",")]
    codes = tuple(code.strip() for code, _, _ in pairs)
    units = tuple("" if unit == "-" else unit.strip() for _, _, unit in pairs)
    return _settled(codes, units, None, generation=3), found.end()


def by_signature(form: Form, profile: str | None) -> Columns | None:
    """gen2 columns by the digits they are printed with: every layout has its own (M-38, M-101)."""
    energy_six = tuple((6, 3) if whole in (5, 7) and after == 3 else (whole, after) for whole, after in form)
    found = _signatures().get(form) or _signatures().get(energy_six)  # M-171: 5 to 7 digits before the point
    if found is None or (profile is not None and found.profile != profile):
        return None
    return found


def named(codes: tuple[str, ...], units: tuple[str, ...], profile: str | None) -> Columns:
    """Columns that the caller knows; units as printed, else the catalogue's."""
    known = tuple(unit or unit_of(code) for code, unit in zip(codes, units, strict=True))
    return _settled(codes, known, profile, generation=2)


def unknown(units: tuple[str, ...], profile: str | None) -> Columns:
    """Columns nobody can name: numbered from 1."""
    return Columns(tuple(f"column {k + 1}" for k in range(len(units))), units, profile)


def unit_of(code: str) -> str:
    entry = catalogue(2).find(code.partition(" ")[0])
    return (entry.unit if entry else None) or ""


@cache
def _signatures() -> Mapping[Form, Columns]:
    table: dict[Form, Columns] = {}
    for codes in profile_columns(2).values():
        form = tuple(_form(code) for code in codes)
        table[form] = _settled(codes, tuple(unit_of(code) for code in codes), None, generation=2)
    return MappingProxyType(table)


def _form(code: str) -> tuple[int, int]:
    bare = code.partition(" ")[0]
    return _FORM_OF.get(bare) or _FORM.get(bare.split(".")[1], _INSTANT)


def _settled(
    codes: tuple[str, ...], units: tuple[str, ...], profile: str | None, *, generation: int
) -> Columns:
    """Profile, kind and ways of a meter that has just these columns, each only if all candidates agree."""
    candidates = [
        key
        for key, columns in profile_columns(generation).items()
        if columns == codes and profile in (None, key[0])
    ]
    profiles = {profile for profile, _, _ in candidates}
    kinds = {kind for _, kind, _ in candidates}
    ways = {way for _, _, way in candidates}
    return Columns(
        codes,
        units,
        profile or (profiles.pop() if len(profiles) == 1 else None),
        kinds.pop() if len(kinds) == 1 else None,
        ways.pop() if len(ways) == 1 else None,
    )
