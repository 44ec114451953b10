"""What does a meter answer on one of its ports?"""

from osos.iec62056.actions import Action
from osos.iec62056.meter_answers import MeterAnswers


class MeterSide:
    """The meter's half of mode C on one port; two ports are two of these (M-7).

    `start_baud`: the speed or speeds heard while idle (M-10), 300 for the optical port, (300, 9600) for RS-485 auto.
    `baud=None` in `receive`: the line carries no speed (TCP), everything is heard (M-19).
    """

    def __init__(
        self,
        device: MeterAnswers,
        start_baud: int | tuple[int, ...] = 300,
        *,
        reaction_s: float = 0.25,  # M-16: tr; 0 in compressed time
        commands: frozenset[str] = frozenset({"R2", "W2", "E2", "P1", "P2", "P3"}),
        ack_break: bool = False,  # gen1 answers the break with ACK (M-45)
        parity: bool = False,  # the line carries even parity in the eighth bit (M-19)
    ) -> None:
        raise NotImplementedError

    def receive(self, data: bytes, *, baud: int | None, now: float) -> list[Action]:
        """What to do about these bytes, heard at this speed; Write and SwitchBaud only."""
        raise NotImplementedError

    def tick(self, now: float) -> list[Action]:
        """What to do because time has passed."""
        raise NotImplementedError

    def wake_at(self) -> float | None:
        """When `tick` has something to do next; None: not before bytes come."""
        raise NotImplementedError
