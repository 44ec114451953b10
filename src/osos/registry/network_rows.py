"""Which places of the network does a list describe, and which meters does it hang there?"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from osos.quantities import DeviceId
from osos.registry import point_cells as cells
from osos.registry.folding import fold
from osos.registry.network import BELOW, KINDS, MAIN
from osos.registry.problems import BadCell, LineProblem
from osos.registry.table_text import named_cells, read_table

_NAMES = {  # how a header may call a column, folded
    "zone": "zone",
    "bolge": "zone",
    "feeder": "feeder",
    "fider": "feeder",
    "transformer": "transformer",
    "trafo": "transformer",
    "kva": "rated_kva",
    "trafo gucu kva": "rated_kva",
    "primary_kv": "primary_kv",
    "primer kv": "primary_kv",
    "main_side": "main_side",
    "olcu tarafi": "main_side",
    "line_ohm": "line_ohm",
    "hat direnci ohm": "line_ohm",
    "line_kv": "line_kv",
    "hat gerilimi kv": "line_kv",
    "loss_pct": "loss_pct",
    "teknik kayip %": "loss_pct",
    "meter": "meter",
    "sayac": "meter",
    "installation_no": "installation_no",
    "tesisat no": "installation_no",
    "role": "role",
    "gorev": "role",
    "since": "since",
    "baslangic": "since",
}
_ROLES = {"main": MAIN, "ana": MAIN, "below": BELOW, "alt": BELOW}
_SIDES = {"low": "low", "ag": "low", "medium": "medium", "og": "medium"}
_NUMBER = re.compile(r"\d{1,7}(?:[.,]\d{1,6})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkRow:
    """One line: a place with what feeds it, facts of the place, and perhaps a meter that hangs there.

    `path` goes from above to below, (kind, name) each; `facts` are of its last place, NOTHING ends one.
    """

    line: int
    path: tuple[tuple[str, str], ...]
    facts: Mapping[str, Any]
    meter: DeviceId | None = None
    installation_no: str | None = None
    role: str = BELOW
    since: datetime | None = None

    @property
    def hangs(self) -> bool:
        return self.meter is not None or self.installation_no is not None


def parse_network(text: str) -> tuple[list[NetworkRow], list[LineProblem]]:
    """A list with a header: zone, feeder, transformer, kva …; comma, semicolon or tab between cells.

    The last place named on a line is the one it is about; the ones before it feed it. Each bad line becomes
    a problem with its number; the good ones are returned.
    """
    return read_table(text, order_of=_order, row_of=_row)


def _order(row: list[str]) -> tuple[str, ...]:
    order = tuple(_NAMES.get(fold(name), name) for name in row)
    known = [name for name in order if name]
    strange = [name for name in known if name not in _NAMES.values()]
    if strange or len(set(known)) != len(known) or not set(KINDS) & set(known):
        names = ", ".join(dict.fromkeys(name for name in _NAMES if name.isascii() and " " not in name))
        raise BadCell(
            f"this header does not name the columns {names} at most once each (strange: {strange or 'none'})",
            "begin with a header that has zone, feeder or transformer; nothing below it was read",
        )
    return order


def _row(number: int, order: tuple[str, ...], given: list[str]) -> NetworkRow:
    cell = {name: text for name, text in named_cells(order, given).items() if text}
    path = tuple((kind, cells.words(cell[kind])) for kind in KINDS if kind in cell)
    if not path:
        raise BadCell("it names no place", "write the zone, the feeder or the transformer it is about")
    facts = {name: _fact(read, cell[name]) for name, read in _READ.items() if name in cell}
    meter = cells.meter(cell.get("meter", ""))
    no = cells.installation_no(cell["installation_no"]) if "installation_no" in cell else None
    _check(path[-1][0], facts, cell, hangs=meter is not None or no is not None)
    role = _one_of(_ROLES, cell["role"], "role", "main (ana) or below (alt)") if "role" in cell else BELOW
    since = cells.day(cell.get("since", ""))
    return NetworkRow(
        line=number, path=path, facts=facts, meter=meter, installation_no=no, role=role, since=since
    )


def _check(kind: str, facts: Mapping[str, Any], cell: Mapping[str, str], *, hangs: bool) -> None:
    for name in ("rated_kva", "primary_kv", "main_side"):
        if name in facts and kind != "transformer":
            raise BadCell(f"a {kind} has no {name}", "write it on a line that names the transformer")
    if "role" in cell and not hangs:
        raise BadCell("a role without a meter", "write the meter's serial or its installation number")
    if ("line_ohm" in facts) != ("line_kv" in facts):
        raise BadCell("of a line its ohms and its voltage belong together", "write line_ohm and line_kv")


def _fact(read: Callable[[str], Any], cell: str) -> Any:
    return cells.Nothing.NOTHING if cell == "-" else read(cell)


def _number(what: str, most: int) -> Callable[[str], Decimal]:
    def read(cell: str) -> Decimal:
        number = Decimal(cell.replace(",", ".")) if _NUMBER.fullmatch(cell) else Decimal(0)
        if not 0 < number <= most:
            raise BadCell(f"{cell!r} is no {what}", f"write a number above 0, at most {most}")
        whole = number.to_integral_value()
        return whole if number == whole else number.normalize()

    return read


def _side(cell: str) -> str:
    return _one_of(_SIDES, cell, "side of a transformer", "low (AG) or medium (OG)")


def _one_of(names: Mapping[str, str], cell: str, what: str, choice: str) -> str:
    found = names.get(fold(cell))
    if found is None:
        raise BadCell(f"{cell!r} is no {what}", f"write {choice}")
    return found


_READ: Mapping[str, Callable[[str], Any]] = {
    "rated_kva": _number("rated power in kVA", 1_000_000),
    "primary_kv": _number("voltage in kV", 500),
    "main_side": _side,
    "line_ohm": _number("resistance in ohms", 10_000),
    "line_kv": _number("voltage in kV", 500),
    "loss_pct": _number("loss in per cent", 50),
}
