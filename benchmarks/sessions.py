"""How many whole mode C readouts over TCP does a CPU-second read, beside the `iec62056-21` client? (Q-2)

Both read the same 6 KB from the same server process: connect, request, identification, option select, data
message, check character, every value with address and unit, close. Counted is the CPU time of the reading
process alone.
The client sleeps a quarter of a second twice a session, which costs no CPU; its pause is set to 0 here, as
ours is.
"""

import contextlib
import json
import logging
import multiprocessing
import random
import socket
import statistics
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection

from iec62056_21.client import Iec6205621Client

from benchmarks.readout import _value_and_unit, generated_readout
from osos.iec62056 import DataBlock, MeterSide, Write, datasets
from osos.meters import read
from osos.quantities import Clock
from osos.reader import Link, Place, parse_place, read_packet

GOAL = 25.0
ROUNDS, OURS_A_ROUND, PEERS_A_ROUND = 7, 60, 6
Values = list[tuple[str, str, str]]


class Meter:
    """Has one packet to tell."""

    def __init__(self, lines: bytes) -> None:
        self._lines = lines

    def is_me(self, address: str) -> bool:
        return bool(address)

    def identification(self) -> bytes:
        return b"/OSO6<2>OSOS.VM25\r\n"

    def packet(self, y: str) -> bytes | None:
        return self._lines if y == "0" else None

    def refuse(self, *_facts: str) -> None:
        """It is only read out."""

    read = write = execute = password = seed = refuse


class MachineClock:
    """The benchmark's own clock; nothing is ever waited for."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def wall_s(self, seconds: float) -> float:
        return seconds

    def sleep_until(self, when: datetime) -> None:
        time.sleep(max(0.0, (when - self.now()).total_seconds()))


def packet() -> bytes:
    """6 KB of lines as a long packet mixes them."""
    message = generated_readout(211, random.Random(1))
    return DataBlock.parse(message).block.removesuffix(b"!\r\n")


def serve(pipe: Connection) -> None:
    """One meter behind a port, until the pipe closes."""
    meter = Meter(packet())
    listener = socket.create_server(("127.0.0.1", 0))
    pipe.send(listener.getsockname()[1])

    def session(peer: socket.socket) -> None:
        side = MeterSide(meter, reaction_s=0.0)
        with peer, contextlib.suppress(OSError):
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while data := peer.recv(4096):
                for action in side.receive(data, baud=None, now=time.monotonic()):
                    if isinstance(action, Write):
                        peer.sendall(action.data)

    def accept() -> None:
        while True:
            session(listener.accept()[0])

    threading.Thread(target=accept, daemon=True).start()
    with contextlib.suppress(EOFError):
        pipe.recv()


def ours(place: Place, clock: Clock) -> Values:
    link = Link(place, clock=clock, reaction_s=0.0)
    got = read_packet(link, "0")
    link.close()
    assert got.trouble is None
    return datasets(got.block)


def ours_with_meaning(place: Place, clock: Clock) -> int:
    """The same, and what each value means: number, unit, time, quality, by the meter's profile."""
    link = Link(place, clock=clock, reaction_s=0.0)
    got = read_packet(link, "0")
    link.close()
    return len(read(got.data).readings)


def peers(port: int) -> Values:
    client = Iec6205621Client.with_tcp_transport(address=("127.0.0.1", port), device_address="OSO1")
    client.connect()
    answer = client.standard_readout()
    client.disconnect()
    return [(each.address or "", *_value_and_unit(each)) for each in answer.data]


def cpu_ms(run: Callable[[], object], times: int) -> float:
    begin = time.process_time_ns()
    for _ in range(times):
        run()
    return (time.process_time_ns() - begin) / times / 1e6


def run() -> list[dict[str, object]]:
    logging.getLogger("iec62056_21").setLevel(logging.ERROR)
    Iec6205621Client.REACTION_TIME = 0.0
    clock = MachineClock()
    near, far = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(far,), daemon=True)
    server.start()
    try:
        port = near.recv()
        place = parse_place(f"tcp://127.0.0.1:{port}?address=OSO1")
        assert ours(place, clock) == peers(port)
        taken: dict[str, list[float]] = {"ours": [], "meaning": [], "peer": []}
        for _ in range(ROUNDS):
            taken["ours"].append(cpu_ms(lambda: ours(place, clock), OURS_A_ROUND))
            taken["meaning"].append(cpu_ms(lambda: ours_with_meaning(place, clock), OURS_A_ROUND))
            taken["peer"].append(cpu_ms(lambda: peers(port), PEERS_A_ROUND))
    finally:
        near.close()
        far.close()
        server.terminate()
        server.join()
    ms = {name: statistics.median(each) for name, each in taken.items()}
    ratio = ms["peer"] / ms["ours"]
    size = len(packet())
    return [
        {
            "figure": "Q-2 whole mode C readouts over TCP, every value: sessions a CPU-second of the reader",
            "bytes": size,
            "ours": round(1000 / ms["ours"]),
            "peer": round(1000 / ms["peer"]),
            "ratio": round(ratio, 1),
            "goal": GOAL,
            "met": ratio >= GOAL,
        },
        {
            "figure": "the same with the meaning of every value by the meter's profile",
            "ours": round(1000 / ms["meaning"]),
            "peer": round(1000 / ms["peer"]),
            "ratio": round(ms["peer"] / ms["meaning"], 1),
        },
    ]


if __name__ == "__main__":
    for row in run():
        print(json.dumps(row, ensure_ascii=False))
