"""Does a run over a cable, in real time, survive that its program is killed? (T-22)"""

import os
import runpy
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from osos.conformity.device import Device
from osos.conformity.real import RealWorld
from osos.conformity.run_file import read_run
from osos.conformity.runs import Report, read_report, replay, resume, run
from osos.conformity.virtual import VirtualWorld, virtual_device
from osos.reader import parse_place

CABLES = Path(__file__).with_name("test_real.py")  # its pretended cable and its clock
GROUPS = ["DS", "UK"]  # one is closed when it dies, the other is open
DEVICE = virtual_device(Device(kind="1p"))


def on_a_cable() -> tuple[RealWorld, VirtualWorld]:
    """A virtual meter behind a serial port, at the pace of a line."""
    made = runpy.run_path(str(CABLES))
    virtual = VirtualWorld(DEVICE)
    virtual.pace(real=True)
    places = {"optical": parse_place("serial:///dev/ttyUSB0")}
    clock = made["WorldClock"](virtual)

    def opened(place: object) -> object:
        return made["PretendCable"](virtual, "optical", parity=True)

    return RealWorld(places, clock, opened=opened), virtual  # type: ignore[arg-type]  # a Wire by its look


def killed_at(message: int, path: Path) -> None:
    """The other program's part: it kills itself, as a power cut or `kill -9` would."""
    world, virtual = on_a_cable()
    send, left = world.send, [message]

    def send_or_die(port: str, data: bytes, after_s: float) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        send(port, data, after_s)

    world.send = send_or_die  # type: ignore[method-assign]  # of this one world
    run(world, virtual, DEVICE, groups=GROUPS, delay_s=1.0, path=path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, int]:
    """The run nobody disturbed, and how many messages it takes."""
    path = tmp_path_factory.mktemp("whole") / "run.jsonl"
    world, virtual = on_a_cable()
    report = run(world, virtual, DEVICE, groups=GROUPS, delay_s=1.0, path=path)
    return report, sum(record["what"] == "sent" for record in read_run(path).records)


def test_a_killed_run_goes_on_and_ends_as_if_nothing_had_been(
    whole: tuple[Report, int], tmp_path: Path
) -> None:
    report, messages = whole
    path = tmp_path / "run.jsonl"
    child = [sys.executable, __file__, str(messages * 2 // 3), str(path)]
    died = subprocess.run(child, check=False, capture_output=True, timeout=300)
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert read_run(path).cut_short
    world, virtual = on_a_cable()
    again = resume(world, virtual, DEVICE, path=path, delay_s=1.0)
    assert [(one.step, one.verdict) for one in again.results] == [
        (one.step, one.verdict) for one in report.results
    ]
    assert replay(path).results == again.results == read_report(path).results


if __name__ == "__main__":
    killed_at(int(sys.argv[1]), Path(sys.argv[2]))
