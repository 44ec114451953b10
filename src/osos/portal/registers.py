"""What is a register called, and how is what it shows written?"""

from collections.abc import Callable
from decimal import Decimal

from osos.mdm.faces import RegisterRow
from osos.meters import catalogue
from osos.web import Formats
from osos.web.formats import MINUS, UNKNOWN

_SHOWN_UNIT = {"Wh": ("kWh", 3), "varh": ("kVArh", 3), "W": ("kW", 3), "var": ("kVAr", 3)}
# What the catalogue names as a list only, or not at all.
_MORE = {
    "13.7.0": ("Güç faktörü (cos φ)", "Power factor (cos φ)"),
    "33.7.0": ("Güç faktörü L1", "Power factor L1"),
    "53.7.0": ("Güç faktörü L2", "Power factor L2"),
    "73.7.0": ("Güç faktörü L3", "Power factor L3"),
}


def register_name(code: str, language: str) -> str:
    """In words; a code nobody knows is its own name."""
    entry = catalogue(2).find(code) or catalogue(None).find(code)
    names = (entry.tr, entry.en) if entry is not None else _MORE.get(code, (code, code))
    return names[0] if language == "tr" else names[1]


def shown(value: Decimal | None, base_unit: str) -> tuple[Decimal | None, str, int]:
    """A value of `Wh` as kWh with three decimals; others as they are: value, unit, decimals."""
    unit, power = _SHOWN_UNIT.get(base_unit, (base_unit, 0))
    if value is None:
        return None, unit, power
    scaled = value.scaleb(-power)
    exponent = scaled.as_tuple().exponent
    decimals = power or (max(0, -exponent) if isinstance(exponent, int) else 0)
    return scaled, unit, decimals


def written(row: RegisterRow, f: Formats, *, primary: bool = False) -> str:
    """Number alone; the unit stands in a column of its own."""
    value, _, decimals = shown(row.primary if primary else row.value, row.base_unit)
    return f.number(value, decimals)


def unit_of(row: RegisterRow) -> str:
    return shown(None, row.base_unit)[1]


def kilo_of(language: str) -> Callable[[int | None], str]:
    """Wh as kWh with its three decimals, for tables of thousands of cells: whole numbers all the way.

    >>> kilo_of("tr")(23803500)
    '23.803,500'
    """
    signs = str.maketrans(",.", ".,") if language == "tr" else {}

    def written_out(value: int | None) -> str:
        if value is None:
            return UNKNOWN
        sign = MINUS if value < 0 else ""
        whole, rest = divmod(abs(value), 1000)
        return f"{sign}{whole:,}.{rest:03d}".translate(signs)

    return written_out


def in_order(code: str) -> tuple[int, ...]:
    """1.8.0 before 1.8.1 before 14.7.0: by number, not by letter."""
    return tuple(int(part) if part.isdecimal() else 999 for part in code.split("."))
