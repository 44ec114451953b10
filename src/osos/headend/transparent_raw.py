"""What does a meter answer to words that the asker chose himself? (X-44 on a transparent line)

One message out, one message in, nothing judged: the asker leads the talk.
"""

import re

from osos.headend import outcomes
from osos.headend.conversation import Request
from osos.headend.outcomes import Finding
from osos.headend.round_trip import RoundTrip
from osos.headend.settings import TransparentLimits
from osos.headend.transparent_result import Result
from osos.iec62056 import BAUD, MessageReader, SwitchBaud, Write

Say = Write | SwitchBaud
_START_BAUD = 300
_ACKNOWLEDGE = re.compile(rb"\x060([0-6])[0-9A-Z]\r\n")
_FIRST_BYTE_S = 2.25  # M-16: tt
_GAP_S = 1.5  # M-16: no two bytes of a message are further apart


class RawTalk:
    """Has the doors of a MeterTalk."""

    def __init__(
        self, request: Request, *, limits: TransparentLimits, way: RoundTrip, most_bytes: int
    ) -> None:
        self.result: Result | None = None
        self._sent = _words(request)
        self._limits, self._way, self._most_bytes = limits, way, most_bytes
        self._reader = MessageReader("meter", max_message=most_bytes)
        self._heard = bytearray()
        self._due: float | None = None

    @property
    def wake_at(self) -> float | None:
        return None if self.result is not None else self._due

    def start(self, now: float) -> list[Say]:
        self._due = now + self._limits.reaction_s + _FIRST_BYTE_S + self._way.delay_s
        before = [SwitchBaud(_START_BAUD)] if self._sent.startswith(b"/?") else []
        asked = _ACKNOWLEDGE.fullmatch(self._sent)
        after = [SwitchBaud(BAUD[asked[1].decode()])] if asked is not None else []
        return [*before, Write(self._sent, self._limits.reaction_s), *after]

    def receive(self, data: bytes, now: float) -> list[Say]:
        if self.result is not None:
            return []
        self._heard += data
        self._due = now + _GAP_S + self._way.delay_s
        whole = self._reader.feed(data) and not self._reader.pending
        if whole or len(self._heard) > self._most_bytes:
            self._end()
        return []

    def tick(self, now: float) -> list[Say]:
        if self._due is not None and now >= self._due and self.result is None:
            self._end()
        return []

    def give_up(self, why: Finding) -> None:
        """The line is gone."""
        turns = (bytes(self._heard),) if self._heard else ()
        self.result = self.result or Result(turns=turns, fault=why)

    def _end(self) -> None:
        silent = None if self._heard else Finding(outcomes.METER_SILENT)
        self.result = Result(turns=(), telegram=bytes(self._heard), fault=silent)


def _words(request: Request) -> bytes:
    told = request.body.get("parameters") or {}
    return bytes(told.get("VALUE", ()))
