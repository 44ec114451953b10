"""Do bytes leave a port in order, in time, and no faster than its speed?"""

import heapq
import itertools

import pytest

from osos.iec62056 import MeterSide, add_parity
from osos.simulator.meter.wire import PortWire


class HandWoundLoop:
    """The part of an event loop that a wire uses; the test turns it."""

    def __init__(self) -> None:
        self.now = 100.0
        self._order = itertools.count()
        self._due: list = []

    def time(self) -> float:
        return self.now

    def call_at(self, when, act):
        handle = HandWoundTimer(act)
        heapq.heappush(self._due, (when, next(self._order), handle))
        return handle

    def turn_to(self, when: float) -> None:
        while self._due and self._due[0][0] <= when:
            self.now, _, handle = heapq.heappop(self._due)
            handle.run()
        self.now = when


class HandWoundTimer:
    def __init__(self, act) -> None:
        self._act = act

    def cancel(self) -> None:
        self._act = None

    def run(self) -> None:
        if self._act:
            self._act()


class Ear:
    """Keeps what was written, and when."""

    def __init__(self, loop) -> None:
        self._loop = loop
        self.heard: list[tuple[float, bytes]] = []

    def write(self, data: bytes) -> None:
        self.heard.append((self._loop.now, data))

    @property
    def text(self) -> bytes:
        return b"".join(data for _, data in self.heard)


@pytest.fixture
def wired(meter, local):
    def build(*, paced: bool, reaction_s: float = 0.25):
        loop = HandWoundLoop()
        port = meter("1p", 1).port("optical", now=lambda: local(2026, 2, 20))
        ear = Ear(loop)
        return loop, ear, PortWire(MeterSide(port, 300, reaction_s=reaction_s), ear, loop=loop, paced=paced)

    return build


def test_unpaced_answers_come_whole_after_the_reaction_time(wired):
    loop, ear, wire = wired(paced=False)
    wire.receive(b"/?!\r\n")
    loop.turn_to(100.2)
    assert ear.heard == []
    loop.turn_to(100.3)
    assert ear.heard == [(100.25, b"/OSO6<2>OSOS.VM25\r\n")]


def test_without_reaction_time_the_answer_is_there_at_once(wired):
    _, ear, wire = wired(paced=False, reaction_s=0.0)
    wire.receive(b"/?!\r\n")
    assert ear.text == b"/OSO6<2>OSOS.VM25\r\n"


def test_paced_bytes_leave_at_the_speed_agreed(wired):
    loop, ear, wire = wired(paced=True)
    wire.receive(b"/?!\r\n")
    loop.turn_to(101.5)
    identification = b"/OSO6<2>OSOS.VM25\r\n"
    assert ear.text == identification
    assert ear.heard[-1][0] == pytest.approx(100.25 + len(identification) * 10 / 300)
    wire.receive(b"\x06066\r\n")
    loop.turn_to(110.0)
    short = ear.text[len(identification) :]
    assert short.endswith(b"!\r\n\x03" + short[-1:])
    assert ear.heard[-1][0] == pytest.approx(101.75 + len(short) * 10 / 19200)
    assert max(len(data) for _, data in ear.heard) <= 96  # 50 ms of 19200 Bd


def test_a_reader_that_says_nothing_more_is_forgotten(wired):
    loop, ear, wire = wired(paced=False)
    wire.receive(b"/?!\r\n")
    loop.turn_to(103.0)  # no acknowledge in time: idle again (M-14)
    wire.receive(b"\x06066\r\n")
    loop.turn_to(110.0)
    assert ear.text == b"/OSO6<2>OSOS.VM25\r\n"


def test_parity_is_answered_with_parity_and_silence_about_it_without(wired):
    loop, ear, wire = wired(paced=False)
    wire.receive(add_parity(b"/?!\r\n"))
    loop.turn_to(100.3)
    assert ear.text == add_parity(b"/OSO6<2>OSOS.VM25\r\n")
    wire.receive(b"/?OSO123456!\r\n")  # some of these would be odd with parity
    loop.turn_to(100.6)
    assert ear.text.endswith(b"/OSO6<2>OSOS.VM25\r\n")


def test_a_pulled_plug_says_nothing_more(wired):
    loop, ear, wire = wired(paced=False)
    wire.receive(b"/?!\r\n")
    wire.close()
    loop.turn_to(200.0)
    assert ear.heard == []
