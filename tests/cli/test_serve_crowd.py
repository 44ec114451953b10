"""What does a head-end do when the machine gives it no more sockets? (F8)"""

import resource
import socket
import subprocess
import sys
import time
from pathlib import Path

from osos.cli.running import read_running

FILES = 64  # what the process may open
CALLERS = 120
BUSY = 0.5  # of a core


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def test_out_of_sockets_it_neither_spins_nor_dies_and_serves_again_when_there_are_some(tmp_path) -> None:
    started = subprocess.Popen(
        [sys.executable, "-m", "osos", "serve", "headend", "--home", str(tmp_path), "--port", "0"],
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 90
        while (running := read_running(tmp_path)) is None:
            assert started.poll() is None
            assert time.monotonic() < until
            time.sleep(0.02)
        address = (running.host, running.port)
        resource.prlimit(started.pid, resource.RLIMIT_NOFILE, (FILES, FILES))
        callers = [socket.create_connection(address, 60) for _ in range(CALLERS)]
        time.sleep(0.2)
        before = cpu_s(started.pid)
        time.sleep(1.5)
        assert (cpu_s(started.pid) - before) / 1.5 < BUSY
        assert started.poll() is None
        for caller in callers:
            caller.close()
        assert answered(address, within_s=90)
    finally:
        started.terminate()
        assert started.wait(90) == 0


def answered(address: tuple[str, int], *, within_s: float) -> bool:
    """Whether a stranger is told that he is one."""
    device = b'{"flag":"XYZ","serialNumber":"1"}'
    hello = b'#{"device":' + device + b',"function":"heartbeat","referenceId":"x","response":{}}$'
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        try:
            with socket.create_connection(address, 20) as caller:
                caller.sendall(hello)
                if b"9401" in caller.recv(4096):
                    return True
        except OSError:
            pass
        time.sleep(0.2)
    return False
