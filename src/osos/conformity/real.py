"""How does a real meter stand on the bench: its two ports on cables, in real time? (T-22)"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from osos.conformity.rig import Act, RigDidNot, Seen
from osos.iec62056 import BAUD, add_parity, strip_parity
from osos.quantities import Clock
from osos.reader import Place
from osos.reader.wire import Wire, open_wire

PIECE_S = 0.05  # how long one port is listened to while the other may speak
BITS_A_BYTE = 10
REACTION_S = 0.25  # M-16: no sooner after a byte of the meter


class RealWorld:
    """Bytes over serial ports or TCP; time is the clock's."""

    def __init__(
        self, places: Mapping[str, Place], clock: Clock, *, opened: Callable[[Place], Wire] = open_wire
    ) -> None:
        self._clock = clock
        self._wires = {port: opened(place) for port, place in places.items()}
        self._parity = {port: _has_parity(place) for port, place in places.items()}
        self._bauds = dict.fromkeys(places, BAUD["0"])

    def now(self) -> datetime:
        return self._clock.now()

    def monotonic(self) -> float:
        return self._clock.monotonic()

    def send(self, port: str, data: bytes, after_s: float) -> None:
        wire = self._wires.get(port)
        if wire is None:
            return
        self._rest(after_s)
        wire.write(add_parity(data) if self._parity[port] else data)
        if wire.carries_speed:  # adapters say "sent" while bytes still wait in them
            self._rest(len(data) * BITS_A_BYTE / self._bauds[port])

    def set_baud(self, port: str, baud: int) -> None:
        self._bauds[port] = baud
        if port in self._wires:
            self._wires[port].set_baud(baud)

    def hear(self, until: float) -> tuple[str, bytes] | None:
        while (left := until - self._clock.monotonic()) > 0:
            if not self._wires:
                self._rest(left)
                break
            for port, wire in self._wires.items():
                wait = min(left, PIECE_S) if len(self._wires) > 1 else left
                if data := wire.read(self._clock.wall_s(wait)):
                    return port, strip_parity(data)[0] if self._parity[port] else data
        return None

    def pace(self, *, real: bool) -> None:
        """A real line has its own."""

    def close(self) -> None:
        for wire in self._wires.values():
            wire.close()

    def _rest(self, seconds: float) -> None:
        if seconds > 0:
            self._clock.sleep_until(self._clock.now() + timedelta(seconds=seconds))


class NoRig:
    """Nobody is there to do anything: every step that needs an act or a look waits, none passes."""

    def do(self, act: Act) -> Mapping[str, Any]:
        raise RigDidNot(act, {"rig": "none"})

    def look(self, wanted: tuple[str, ...]) -> Seen:
        raise RigDidNot(Act("look", {"wanted": list(wanted)}), {"rig": "none"})


def _has_parity(place: Place) -> bool:
    """Serial lines of meters are 7E1; a modem's TCP port hands on plain characters."""
    return place.parity == "even" or (place.parity == "auto" and place.is_serial)
