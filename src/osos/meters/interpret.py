"""What readings does one line of a meter hold?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from osos.iec62056 import Complaint, DataLine
from osos.meters.catalogue import Catalogue, Entry
from osos.meters.layouts import FREE, LAYOUTS, PLAIN, TEXT, Gives, Shape
from osos.meters.profiles import MeterProfile
from osos.meters.stamps import is_no_time, stamp_time
from osos.meters.units import scaled
from osos.meters.usual_lines import UsualLines
from osos.quantities import Obis, Quality, Reading

_SHOWN = 80  # characters of a bracket that a complaint quotes


@dataclass(frozen=True, slots=True)
class Interpreted:
    readings: list[Reading]
    complaints: list[Complaint]


def interpret(line: DataLine, profile: MeterProfile, *, number: int | None = None) -> Interpreted:
    """The values of a line as the profile's catalogue understands them; `number`: which line it is.

    A known code whose layout does not fit is kept raw and flagged, an unknown one is kept as text (M-173).
    """
    obis = Obis(line.code, line.history, line.prefix)
    entry = profile.entry(line.code, line.history)
    if entry is None or entry.layout in FREE:
        return Interpreted(list(_plain(line, obis)), [])
    shapes = LAYOUTS[entry.layout]
    wrong = _misfit(line, entry, shapes)
    if wrong is not None:
        raw = [_reading(obis, k, text, quality=Quality.SUSPECT) for k, text in enumerate(line.brackets)]
        return Interpreted(raw, [_complaint(line, entry, wrong, number)])
    stamp = _own_stamp(line, shapes)
    return Interpreted(
        [
            reading
            for k, (text, shape) in enumerate(zip(line.brackets, shapes, strict=True))
            for reading in _shaped(obis, k, text, shape, unit=entry.unit, time=stamp)
        ],
        [],
    )


def interpret_all(
    lines: Sequence[DataLine], profile: MeterProfile, telegram: bytes
) -> tuple[list[Reading], list[Complaint]]:
    """The values of all lines, and what does not fit, with its line of the telegram."""
    readings: list[Reading] = []
    complaints: list[Complaint] = []
    usual = _usual(profile.catalogue)
    for line in lines:
        plainly = usual.read(line)
        if plainly is not None:
            readings += plainly
            continue
        found = interpret(line, profile)
        readings += found.readings
        if found.complaints:
            number = telegram.count(b"\n", 0, line.offset) + 1
            complaints += interpret(line, profile, number=number).complaints
    return readings, complaints


_prepared: dict[int, UsualLines] = {}  # by the identity of a catalogue, which is held on to
_CATALOGUES_MOST = 64  # there is one a meter profile; who overrides a profile keeps its catalogue


def _usual(catalogue: Catalogue) -> UsualLines:
    found = _prepared.get(id(catalogue))
    if found is None:
        if len(_prepared) >= _CATALOGUES_MOST:
            _prepared.clear()
        found = _prepared[id(catalogue)] = UsualLines(catalogue)
    return found


def _misfit(line: DataLine, entry: Entry, shapes: tuple[Shape, ...]) -> tuple[str, str] | None:
    """Code and words of what does not fit; None: all does."""
    form = "".join(f"({shape.form})" for shape in shapes)
    if len(line.brackets) != len(shapes):
        return "layout", f"{len(line.brackets)} brackets where {form} has {len(shapes)}"
    for text, shape in zip(line.brackets, shapes, strict=True):
        found = shape.pattern.fullmatch(text)
        if found is None:
            return "layout", f"the layout of {line.code} is {form}"
        parts = found.groupdict()
        if shape.gives is Gives.NUMBER and not _fits_unit(parts, entry.unit):
            return "unit", f"the unit of {line.code} is {entry.unit or 'none'}"
        times = (text,) if shape.gives is Gives.STAMP else (parts.get("start", ""), parts.get("end", ""))
        if shape.gives in (Gives.STAMP, Gives.SPAN) and any(_impossible(each) for each in times):
            return "no-time", f"a stamp of {line.code} is neither a time nor none"
    return None


def _fits_unit(parts: dict[str, str | None], expected: str | None) -> bool:
    printed = parts.get("unit")
    if printed is None:
        return True
    measured = scaled("0", printed)
    return measured is not None and (expected is None or measured[2] == scaled("0", expected)[2])  # type: ignore[index]  # the catalogue's own units are all known


def _impossible(stamp: str) -> bool:
    return stamp_time(stamp) is None and not is_no_time(stamp)


def _own_stamp(line: DataLine, shapes: tuple[Shape, ...]) -> datetime | None:
    """The stamp behind a number belongs to it: a demand's (not a count's, which stands behind its stamp)."""
    if len(shapes) == 2 and shapes[0].gives is Gives.NUMBER and shapes[1].gives is Gives.STAMP:
        return stamp_time(line.brackets[1])
    return None


def _plain(line: DataLine, obis: Obis) -> Iterator[Reading]:
    """Brackets of which nothing is expected, each taken for what it plainly looks like."""
    stamp = _vdew_stamp(line)
    for k, text in enumerate(line.brackets):
        shape = next((shape for shape in PLAIN if shape.pattern.fullmatch(text)), TEXT)
        yield from _shaped(obis, k, text, shape, unit=None, time=stamp)


def _vdew_stamp(line: DataLine) -> datetime | None:
    """`1.6.1(27.19*kW)(1702090945)`: VDEW prints a maximum's time without separators, in any code C.6.E."""
    group = line.code.split(".")[1:2]
    if group == ["6"] and len(line.brackets) == 2:
        return stamp_time(line.brackets[1])
    if line.code == "0.1.2" and len(line.brackets) == 1:
        return stamp_time(line.brackets[0])
    return None


def _shaped(
    obis: Obis, index: int, text: str, shape: Shape, *, unit: str | None, time: datetime | None
) -> Iterator[Reading]:
    found = shape.pattern.fullmatch(text)
    assert found is not None  # the caller chose the shape because it fits
    parts = found.groupdict()
    if shape.gives is Gives.NUMBER:
        printed = parts.get("unit")
        yield _number(obis, index, text, printed, unit=printed or unit, time=time)
    elif shape.gives is Gives.SPAN:
        for stamp in (parts["start"], parts["end"]):
            yield _reading(obis, index, stamp, raw=text, time=stamp_time(stamp))
    elif shape.gives is Gives.STAMP:
        yield _reading(obis, index, text, time=stamp_time(text))
    else:
        yield _reading(obis, index, text, time=time)


def _number(
    obis: Obis, index: int, text: str, printed: str | None, *, unit: str | None, time: datetime | None
) -> Reading:
    """The value keeps its own characters, blanks and signs included; the amount is exact."""
    value = text.rpartition("*")[0] if printed is not None else text
    measured = scaled(value, unit)
    amount, scale, base = measured if measured else (None, 0, None)
    return Reading(obis, index, value, printed, amount, scale, base, time, text, Quality.MEASURED)


def _reading(
    obis: Obis,
    index: int,
    text: str,
    *,
    raw: str | None = None,
    time: datetime | None = None,
    quality: Quality = Quality.MEASURED,
) -> Reading:
    return Reading(obis, index, text, None, None, 0, None, time, text if raw is None else raw, quality)


def _complaint(line: DataLine, entry: Entry, wrong: tuple[str, str], number: int | None) -> Complaint:
    code, words = wrong
    found = "".join(f"({text})" for text in line.brackets)[:_SHOWN]
    expected = "".join(f"({shape.form})" for shape in LAYOUTS[entry.layout])
    return Complaint(code, line.offset, number, found, expected, f"{words}; kept as it stands")
