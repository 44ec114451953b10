"""Which meters hang on the lines of these tests?"""

from collections.abc import Callable
from random import Random

import pytest

from osos.iec62056 import Action, MeterSide, SwitchBaud, Write, same_address
from osos.simulator.line import Line


class PaperMeter:
    """A meter that reads its answers from a sheet: `MeterAnswers` for `MeterSide`."""

    def __init__(self, flag: str, serial: str) -> None:
        self.flag, self.serial = flag, serial
        self.refuses = False

    def is_me(self, address: str) -> bool:
        return same_address(address, flag=self.flag, serial=self.serial)

    def identification(self) -> bytes:
        return f"/{self.flag}6<2>TED(PAPER)\r\n".encode()

    def packet(self, y: str) -> bytes | None:
        if y not in "06":
            return None
        extra = b"1.8.1(000001.000*kWh)\r\n" * (200 if y == "0" else 1)
        return b"0.0.0(" + self.serial.encode() + b")\r\n1.8.0(000123.456*kWh)\r\n" + extra

    def read(self, code: str, argument: str) -> bytes | None:
        if self.refuses:
            return None
        if code == "P.01":
            return b"(26-03-01,00:15)(000001.000,000.100)\r\n(26-03-01,00:30)(000002.000,000.200)\r\n"
        return f"{code}(000123.456*kWh)".encode() if code == "1.8.0" else None

    def write(self, code: str, argument: str) -> bool:
        return False

    def execute(self, code: str, argument: str) -> bool:
        return False

    def password(self, level: int, text: str) -> bool:
        return True

    def seed(self) -> str | None:
        return "0123456789ABCDEF"


class Parrot:
    """A line end that answers everything with what it is told to, at a speed of its own."""

    def __init__(self, answer: bytes, baud: int | None = None) -> None:
        self.answer, self.baud = answer, baud
        self.heard: list[tuple[bytes, int | None]] = []

    def receive(self, data: bytes, *, baud: int | None, now: float) -> list[Action]:
        self.heard.append((data, baud))
        switch: list[Action] = [SwitchBaud(self.baud)] if self.baud is not None else []
        return [*switch, Write(self.answer, 0.25)]

    def tick(self, now: float) -> list[Action]:
        return []

    def wake_at(self) -> float | None:
        return None


@pytest.fixture
def paper_meter() -> Callable[..., PaperMeter]:
    return PaperMeter


@pytest.fixture
def parrot() -> type[Parrot]:
    return Parrot


@pytest.fixture
def line_of() -> Callable[..., Line]:
    """A line of one kind with these paper meters on it, parity and all, as RS-485 has it."""

    def build(
        *meters: PaperMeter, kind: type[Line] = Line, seed: int = 1, instant: bool = True, **more
    ) -> Line:
        ends = [
            MeterSide(meter, (300, 9600), reaction_s=0.0 if instant else 0.25, parity=True)
            for meter in meters
        ]
        return kind(ends, chance=Random(seed), instant=instant, **more)

    return build
