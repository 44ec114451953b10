"""Which service points does a list describe, with whose customers and suppliers?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from osos.quantities import DeviceId
from osos.registry import point_cells as cells
from osos.registry.problems import BadCell, LineProblem
from osos.registry.table_text import named_cells, read_table

_NAMES = {  # how a header may call a column, as _lower writes it
    "point": "point",
    "meter": "meter",
    "sayaç": "meter",
    "sayaç seri no": "meter",
    "installation_no": "installation_no",
    "hizmet noktasi no": "installation_no",
    "tesisat no": "installation_no",
    "etso": "etso",
    "etso kodu": "etso",
    "etso_reason": "etso_reason",
    "region": "region",
    "bölge": "region",
    "centre": "centre",
    "merkez": "centre",
    "district": "district",
    "ilçe": "district",
    "title": "title",
    "tanim": "title",
    "class": "point_class",
    "abone sinifi": "point_class",
    "tariff_group": "tariff_group",
    "tarife grubu": "tariff_group",
    "rate": "rate",
    "zaman": "rate",
    "installed_kva": "installed_kva",
    "kurulu güç kva": "installed_kva",
    "contract_kw": "contract_kw",
    "sözleşme gücü kw": "contract_kw",
    "voltage": "voltage_level",
    "gerilim": "voltage_level",
    "generation_kw": "generation_kw",
    "üretim gücü kw": "generation_kw",
    "customer": "customer",
    "abone": "customer",
    "customer_kind": "customer_kind",
    "abone türü": "customer_kind",
    "customer_login": "customer_login",
    "abone e-posta": "customer_login",
    "supplier": "supplier",
    "tedarikçi": "supplier",
    "since": "since",
    "başlangiç": "since",
}
PLACE = ("region", "centre", "district")
TERMS = (
    *("title", "point_class", "tariff_group", "rate"),
    *("installed_kva", "contract_kw", "voltage_level", "generation_kw"),
)
NOBODY = cells.Nothing.NOTHING
_READ: Mapping[str, Callable[[str], Any]] = {
    "installation_no": cells.installation_no,
    "region": cells.words,
    "centre": cells.words,
    "district": cells.words,
    "title": cells.words,
    "point_class": cells.words,
    "tariff_group": cells.words,
    "rate": cells.rate,
    "installed_kva": cells.power,
    "contract_kw": cells.power,
    "voltage_level": cells.voltage,
    "generation_kw": cells.power,
    "customer": cells.words,
    "customer_kind": cells.customer_kind,
    "customer_login": cells.login,
    "supplier": cells.words,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePointRow:
    """What one line says of one point from `since` on; what it does not say stays as it is.

    `facts` holds the cells that say something, by column; `NOBODY` where the cell is a hyphen: the fact ends.
    """

    line: int
    point: str  # public id, or empty
    meter: DeviceId | None
    facts: Mapping[str, Any]
    since: datetime | None  # None: from the installation of its first meter, later changes from now


def parse_service_points(text: str) -> tuple[list[ServicePointRow], list[LineProblem]]:
    """Read a list with a header line, one point a line; comma, semicolon or tab between cells.

    A point is told by its public id, by its meter's serial (with or without the maker's letters) or, once
    known, by its installation number. An empty cell says nothing, a hyphen ends what held. Each bad line
    becomes a problem with its number; the good ones are returned.
    """
    return read_table(text, order_of=_order, row_of=_row)


def _order(row: list[str]) -> tuple[str, ...]:
    order = tuple(_NAMES.get(_lower(name), name) for name in row)
    known = [name for name in order if name]
    strange = [name for name in known if name not in _NAMES.values()]
    if strange or len(set(known)) != len(known) or not {"point", "meter", "installation_no"} & set(known):
        raise BadCell(
            f"this header does not name the columns {', '.join(dict.fromkeys(_NAMES.values()))} "
            f"at most once each (strange: {strange or 'none'})",
            "begin with a header that has point, meter or installation_no; nothing below it was read",
        )
    return order


def _lower(name: str) -> str:
    # Turkish capitals and small letters do not pair as Python thinks: İ-i and I-ı all become i.
    return name.replace("İ", "i").lower().replace("ı", "i").rstrip(".")


def _row(number: int, order: tuple[str, ...], given: list[str]) -> ServicePointRow:
    cell = named_cells(order, given)
    facts = {name: _fact(name, cell[name]) for name in _READ if cell.get(name)}
    _add_etso(facts, cell)
    meter = cells.meter(cell.get("meter", ""))
    if not cell.get("point") and meter is None and "installation_no" not in facts:
        raise BadCell(
            "it names no point", "write the point's id, its meter's serial or its installation number"
        )
    if facts.keys() & {"customer_kind", "customer_login"} and facts.get("customer") in {None, NOBODY}:
        raise BadCell("the customer has a kind or a login but no name", "write the customer's name")
    return ServicePointRow(
        line=number,
        point=cell.get("point", ""),
        meter=meter,
        facts=facts,
        since=cells.day(cell.get("since", "")),
    )


def _fact(name: str, cell: str) -> Any:
    if cell == "-" and name not in {"installation_no", "customer_kind", "customer_login"}:
        return NOBODY
    return _READ[name](cell)


def _add_etso(facts: dict[str, Any], cell: Mapping[str, str]) -> None:
    """A code with a wrong check character is kept only with the reason beside it."""
    if not cell.get("etso"):
        return
    facts["etso"] = NOBODY if cell["etso"] == "-" else cells.etso(cell["etso"], cell.get("etso_reason", ""))
    facts["etso_reason"] = cell.get("etso_reason") or NOBODY
