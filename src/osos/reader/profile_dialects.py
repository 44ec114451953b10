"""How is a load profile asked for between two labels, by make? (M-107, M-109, M-163)"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from osos.iec62056 import Command, Identification
from osos.reader.spans import Span

Asking = Callable[[str, Span], Command | None]  # None: a meter of this make has no profile of that name
NAME = re.compile(r"P\.[0-9]{2}(?:\([0-9A-Z]{1,8}(?:,[0-9A-Z]{1,8}){0,63}\))?")  # gen3: P.12(Y101,Y105)


@dataclass(frozen=True, slots=True)
class Dialect:
    """`between`: ways to ask by labels, the likeliest first; `numbered`: record by record, 1 the newest."""

    between: tuple[Asking, ...] = ()
    numbered: Callable[[int], Command] | None = None
    numbers: int = 0  # how many records can be asked for
    whole_days: bool = False  # more than was asked for comes, and is cut off again


def _stamps(form: str, span: Span) -> str:
    def stamp(label: datetime | None) -> str:
        return label.strftime(form) if label else ""

    return f"{stamp(span.first)};{stamp(span.last)}"


def _turkish(name: str, span: Span) -> Command:
    code, _, columns = name.partition("(")  # gen3: P.12(a;b)(Y101,Y105)
    argument = _stamps("%y-%m-%d,%H:%M", span)
    return Command.for_code("R2", code, f"{argument})({columns.rstrip(')')}" if columns else argument)


def _short(command: str, code: str = "") -> Asking:
    """Stamps without signs; by the profile's own name, or by one code for the only profile there is."""

    def asking(name: str, span: Span) -> Command | None:
        if "(" in name or (code and name != "P.01"):
            return None
        return Command.for_code(command, code or name, _stamps("%y%m%d%H%M", span))

    return asking


def _luna(name: str, span: Span) -> Command | None:  # P1, whole days
    if not name.startswith("P.0") or "(" in name:
        return None
    return Command.for_code("R5", name.replace(".0", ""), _stamps("%y%m%d", span) + ")(")


_M005, _VEMC, _VEMM = _short("R5"), _short("R2", "96.A.8.0"), _short("R2", "96.1.8.0")
_TURKISH = Dialect((_turkish,))
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


def dialect_of(identification: Identification | None) -> Dialect:
    from osos.meters import profile_for  # a fifth of a second, needed only once a meter has spoken

    found = DIALECTS.get(profile_for(identification).name, _TURKISH)
    model = identification.model if identification else ""
    own = next((way for name, way in _OWN.items() if model.startswith(name) and way in found.between), None)
    if own is None:
        return found
    return Dialect((own, *(way for way in found.between if way is not own)))
