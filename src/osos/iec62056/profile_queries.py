"""How is a load profile asked for between two labels, by make? (M-107, M-109, M-163)

Labels are the meter's own wall clock, both included; a side that is None is open. Makes go by the names of
the meter profiles; who asks knows which one his meter has.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from osos.iec62056.messages import Command

Labels = tuple[datetime | None, datetime | None]
Asking = Callable[[str, Labels], Command | None]  # None: a meter of this make has no profile of that name
NAME = re.compile(r"P\.[0-9]{2}(?:\([0-9A-Z]{1,8}(?:,[0-9A-Z]{1,8}){0,63}\))?")  # gen3: P.12(Y101,Y105)


@dataclass(frozen=True, slots=True)
class Dialect:
    """`between`: ways to ask by labels, the likeliest first; `numbered`: record by record, 1 the newest."""

    between: tuple[Asking, ...] = ()
    numbered: Callable[[int], Command] | None = None
    numbers: int = 0  # how many records can be asked for
    whole_days: bool = False  # more than was asked for comes, and is cut off again


def _stamps(form: str, labels: Labels) -> str:
    def stamp(label: datetime | None) -> str:
        return label.strftime(form) if label else ""

    return f"{stamp(labels[0])};{stamp(labels[1])}"


def _turkish(name: str, labels: Labels) -> Command:
    code, _, columns = name.partition("(")  # gen3: P.12(a;b)(Y101,Y105)
    argument = _stamps("%y-%m-%d,%H:%M", labels)
    return Command.for_code("R2", code, f"{argument})({columns.rstrip(')')}" if columns else argument)


def _short(command: str, code: str = "") -> Asking:
    """Stamps without signs; by the profile's own name, or by one code for the only profile there is."""

    def asking(name: str, labels: Labels) -> Command | None:
        if "(" in name or (code and name != "P.01"):
            return None
        return Command.for_code(command, code or name, _stamps("%y%m%d%H%M", labels))

    return asking


def _luna(name: str, labels: Labels) -> Command | None:  # P1, whole days
    if not name.startswith("P.0") or "(" in name:
        return None
    return Command.for_code("R5", name.replace(".0", ""), _stamps("%y%m%d", labels) + ")(")


_M005, _VEMC, _VEMM = _short("R5"), _short("R2", "96.A.8.0"), _short("R2", "96.1.8.0")
TURKISH = Dialect((_turkish,))
# By meter profile. All from document, none proven on a device but the Turkish one.
DIALECTS: Mapping[str, Dialect] = MappingProxyType(
    {
        "makel": Dialect((_short("R2"),)),
        "luna": Dialect((_luna,), whole_days=True),
        "viko": Dialect((_M005, _VEMC, _VEMM)),
        "kohler": Dialect(
            numbered=lambda number: Command.for_code("R2", f"128.12.{number:04}"), numbers=2048
        ),
    }
)
# Where a make has more than one way, the model says which is its own; the others are tried after it.
_OWN = {"VEMC": _VEMC, "VEMM": _VEMM}


def dialect_named(make: str, model: str) -> Dialect:
    """Of a meter with this profile that calls itself so; makes with a way of their own are in DIALECTS."""
    found = DIALECTS.get(make, TURKISH)
    own = next((way for name, way in _OWN.items() if model.startswith(name) and way in found.between), None)
    if own is None:
        return found
    return Dialect((own, *(way for way in found.between if way is not own)))
