"""Which records does a first-generation meter's own query ask for? (M-163)"""

import re
from datetime import datetime

from osos.simulator.meter.moment import wall_second
from osos.simulator.meter.ranges import LabelRange, label_range

RECORDS = 2048  # Köhler: 128.12.0001 … 2048, 1 the newest (chosen: the sources name numbers only)


def _range(argument: str, form: str) -> LabelRange | None:
    sides = argument.split(";")
    if len(sides) != 2:
        return None
    minutes = [_minute(side, form) if side else None for side in sides]
    if any(side and minute is None for side, minute in zip(sides, minutes, strict=True)):
        return None
    return LabelRange(*minutes)


def _minute(text: str, form: str) -> int | None:
    try:
        shown = datetime.strptime(f"20{text}", f"%Y{form[2:]}")  # noqa: DTZ007  # a meter's clock knows no zone
    except ValueError:
        return None
    return wall_second(shown) // 60 if shown.strftime(form) == text else None


def makel(code: str, argument: str) -> tuple[str, LabelRange] | None:
    found = _range(argument, "%y%m%d%H%M") or label_range(argument)
    return (code, found) if code.startswith("P.0") and found else None


def luna(code: str, argument: str) -> tuple[str, LabelRange] | None:
    """`P1(yymmdd;yymmdd)()`, whole days."""
    found = _range(argument.removesuffix(")("), "%y%m%d")
    if not re.fullmatch("P[123]", code) or found is None:
        return None
    last = None if found.last is None else found.last + 1440
    return f"P.0{code[1]}", LabelRange(found.first, last)


def viko(code: str, argument: str) -> tuple[str, LabelRange] | None:
    return makel(code, argument)


def kohler(code: str, argument: str) -> int | None:
    found = re.fullmatch(r"128\.12\.([0-9]{4})", code)
    return int(found[1]) if found and not argument and 1 <= int(found[1]) <= RECORDS else None
