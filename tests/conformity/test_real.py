"""Does the bench talk to a meter on cables, in real time, with the bytes and waits of a cable?"""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from osos.conformity.bench import Bench
from osos.conformity.device import TESTED, Device, Sample
from osos.conformity.real import NoRig, RealWorld
from osos.conformity.run_file import RunFile
from osos.conformity.runs import run
from osos.conformity.stage import LiveStage
from osos.conformity.verdicts import Outcome, Verdict
from osos.conformity.virtual import VirtualWorld, virtual_device
from osos.iec62056 import add_parity, strip_parity
from osos.quantities import ManualClock
from osos.reader import LineTrouble, Place, parse_place
from osos.reader.trouble import trouble


class PretendCable:
    """A wire to one port of a virtual meter; time is the world's."""

    def __init__(self, world: VirtualWorld, port: str, *, parity: bool) -> None:
        self.world, self.port, self.parity = world, port, parity
        self.carries_speed = parity
        self.bauds: list[int] = []
        self.broken = False

    def write(self, data: bytes) -> None:
        if self.broken:
            raise LineTrouble(trouble("fell", why="unplugged", received=0))
        self.world.send(self.port, strip_parity(data)[0] if self.parity else data, 0.0)

    def read(self, within_s: float) -> bytes:
        heard = self.world.hear(self.world.monotonic() + 0.05)
        if heard is None or heard[0] != self.port:
            return b""
        return add_parity(heard[1]) if self.parity else heard[1]

    def set_baud(self, baud: int) -> None:
        self.bauds.append(baud)
        self.world.set_baud(self.port, baud)

    def close(self) -> None:
        self.broken = True


class WorldClock(ManualClock):
    """A clock that goes as the virtual world goes."""

    def __init__(self, world: VirtualWorld) -> None:
        super().__init__(datetime(2026, 3, 3, tzinfo=UTC))
        self.world = world

    def now(self) -> datetime:
        return self.world.now()

    def monotonic(self) -> float:
        return self.world.monotonic()

    def sleep_until(self, when: datetime) -> None:
        seconds = (when - self.now()).total_seconds()
        self.world._seconds += max(0.0, seconds)


@pytest.fixture(params=["serial:///dev/ttyUSB0", "tcp://10.0.0.7:4059"])
def cables(
    request: pytest.FixtureRequest,
) -> Iterator[tuple[RealWorld, VirtualWorld, dict[str, PretendCable], Device]]:
    device = virtual_device(Device(kind="1p"))
    virtual = VirtualWorld(device)
    virtual.pace(real=True)  # a meter that answers before the reader has changed speed is none
    made: dict[str, PretendCable] = {}
    place = parse_place(request.param)

    def opened(asked: Place) -> PretendCable:
        cable = PretendCable(virtual, "optical", parity=asked.is_serial)
        made["optical"] = cable
        return cable

    world = RealWorld({"optical": place}, WorldClock(virtual), opened=opened)
    yield world, virtual, made, device
    world.close()


def test_a_code_is_read_over_a_cable(cables) -> None:  # type: ignore[no-untyped-def]  # the fixture above
    world, virtual, made, device = cables
    bench = Bench(LiveStage(world, virtual, RunFile()), device, delay_s=1.0)
    assert bench.read("0.0.0") == "(100000001)"
    assert made["optical"].bauds[:2] == [300, 19200]


def test_a_group_passes_over_a_cable_with_somebody_to_act(cables) -> None:  # type: ignore[no-untyped-def]  # as above
    world, virtual, _, device = cables
    report = run(world, virtual, device, groups=["UK"], delay_s=1.0)
    assert {result.verdict for result in report.results} == {Verdict.PASS}


def test_without_anybody_to_act_every_step_waits(cables) -> None:  # type: ignore[no-untyped-def]  # as above
    world, _, _, device = cables
    report = run(world, NoRig(), device, groups=["MA"], delay_s=1.0)
    assert {(result.outcome, result.verdict) for result in report.results} == {(Outcome.RIG, Verdict.WAITING)}


def test_a_cable_that_falls_off_is_the_lines_fault(cables) -> None:  # type: ignore[no-untyped-def]  # as above
    world, virtual, made, device = cables
    made["optical"].broken = True
    report = run(world, virtual, device, groups=["MA"], delay_s=1.0)
    assert {(result.outcome, result.verdict) for result in report.results} == {
        (Outcome.LINE, Verdict.WAITING)
    }


def test_a_sample_that_was_not_handed_in_leaves_its_steps_waiting() -> None:
    whole = virtual_device(Device(kind="1p"))
    only = [one for one in whole.samples if one.name == TESTED]
    assert isinstance(only[0], Sample)
    virtual = VirtualWorld(whole)
    device = Device(kind="1p", samples=tuple(only))
    report = run(virtual, virtual, device, groups=["UK"])
    outcomes = {result.step: result.outcome for result in report.results}
    assert outcomes["UK-01"] is None
    assert outcomes["UK-03"] is Outcome.RIG
