"""What is particular to this family of meters? (M-160)"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any, TypeAlias

from osos.iec62056.identification import Identification
from osos.meters.catalogue import Catalogue, Entry, catalogue, entry_of_profile, of_entries
from osos.meters.package_data import load

# In the order in which an identification is tried: brands before their generation, generic last.
PROFILES = ("makel", "luna", "viko", "kohler", "gen1", "gen2", "gen3", "generic")

Chosen: TypeAlias = str | int | bool | None


class UnknownKey(KeyError):
    """No requirement prints such a chosen key, so nobody could have chosen it."""

    def __init__(self, profile: str, key: str) -> None:
        super().__init__(f"meter profile {profile} has no chosen key {key!r}")
        self.profile, self.key = profile, key


@dataclass(frozen=True, slots=True)
class MeterProfile:
    """One family of meters as its data file describes it; `data/profiles/README.md` names the fields."""

    name: str
    tr: str
    en: str
    evidence: str  # from document, from capture, proven on device
    source: str
    generation: int | None
    catalogue: Catalogue
    serial_digits: int | None
    baud: int | None  # the speed character a virtual meter offers
    records: str | None  # load profile lines: plain or lpch
    tariffs: str | None  # M-82: style1, style2, viko
    signs: frozenset[str]
    habits: frozenset[str]  # complaints of iec62056 that are this family's usual way, no damage (M-171)
    chosen: Mapping[str, Chosen]

    def value(self, key: str) -> Chosen:
        """A **chosen** value under the key that the requirements print, such as `lp.bang`."""
        if key not in self.chosen:
            raise UnknownKey(self.name, key)
        return self.chosen[key]

    def overridden(self, changes: Mapping[str, Chosen]) -> "MeterProfile":
        """The same profile with other choices, for one meter."""
        for key in changes:
            self.value(key)
        return replace(self, chosen=MappingProxyType({**self.chosen, **changes}))

    def entry(self, code: str, history: int | None = None) -> Entry | None:
        return self.catalogue.find(code, history)


@cache
def profile_named(name: str) -> MeterProfile:
    """One of PROFILES."""
    raw = _merged(name)
    number = raw.get("catalogue")
    listed = catalogue(number)
    own = [entry_of_profile(code, words) for code, words in raw.get("codes", {}).items()]
    if own:
        taken = {(entry.code, entry.history is not None) for entry in own}
        kept = [entry for key, entry in listed.by_code.items() if key not in taken]
        listed = of_entries(number, (*kept, *own))
    return MeterProfile(
        name=name,
        tr=raw["tr"],
        en=raw["en"],
        evidence=raw["evidence"],
        source=raw["source"],
        generation=raw.get("generation"),
        catalogue=listed,
        serial_digits=raw.get("serial_digits"),
        baud=raw.get("baud"),
        records=raw.get("records"),
        tariffs=raw.get("tariffs"),
        signs=frozenset(raw.get("signs", ())),
        habits=frozenset(raw.get("habits", ())),
        chosen=MappingProxyType(raw["chosen"]),
    )


def _merged(name: str) -> dict[str, Any]:
    """The file's keys over those of its base; `codes` and `chosen` key by key, `signs` not inherited."""
    raw = load(f"profiles/{name}")
    if "base" not in raw:
        return raw
    base = _merged(raw["base"])
    both = {**base, **raw}
    for key in ("codes", "chosen"):
        both[key] = {**base.get(key, {}), **raw.get(key, {})}
    both["signs"] = raw.get("signs", ())
    return both


@cache
def _matches() -> tuple[tuple[str, Mapping[str, Any]], ...]:
    return tuple((name, match) for name in PROFILES for match in load(f"profiles/{name}").get("match", ()))


def profile_for(identification: Identification | None, *, codes: Collection[str] = ()) -> MeterProfile:
    """The profile of an identified meter; without identification, the one whose own codes are seen."""
    if identification is not None:
        for name, match in _matches():
            if _fits(identification, match):
                return profile_named(name)
        return profile_named("generic")
    for name in PROFILES:
        if not profile_named(name).signs.isdisjoint(codes):
            return profile_named(name)
    return profile_named("generic")


def _fits(identification: Identification, match: Mapping[str, Any]) -> bool:
    known = {"generation": identification.generation, "flag": identification.flag}
    return all(known[key] == wanted for key, wanted in match.items())
