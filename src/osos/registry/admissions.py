"""Which modems does a list want admitted, with which meters behind them?"""

import csv
import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from osos.quantities import DeviceId
from osos.registry import cells
from osos.registry.calling import CallingPlace
from osos.registry.problems import BadCell, LineProblem

COLUMNS = ("flag", "serial", "meters", "multiplier", "plain_until")
_BY_NAME = (
    "listens",
    "imei",
    "first_line",
)  # only below a header: without one a sixth cell is a mistake far more often
_NEEDED = COLUMNS[:3]
_NAMES = {  # how a header may call a column, as _lower writes it
    "flag": "flag",
    "marka": "flag",
    "üretici": "flag",
    "serial": "serial",
    "seri no": "serial",
    "modem": "serial",
    "modem seri no": "serial",
    "meters": "meters",
    "meter": "meters",
    "sayaç": "meters",
    "sayaçlar": "meters",
    "multiplier": "multiplier",
    "çarpan": "multiplier",
    "plain_until": "plain_until",
    "plain until": "plain_until",
    "şifresiz son gün": "plain_until",
    "listens": "listens",
    "dinleme adresi": "listens",
    "imei": "imei",
    "first_line": "first_line",
    "first line": "first_line",
    "ilk satir": "first_line",
}
_LINE_END = re.compile(r"\r\n|\r|\n")
_DELIMITER = re.compile(r"[,;\t]")  # the first one of a line: the cell before it is a flag, which has none
_TEXT_KEPT = 200  # characters of a bad line that its problem repeats


@dataclass(frozen=True, slots=True)
class Admission:
    """A modem to be let in, its meters, their multipliers, and until when it may call without encryption."""

    line: int
    modem: DeviceId
    meters: tuple[DeviceId, ...]
    multipliers: tuple[Decimal, ...]
    plain_until: datetime | None
    listens: CallingPlace | None = None  # of a transparent modem that waits to be called
    imei: str | None = None
    first_line: str | None = None


def parse_admissions(text: str) -> tuple[list[Admission], list[LineProblem]]:
    """Read `flag, serial, meters separated by ;, multiplier, plain_until`, one modem a line.

    Comma, semicolon (with the meters in quotes) or tab between cells; a header line is optional and may
    give another order, and columns `listens` (host:port of a transparent modem that waits to be called),
    `imei` and `first_line` (a pattern with the groups flag, serial, imei; X-41).
    Each bad line becomes a problem with its number; the good ones are returned.
    """
    admissions: list[Admission] = []
    problems: list[LineProblem] = []
    order: tuple[str, ...] = COLUMNS
    first = True
    for number, raw in enumerate(_LINE_END.split(text.removeprefix("\ufeff")), start=1):
        if not raw.strip(" ,;\t") or raw.startswith("#") or re.fullmatch(r"sep=.", raw.strip()):
            continue
        try:
            row = _cells(raw)
            if first and _is_header(row):
                order = _order(row)
            else:
                admissions.append(_admission(number, dict(zip(order, row, strict=False)), row, order))
        except BadCell as bad:
            problems.append(LineProblem(number, raw[:_TEXT_KEPT], bad.what, bad.do))
            if first and isinstance(bad, _BadHeader):
                return [], problems
        first = False
    return admissions, problems


class _BadHeader(BadCell):
    """A header that leaves the meaning of the columns open: no line below it can be trusted."""


def _cells(raw: str) -> list[str]:
    found = _DELIMITER.search(raw)
    delimiter = found[0] if found else ","
    try:
        (row,) = csv.reader([raw], delimiter=delimiter, skipinitialspace=True, strict=True)
    except (csv.Error, ValueError):
        raise BadCell("its quotes do not pair", 'put quotes around a whole cell, like "111;222"') from None
    return [cell.strip() for cell in row]


def _is_header(row: list[str]) -> bool:
    return _NAMES.get(_lower(row[0])) is not None


def _order(row: list[str]) -> tuple[str, ...]:
    order = tuple(_NAMES.get(_lower(name), name) for name in row)
    known = [name for name in order if name]
    strange = [name for name in known if name not in (*COLUMNS, *_BY_NAME)]
    missing = [name for name in _NEEDED if name not in order]
    if strange or missing or len(set(known)) != len(known):
        raise _BadHeader(
            f"this header does not name the columns {', '.join(COLUMNS)} once each "
            f"(strange: {strange or 'none'}, missing: {missing or 'none'})",
            "correct the header or take it out; nothing below it was read",
        )
    return order


def _lower(name: str) -> str:
    # Turkish capitals and small letters do not pair as Python thinks: İ-i and I-ı all become i.
    return name.replace("İ", "i").lower().replace("ı", "i").rstrip(".")


def _admission(number: int, row: dict[str, str], given: list[str], order: tuple[str, ...]) -> Admission:
    if any(given[len(order) :]):
        raise BadCell(
            f"it has {len(given)} cells where {len(order)} are expected",
            'put several meters in quotes when cells end with ;, like MKS;123;"111;222";40;2026-12-31',
        )
    missing = [name for name in _NEEDED if name not in row]
    if missing:
        raise BadCell(f"{', '.join(missing)} not there", f"write {', '.join(COLUMNS)} on each line")
    modem = cells.device(row["flag"], row["serial"])
    meters = cells.meters(row["meters"])
    return Admission(
        number,
        modem,
        meters,
        cells.multipliers(row.get("multiplier", ""), len(meters)),
        cells.plain_until(row.get("plain_until", "")),
        cells.listens(row.get("listens", "")),
        cells.imei(row.get("imei", "")),
        cells.first_line(row.get("first_line", "")),
    )
