"""What does one cell of an admission list say?"""

import re
from datetime import datetime
from decimal import Decimal

from osos.modems.first_lines import BadFirstLine, own_line
from osos.quantities import DeviceId, NotADevice, to_utc
from osos.registry.calling import CallingPlace
from osos.registry.problems import BadCell

_BETWEEN = re.compile(r"[;,|\s]+")
_MULTIPLIER = re.compile(r"\d{1,7}(?:[.,]\d{1,4})?")
_SPOILT_NUMBER = re.compile(r"\d(?:[.,]\d+E\+?|E\+)\d+", re.IGNORECASE)  # what a sheet makes of a long serial
_IMEI = re.compile(r"[0-9]{14,16}")
_LOCAL_DAY = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")


def device(flag: str, serial: str) -> DeviceId:
    """The modem a line is about."""
    if _SPOILT_NUMBER.fullmatch(serial):
        raise BadCell(
            f"the sheet has rounded the serial to {serial}", "make the column text, type the serial again"
        )
    if not flag or not serial:
        missing = "flag" if not flag else "serial"
        raise BadCell(
            f"the {missing} of the modem is missing", "write the maker's three letters and the serial"
        )
    return _device(flag, serial)


def meters(cell: str) -> tuple[DeviceId, ...]:
    """The meters behind a modem: serials, each with or without its maker's three letters in front.

    >>> [str(one) for one in meters("MKS12345678; 87654321")]
    ['MKS12345678', '87654321']
    """
    found: list[DeviceId] = []
    for text in filter(None, _BETWEEN.split(cell)):
        if _SPOILT_NUMBER.fullmatch(text):
            raise BadCell(
                f"the sheet has rounded a meter's serial to {text}",
                "make the column text, type the serial again",
            )
        flag = text[:3] if text[:3].isalpha() and text[3:4].isdigit() else ""
        one = _device(flag, text[len(flag) :])
        if one in found:
            raise BadCell(f"meter {one} stands twice on this line", "name each meter once")
        found.append(one)
    return tuple(found)


def multipliers(cell: str, count: int) -> tuple[Decimal, ...]:
    """One multiplier for all meters of the line, or as many as there are meters; empty means 1.

    >>> multipliers("40;1,5", 2)
    (Decimal('40'), Decimal('1.5'))
    """
    texts = [text.strip() for text in cell.split(";")] if cell else ["1"]
    numbers = tuple(_multiplier(text) for text in texts)
    if len(numbers) == 1:
        return numbers * count
    if len(numbers) != count:
        raise BadCell(
            f"{len(numbers)} multipliers for {count} meters", "give one for all of them, or one for each"
        )
    return numbers


def plain_until(cell: str) -> datetime | None:
    """From when a plain link is refused: the beginning of that day in Turkey; empty means never plain.

    >>> plain_until("31.12.2026") == plain_until("2026-12-31")
    True
    """
    if not cell:
        return None
    local = _LOCAL_DAY.fullmatch(cell)
    text = f"{local[3]}-{local[2]:0>2}-{local[1]:0>2}" if local else cell
    try:
        return to_utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        raise BadCell(f"{cell!r} is not a day", "write 2026-12-31 or 31.12.2026, or leave it empty") from None


def listens(cell: str) -> CallingPlace | None:
    """Where a transparent modem waits to be called; empty: it calls by itself."""
    return CallingPlace.of_cell(cell) if cell else None


def imei(cell: str) -> str | None:
    """By which number a modem names itself that tells no serial; empty: it does not."""
    if _SPOILT_NUMBER.fullmatch(cell):
        raise BadCell(
            f"the sheet has rounded the IMEI to {cell}", "make the column text, type the number again"
        )
    if cell and not _IMEI.fullmatch(cell):
        raise BadCell(f"{cell!r} is no IMEI", "write its 15 digits, or nothing")
    return cell or None


def first_line(cell: str) -> str | None:
    """How a modem introduces itself, as a pattern; empty: with `@ID;`, or as models do that are known."""
    if not cell:
        return None
    try:
        return own_line(cell).name
    except BadFirstLine as error:
        raise BadCell(f"first_line {cell!r}: {error.what}"[:300], error.do) from None


def _device(flag: str, serial: str) -> DeviceId:
    try:
        return DeviceId(flag.upper(), serial)
    except NotADevice:
        raise BadCell(
            f"{f'{flag} {serial}'.strip()!r} names no device",
            "the flag has three letters A-Z, the serial 1 to 32 letters and digits",
        ) from None


def _multiplier(text: str) -> Decimal:
    number = Decimal(text.replace(",", ".")) if _MULTIPLIER.fullmatch(text) else Decimal(0)
    if number <= 0:
        raise BadCell(
            f"{text!r} is not a multiplier",
            "write CT ratio × VT ratio as a number above 0, like 40 / "
            "bu bir çarpan değil: akım × gerilim trafosu oranını 40 gibi, sıfırdan büyük yazın",
        )
    return _shortest(number)


def _shortest(number: Decimal) -> Decimal:
    """40, 40.0 and 40.00 are one multiplier, written one way."""
    whole = number.to_integral_value()
    return whole if number == whole else number.normalize()
