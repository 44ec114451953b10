"""How do bytes get from a modem to the meters on its RS-485 line, and back?

One in-process pair of wires. It carries speed with every byte (M-19): what is heard at another speed than it
was sent with is noise. Two meters that talk at once are noise too (M-29). Time is an argument, seconds of any
clock that does not run back; with `instant` a message takes next to none, however long it is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from random import Random
from typing import Protocol

from osos.iec62056 import Action, Close, SwitchBaud, Write

BITS_A_BYTE = 10  # start, 7 data, parity, stop
INSTANT_S = 0.001  # of an instant line: enough for both ends to change speed between two messages
PIECE = 64  # bytes that come out of a line together; 64 ms at 9600 Bd


class MeterEnd(Protocol):
    """What hangs on the line; `iec62056.MeterSide` is one."""

    def receive(self, data: bytes, *, baud: int | None, now: float) -> list[Action]: ...

    def tick(self, now: float) -> list[Action]: ...

    def wake_at(self) -> float | None: ...


@dataclass(slots=True, order=True)
class _Flight:
    """Bytes on their way: when they arrive, at which speed, and who sent them (None: the modem)."""

    at: float
    order: int
    data: bytes = field(compare=False)
    baud: int = field(compare=False)
    sender: int | None = field(compare=False)
    echo: bool = field(compare=False)


class Line:
    """A good line. What a bad one does to a message is in `carry`, which its subclasses replace."""

    def __init__(
        self, meters: Sequence[MeterEnd], *, chance: Random | None = None, instant: bool = False
    ) -> None:
        self.chance = chance if chance is not None else Random(0)
        self._meters = list(meters)
        self._instant = instant
        self._baud = 300
        self._speeds: list[int | None] = [None] * len(
            self._meters
        )  # of a meter's own words; None: the caller's
        self._flights: list[_Flight] = []
        self._heard = bytearray()
        self._order = 0
        self._free_at = [0.0] * (
            len(self._meters) + 1
        )  # when each end is done talking; the last is the modem
        self._heard_at = [0] * len(self._meters)

    def carry(self, data: bytes, at: float) -> Iterator[tuple[float, bytes]]:
        """What becomes of one message that is sent at this time: pieces, each with its own start."""
        yield at, data

    def set_baud(self, baud: int, *, now: float) -> None:
        """The modem's port changes speed; what has arrived by now was heard at the old one."""
        self._advance(now)
        self._baud = baud

    def send(self, data: bytes, *, now: float) -> float:
        """The modem speaks; the time at which its last byte is out."""
        return self._put(data, at=now, baud=self._baud, sender=None)

    def hear(self, *, now: float) -> bytes:
        """What has reached the modem since it was last asked."""
        self._advance(now)
        heard = bytes(self._heard)
        self._heard.clear()
        return heard

    def next_at(self) -> float | None:
        """When something happens on the line next; None: not before the modem speaks."""
        times = [self._flights[0].at] if self._flights else []
        times += [at for meter in self._meters if (at := meter.wake_at()) is not None]
        return min(times, default=None)

    # -- what happens as time passes --

    def _advance(self, now: float) -> None:
        while True:
            flight = self._flights[0] if self._flights else None
            wakes = [(at, n) for n, meter in enumerate(self._meters) if (at := meter.wake_at()) is not None]
            wake_at, sleeper = min(wakes, default=(now + 1, -1))
            if flight is not None and flight.at <= min(now, wake_at):
                self._arrive(heappop(self._flights))
            elif sleeper >= 0 and wake_at <= now:
                self._obey(sleeper, self._meters[sleeper].tick(wake_at), wake_at)
                if self._meters[sleeper].wake_at() == wake_at:
                    return  # it asks for the same moment again: it wants bytes, not time
            else:
                return

    def _arrive(self, flight: _Flight) -> None:
        if flight.sender is not None or flight.echo:
            same = flight.baud == self._baud
            self._heard += flight.data if same else self._noise(flight.data)
            return
        for number, meter in enumerate(self._meters):
            self._heard_at[number] = flight.baud
            self._obey(number, meter.receive(flight.data, baud=flight.baud, now=flight.at), flight.at)

    def _obey(self, number: int, actions: list[Action], now: float) -> None:
        for action in actions:
            if isinstance(action, Write):
                baud = self._speeds[number] or self._heard_at[number] or self._baud
                self._put(action.data, at=now + action.after_s, baud=baud, sender=number)
            elif isinstance(action, SwitchBaud):
                self._speeds[number] = action.baud
            elif isinstance(action, Close):
                self._speeds[number] = (
                    None  # idle again: a meter that hears several speeds answers at the caller's
                )

    def _put(self, data: bytes, *, at: float, baud: int, sender: int | None, echo: bool = False) -> float:
        end = -1 if sender is None else sender
        at = at if echo else max(at, self._free_at[end])
        data = self._collided(data, at, sender)
        at += INSTANT_S if self._instant else 0.0
        for start, piece in self.carry(data, at):
            at = self._fly(piece, max(at, start), baud, sender, echo)
        if not echo:
            self._free_at[end] = at
        return at

    def _fly(self, data: bytes, at: float, baud: int, sender: int | None, echo: bool) -> float:
        step = len(data) if self._instant else PIECE
        for offset in range(0, len(data), step or 1):
            piece = data[offset : offset + step]
            at += 0.0 if self._instant else len(piece) * BITS_A_BYTE / baud
            self._order += 1
            heappush(self._flights, _Flight(at, self._order, piece, baud, sender, echo))
        return at

    def _collided(self, data: bytes, at: float, sender: int | None) -> bytes:
        """Another meter's bytes still on the wire at this time: both become noise."""
        if sender is None:
            return data
        others = [
            flight
            for flight in self._flights
            if flight.sender not in (None, sender) and self._free_at[flight.sender] >= at
        ]
        for flight in others:
            flight.data = self._noise(flight.data)
        return self._noise(data) if others else data

    def _noise(self, data: bytes) -> bytes:
        return self.chance.randbytes(len(data))
