"""What does one cell of a list of service points say?"""

import re
from datetime import datetime
from decimal import Decimal
from enum import Enum

from osos.quantities import DeviceId, NotADevice, to_utc
from osos.registry.eic import check_character, is_eic, is_shaped
from osos.registry.folding import fold
from osos.registry.problems import BadCell

_SPOILT_NUMBER = re.compile(r"\d(?:[.,]\d+E\+?|E\+)\d+", re.IGNORECASE)  # what a sheet makes of a long number
_INSTALLATION_NO = re.compile(r"[0-9A-Za-z][0-9A-Za-z/.-]{0,31}")
_POWER = re.compile(r"\d{1,9}(?:[.,]\d{1,3})?")
_LOGIN = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,189}")
_LOCAL_DAY = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")
_RATES = {"single": "single", "tek": "single", "1": "single", "three": "three", "uc": "three", "3": "three"}
_VOLTAGES = {"low": "low", "ag": "low", "medium": "medium", "og": "medium", "high": "high", "yg": "high"}
_KINDS = {"person": "person", "bireysel": "person", "company": "company", "kurumsal": "company"}
LONGEST = 200


class Nothing(Enum):
    """What a hyphen says: what held so far ends."""

    NOTHING = "-"


def installation_no(cell: str) -> str:
    if _SPOILT_NUMBER.fullmatch(cell):
        raise BadCell(f"the sheet has rounded the number to {cell}", "make the column text, type it again")
    if _INSTALLATION_NO.fullmatch(cell) is None:
        raise BadCell(
            f"{cell!r} is no installation number", "write 1 to 32 letters and digits (/ . - within)"
        )
    return cell


def etso(cell: str, reason: str) -> str:
    """The code in capitals; a wrong check character passes with a reason only."""
    code = cell.upper()
    if not is_shaped(code):
        raise BadCell(f"{cell!r} is no ETSO code", "write its 16 capital letters, digits and hyphens")
    if not is_eic(code) and not reason:
        raise BadCell(
            f"the check character of {code} should be {check_character(code[:15])}",
            "correct the code, or say in etso_reason why it is right",
        )
    return code


def words(cell: str) -> str:
    if len(cell) > LONGEST:
        raise BadCell(f"a cell has {len(cell)} characters", f"write at most {LONGEST}")
    return " ".join(cell.split())


def rate(cell: str) -> str:
    return _one_of(_RATES, cell, "rate", "single (tek) or three (üç)")


def voltage(cell: str) -> str:
    return _one_of(_VOLTAGES, cell, "voltage level", "low (AG), medium (OG) or high (YG)")


def customer_kind(cell: str) -> str:
    return _one_of(_KINDS, cell, "kind of customer", "person (bireysel) or company (kurumsal)")


def power(cell: str) -> Decimal:
    """kVA or kW.

    >>> power("1600,0")
    Decimal('1600')
    """
    if _POWER.fullmatch(cell) is None:
        raise BadCell(f"{cell!r} is not a power", "write kVA or kW as a number, like 1600 or 7,5")
    number = Decimal(cell.replace(",", "."))
    whole = number.to_integral_value()
    return whole if number == whole else number.normalize()


def login(cell: str) -> str:
    """An e-mail address in small letters."""
    small = cell.lower()
    if _LOGIN.fullmatch(small) is None:
        raise BadCell(
            f"{cell!r} is no e-mail address", "write one like energy@company.example, or leave it empty"
        )
    return small


def meter(cell: str) -> DeviceId | None:
    """A serial with or without its maker's three letters; empty: the line says it otherwise."""
    if not cell:
        return None
    if _SPOILT_NUMBER.fullmatch(cell):
        raise BadCell(f"the sheet has rounded the serial to {cell}", "make the column text, type it again")
    flag = cell[:3] if cell[:3].isalpha() and cell[3:4].isdigit() else ""
    try:
        return DeviceId(flag.upper(), cell[len(flag) :])
    except NotADevice:
        raise BadCell(
            f"{cell!r} names no meter",
            "write its serial, with the maker's three letters before it or without",
        ) from None


def day(cell: str) -> datetime | None:
    """The beginning of that day in Turkey, or the moment when one is written."""
    if not cell:
        return None
    local = _LOCAL_DAY.fullmatch(cell)
    text = f"{local[3]}-{local[2]:0>2}-{local[1]:0>2}" if local else cell
    try:
        return to_utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        raise BadCell(f"{cell!r} is not a day", "write 2026-12-31 or 31.12.2026, or leave it empty") from None


def _one_of(names: dict[str, str], cell: str, what: str, choice: str) -> str:
    found = names.get(fold(cell))
    if found is None:
        raise BadCell(f"{cell!r} is no {what}", f"write {choice}")
    return found
