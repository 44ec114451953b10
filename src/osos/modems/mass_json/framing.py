"""Where does one MASS JSON message on a TCP stream end, and what was no message?"""

import re
from dataclasses import dataclass

MAX_BYTES = 1 << 20  # of one message: a whole 35-day profile of a combi meter, escaped, is under 0.5 MB
MAX_DEPTH = 32  # of nested objects and lists; the deepest message of the document has 7
MAX_BAD_BYTES = (
    4096  # noise is handed on in pieces of this size, so a flood is neither kept nor counted by byte
)

_START = re.compile(rb"#(?:[0-9]{1,7}\$)?\{")
_HALF_START = re.compile(rb"#(?:[0-9]{0,7}|[0-9]{1,7}\$)\Z")
_RESYNC = re.compile(rb"#(?:[0-9]{1,7}\$)?\{|\}\$")
# No possessive groups: Python 3.11.2, Debian 12's own, loses its place in them. Strings are unrolled instead,
# so that one without its closing quote costs no more than its length.
_IN_STRING = rb'[^"\\]*(?:\\.[^"\\]*)*'
# What may stand between two brackets: blanks, commas, numbers, words and whole strings.
_BETWEEN = re.compile(
    rb'(?:[ \t\r\n:,0-9.eE+\-]+|"' + _IN_STRING + rb'"|true|false|null)*',
    re.DOTALL,
)
_TEXT = re.compile(_IN_STRING, re.DOTALL)
_BLANK = re.compile(rb"[ \t\r\n]*")
_WORDS = (b"true", b"false", b"null")


@dataclass(frozen=True, slots=True)
class Frame:
    """One message between its marks; `raw` is what stood on the wire, marks included."""

    payload: bytes
    raw: bytes


@dataclass(frozen=True, slots=True)
class Malformed:
    """Bytes that were no message. reason: noise, broken, too large, too deep, unfinished."""

    raw: bytes
    reason: str
    detail: str


def frame(payload: bytes) -> bytes:
    """The message as it goes over TCP (X-11); `encode` has written # and $ inside it as escapes."""
    return b"#" + payload + b"$"


class Framer:
    """Cuts a stream into frames (X-11: `#{…}$`, or early `#<length>${…}`).

    Every byte fed comes out once, in order, as part of a Frame or of a Malformed. A broken message is left at
    the next start mark, also when that stands inside it, so it never takes the next one with it. Bad bytes
    are handed out when a frame follows, at a `}$` that ends them, every `MAX_BAD_BYTES`, or by `finish`.
    """

    def __init__(self, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> None:
        self._max_bytes, self._max_depth = max_bytes, max_depth
        self._buffer = bytearray()
        self._bad = 0  # so many bytes at the front of the buffer are no message
        self._why: tuple[str, str] = _NOISE
        self._leave_candidate()

    @property
    def pending(self) -> int:
        """Bytes held back because the message they belong to has not ended yet."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Frame | Malformed]:
        self._buffer += data
        found: list[Frame | Malformed] = []
        while self._step(found):
            pass
        return found

    def finish(self) -> list[Frame | Malformed]:
        """The stream has ended: what is left was never completed (a whole message inside it still counts)."""
        found: list[Frame | Malformed] = []
        while self._inside:
            self._give_up("unfinished", f"{len(self._buffer) - self._bad} bytes, then the stream ended")
            while self._step(found):
                pass
        if self._buffer:
            found.append(Malformed(bytes(self._buffer), *self._why))
        self._buffer.clear()
        self._bad, self._why = 0, _NOISE
        return found

    # -- a candidate is a start mark and what follows, as long as it can still become a message --

    def _leave_candidate(self) -> None:
        self._inside = self._in_text = self._closed = False
        self._body = self._at = self._depth = 0
        self._early = False

    def _step(self, found: list[Frame | Malformed]) -> bool:
        """One move: find a start, or read on in the candidate. False: more bytes are needed."""
        if self._inside:
            return self._read_on(found)
        return self._find_start(found)

    def _find_start(self, found: list[Frame | Malformed]) -> bool:
        # An end mark closes bad bytes that began as a message: told at once, not with the next frame.
        seek = _RESYNC if self._bad and self._buffer[0] == _HASH else _START
        mark = seek.search(self._buffer, self._bad)
        if mark is not None and mark[0] == b"}$":
            self._bad = mark.end()
            self._hand_out_bad(found, self._bad)
            return True
        if mark is not None:
            self._bad, self._body, self._at = mark.start(), mark.end() - 1, mark.end() - 1
            self._early = mark.end() - mark.start() > len(b"#{")
            self._inside = True
            return self._cap_bad(found)
        half = _HALF_START.search(self._buffer, self._bad)
        self._bad = half.start() if half is not None else len(self._buffer)
        if half is None and self._bad and self._buffer[-1] == _BRACE and self._buffer[0] == _HASH:
            self._bad -= 1  # perhaps the first half of `}$`
        self._cap_bad(found)
        return False

    def _cap_bad(self, found: list[Frame | Malformed]) -> bool:
        while self._bad >= MAX_BAD_BYTES:
            self._hand_out_bad(found, MAX_BAD_BYTES)
        return True

    def _hand_out_bad(self, found: list[Frame | Malformed], size: int) -> None:
        if size:
            found.append(Malformed(bytes(self._buffer[:size]), *self._why))
            self._drop(size)
        if not self._bad:
            self._why = _NOISE

    def _drop(self, size: int) -> None:
        del self._buffer[:size]
        self._bad -= size
        self._body -= size
        self._at -= size

    def _give_up(self, reason: str, detail: str) -> bool:
        """The candidate cannot become a message: its first byte is bad, the search goes on behind it."""
        if self._why is _NOISE:
            self._why = (reason, detail)
        self._bad += 1
        self._leave_candidate()
        return True

    def _read_on(self, found: list[Frame | Malformed]) -> bool:
        """On through the candidate, a string or a bracket at a time."""
        while self._at < len(self._buffer) and self._at - self._body <= self._max_bytes:
            if self._closed:
                return self._read_end(found)
            if self._in_text:
                if not self._read_text():
                    break
                continue
            problem = self._read_between()
            if problem == ():
                break
            if problem is not None and self._at - self._body <= self._max_bytes:
                return self._give_up(*problem)
            if self._closed and self._early:
                return self._complete(found, self._at)
        if self._at - self._body > self._max_bytes and not self._closed:
            return self._give_up("too large", f"no end within {self._max_bytes} bytes")
        return self._closed and self._at < len(self._buffer) and self._read_end(found)

    def _read_text(self) -> bool:
        buffer = self._buffer
        rest = _TEXT.match(buffer, self._at)
        assert rest is not None  # the pattern matches the empty text
        self._at = rest.end()
        if self._at == len(buffer) or buffer[self._at] != _QUOTE:
            return False  # it goes on, or ends in a backslash whose second half is still to come
        self._in_text = False
        self._at += 1
        return True

    def _read_between(self) -> tuple[str, str] | tuple[()] | None:
        """Up to and with the next bracket or quote. None: went on; (): needs more; else what is wrong."""
        buffer = self._buffer
        rest = _BETWEEN.match(buffer, self._at)
        assert rest is not None  # the pattern matches the empty text
        self._at = rest.end()
        if self._at == len(buffer):
            return ()
        byte = buffer[self._at]
        if byte == _QUOTE:
            self._in_text = True
        elif byte in b"{[":
            self._depth += 1
            if self._depth > self._max_depth:
                return ("too deep", f"nested deeper than {self._max_depth}")
        elif byte in b"}]":
            self._depth -= 1
            if not self._depth and byte != _BRACE:
                return ("broken", "the outermost bracket closes as a list")
            self._closed = not self._depth
        else:
            tail = bytes(buffer[self._at : self._at + 5])
            if len(tail) < len(b"false") and any(word.startswith(tail) for word in _WORDS):
                return ()
            return (
                "broken",
                f"byte {byte:#04x} outside a string, {self._at - self._body} bytes into the message",
            )
        self._at += 1
        return None

    def _read_end(self, found: list[Frame | Malformed]) -> bool:
        rest = _BLANK.match(self._buffer, self._at)
        assert rest is not None  # the pattern matches the empty text
        if rest.end() - self._body > self._max_bytes:
            return self._give_up("too large", f"no $ within {self._max_bytes} bytes")
        if rest.end() == len(self._buffer):
            return False
        if self._buffer[rest.end()] != _DOLLAR:
            return self._give_up("broken", "no $ after the closing brace")
        return self._complete(found, self._at, mark=rest.end() + 1)

    def _complete(self, found: list[Frame | Malformed], end: int, *, mark: int | None = None) -> bool:
        if end - self._body > self._max_bytes:
            return self._give_up("too large", f"{end - self._body} bytes, at most {self._max_bytes}")
        wire_end = end if mark is None else mark
        start, body = self._bad, self._body
        found_frame = Frame(bytes(self._buffer[body:end]), bytes(self._buffer[start:wire_end]))
        self._hand_out_bad(found, start)
        del self._buffer[: wire_end - start]
        self._why = _NOISE
        self._leave_candidate()
        found.append(found_frame)
        return True


_NOISE = ("noise", "bytes outside any message")
_HASH, _BRACE, _QUOTE, _DOLLAR = b'#}"$'
