"""How does a reader fetch one packet of a meter?"""

from osos.iec62056.actions import Action, Event, ReadoutReceived
from osos.iec62056.errors import ChecksumMismatch, MessageTooLong
from osos.iec62056.message_reader import Item
from osos.iec62056.messages import DataBlock, Nak
from osos.iec62056.reading_side import Line, ReadingSide


class ReadoutSession(ReadingSide):
    """Sign on, ask for packet `y` (M-13), take its data message, asking again where it came damaged.

    `accept_bad_bcc`: a message still damaged after all repetitions is taken with its complaints (M-172).
    """

    def __init__(
        self, address: str = "", y: str = "0", *, line: Line | None = None, accept_bad_bcc: bool = False
    ) -> None:
        super().__init__(address, line=line)
        self.y = y
        self._accept_bad_bcc = accept_bad_bcc
        self._damaged = b""  # the last message that did not fit its check character

    def _selected(self, item: Item, now: float) -> list[Action | Event]:
        match item:
            case DataBlock():
                return self._received(item.framed())
            case ChecksumMismatch(data=data) if data.startswith(b"\x02"):
                self._damaged = data
                return self._ask_again(now)
            case MessageTooLong(limit=limit):
                return self._fail("too-long", "peer", f"the data message is longer than {limit} bytes")
            case Nak() if self._is_lone:
                return self._fail("refused", "peer", f"NAK to packet {self.y}")
            case _:
                return []  # noise around the message

    def _cut_off(self, now: float) -> list[Action | Event]:  # noqa: ARG002  # giving up takes no time
        damaged = self._damaged or bytes(self._heard)
        if self._accept_bad_bcc:
            return self._received(damaged)
        reason = "bcc" if self._damaged else "cut-off"
        return self._fail(reason, "line", f"{len(damaged)} bytes came, damaged each time it was asked for")

    def _received(self, message: bytes) -> list[Action | Event]:
        head = self.identification.raw + b"\r\n" if self.identification else b""
        data = head + message
        return [ReadoutReceived(data), *self._finish()]
