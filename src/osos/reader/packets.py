"""What does a meter say when a packet, or single codes, are asked for?"""

from collections.abc import Sequence
from dataclasses import dataclass

from osos.iec62056 import (
    Answer,
    Command,
    DataBlock,
    Event,
    Failed,
    Identification,
    ProgrammingSession,
    ReadoutReceived,
    ReadoutSession,
    Refused,
    parse_readout,
)
from osos.iec62056.errors import CannotBeSent
from osos.reader.failing import PROGRAMMING_MODE, trouble_of
from osos.reader.identity import is_another, serial_in, serial_of
from osos.reader.link import Link
from osos.reader.persevering import persevere
from osos.reader.spans import Span
from osos.reader.trouble import LineTrouble, Trouble, Words, trouble

# Y of the acknowledge by the names of the directives (M-13).
PACKETS = {"0": "long", "5": "quality", "6": "short", "7": "history", "8": "alert", "9": "interruption"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    """What came of a reading; `data` is what `meters.read` decodes, empty when nothing whole came."""

    data: bytes = b""
    block: bytes = b""  # of a packet: what stands between STX and ETX; `datasets(block)` is every value
    is_whole: bool = True  # False: the line fell in mid-message, `data` is what had come, unchecked
    identification: Identification | None = None
    trouble: Trouble | None = None
    refused: tuple[str, ...] = ()  # codes the meter does not give
    missing: tuple[Span, ...] = ()  # of a load profile: labels that could not be had
    is_checked: bool = True  # the serial it printed is the one that was called, or none was


def read_packet(link: Link, y: str, *, accept_bad_bcc: bool = False) -> Got:
    """One of PACKETS, whole and with the right check character, or a trouble; again if the line falls."""
    return persevere(link, lambda: _packet(link, y, accept_bad_bcc))


def _packet(link: Link, y: str, accept_bad_bcc: bool) -> Got:
    address = link.place.address

    def session(line: object) -> ReadoutSession:
        return ReadoutSession(address, y, line=line, accept_bad_bcc=accept_bad_bcc)  # type: ignore[arg-type]  # always a Line

    try:
        link.open()
        link.watch.step("asking-packet", y=y)
        _, events = link.talk(session)
    except LineTrouble as fell:
        heard = link.heard if link.is_identified else b""
        return Got(data=heard, identification=link.identification, trouble=fell.trouble, is_whole=False)
    for event in events:
        if isinstance(event, ReadoutReceived):
            return _checked(link, event)
    return Got(identification=link.identification, trouble=_why(events, link, (f"{y} paketi", f"packet {y}")))


def _checked(link: Link, received: ReadoutReceived) -> Got:
    address, named = link.place.address, link.identification
    serial = serial_in(received.block) if address else None
    other = is_another(address, named, serial)
    if other:
        return Got(identification=named, trouble=other)
    checked = not address or serial is not None
    return Got(data=received.data, block=received.block, identification=named, is_checked=checked)


def read_codes(link: Link, codes: Sequence[str]) -> Got:
    """Each by R2, one row a query (M-43); whose serial it is is asked first when a meter was called."""
    return persevere(link, lambda: _codes(link, codes))


def _codes(link: Link, codes: Sequence[str]) -> Got:
    address = link.place.address
    try:
        asked = [Command.for_code("R2", code) for code in (*(["0.0.0"] if address else []), *codes)]
    except CannotBeSent as bad:
        return Got(trouble=trouble("bad-code", code=bad.text))
    try:
        link.open()
        link.watch.step("asking", what=", ".join(codes))
        _, events = link.talk(lambda line: ProgrammingSession(address, asked, line=line))
    except LineTrouble as fell:
        return Got(identification=link.identification, trouble=fell.trouble)
    why = _why(events, link, PROGRAMMING_MODE)
    answers = [(each.asked, each.data) for each in events if isinstance(each, Answer)]
    serial = None
    if address and answers and answers[0][0].startswith("R2 0.0.0("):
        serial = serial_of(parse_readout(b"\x02" + answers.pop(0)[1] + b"\r\n\x03").lines)
    other = is_another(address, link.identification, serial)
    if other:
        return Got(identification=link.identification, trouble=other)
    refused = tuple(_code(each.asked) for each in events if isinstance(each, Refused))
    refused = tuple(code for code in refused if code in codes)
    if refused and why is None:
        why = trouble("unknown-code", code=", ".join(refused))
    return Got(
        data=message_of(link.identification, [block for _, block in answers]),
        identification=link.identification,
        trouble=why,
        refused=refused,
        is_checked=not address or serial is not None,
    )


def message_of(identification: Identification | None, blocks: Sequence[bytes]) -> bytes:
    """Identification and data blocks, framed and checked anew: what a decoder takes."""
    if not blocks:
        return b""
    head = identification.raw + b"\r\n" if identification else b""
    return head + b"".join(DataBlock(block).framed() for block in blocks)


def _why(events: Sequence[Event], link: Link, what: Words) -> Trouble | None:
    for event in events:
        if isinstance(event, Failed):
            return trouble_of(event, link, what=what)
    return None


def _code(asked: str) -> str:
    return asked.partition(" ")[2].partition("(")[0]
