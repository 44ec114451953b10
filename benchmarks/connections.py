"""What does the head-end take for a connection, a heartbeat, a profile value kept? (Q-3, Q-4 as far as built)

A head-end runs as a process of its own on SQLite with synchronous FULL; the client here plays its modems:
each identifies itself, obeys what it is told and falls silent. Then

- memory: what the process grew by, divided by the connections;
- heartbeats: each is answered at once; counted is the CPU time of the head-end. Beside it a small epoll
  server in C, compiled on the spot, that finds each frame and answers it from a template: no JSON, no store;
- profiles: pushed days of a combi meter, decoded, de-duplicated, committed and only then acknowledged;
- ending: from SIGTERM to the end of the process, with all those connections open and profiles on their way.
"""

import asyncio
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from osos.simulator.city import City

IDLE, BUSY = 600, 200  # connections: held open; exchanging heartbeats
BEATS = 10  # by each busy one
DAYS = 6  # of profile pushed by each modem of the third figure
PUSHING = 30
ROW = {"flag": "BEN", "plain_until": "2099-12-31"}
C_SERVER = Path(__file__).with_name("epoll_server.c")
ENDS_WITHIN_S = 30.0  # what running.md promises of SIGTERM
WAITED_S = 90.0  # then it is killed, and the figure says so
TICKS = os.sysconf("SC_CLK_TCK")


class Modem:
    """One connection: says what it is asked to say and acknowledges whatever it is told."""

    def __init__(self, number: int) -> None:
        self.serial, self.meter = f"{number:012d}", f"7{number:07d}"
        self.acknowledged = 0
        self.refused = 0
        self.told = 0  # directives and schedules, once each
        self.heard = asyncio.Event()

    async def call(self, port: int) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", port)
        self._listening = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        try:
            while True:
                frame = await self._reader.readuntil(b"}$")
                said = json.loads(frame[1:-1])
                if said["function"] == "ack":
                    self.acknowledged += 1
                    self.refused += bool(said.get("response", {}).get("failCode"))
                else:
                    self._say("ack", said["referenceId"], None)
                    self.told += 1
                self.heard.set()
        except (asyncio.IncompleteReadError, ConnectionError):
            return

    def say(self, function: str, response: object) -> None:
        self._say(function, f"{self.serial}-{time.perf_counter_ns()}", response)

    def _say(self, function: str, reference: str, response: object) -> None:
        device = {"flag": "BEN", "serialNumber": self.serial}
        message = {"device": device, "function": function, "referenceId": reference, "response": response}
        self._writer.write(b"#" + json.dumps(message).encode() + b"$")

    def identify(self) -> None:
        meter = {"protocol": "IEC62056", "serialNumber": self.meter, "serialPort": "rs485-1"}
        self.say("identification", {"registered": True, "brand": "Bench", "meters": [meter]})

    async def until(self, acknowledged: int) -> None:
        while self.acknowledged < acknowledged:
            self.heard.clear()
            await self.heard.wait()

    async def hang_up(self) -> None:
        self._listening.cancel()
        self._writer.close()


def cpu_s(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_kib(pid: int) -> int:
    text = Path(f"/proc/{pid}/status").read_text("ascii")
    return int(text.partition("VmRSS:")[2].split()[0])


@contextmanager
def head_end(modems: Sequence[Modem]) -> Iterator[tuple[int, int]]:
    """A head-end that knows these modems: its process and port."""
    with head_end_process(modems) as (server, port):
        yield server.pid, port


@contextmanager
def head_end_process(modems: Sequence[Modem]) -> "Iterator[tuple[subprocess.Popen[bytes], int]]":
    with tempfile.TemporaryDirectory() as folder:
        sheet = Path(folder, "modems.csv")
        rows = [f"BEN,{each.serial},{each.meter},1,{ROW['plain_until']}" for each in modems]
        sheet.write_text("\n".join(["flag,serial,meters,multiplier,plain_until", *rows]) + "\n")
        Path(folder, "osos.toml").write_text("[listen]\nmass = 0\n")
        command = [sys.executable, "-m", "osos"]
        admitting = [*command, "registry", "admit", "--file", str(sheet), "--home", folder]
        subprocess.run(admitting, check=True, capture_output=True)
        serving = [*command, "serve", "headend", "--port", "0", "--home", folder]
        server = subprocess.Popen(serving, stderr=subprocess.DEVNULL)
        try:
            yield server, _port_of(Path(folder, "headend.json"))
        finally:
            end(server)


def end(server: "subprocess.Popen[bytes]") -> float:
    """Seconds from SIGTERM to its end; a head-end that does not end costs no other figure."""
    began = time.monotonic()
    if server.poll() is None:
        server.send_signal(signal.SIGTERM)
    try:
        server.wait(WAITED_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
    return time.monotonic() - began


def _port_of(note: Path) -> int:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if note.exists():
            return int(json.loads(note.read_text())["port"])
        time.sleep(0.05)
    raise RuntimeError("the head-end did not start")


@contextmanager
def c_server() -> Iterator[tuple[int, int] | None]:
    """The peer: process and port, or None where nothing compiles C."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or not sys.platform.startswith("linux"):
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        program = str(Path(folder, "epoll_server"))
        subprocess.run([compiler, "-O2", "-o", program, str(C_SERVER)], check=True)
        server = subprocess.Popen([program], stdout=subprocess.PIPE, text=True)
        assert server.stdout is not None
        try:
            yield server.pid, int(server.stdout.readline())
        finally:
            server.kill()
            server.wait()
            server.stdout.close()


async def connected(modems: Sequence[Modem], port: int) -> None:
    """All of them, a hundred at a time; each has been answered when this returns."""
    for first in range(0, len(modems), 100):
        some = modems[first : first + 100]
        await asyncio.gather(*(each.call(port) for each in some))
        for each in some:
            each.identify()
        await asyncio.gather(*(each.until(1) for each in some))
        await asyncio.sleep(0.3)  # the door lets only so many in a second
    await prepared(modems)


async def prepared(modems: Sequence[Modem]) -> None:
    """Each has been told its whole plan, which is the price of its first call and no heartbeat's."""
    before, until = -1, time.monotonic() + 300
    while (told := sum(each.told for each in modems)) != before and time.monotonic() < until:
        before = told
        await asyncio.sleep(3)


async def beat(modems: Sequence[Modem], times: int) -> int:
    """Every modem says `times` heartbeats, each after the last was answered."""

    async def one(modem: Modem) -> None:
        for _ in range(times):
            wanted = modem.acknowledged + 1
            modem.say("heartbeat", {"signal": 20, "deviceDate": "2026-03-02 10:00:00", "cpuTemp": 41})
            await modem.until(wanted)

    await asyncio.gather(*(one(each) for each in modems))
    return len(modems) * times


async def idle_memory() -> tuple[int, float]:
    modems = [Modem(number) for number in range(IDLE)]
    with head_end(modems) as (pid, port):
        first, rest = modems[:50], modems[50:]
        await connected(first, port)  # what every process takes once is there now
        await asyncio.sleep(2)
        before = memory_kib(pid)
        await connected(rest, port)
        await asyncio.sleep(2)
        grown = memory_kib(pid) - before
        for each in modems:
            await each.hang_up()
    return len(rest), grown / len(rest)


async def _heartbeats_at(pid: int, modems: Sequence[Modem]) -> float:
    await beat(modems, 2)
    before = cpu_s(pid)
    done = await beat(modems, BEATS)
    spent = cpu_s(pid) - before
    for each in modems:
        await each.hang_up()
    return done / spent


async def our_heartbeats() -> float:
    modems = [Modem(number) for number in range(BUSY)]
    with head_end(modems) as (pid, port):
        await connected(modems, port)
        await asyncio.sleep(2)
        return await _heartbeats_at(pid, modems)


async def peers_heartbeats() -> float | None:
    modems = [Modem(number) for number in range(BUSY)]
    with c_server() as server:
        if server is None:
            return None
        pid, port = server
        await connected(modems, port)
        return await _heartbeats_at(pid, modems)


def days_of_profile() -> tuple[list[str], int]:
    """A telegram a day of a combi meter, and how many values one holds."""
    until = datetime(2026, 3, 20, tzinfo=UTC)
    meter = City(1, since=until - timedelta(days=DAYS + 2), points=3).points[2].meter
    telegrams, values = [], 0
    for day in range(DAYS):
        first = until - timedelta(days=day + 1)
        span = f"{first:%y-%m-%d,%H:%M};{first + timedelta(hours=23, minutes=45):%y-%m-%d,%H:%M}"
        lines = meter.read("P.01", span, at=until)
        assert lines is not None
        body = lines + b"\x03"
        check = 0
        for byte in body:
            check ^= byte
        telegrams.append("/OSO6<2>TED(F100)\r\n" + (b"\x02" + body + bytes([check])).decode("latin-1"))
        values = sum(line.count(b",") for line in lines.splitlines())
    return telegrams, values


async def kept_values() -> dict[str, object]:
    telegrams, values = await asyncio.to_thread(days_of_profile)
    modems = [Modem(number) for number in range(PUSHING)]

    async def push(modem: Modem) -> None:
        for telegram in telegrams:
            wanted = modem.acknowledged + 1
            body = {"meter": {"serialNumber": modem.meter, "brand": "OSO"}, "data": {"rawData": telegram}}
            modem.say("read", body)
            await modem.until(wanted)

    with head_end(modems) as (pid, port):
        await connected(modems, port)
        await asyncio.sleep(2)
        for each in modems:
            each.refused = 0
        before, began = cpu_s(pid), time.monotonic()
        await asyncio.gather(*(push(each) for each in modems))
        spent, lasted = cpu_s(pid) - before, time.monotonic() - began
        refused = sum(each.refused for each in modems)
        for each in modems:
            await each.hang_up()
    total = values * len(telegrams) * len(modems)
    return {
        "figure": "Q-4 profile values decoded, committed, acknowledged, a CPU-second of all threads",
        "values": total,
        "messages": len(telegrams) * len(modems),
        "refused": refused,
        "ours": round(total / spent),
        "a_second_of_the_clock": round(total / lasted),
    }


async def ending() -> dict[str, object]:
    """SIGTERM amid a flood: all connections open, more profiles on their way than can be kept in time."""
    telegrams, _ = await asyncio.to_thread(days_of_profile)
    modems = [Modem(number) for number in range(BUSY)]
    with head_end_process(modems) as (server, port):
        for first in range(0, len(modems), 100):
            some = modems[first : first + 100]
            await asyncio.gather(*(each.call(port) for each in some))
            for each in some:
                each.identify()
            await asyncio.gather(*(each.until(1) for each in some))
        for each in modems:
            for telegram in telegrams:
                body = {"meter": {"serialNumber": each.meter, "brand": "OSO"}, "data": {"rawData": telegram}}
                each.say("read", body)
        await asyncio.sleep(1.0)
        before = cpu_s(server.pid)
        spent = asyncio.create_task(_cpu_until_end(server.pid))
        lasted = await asyncio.to_thread(end, server)
        for each in modems:
            await each.hang_up()
        cpu = await spent - before
    return {
        "figure": "from SIGTERM to the end, seconds, amid a flood of profiles",
        "connections": len(modems),
        "ours": round(lasted, 1),
        "cpu_s": round(cpu, 1),
        "load": round(os.getloadavg()[0], 1),
        "goal": ENDS_WITHIN_S,
        "met": lasted <= ENDS_WITHIN_S,
    }


async def _cpu_until_end(pid: int) -> float:
    """What it had spent when it was last seen."""
    spent = 0.0
    while True:
        try:
            spent = max(spent, cpu_s(pid))
        except (OSError, IndexError):
            return spent
        await asyncio.sleep(0.05)


def _alone(story: Callable[[], Awaitable[object]]) -> object:
    async def told() -> object:
        return await story()

    return asyncio.run(told())


def run() -> list[dict[str, object]]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4 * IDLE)), hard))
    held, kib = _alone(idle_memory)  # type: ignore[misc]  # as idle_memory says
    ours, peer = _alone(our_heartbeats), _alone(peers_heartbeats)
    assert isinstance(ours, float)
    return [
        {
            "figure": "Q-3 memory of an idle, identified, plain connection, KiB",
            "held": held,
            "ours": round(kib, 1),
            "load": round(os.getloadavg()[0], 1),
        },
        {
            "figure": "Q-3 heartbeats a CPU-second, each kept; peer: C epoll, keeps nothing",
            "ours": round(ours),
            "peer": round(peer) if isinstance(peer, float) else "no C compiler",
            "ratio": round(ours / peer, 3) if isinstance(peer, float) else None,
        },
        _alone(kept_values),  # type: ignore[list-item]  # as kept_values says
        _alone(ending),  # type: ignore[list-item]  # as ending says
    ]


if __name__ == "__main__":
    for row in run():
        print(json.dumps(row, ensure_ascii=False))
