"""What does a modem's own push text say about its meter? (25-modem-protocols, c)"""

import itertools
import re
from collections.abc import Iterator

from osos.iec62056 import (
    Complaint,
    DataLine,
    Identification,
    PeerBrokeProtocol,
    parse_identification,
    parse_readout,
)
from osos.meters.interpret import interpret
from osos.meters.profiles import MeterProfile, profile_for
from osos.meters.telegram import Telegram, complaint

_GRP = re.compile(rb"<M2;([^<>\r\n]{1,2000})(>?)")
_GRP_NEXT = re.compile(rb"<[MU]2;")
_GRP_SIGNAL = re.compile(rb"<U2;[^;<>\r\n]{1,40};\d{1,3}>")
_HEAD = re.compile(rb"([^\r\n]*)\r?\n([^\r\n]*)\r?\n")  # of an Elektromed push: two lines
_GRP_CODES = (
    "1.8.0",
    "1.8.1",
    "1.8.2",
    "1.8.3",
    "1.8.4",
    "1.6.0",
    "",
    "5.8.0",
    "8.8.0",
)  # X-52; "" = the stamp
_GRP_FIELDS = 5 + len(_GRP_CODES)
_PRINTF = re.compile(r"%(?:lu|[dfsu])")  # conversions that never were replaced
_FRAMING = {"end-missing", "end-glued"}  # a push ends as its modem likes


def read_grp(telegram: bytes, profile: MeterProfile | None) -> Telegram:
    """`<M2;modem;meter;ident;time;date;registers…>`: no codes, no units; their order names them."""
    signal = _GRP_SIGNAL.match(telegram)
    if signal is not None:  # says nothing of a meter
        return Telegram("push", complaints=list(_grp_next(telegram, signal.end())))
    found = _GRP.match(telegram)
    fields = found[1].decode("latin-1").split(";") if found else []
    whole = fields if found and found[2] else fields[:-1]  # the last one of a cut message may be cut itself
    complaints = list(_grp_wrong(telegram, whole, found.end() if found else 0))
    if len(whole) < 3 or len(whole) > _GRP_FIELDS:
        return Telegram("push", complaints=complaints)
    named = _named(b"/" + whole[2].encode("latin-1"))
    profile = profile or profile_for(named)
    told = [interpret(line, profile, number=1) for line in _grp_lines(whole)]
    every = [reading for one in told for reading in one.readings]
    complaints += [wrong for one in told for wrong in one.complaints]
    return Telegram("push", whole[2], profile.name, readings=every, complaints=complaints)


def _grp_wrong(telegram: bytes, fields: list[str], end: int) -> Iterator[Complaint]:
    if len(fields) != _GRP_FIELDS:
        words, found = "not a whole M2 message", f"{len(fields)} fields"
        yield complaint("push-damaged", telegram, end, words, found=found, expected="<M2;14 fields>")
    yield from _grp_next(telegram, end)


def _grp_next(telegram: bytes, end: int) -> Iterator[Complaint]:
    following = _GRP_NEXT.search(telegram, max(end, 1))
    if following is not None:
        words = "more than one telegram: this one was not read"
        yield complaint("another-telegram", telegram, following.start(), words)


def _grp_lines(fields: list[str]) -> Iterator[DataLine]:
    """As far as the fields go."""
    places = list(itertools.accumulate((len(field) + 1 for field in fields), initial=len("<M2;")))
    _, meter, _, *clock = fields[:5]
    serial, values = re.sub(r"^[A-Z]{3}", "", meter), fields[5:]
    named = zip(("0.0.0", "0.9.1", "0.9.2"), (serial, *clock), (places[1], *places[3:5]), strict=False)
    for code, text, place in named:
        yield DataLine(None, code, None, (text,), place, f"{code}({text})")
    for code, text, after, place in zip(_GRP_CODES, values, (*values[1:], None), places[5:], strict=False):
        if code and (code != "1.6.0" or after is not None):  # a demand is half a word without its time
            brackets = (text, after or "") if code == "1.6.0" else (text,)
            yield DataLine(None, code, None, brackets, place, f"{code}({text})")


def _named(line: bytes) -> Identification | None:
    try:
        return parse_identification(line)
    except PeerBrokeProtocol:  # a modem's name for its meter that is no identification line
        return None


def read_viko(telegram: bytes, profile: MeterProfile | None) -> Telegram:
    """`#…X0.0.PX` readout lines `!$` (X-50)."""
    readout = parse_readout(telegram)
    profile = profile or profile_for(None, codes={line.code for line in readout.lines})
    return _of_lines(telegram, readout.lines, list(readout.complaints), None, profile)


def read_elektromed(telegram: bytes, profile: MeterProfile | None) -> Telegram:
    """`header|ident`, date and time, then lines; 8.… is the meter, 9.… the modem (X-56)."""
    above = _HEAD.match(telegram)
    head, start = (above[1], above.end()) if above else (b"", 0)
    readout = parse_readout(b" " * start + telegram[start:])  # blanks: offsets stay those of the telegram
    odd = [one for one in parse_readout(head + b"\r\n(0)!").complaints if one.code == "character"]
    # Blanked, the head has lost two line ends.
    complaints = [one if one.line is None else _two_lines_on(one) for one in readout.complaints]
    broken = [
        complaint(
            "printf", telegram, line.offset, "a printf conversion that was never replaced", found=line.raw
        )
        for line in readout.lines
        if _PRINTF.search(line.raw)
    ]
    identification = head.rpartition(b"|")[2].decode("latin-1")
    profile = profile or profile_for(None)
    return _of_lines(telegram, readout.lines, odd + complaints + broken, identification, profile)


def _two_lines_on(one: Complaint) -> Complaint:
    return Complaint(one.code, one.offset, (one.line or 0) + 2, one.found, one.expected, one.message)


def read_gridbox(telegram: bytes, profile: MeterProfile | None) -> Telegram:  # noqa: ARG001  # one of a table
    """`#FC|maker|…|maker` (X-51): a registration, without values."""
    if re.fullmatch(rb"#FC\|([^|\r\n]*)\|[^\r\n]*\|\1\s*", telegram):
        return Telegram("push")
    wrong = complaint("push-damaged", telegram, 0, "a Gridbox message whose maker is not repeated at its end")
    return Telegram("push", complaints=[wrong])


def _of_lines(
    telegram: bytes,
    lines: list[DataLine],
    complaints: list[Complaint],
    identification: str | None,
    profile: MeterProfile,
) -> Telegram:
    found = [interpret(line, profile, number=telegram.count(b"\n", 0, line.offset) + 1) for line in lines]
    readings = [reading for one in found for reading in one.readings]
    wrong = [one for one in complaints if one.code not in _FRAMING]
    wrong += [one for each in found for one in each.complaints]
    ordered = sorted(wrong, key=lambda one: one.offset)
    return Telegram("push", identification, profile.name, readings=readings, complaints=ordered)
