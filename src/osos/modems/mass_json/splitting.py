"""How does a message longer than maxPackageSize travel, and when is a split one whole again? (X-17)"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from osos.modems.mass_json.codes import Fail
from osos.modems.mass_json.message import Message, encode, escape
from osos.quantities import DeviceId

DEFAULT_MAX_PACKAGE = 4096
GAP_AFTER_S = 60.0
MAX_PARTS, MAX_JOINED_BYTES, MAX_SETS = 4096, 4 << 20, 8  # of one joiner, that is of one connection
_LEAST_CHUNK = 64  # bytes of rawData a part carries even when its header alone fills maxPackageSize
_FRAMING = 2  # # and $


def split(message: Message, max_package: int = DEFAULT_MAX_PACKAGE) -> list[bytes]:
    """The payloads that carry this message, each at most `max_package` bytes with its marks.

    Cut are rawData, or the longest list of the response; part 1 carries everything else. A message that fits,
    or holds nothing that can be cut, is one payload without `part`.
    """
    whole = encode(message)
    if len(whole) + _FRAMING <= max_package:
        return [whole]
    pieces = list(_pieces(message, max_package))
    if len(pieces) < 2:
        return [whole]
    last = len(pieces)
    return [
        encode(replace(message, response=body, part=number, streaming=number < last))
        for number, body in enumerate(pieces, start=1)
    ]


def _pieces(message: Message, max_package: int) -> Iterator[Any]:
    body = message.response
    data = body.get("data") if isinstance(body, dict) else None
    if isinstance(body, dict) and isinstance(data, dict) and isinstance(data.get("rawData"), str):
        head = {**body, "data": {**data, "rawData": ""}}
        chunks = _chunks(data["rawData"], _room(message, head, max_package))
        yield {**body, "data": {**data, "rawData": next(chunks)}}
        yield from ({"data": {"rawData": chunk}} for chunk in chunks)
    elif isinstance(body, list):
        yield from _runs(body, _room(message, [], max_package))
    elif isinstance(body, dict) and (name := _longest_list(body)):
        runs = _runs(body[name], _room(message, {**body, name: []}, max_package))
        yield {**body, name: next(runs)}
        yield from ({name: run} for run in runs)


def _room(message: Message, body: Any, max_package: int) -> int:
    header = encode(replace(message, response=body, part=MAX_PARTS, streaming=False))
    return max(_LEAST_CHUNK, max_package - len(header) - _FRAMING)


def _chunks(text: str, room: int) -> Iterator[str]:
    """The text in pieces whose escaped form fits `room`, cut between characters."""
    escaped = escape(msgspec.json.encode(text))[1:-1]
    at = 0
    while at < len(escaped) or at == 0:
        end = _character_end(escaped, at, min(at + room, len(escaped)))
        yield msgspec.json.decode(b'"' + escaped[at:end] + b'"', type=str)
        at = end if end > at else at + 1


def _character_end(escaped: bytes, start: int, end: int) -> int:
    """The last place at or before `end` that cuts neither an escape nor a UTF-8 character."""
    while end < len(escaped) and escaped[end] & 0xC0 == 0x80:
        end -= 1
    for back in range(1, 6):  # \u0023 has six characters: its backslash stands at most five before the cut
        mark = end - back
        if mark < start or escaped[mark] != 0x5C or not _opens_escape(escaped, start, mark):
            continue
        length = 6 if escaped[mark + 1 : mark + 2] == b"u" else 2
        if mark + length > end:
            return mark
    return end


def _opens_escape(escaped: bytes, start: int, mark: int) -> bool:
    """Whether this backslash begins an escape, rather than being the second half of an escaped backslash."""
    run = mark
    while run > start and escaped[run - 1] == 0x5C:
        run -= 1
    return (mark - run) % 2 == 0


def _longest_list(body: dict[str, Any]) -> str | None:
    lists = {name: len(msgspec.json.encode(value)) for name, value in body.items() if isinstance(value, list)}
    return max(lists, key=lambda name: lists[name]) if lists else None


def _runs(elements: list[Any], room: int) -> Iterator[list[Any]]:
    run: list[Any] = []
    used = 0
    for element in elements:
        size = len(escape(msgspec.json.encode(element))) + 1
        if run and used + size > room:
            yield run
            run, used = [], 0
        run.append(element)
        used += size
    yield run


@dataclass(frozen=True, slots=True)
class Whole:
    """All is there: act on it and ack it."""

    message: Message
    parts: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A part was taken; nothing is acked before the last one."""

    device: DeviceId
    reference_id: str
    held: int


@dataclass(frozen=True, slots=True)
class Dropped:
    """The set cannot become whole: answered with this failCode."""

    device: DeviceId
    function: str
    reference_id: str
    fail_code: int
    reason: str


_Key = tuple[DeviceId, str, str]


@dataclass(slots=True)
class _Set:
    parts: dict[int, Message] = field(default_factory=dict)
    size: int = 0
    last: int | None = None
    touched: float = 0.0


class Joiner:
    """Joins the split messages of one connection; time is any clock's seconds.

    Parts may come out of order and more than once. A part that comes again with other contents means that the
    sender began anew: the set starts over with it. Parts without a number count as they come.
    """

    def __init__(self, now: float = 0.0) -> None:
        self._sets: dict[_Key, _Set] = {}
        self._now = now

    def add(self, message: Message, now: float, *, size: int | None = None) -> Whole | Waiting | Dropped:
        """`size` is the frame's length, when the caller knows it."""
        self._now = max(self._now, now)
        key = (message.device, message.function, message.reference_id)
        held = self._sets.get(key)
        if message.streaming is not True and held is None and message.part in (None, 1):
            return Whole(message, 1)
        if held is None:
            if len(self._sets) >= MAX_SETS:
                return self._drop(min(self._sets, key=lambda each: self._sets[each].touched), "too many sets")
            held = self._sets[key] = _Set()
        return self._take(key, held, message, len(encode(message)) if size is None else size)

    def expire(self, now: float) -> list[Dropped]:
        """The sets whose gap has stayed open for 60 s (X-17)."""
        self._now = max(self._now, now)
        late = [key for key, held in self._sets.items() if self._now - held.touched >= GAP_AFTER_S]
        return [self._drop(key, f"parts missing for {GAP_AFTER_S:.0f} s") for key in late]

    def _take(self, key: _Key, held: _Set, message: Message, size: int) -> Whole | Waiting | Dropped:
        number = message.part if message.part is not None else len(held.parts) + 1
        before = held.parts.get(number)
        if before is not None and before != message:
            held.parts, held.size, held.last = {}, 0, None
        if held.parts.get(number) is None:
            held.size += size
        held.parts[number] = message
        held.touched = self._now
        if message.streaming is not True:
            held.last = number
        if len(held.parts) > MAX_PARTS or held.size > MAX_JOINED_BYTES:
            return self._drop(key, f"more than {MAX_PARTS} parts or {MAX_JOINED_BYTES} bytes")
        if held.last is None or any(part not in held.parts for part in range(1, held.last + 1)):
            return Waiting(message.device, message.reference_id, len(held.parts))
        del self._sets[key]
        return Whole(_joined([held.parts[part] for part in range(1, held.last + 1)]), held.last)

    def _drop(self, key: _Key, reason: str) -> Dropped:
        del self._sets[key]
        device, function, reference_id = key
        return Dropped(device, function, reference_id, Fail.TOO_LARGE, reason)


def _joined(parts: list[Message]) -> Message:
    body = parts[0].response
    for part in parts[1:]:
        body = _added(body, part.response)
    return replace(parts[0], response=body, streaming=None, part=None)


def _added(body: Any, more: Any, name: str = "") -> Any:
    """Strings called rawData and lists are put together in order; of anything else the first word stands."""
    if isinstance(body, list) and isinstance(more, list):
        return body + more
    if isinstance(body, dict) and isinstance(more, dict):
        return {
            member: (
                _added(body[member], more[member], member)
                if member in body and member in more
                else body.get(member, more.get(member))
            )
            for member in {**body, **more}
        }
    if name == "rawData" and isinstance(body, str) and isinstance(more, str):
        return body + more
    return more if body is None else body
