"""Which values did the meter record of a voltage or current, and how did each come, in plain words?"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from osos.mdm.explain import RecordTold, records_told, shown_of
from osos.mdm.explain.bytes_of import Messages
from osos.mdm.labels import label_text
from osos.portal.look import Look
from osos.portal.registers import register_name
from osos.quantities import Interval

_PHASES = {"3": "L1", "5": "L2", "7": "L3"}
_FAMILIES = {"1": "profile.current", "2": "profile.voltage"}
_OF_PHASE = re.compile(r"([357])([12])\.7\.0(?: (max|min))?")
_ENDS = {"max": "explain.highest", "min": "explain.lowest"}


def column_name(code: str, t: Callable[..., str], language: str) -> str:
    """`Gerilim L1, en yüksek`; what is no voltage and no current goes by its name in the catalogue."""
    found = _OF_PHASE.fullmatch(code)
    if found is None:
        return register_name(code.split(" ", maxsplit=1)[0], language)
    name = f"{t(_FAMILIES[found[2]])} {_PHASES[found[1]]}"
    return f"{name}, {t(_ENDS[found[3]])}" if found[3] else name


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One record: what the meter sent of it, the value's own letters apart."""

    told: RecordTold
    printed: str  # the meter's own time
    before: str
    own: str  # empty: the value has no place of its own in the message
    after: str
    is_shown: bool


def lines_of(look: Look, code: str, period: Interval) -> list[Line]:
    """In the order of time; none where the meter recorded no such thing then."""
    messages = Messages(look.conn)
    found = records_told(look.conn, look.seen, code=code, period=period, messages=messages)
    shown = shown_of(found)
    return [_line(one, messages, is_shown=one is shown) for one in found]


def _line(one: RecordTold, messages: Messages, *, is_shown: bool) -> Line:
    before, own, after = _letters(one, messages)
    printed = label_text(one.label)[:16].replace("T", " ")
    return Line(told=one, printed=printed, before=before, own=own, after=after, is_shown=is_shown)


def _letters(one: RecordTold, messages: Messages) -> tuple[str, str, str]:
    """The meter's line alone, not what else the message carries."""
    if one.source is None or one.source.offset is None:
        return "", "", ""
    text = bytes(byte & 0x7F for byte in messages.bytes_of(one.source)).decode("ascii", "replace")  # parity
    if one.own is None or one.own.offset is None or one.own.length is None:
        return text, "", ""
    first = one.own.offset - one.source.offset
    return text[:first], text[first : first + one.own.length], text[first + one.own.length :]
