"""How is a load profile asked for between two labels, by make? (M-107, M-109, M-163)"""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from osos.iec62056 import Command, Identification
from osos.reader.spans import Span

Asking = Callable[[str, Span], Command]


def _stamps(form: str, span: Span) -> str:
    def stamp(label: datetime | None) -> str:
        return label.strftime(form) if label else ""

    return f"{stamp(span.first)};{stamp(span.last)}"


def _turkish(name: str, span: Span) -> Command:
    code, _, columns = name.partition("(")  # gen3: P.12(a;b)(Y101,Y105)
    argument = _stamps("%y-%m-%d,%H:%M", span)
    return Command.for_code("R2", code, f"{argument})({columns.rstrip(')')}" if columns else argument)


def _makel(name: str, span: Span) -> Command:
    return Command.for_code("R2", name, _stamps("%y%m%d%H%M", span))


def _luna(name: str, span: Span) -> Command:  # P1, whole days
    return Command.for_code("R5", name.replace(".0", ""), _stamps("%y%m%d", span) + ")(")


def _viko(name: str, span: Span) -> Command:
    return Command.for_code("R5", name, _stamps("%y%m%d%H%M", span))


# By meter profile; None: no way known. All from document, none proven on a device but the first.
DIALECTS: Mapping[str, Asking | None] = MappingProxyType(
    {"makel": _makel, "luna": _luna, "viko": _viko, "kohler": None}
)


def asking_for(identification: Identification | None) -> Asking | None:
    from osos.meters import profile_for  # a fifth of a second, needed only once a meter has spoken

    return DIALECTS.get(profile_for(identification).name, _turkish)
