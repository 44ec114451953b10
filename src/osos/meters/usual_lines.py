"""What readings does a line hold that is printed just as its layout says? Written for speed.

Nearly every line of nearly every meter is such a line. What depends on the code alone (its name, its shapes,
the base of its unit) is found once; a line that is not quite so gives None and is read by `interpret`, which
says what is wrong with it. Both give the same readings: a test reads everything both ways.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from osos.iec62056 import DataLine
from osos.meters.catalogue import Catalogue
from osos.meters.layouts import FREE, LAYOUTS, Gives, Shape
from osos.meters.stamps import is_no_time, stamp_time
from osos.meters.units import base_of
from osos.quantities import Obis, Quality, Reading

_MOST = 20_000  # codes with their rows; a meter that prints nonsense must not fill the memory
_MEASURED = Quality.MEASURED
_new = tuple.__new__  # as for data lines

Bracket: TypeAlias = Callable[[str, datetime | None], tuple[Reading, ...] | None]  # None: not as usual


@dataclass(frozen=True, slots=True)
class Usual:
    """How the brackets of one code are read; `stamped`: the second is the time of the first."""

    brackets: tuple[Bracket, ...]
    stamped: bool


class UsualLines:
    """The codes of one catalogue, each prepared when it is met first."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._known: dict[tuple[str | None, str, int | None], Usual | None] = {}

    def read(self, line: DataLine) -> list[Reading] | None:
        """Its readings, or None: it has to be looked at closely."""
        name = line[:3]
        try:
            usual = self._known[name]
        except KeyError:
            usual = self._prepare(name)
        if usual is None or len(usual.brackets) != len(line.brackets):
            return None
        time = stamp_time(line.brackets[1]) if usual.stamped else None
        found: list[Reading] = []
        for text, bracket in zip(line.brackets, usual.brackets, strict=True):
            made = bracket(text, time)
            if made is None:
                return None
            found += made
        return found

    def _prepare(self, name: tuple[str | None, str, int | None]) -> Usual | None:
        prefix, code, history = name
        entry = self.catalogue.find(code, history)
        usual = None
        if entry is not None and entry.layout not in FREE:
            obis, shapes = Obis(code, history, prefix), LAYOUTS[entry.layout]
            gives = tuple(shape.gives for shape in shapes)
            made = tuple(_bracket(obis, k, shape, entry.unit) for k, shape in enumerate(shapes))
            usual = Usual(made, stamped=gives == (Gives.NUMBER, Gives.STAMP))
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[name] = usual
        return usual


def _bracket(obis: Obis, index: int, shape: Shape, unit: str | None) -> Bracket:
    match shape.gives:
        case Gives.NUMBER:
            return _number(obis, index, shape, unit)
        case Gives.STAMP:
            return _stamp(obis, index, shape)
        case Gives.SPAN:
            return _span(obis, index, shape)
        case Gives.TEXT:
            return _text(obis, index, shape)


def _number(obis: Obis, index: int, shape: Shape, unit: str | None) -> Bracket:
    fits, has_unit = shape.pattern.fullmatch, "unit" in shape.pattern.groupindex
    usual = base_of(unit)

    def made(text: str, time: datetime | None) -> tuple[Reading, ...] | None:
        found = fits(text)
        if found is None or usual is None:
            return None
        base, power = usual
        printed = found["unit"] if has_unit else None
        value = text
        if printed is not None:
            told = base_of(printed)
            if told is None or (unit is not None and told[0] != base):
                return None
            base, power = told
            value = text[: -len(printed) - 1]
        whole, _, fraction = value.replace(" ", "").partition(".")
        amount, scale = int(whole + fraction), power - len(fraction)
        if scale > 0:
            amount, scale = amount * 10**scale, 0
        return (_new(Reading, (obis, index, value, printed, amount, scale, base, time, text, _MEASURED)),)

    return made


def _stamp(obis: Obis, index: int, shape: Shape) -> Bracket:
    fits = shape.pattern.fullmatch

    def made(text: str, _: datetime | None) -> tuple[Reading, ...] | None:
        at = stamp_time(text) if fits(text) else None
        if at is None and not (fits(text) and is_no_time(text)):
            return None
        return (_new(Reading, (obis, index, text, None, None, 0, None, at, text, _MEASURED)),)

    return made


def _span(obis: Obis, index: int, shape: Shape) -> Bracket:
    fits = shape.pattern.fullmatch

    def made(text: str, _: datetime | None) -> tuple[Reading, ...] | None:
        found = fits(text)
        if found is None:
            return None
        readings = []
        for stamp in found.group("start", "end"):
            at = stamp_time(stamp)
            if at is None and not is_no_time(stamp):
                return None
            readings.append(_new(Reading, (obis, index, stamp, None, None, 0, None, at, text, _MEASURED)))
        return tuple(readings)

    return made


def _text(obis: Obis, index: int, shape: Shape) -> Bracket:
    fits = shape.pattern.fullmatch

    def made(text: str, time: datetime | None) -> tuple[Reading, ...] | None:
        if fits(text) is None:
            return None
        return (_new(Reading, (obis, index, text, None, None, 0, None, time, text, _MEASURED)),)

    return made
