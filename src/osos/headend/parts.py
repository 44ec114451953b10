"""Which parts of a split message have come, and as which bytes?"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from osos.modems.mass_json import Dropped, Joiner, Message, Waiting, Whole
from osos.quantities import DeviceId


@dataclass(frozen=True, slots=True)
class Collected:
    """A set that has ended: whole, or given up with the reason; its bytes in the order they came."""

    device: DeviceId
    function: str
    reference: str
    frames: tuple[bytes, ...]
    parts: tuple[int | None, ...]
    whole: Message | None
    reason: str = ""


@dataclass(slots=True)
class _Bytes:
    frames: dict[bytes, int | None] = field(default_factory=dict)  # a part that came twice is held once
    size: int = 0


_Key = tuple[DeviceId, str, str]


class Parts:
    """The joiner of one connection, with the wire bytes of what it holds (H-5: every byte is kept)."""

    def __init__(self, *, most_bytes: int) -> None:
        self._joiner = Joiner()
        self._held: dict[_Key, _Bytes] = {}
        self._most_bytes = most_bytes

    def add(self, message: Message, raw: bytes, now: float) -> list[Collected]:
        """What ended by this part: usually nothing, or the whole message."""
        key = (message.device, message.function, message.reference_id)
        ended = []
        found = self._joiner.add(message, now, size=len(raw))
        while isinstance(found, Dropped) and _key(found) != key:
            # Too many sets at once: the one that waited longest made room, and this part still wants in.
            ended.append(self._give_up(found))
            found = self._joiner.add(message, now, size=len(raw))
        self._hold(key, raw, message.part)
        match found:
            case Whole(message=whole):
                ended.append(self._collect(key, whole, ""))
            case Dropped():
                ended.append(self._give_up(found))
            case Waiting() if self._held[key].size > self._most_bytes:
                ended.append(
                    self._collect(key, None, f"begun anew until it took {self._held[key].size} bytes")
                )
        return ended

    def expire(self, now: float) -> list[Collected]:
        """Sets whose next part has not come for 60 s (X-17)."""
        return [self._give_up(dropped) for dropped in self._joiner.expire(now)]

    def abandon(self, reason: str) -> Iterator[Collected]:
        """The connection ends: what is held never becomes whole here."""
        for key in list(self._held):
            yield self._collect(key, None, reason)

    @property
    def waiting(self) -> bool:
        return bool(self._held)

    def _hold(self, key: _Key, raw: bytes, part: int | None) -> None:
        held = self._held.setdefault(key, _Bytes())
        if raw not in held.frames:
            held.frames[raw] = part
            held.size += len(raw)

    def _give_up(self, dropped: Dropped) -> Collected:
        return self._collect(_key(dropped), None, dropped.reason)

    def _collect(self, key: _Key, whole: Message | None, reason: str) -> Collected:
        held = self._held.pop(key, _Bytes())
        device, function, reference = key
        frames, parts = tuple(held.frames), tuple(held.frames.values())
        return Collected(device, function, reference, frames, parts, whole, reason)


def _key(dropped: Dropped) -> _Key:
    return dropped.device, dropped.function, dropped.reference_id
