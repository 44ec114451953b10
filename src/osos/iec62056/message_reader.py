"""Which messages have come in so far? A stream in, whole messages and damage out, bounded."""

import re
from collections.abc import Iterator
from typing import Literal

from osos.iec62056.block_check import block_check
from osos.iec62056.errors import (
    ChecksumMismatch,
    LineTooLong,
    MessageTooLong,
    Noise,
    NotAMessage,
    NotAnIdentification,
    ParityWrong,
    ProtocolError,
)
from osos.iec62056.identification import parse_identification
from osos.iec62056.limits import ADDRESS_MAX, COMMAND_MAX, IDENTIFICATION_MAX, LINE_MAX, MESSAGE_MAX
from osos.iec62056.messages import (
    Ack,
    Command,
    DataBlock,
    IdentificationLine,
    Message,
    Nak,
    OptionSelect,
    Request,
)
from osos.iec62056.parity import DAMAGED

_START = re.compile(rb"[/\x01\x02\x06\x15]")
_OPTION_SO_FAR = re.compile(rb"\x06(?:[0-9](?:[0-9A-I](?:[0-9A-Z](?:\r\n?)?)?)?)?")
_LINE_BREAKERS = re.compile(rb"[\x01\x02\x03\x06\x15]")
_SOH, _STX, _ETX, _ACK = 0x01, 0x02, 0x03, 0x06
_LINE_LIMIT = {"reader": ADDRESS_MAX + 5, "meter": IDENTIFICATION_MAX + 2}  # `/?` … `!` CR LF; `/` … CR LF

Item = Message | ProtocolError


class MessageReader:
    """Cuts what is heard from one side ("reader" or "meter") into its messages; the chunks do not matter.

    An ACK of the reader may be the start of an option select, so it is held until more bytes or `flush`.
    """

    def __init__(self, hears: Literal["reader", "meter"], *, max_message: int | None = None) -> None:
        self._hears = hears
        self._max = max_message or (MESSAGE_MAX if hears == "meter" else COMMAND_MAX)
        self._held = bytearray()
        self._seen = 0  # bytes of `_held` already looked at for an end

    def feed(self, data: bytes) -> list[Item]:
        """The messages and errors that these bytes complete."""
        self._held += data
        return list(self._items())

    def flush(self) -> list[Item]:
        """The line has fallen silent: what is held is all there is (a gap of 1.5 s, M-16)."""
        items = list(self._items())
        if self._held:
            held = bytes(self._held)
            items += [Ack()] if held[0] == _ACK else []
            rest = held[1:] if held[0] == _ACK else held
            items += [Noise(rest)] if rest else []
            self._drop(len(held))
        return items

    @property
    def pending(self) -> int:
        """How many bytes wait for more."""
        return len(self._held)

    def _items(self) -> Iterator[Item]:
        while self._held:
            item = self._take()
            if item is None:
                return
            yield item

    def _take(self) -> Item | None:
        """The first item of what is held; None: more bytes are needed."""
        match self._held[0]:
            case 0x2F:
                return self._line()
            case 0x06:
                return self._ack()
            case 0x15:
                return self._cut(1, Nak())
            case 0x01 | 0x02:
                return self._checked()
            case _:
                return self._noise()

    def _noise(self) -> Item | None:
        found = _START.search(self._held, self._seen)
        end = found.start() if found else len(self._held)
        if found is None and end < LINE_MAX:
            self._seen = end
            return None  # one Noise a stretch, however it comes in
        end = min(end, LINE_MAX)
        return self._cut(end, Noise(bytes(self._held[:end])))

    def _line(self) -> Item | None:
        limit = _LINE_LIMIT[self._hears]
        end = self._held.find(b"\n", 0, limit) + 1
        broken = _LINE_BREAKERS.search(self._held, 0, end or limit)
        again = self._held.find(b"/", 1, end or limit) if self._hears == "reader" else -1
        if broken or again > 0:  # a new message before this one ended
            cut = min(broken.start() if broken else limit, again if again > 0 else limit)
            return self._cut(cut, Noise(bytes(self._held[:cut])))
        if not end and len(self._held) < limit:
            return None
        line = bytes(self._held[: end or limit])
        return self._cut(len(line), self._parse_line(line) if end else LineTooLong(limit, line))

    def _parse_line(self, line: bytes) -> Item:
        try:
            if self._hears == "reader":
                return Request.parse(line)
            return IdentificationLine(parse_identification(line))
        except (NotAMessage, NotAnIdentification) as error:
            return error

    def _ack(self) -> Item | None:
        if self._hears == "meter":
            return self._cut(1, Ack())
        so_far = _OPTION_SO_FAR.match(self._held)
        size = so_far.end() if so_far else 1
        if size == 6:
            return self._cut(6, OptionSelect.parse(bytes(self._held[:6])))
        return None if size == len(self._held) else self._cut(1, Ack())

    def _checked(self) -> Item | None:
        """SOH … ETX BCC or STX … ETX BCC; a second beginning before ETX starts anew."""
        first = self._held[0]
        etx = self._held.find(_ETX, self._seen)
        end = etx if etx >= 0 else len(self._held)
        # SOH letter digit STX is the one place where STX stands inside a message.
        since = max(self._seen, 4 if first == _SOH and self._held[3:4] == b"\x02" else 1)
        anew = [at for at in (self._held.find(_SOH, since, end), self._held.find(_STX, since, end)) if at > 0]
        if min(anew, default=end) > self._max:
            return self._cut(self._max, MessageTooLong(self._max, bytes(self._held[:80])))
        if anew:
            return self._cut(min(anew), Noise(bytes(self._held[: min(anew)])))
        if etx < 0 or len(self._held) < etx + 2:
            self._seen = max(1, end)
            return None
        return self._cut(etx + 2, self._parse_checked(bytes(self._held[: etx + 2])))

    def _parse_checked(self, data: bytes) -> Item:
        if DAMAGED in data:
            return ParityWrong(expected=block_check(data[1:-1]), got=data[-1], data=data)
        try:
            return Command.parse(data) if data[0] == _SOH else DataBlock.parse(data)
        except (NotAMessage, ChecksumMismatch) as error:
            return error

    def _cut(self, size: int, item: Item) -> Item:
        self._drop(size)
        return item

    def _drop(self, size: int) -> None:
        del self._held[:size]
        self._seen = 0
