"""A virtual meter at the end of a real socket or pseudo-terminal, and what may be wrong with its cable."""

import asyncio
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial

import pytest

from osos.cli.clocks import ScaledClock
from osos.iec62056 import MeterSide, Write, add_parity, strip_parity
from osos.quantities import TURKIYE, DeviceId
from osos.reader import Link, parse_place
from osos.simulator.load import Steady
from osos.simulator.meter import MeterSpec, VirtualMeter

NOW = datetime(2026, 3, 20, 12, 1, tzinfo=TURKIYE)
SINCE = NOW - timedelta(days=20)
PASSWORD = "24681357"


class SleeplessClock(ScaledClock):
    """Pauses take no time; waiting for the meter does, so that a busy machine is not a silent meter."""

    def sleep_until(self, when: datetime) -> None:
        pass


class Cable:
    """A good one. Others say what becomes of each message; None among the pieces: the line falls."""

    def forth(self, data: bytes) -> bytes:
        """What the meter hears of the reader."""
        return data

    def at_once(self, data: bytes) -> bytes:
        """What the reader hears before the meter answers."""
        return b""

    def back(self, data: bytes) -> Iterator[bytes | None]:
        """What the reader hears of the meter."""
        yield data


class MeterSocket:
    """Meters on one line behind a TCP port; each peer has a thread and fresh sessions.

    Who speaks at the same moment as another is not understood.
    """

    def __init__(self, make: Callable[[], list[MeterSide]], cable: Cable, speed: float = 1.0) -> None:
        self._make, self.cable, self._speed = make, cable, speed
        self.heard: list[bytes] = []  # what the reader sent, in all connections
        self.peers = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            self.peers += 1
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer: socket.socket) -> None:
        sides = self._make()
        with peer:
            try:
                while data := peer.recv(4096):
                    self.heard.append(data)
                    peer.sendall(self.cable.at_once(data))
                    now = time.monotonic() * self._speed
                    for answer in _answers(sides, self.cable.forth(data), now):
                        if not self._say(peer, answer):
                            return
            except OSError:
                return

    def _say(self, peer: socket.socket, data: bytes) -> bool:
        for piece in self.cable.back(data):
            if piece is None:
                return False
            peer.sendall(piece)
        return True


def _answers(sides: list[MeterSide], data: bytes, now: float) -> Iterator[bytes]:
    heard = [action for side in sides for action in side.receive(data, baud=None, now=now)]
    said = [action for action in heard if isinstance(action, Write)]
    moments = Counter(action.after_s for action in said)
    for action in sorted(said, key=lambda action: action.after_s):
        alone = len(sides) == 1 or moments[action.after_s] == 1
        yield action.data if alone else bytes(byte ^ 0x2A for byte in action.data)


def built(kind: str = "combi", ways: int = 1, **more) -> VirtualMeter:
    spec = {"device": DeviceId("OSO", "100000001"), "kind": kind, "ways": ways, "since": SINCE}
    spec |= {"connection": "X/5" if kind == "combi" else "direct", "password": PASSWORD}
    phases = 1 if kind == "1p" else 3
    return VirtualMeter(MeterSpec(**(spec | more)), Steady(power_w=(400,) * phases))


@pytest.fixture(scope="session", name="built")
def meter_maker() -> Callable[..., VirtualMeter]:
    return built


@pytest.fixture(scope="session")
def combi() -> VirtualMeter:
    """A meter that is only read."""
    return built()


@pytest.fixture
def fresh() -> VirtualMeter:
    """A meter of this test's own, to be changed."""
    return built()


@pytest.fixture
def plugged() -> Iterator[Callable[..., MeterSocket]]:
    """Puts a meter at the end of a TCP port."""
    opened: list[MeterSocket] = []

    def plug(
        meter,
        cable: Cable | None = None,
        *,
        port="rs485",
        now=lambda: NOW,
        answers=None,
        whole=False,
        beside=(),
        speed=1.0,
    ) -> MeterSocket:
        """`whole`: the port as it is, with its maker's commands and its polls; `beside`: on the same line;
        `speed`: of the meter's own seconds."""

        def side(one) -> MeterSide:
            device = one.port(port, now=now)
            if whole:
                return device.side((300, 9600), reaction_s=0.0)
            return MeterSide(answers(device) if answers else device, (300, 9600), reaction_s=0.0)

        opened.append(MeterSocket(lambda: [side(one) for one in (meter, *beside)], cable or Cable(), speed))
        return opened[-1]

    yield plug
    for each in opened:
        each.close()


@pytest.fixture
def linked() -> Iterator[Callable[..., Link]]:
    """A reader's link; its seconds pass `speed` times as fast.

    Over a terminal less so: a busy machine needs its time to be heard in, and is no silent meter.
    """
    opened: list[Link] = []

    def link(where, *, speed=None, watch=None, query="", **more) -> Link:
        url = where if isinstance(where, str) else f"tcp://127.0.0.1:{where.port}"
        place = parse_place(url + query)
        pace = speed or (10.0 if place.host else 2.0)
        opened.append(
            Link(
                place,
                clock=(SleeplessClock if place.host else ScaledClock)(NOW, pace),
                watch=watch,
                reaction_s=0.0,
                **more,
            )
        )
        return opened[-1]

    yield link
    for each in opened:
        each.close()


class KeepingWatch:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.bytes = bytearray()
        self.steps: list[tuple[str, dict]] = []

    def heard(self, data: bytes) -> None:
        self.bytes += data

    def step(self, name: str, **facts) -> None:
        self.steps.append((name, facts))

    def names(self) -> list[str]:
        return [name for name, _ in self.steps]


@pytest.fixture
def watch() -> KeepingWatch:
    return KeepingWatch()


class EchoCable(Cable):
    """Two wires: the reader hears itself first."""

    def at_once(self, data):
        return data


class EchoAlone(EchoCable):
    """… and nobody else."""

    def back(self, data):
        yield from ()


class SilentCable(Cable):
    def back(self, data):
        yield from ()


class NoiseCable(Cable):
    """A wrong speed is heard as other bytes, none of them what was said."""

    def back(self, data):
        yield bytes((byte * 7 + 3) & 0x7F | 0x80 for byte in data)


class LaterNoiseCable(Cable):
    """The meter changes to another speed than the line: only its identification is understood.

    There is an ACK and a NAK in what is heard, as a wrong speed happens to make them.
    """

    def back(self, data):
        yield data if data.startswith(b"/") else b"}?k\x06P7\x15J"


class CrumblingCable(Cable):
    """Three bytes at a time."""

    def back(self, data):
        for at in range(0, len(data), 3):
            yield data[at : at + 3]


class SpoilingCable(Cable):
    """Flips a bit of the first `times` data messages."""

    def __init__(self, times: int) -> None:
        self.times = times

    def back(self, data):
        if data.startswith(b"\x02") and self.times and len(data) > 10:
            self.times -= 1
            data = data[:9] + bytes([data[9] ^ 1]) + data[10:]
        yield data


class StoppingCable(Cable):
    """Loses the second half of the first `times` data messages."""

    def __init__(self, times: int) -> None:
        self.times = times

    def back(self, data):
        if data.startswith(b"\x02") and self.times and len(data) > 10:
            self.times -= 1
            data = data[: len(data) // 2]
        yield data


class FallingCable(Cable):
    """Comes off in the middle of the data messages named by their number."""

    def __init__(self, *numbers: int) -> None:
        self._numbers, self._count = numbers, 0

    def back(self, data):
        if data.startswith(b"\x02") and len(data) > 40:
            self._count += 1
            if self._count in self._numbers:
                yield data[: len(data) // 2]
                yield None
        yield data


class FallingAtCable(Cable):
    """Comes off in the middle of the first `times` messages of the meter that hold these bytes."""

    def __init__(self, mark: bytes, times: int = 1) -> None:
        self._mark, self._times = mark, times

    def back(self, data):
        if self._mark in data and self._times:
            self._times -= 1
            yield data[: len(data) // 2]
            yield None
        yield data


class ParityCable(Cable):
    """A modem that hands on 8 bits to a meter that speaks 7E1 and hears nothing else."""

    def forth(self, data):
        plain, wrong = strip_parity(data)
        return b"" if wrong else plain

    def back(self, data):
        yield add_parity(data)


class FixedSpeedModem(Cable):
    """Stays at 9600 Bd whatever the meter changes to."""

    def __init__(self) -> None:
        self._lost = False

    def forth(self, data):
        if data[:1] == b"\x06":
            self._lost = data[2:3] != b"5"
        elif data[:1] == b"/":
            self._lost = False
        return data

    def back(self, data):
        if not self._lost:
            yield data


@pytest.fixture
def terminal() -> Iterator[Callable[..., object]]:
    """Puts a meter at the other end of a pseudo-terminal."""
    with _loop() as loop:
        from osos.simulator.meter.pseudo_terminal import PtyPort

        opened = []

        def plug(meter, *, start_baud=(300,), port="optical", whole=False):
            async def go():
                pty = PtyPort()
                device = meter.port(port, now=lambda: NOW)
                side = device.side if whole else partial(MeterSide, device)
                await pty.open(side(start_baud, reaction_s=0.0), loop=loop, paced=False)
                return pty

            opened.append(asyncio.run_coroutine_threadsafe(go(), loop).result(60))
            return opened[-1]

        def unplug(pty) -> None:
            async def go():
                pty.close()

            asyncio.run_coroutine_threadsafe(go(), loop).result(60)

        plug.unplug = unplug
        yield plug
        for pty in opened:
            with suppress(OSError):  # already pulled by the test
                unplug(pty)


@contextmanager
def _loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join(60)
    loop.close()


CABLES = {
    each.__name__: each
    for each in (
        EchoCable,
        EchoAlone,
        SilentCable,
        NoiseCable,
        LaterNoiseCable,
        CrumblingCable,
        SpoilingCable,
        StoppingCable,
        FallingCable,
        FallingAtCable,
        ParityCable,
        FixedSpeedModem,
    )
}


@pytest.fixture
def cable() -> Callable[..., Cable]:
    """`cable("FallingCable", 1, 3)`."""
    return lambda name, *facts: CABLES[name](*facts)
