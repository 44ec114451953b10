"""What shape has the text between two brackets, and what value does it hold?

A layout names the shape of each bracket of a line. Shapes are as wide as the requirements tolerate (M-171),
no wider: what does not fit is kept raw and flagged (M-173).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType


class Gives(Enum):
    """What a bracket is turned into."""

    TEXT = "its characters"
    NUMBER = "an exact number with a unit"
    STAMP = "its characters and an instant"
    SPAN = "two instants"


@dataclass(frozen=True, slots=True)
class Shape:
    form: str  # as the catalogue prints it, for complaints
    gives: Gives
    pattern: re.Pattern[str]


def _shape(form: str, gives: Gives, pattern: str) -> Shape:
    return Shape(form, gives, re.compile(pattern))


_UNIT = r"(?:\*(?P<unit>[^*()]{1,12}))?"
_DAY = r"\d\d-\d\d-\d\d"
_MINUTE = rf"{_DAY}[, ]\d\d:\d\d"
_SECOND = rf"{_MINUTE}:\d\d"
_BLANK = r"[ ]{0,8}"

_ENERGY = _shape(
    "dddddd.ddd*kWh", Gives.NUMBER, rf"{_BLANK}(?P<number>\d{{5,7}}(?:\.\d{{1,4}})?){_BLANK}{_UNIT}"
)
_POWER = _shape("ddd.ddd*kW", Gives.NUMBER, rf"{_BLANK}(?P<number>\d{{1,6}}(?:\.\d{{1,4}})?){_BLANK}{_UNIT}")
_NUMBER = _shape(
    "d.d", Gives.NUMBER, rf"{_BLANK}(?P<number>[+-]?{_BLANK}\d{{1,8}}(?:\.\d{{1,8}})?){_BLANK}{_UNIT}"
)
_MINUTES = _shape("nn*min", Gives.NUMBER, rf"(?P<number>\d{{1,5}}){_UNIT}")
_COUNT = _shape("nn", Gives.NUMBER, r"(?P<number>\d{1,5})")
_STAMP = _shape("yy-mm-dd,hh:mm", Gives.STAMP, _MINUTE)
_STAMP_S = _shape("yy-mm-dd,hh:mm:ss", Gives.STAMP, rf"{_MINUTE}(?::\d\d)?")
_SPAN = _shape(  # M-163: `,` between start and end in older meters; M-171: a blank after `;`
    "yy-mm-dd,hh:mm;yy-mm-dd,hh:mm", Gives.SPAN, rf"(?P<start>{_MINUTE})[,;]{_BLANK}(?P<end>{_MINUTE})"
)
_SPAN_S = _shape(
    "yy-mm-dd,hh:mm:ss;yy-mm-dd,hh:mm:ss",
    Gives.SPAN,
    rf"(?P<start>{_MINUTE}(?::\d\d)?)[,;]{_BLANK}(?P<end>{_MINUTE}(?::\d\d)?)",
)


def _text(form: str, pattern: str) -> Shape:
    return _shape(form, Gives.TEXT, pattern)


TEXT = _text("text", r"(?s:.*)")

LAYOUTS: Mapping[str, tuple[Shape, ...]] = MappingProxyType(
    {
        "serial": (_text("nnnnnnnnn", rf"{_BLANK}[0-9A-Za-z]{{4,16}}{_BLANK}"),),
        "version2": (_text("Vdd.dd", r"[Vv]?\d[\w. -]{0,15}"),),
        "version3": (_text("Vdd.ddd", r"[Vv]?\d[\w. -]{0,15}"),),
        "hex8": (_text("hhhhhhhh", r"[0-9A-Fa-f]{1,8}"),),
        "time": (_text("hh:mm:ss", r"\d\d:\d\d(?::\d\d)?"),),
        "date": (_text("yy-mm-dd", _DAY),),
        "weekday": (_text("d", r"0?[0-7]"),),
        "energy": (_ENERGY,),
        "demand": (_POWER, _STAMP),
        "power": (_POWER,),
        "u1": (_NUMBER,),
        "u2": (_NUMBER,),
        "i1": (_NUMBER,),
        "i3": (_NUMBER,),
        "freq": (_NUMBER,),
        "cos": (_NUMBER,),
        "number": (_NUMBER,),
        "stamp": (_STAMP,),
        "stamp_s": (_STAMP_S,),
        "stamp_count": (_STAMP, _COUNT),
        "span": (_SPAN,),
        "span_s": (_SPAN_S,),
        "count": (_COUNT,),
        "count2": (_COUNT,),
        "count4": (_COUNT,),
        "count_minutes": (_COUNT, _MINUTES),
        "minutes_out": (_MINUTES,),
        "period": (_MINUTES,),
        "seconds": (_MINUTES,),
        "flag": (_text("0|1", r"[01]"),),
        "hours32": (_text("32 digits", r"\d{28}(?:\d{4})?"),),
        "slices8": (_text("8 digits", r"\d{8}"),),
        "dst": (
            _text("+hh:mm,yy-mm-dd,hh:mm;yy-mm-dd,hh:mm", rf"[+-]?\d\d:\d\d,{_MINUTE};{_BLANK}{_MINUTE}"),
        ),
        "bits64": (_text("64 characters 0/1", r"[01]{64}|[0-9A-Fa-f]{16}|[0-9A-Fa-f]{8}"),),
        "password": (_text("nnnnnnnn", r"\d{8}"),),
        "lp_content2": (_text("code,code,…", r"[0-9A-Z.,]{1,200}"),),
        "lp_content3": (_text("code*unit,…", r"[^()]{1,400}"),),
        "dip": (_text("nnnn,%nnn,yy-mm-dd,hh:mm:ss", rf"\d{{4}},%\d{{3}},{_SECOND}"),),
        "none": (_text("", r""),),
    }
)
FREE = frozenset({"any", "text", "profile"})  # nothing is expected: as many brackets of any text as there are

# Where nothing is expected, a bracket is what it plainly looks like; a number without unit stays text.
PLAIN: tuple[Shape, ...] = (
    _shape(
        "d.d*unit",
        Gives.NUMBER,
        rf"{_BLANK}(?P<number>[+-]?{_BLANK}\d{{1,12}}(?:\.\d{{1,8}})?){_BLANK}\*(?P<unit>[^*()]{{1,12}})",
    ),
    _STAMP_S,
    _SPAN_S,
)
