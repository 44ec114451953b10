"""How does a meter on a shared RS-485 line answer `/@!` and `/*!`? (M-25…M-29)"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from osos.iec62056 import Write, block_check

DELAY_S = (0.050, 0.750)  # a random wait, so that two meters seldom speak at once
REPEAT_AFTER_S = 1.5  # no acknowledge until then: once more (M-27)
REPEATS = 3
SILENT_S = 120  # after an acknowledge that names no time (M-26)
POLL_BAUD = 9600
_KEPT = 160  # bytes remembered between two calls: the longest frame is shorter

_HEARD = re.compile(
    rb"(?P<poll>/[@*]!\r\n)"
    rb"|\x02(?P<block>\x06(?P<flag>[A-Z]{3})(?P<serial>[0-9]+)(?:\((?P<seconds>[0-9]{1,6})\))?\x03)(?P<bcc>.)",
    re.DOTALL,
)


@dataclass(slots=True)
class _Report:
    frame: bytes
    is_alert: bool
    repeats: int
    due: float  # when it is sent once more


class PollAnswers:
    """One meter's part in the polls, without input or output; `now` is the port's own clock in seconds."""

    def __init__(
        self,
        flag: str,
        serial: str,
        *,
        dice: Random,
        alert: Callable[[], str | None],
        acknowledged: Callable[[], None],
    ) -> None:
        """`alert`: the word to report, None while nothing changed; `acknowledged`: it was taken."""
        self._flag, self._serial, self._dice = flag, serial, dice
        self._alert, self._acknowledged = alert, acknowledged
        self._heard = b""
        self._report: _Report | None = None
        self._silent_until = float("-inf")

    def receive(self, data: bytes, now: float) -> list[Write]:
        self._heard += data
        sent, end = [], 0
        for found in _HEARD.finditer(self._heard):
            end = found.end()
            if found["poll"]:
                sent += self._polled(found["poll"][1:2], now)
            else:
                self._answered(found, now)
        self._heard = self._heard[end:][-_KEPT:]
        return sent

    def tick(self, now: float) -> list[Write]:
        report = self._report
        if report is None or now < report.due:
            return []
        if report.repeats == REPEATS:
            self._report = None
            return []
        report.repeats += 1
        return self._send(report, now)

    def wake_at(self) -> float | None:
        return self._report.due if self._report else None

    def forget(self) -> None:
        """Power is gone."""
        self._heard, self._report = b"", None

    def _polled(self, kind: bytes, now: float) -> list[Write]:
        word = self._alert() if kind == b"*" else ""
        if word is None or (kind == b"@" and now < self._silent_until):
            return []
        block = f"{self._flag}{self._serial}{word}".encode() + b"\x03"
        self._report = _Report(b"\x02" + block + bytes([block_check(block)]), kind == b"*", 0, now)
        return self._send(self._report, now)

    def _send(self, report: _Report, now: float) -> list[Write]:
        delay_s = self._dice.uniform(*DELAY_S)
        report.due = now + delay_s + REPEAT_AFTER_S
        return [Write(report.frame, delay_s)]

    def _answered(self, found: re.Match[bytes], now: float) -> None:
        mine = found["flag"].decode() == self._flag and found["serial"].lstrip(b"0") == (
            self._serial.lstrip("0").encode()
        )
        if not mine or block_check(found["block"]) != found["bcc"][0]:
            return
        if self._report and self._report.is_alert:
            self._acknowledged()
        else:
            self._silent_until = now + int(found["seconds"] or SILENT_S)
        self._report = None
