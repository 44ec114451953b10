"""What does a unit hear when it runs a directive on its line?

A run is a generator: it yields the line time it wants to be woken at and is sent the time at which it was. It
does no waiting itself, so the same code runs in real, scaled and compressed time.
"""

import re
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field

from osos.iec62056 import add_parity, block_check, strip_parity
from osos.modems.mass_json import Directive, Step, render
from osos.simulator.line import Line
from osos.simulator.modem.speed_watch import START_BAUD, SpeedWatch

Wait = Generator[float, float, None]

IDLE_S = 1.5  # X-26; no gap within a message is longer (M-16)
REST_S = 2.5  # after a failed run: longer than any meter waits for the next word (tt of M-16)
BREAK = b"\x01B0\x03q"
NAK = b"\x15"

_SHORT = 256  # bytes; identifications, acknowledgements and P0 messages are
_ETX = 3
_QUERY = b"\x01R"
_ANSWERED = (6, 21)  # ACK, NAK
_IDENTIFICATION = re.compile(rb"/[A-Za-z]{3}[0-9A-I][^\r\n]{0,64}\r\n")
_BLOCK = re.compile(rb"[\x01\x02][^\x03]*\x03")
_SERIAL = re.compile(rb"(?:^|[\r\n\x02])(?:\d+-\d+:)?0\.0\.0\(([0-9A-Za-z]{1,32})\)")
_FLAG_SERIAL = re.compile(r"/[A-Za-z]{3}[0-9A-I](?:<\d>)?[A-Z]{3}(\d{8,9})\Z")


@dataclass(slots=True)
class Heard:
    """What came back in one run. fault: "silent" or "bad check", facts in `detail`; empty: all well."""

    raw: bytearray = field(default_factory=bytearray)
    identification: str = ""
    fault: str = ""
    detail: str = ""

    @property
    def serial(self) -> str | None:
        """The serial the meter gave, where it gave one: in its data, else in its identification (M-12)."""
        said = _SERIAL.search(self.raw)
        if said is not None:
            return said[1].decode("ascii")
        named = _FLAG_SERIAL.search(self.identification)
        return named[1] if named is not None else None


class DirectiveRun:
    """One run of a directive for one meter (X-24…X-26).

    `raw`: the bytes are the centre's own talk with the meter (X-44). They pass as on a transparent line, the
    speeds followed (X-42) and nothing judged but silence.
    """

    def __init__(
        self,
        directive: Directive,
        line: Line,
        *,
        words: Mapping[str, bytes],
        obis: Iterable[bytes] = (),
        raw: SpeedWatch | None = None,
    ) -> None:
        self.heard = Heard()
        self._directive, self._line = directive, line
        self._words, self._obis = dict(words), tuple(obis)
        self._parity = True
        self._echo = self._sent = b""
        self._at = 0.0
        self._raw = raw

    def conduct(self, now: float) -> Wait:
        """All steps, or as far as the meter answers. Raises MissingWord when the read brought too little."""
        self._at = now
        self._line.hear(now=now)  # what an earlier session left on the wire is none of this one's
        yield from self._run(self._directive.steps)
        if self.heard.fault and self._raw is None:
            # Leave no meter in programming mode: a break at the speed it was last spoken to (M-45).
            yield from self._send(BREAK)
            yield from self._until(self._at + REST_S)

    def _run(self, steps: Iterable[Step]) -> Wait:
        for step in steps:
            if self.heard.fault:
                return
            if step.operation == "loop" and isinstance(step.parameter, tuple):
                for code in self._obis:
                    self._words["OBIS"] = code
                    yield from self._run(each for each in step.parameter if isinstance(each, Step))
            else:
                yield from self._one(step)

    def _one(self, step: Step) -> Wait:
        parameter = step.parameter
        if isinstance(parameter, tuple):  # sendData
            elements = [each for each in parameter if not isinstance(each, Step)]
            yield from self._send(render(elements, self._words))
            if self._raw is not None:
                self._turn_to(self._raw.from_centre(self._sent, self._at))
        elif isinstance(parameter, str):  # setFraming
            self._parity = parameter.startswith("7E")
        elif step.operation == "setBaud":
            self._line.set_baud(parameter, now=self._at)
        elif step.operation == "wait":
            yield from self._until(self._at + parameter / 1000)
        else:  # readData
            idle_s = IDLE_S if step.idle_ms is None else step.idle_ms / 1000
            words, wrong = yield from self._read(parameter / 1000, idle_s)
            if self._raw is not None:
                self._pass_on(words, self._raw)
                return
            if words == NAK and self._sent.startswith(_QUERY):
                # A meter says NAK also when our own words reached it damaged (M-45), and a NAK that is taken
                # for "nothing in range" (M-108) would hide records: a query is asked once more.
                yield from self._send(self._sent)
                words, wrong = yield from self._read(parameter / 1000, idle_s)
            self._judge(words, wrong)

    def _pass_on(self, words: bytes, watch: SpeedWatch) -> None:
        self._judge_nothing(words)
        if watch.from_meter(words, self._at):
            self._turn_to(START_BAUD)

    def _turn_to(self, baud: int | None) -> None:
        if baud is not None and self._raw is not None:
            self._raw.baud = baud
            self._line.set_baud(baud, now=self._at)

    def _until(self, moment: float) -> Wait:
        while self._at < moment:
            self._at = yield moment

    def _send(self, data: bytes) -> Wait:
        self._echo = self._sent = data
        out = self._line.send(add_parity(data) if self._parity else data, now=self._at)
        yield from self._until(out)

    def _read(self, longest_s: float, idle_s: float) -> Generator[float, float, tuple[bytes, int]]:
        """Until ETX + BCC, an identification's CR LF, ACK or NAK, a pause, or `longest_s` (X-26).

        The bytes without their parity, and how many of them had a wrong one.
        """
        deadline, got, wrong = self._at + longest_s, bytearray(), 0
        limit = deadline
        while True:
            if chunk := self._line.hear(now=self._at):
                if self._parity:
                    chunk, errors = strip_parity(chunk)
                    wrong += len(errors)
                got += chunk
                limit = min(deadline, self._at + idle_s)
            # Only an ETX can end a block: a long answer is not searched again with each of its pieces.
            worth_a_look = len(got) < _SHORT or _ETX in got[-len(chunk) - 1 :]
            if (worth_a_look and _ended(self._without_echo(got))) or self._at >= limit:
                break
            coming = self._line.next_at()
            self._at = yield limit if coming is None or coming <= self._at else min(limit, coming)
        # What only began like an echo was none: a bare ACK is the first byte of our own option select.
        words = bytes(got) if len(got) < len(self._echo) else self._without_echo(got)
        self._echo = b""
        return words, wrong

    def _without_echo(self, got: bytearray) -> bytes:
        """An echoing line gives the unit its own words first."""
        if self._echo.startswith(got):
            return b""
        return bytes(got[len(self._echo) :]) if got.startswith(self._echo) else bytes(got)

    def _judge_nothing(self, words: bytes) -> None:
        self.heard.raw += words
        if not words:
            self.heard.fault, self.heard.detail = "silent", "no answer"

    def _judge(self, words: bytes, wrong: int) -> None:
        heard = self.heard
        heard.raw += words
        if not words:
            heard.fault, heard.detail = "silent", "no answer"
        elif wrong:
            heard.fault, heard.detail = "bad check", f"{wrong} bytes with wrong parity"
        elif not _checks(words):
            heard.fault, heard.detail = "bad check", "the block's end or check character is wrong"
        elif words.startswith(b"/") and not _IDENTIFICATION.search(words):
            heard.fault, heard.detail = "bad check", "no identification"
        elif not heard.identification and (found := _IDENTIFICATION.search(words)):
            heard.identification = found[0].strip().decode("latin-1")


def _ended(words: bytes) -> bool:
    if not words:
        return False
    if words[0] in _ANSWERED:
        return True
    block = _BLOCK.search(words)
    if block is not None:
        return len(words) > block.end()
    return b"\x02" not in words and b"\x01" not in words and _IDENTIFICATION.search(words) is not None


def _checks(words: bytes) -> bool:
    """Whether each block that began came to its end and fits its check character; bytes without one pass."""
    if words[0] in _ANSWERED or not (b"\x02" in words or b"\x01" in words):
        return True
    block = _BLOCK.search(words)
    return block is not None and words[block.end() :][:1] == bytes([block_check(block[0][1:])])
