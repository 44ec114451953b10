"""What does a meter answer to words that the asker chose himself? (X-44 on a transparent line)

One message out, one message in, nothing judged: the asker leads the talk.
"""

from osos.headend import outcomes
from osos.headend.conversation import Request
from osos.headend.outcomes import Finding
from osos.headend.round_trip import RoundTrip
from osos.headend.settings import TransparentLimits
from osos.headend.transparent_result import Result
from osos.iec62056 import MessageReader, Write

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

    def start(self, now: float) -> list[Write]:
        self._due = now + self._limits.reaction_s + _FIRST_BYTE_S + self._way.delay_s
        return [Write(self._sent, self._limits.reaction_s)]

    def receive(self, data: bytes, now: float) -> list[Write]:
        if self.result is not None:
            return []
        self._heard += data
        self._due = now + _GAP_S + self._way.delay_s
        whole = self._reader.feed(data) and not self._reader.pending
        if whole or len(self._heard) > self._most_bytes:
            self._end()
        return []

    def tick(self, now: float) -> list[Write]:
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
