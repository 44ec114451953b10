"""How much is one of this unit, in whole steps of its base unit?"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

# Printed unit, in small letters → (base unit, power of ten). Meters write kVArh, kvarh, kVarh alike (M-171).
_UNITS: Mapping[str, tuple[str, int]] = MappingProxyType(
    {
        "wh": ("Wh", 0),
        "kwh": ("Wh", 3),
        "mwh": ("Wh", 6),
        "gwh": ("Wh", 9),
        "varh": ("varh", 0),
        "kvarh": ("varh", 3),
        "mvarh": ("varh", 6),
        "vah": ("VAh", 0),
        "kvah": ("VAh", 3),
        "w": ("W", 0),
        "kw": ("W", 3),
        "mw": ("W", 6),
        "var": ("var", 0),
        "kvar": ("var", 3),
        "mvar": ("var", 6),
        "va": ("VA", 0),
        "kva": ("VA", 3),
        "v": ("V", 0),
        "kv": ("V", 3),
        "a": ("A", 0),
        "ka": ("A", 3),
        "hz": ("Hz", 0),
        "min": ("min", 0),
        "s": ("s", 0),
        "sec": ("s", 0),
        "secs": ("s", 0),
        "h": ("h", 0),
        "m3": ("m3", 0),
        "deg": ("deg", 0),
        "%": ("%", 0),
    }
)


@lru_cache(256)
def base_of(unit: str | None) -> tuple[str | None, int] | None:
    """Base unit and power of ten; no unit is a base of its own, None a unit nobody knows."""
    return (None, 0) if unit is None else _UNITS.get(unit.lower())


def scaled(number: str, unit: str | None) -> tuple[int, int, str | None] | None:
    """Whole amount, power of ten and base unit of a printed number; None: a unit nobody knows.

    Never a float: what is finer than one base unit keeps a negative power of ten.

    >>> scaled("123456.789", "kWh")
    (123456789, 0, 'Wh')
    >>> scaled("000000.043", "MWh")
    (43000, 0, 'Wh')
    >>> scaled("220.5", "V")
    (2205, -1, 'V')
    """
    known = base_of(unit)
    if known is None:
        return None
    base, power = known
    whole, _, fraction = number.replace(" ", "").partition(".")
    amount, scale = int(whole + fraction), power - len(fraction)
    return (amount * 10**scale, 0, base) if scale > 0 else (amount, scale, base)
