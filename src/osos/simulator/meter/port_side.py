"""When does a port hear anything at all, and what besides its session does it answer?"""

from random import Random
from typing import TYPE_CHECKING

from osos.iec62056 import Action, MeterSide, Write
from osos.iec62056.messages import NAK
from osos.iec62056.meter_side import State
from osos.simulator.meter.polls import POLL_BAUD

if TYPE_CHECKING:
    from osos.simulator.meter.meter import VirtualMeter
    from osos.simulator.meter.port import MeterPort


class PortSide(MeterSide):
    """A port of a whole meter: dead without power (M-17), and polled on RS-485 (M-25…M-28)."""

    def __init__(
        self,
        port: "MeterPort",
        start_baud: int | tuple[int, ...],
        *,
        reaction_s: float = 0.25,
        parity: bool = False,
    ) -> None:
        super().__init__(
            port,
            start_baud,
            reaction_s=reaction_s,
            parity=parity,
            commands=port.commands,
            ack_break=port.acks_break,
            no_ack_readout=port.reads_out_unasked,
        )
        self._port = port
        self._polls = port.polls(Random(f"{port.chance} polls"))  # a pretend meter's dice

    def receive(self, data: bytes, *, baud: int | None, now: float) -> list[Action]:
        answers = super().tick(now)  # a session that is over does not keep the port awake (M-17)
        if not self._port.awake(in_session=self._goes_on_with(data)):
            return [*answers, *self._fall_silent()]
        if self._polls and not self.in_session and baud in {None, POLL_BAUD}:
            answers += self._polls.receive(bytes(byte & 0x7F for byte in data), now)
        answers += super().receive(data, baud=baud, now=now)
        if self._port.is_speechless:
            answers = [one for one in answers if not isinstance(one, Write)]
            self._port.is_speechless = False
        return self._port.seams.through("side", answers, self, data)

    def tick(self, now: float) -> list[Action]:
        if not self._port.awake(in_session=self.in_session):
            return self._fall_silent()
        found = super().tick(now)
        self._port.in_session = self.in_session
        found += self._polls.tick(now) if self._polls else []
        return self._port.seams.through("side", found, self, b"")

    @property
    def name(self) -> str:
        return self._port.name

    @property
    def meter(self) -> "VirtualMeter":
        return self._port.meter

    def wake_at(self) -> float | None:
        polls = self._polls.wake_at() if self._polls else None
        found = [at for at in (super().wake_at(), polls) if at is not None]
        return min(found, default=None)

    def _goes_on_with(self, data: bytes) -> bool:
        """Is this still the session that runs? After a data message only a NAK belongs to it (M-15)."""
        return data == NAK if self.state is State.SENT else self.in_session

    def _fall_silent(self) -> list[Action]:
        if self._polls:
            self._polls.forget()
        self._port.in_session = False
        return self._idle() if self.in_session else []
