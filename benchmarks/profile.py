"""How fast does a load profile become numbers, beside the public package and beside a CSV reader? (Q-1)

180 days of a combi's P.01 (17 280 records of four registers), generated; CPU time of one process; the same
values out of all three, the check character verified by all three, medians of rounds taken in turn.
"""

import io
import random
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars
from iec62056_21.messages import AnswerDataMessage

from osos.iec62056 import block_check
from osos.meters import read

RECORDS = 180 * 96
ROUNDS, FAST_REPEATS = 7, 5  # the package takes a third of a second
PACKAGE_GOAL, POLARS_GOAL = 200, 4
EPOCH = datetime(2000, 1, 1)


def message(seed: int = 1) -> bytes:
    """STX, records of quarter hours, ETX, BCC; registers that grow, as a shop's would."""
    chance = random.Random(seed)
    registers, label = [12_345_678, 2_345_678, 345_678], datetime(2025, 9, 1)
    lines = []
    for _ in range(RECORDS):
        label += timedelta(minutes=15)
        used = chance.randrange(900)
        registers = [old + grown for old, grown in zip(registers, (used, used // 4, used // 20), strict=True)]
        shown = [f"{value // 1000:06d}.{value % 1000:03d}" for value in registers]
        power = used * 4
        values = ",".join([*shown, f"{power // 1000:03d}.{power % 1000:03d}"])
        lines.append(f"({label:%y-%m-%d,%H:%M})({values})\r\n")
    checked = "".join(lines).encode("ascii") + b"\x03"
    return b"\x02" + checked + bytes([block_check(checked)])


def ours(data: bytes) -> tuple[Any, Any]:
    told = read(data)
    assert told.records is not None
    assert told.check.ok
    return told.records.labels, told.records.values


def package(data: bytes) -> tuple[Any, Any]:
    """iec62056-21 checks the BCC and cuts the brackets; its strings become values as its users do it."""
    return _package(data, lambda stamp: datetime.strptime(stamp, "%y-%m-%d,%H:%M"))


def package_cut(data: bytes) -> tuple[Any, Any]:
    """The same with the cheapest way from a stamp to a time that Python has."""
    return _package(
        data,
        lambda of: datetime(2000 + int(of[:2]), int(of[3:5]), int(of[6:8]), int(of[9:11]), int(of[12:14])),
    )


def _package(data: bytes, wall: Callable[[str], datetime]) -> tuple[Any, Any]:
    labels, values = [], []
    for line in AnswerDataMessage.from_representation(data.decode("ascii")).data_block.data_lines:
        stamp, shown = line.data_sets[0].value, line.data_sets[1].value
        labels.append(int((wall(stamp) - EPOCH).total_seconds()) // 60)
        values.append([int(one.replace(".", "")) for one in shown.split(",")])
    return labels, values


def polars_csv(data: bytes) -> tuple[Any, Any]:
    """The CSV reader over the same text; what it leaves as text is converted by polars' own expressions."""
    block = data[1:-1]
    assert int(np.bitwise_xor.reduce(np.frombuffer(block, np.uint8))) == data[-1]
    names = ["date", "first", "second", "third", "fourth"]
    table = polars.read_csv(
        io.BytesIO(block[:-1]),
        has_header=False,
        separator=",",
        new_columns=names,
        schema_overrides=[polars.String] * len(names),
    )
    column = polars.col
    wall = (column("date").str.slice(1) + column("first").str.slice(0, 5)).str.to_datetime("%y-%m-%d%H:%M")
    texts = [
        column("first").str.slice(7),
        column("second"),
        column("third"),
        column("fourth").str.slice(0, 7),
    ]
    numbers = [
        text.str.replace(".", "", literal=True).cast(polars.Int64).alias(name)
        for text, name in zip(texts, names[1:], strict=True)
    ]
    found = table.select((wall.dt.timestamp("ms") // 60_000).alias("label"), *numbers)
    epoch = int((EPOCH - datetime(1970, 1, 1)).total_seconds()) // 60
    return found["label"].to_numpy() - epoch, found.drop("label").to_numpy()


def bare_csv(data: bytes) -> None:
    """read_csv alone, its brackets left in place: the least that reader can cost."""
    polars.read_csv(io.BytesIO(data[1:-2]), has_header=False, separator=",")


def _cpu_s(work: Callable[[bytes], object], data: bytes) -> float:
    start = time.process_time()
    work(data)
    return time.process_time() - start


def run() -> list[dict[str, Any]]:
    data = message()
    expected = [np.asarray(part) for part in ours(data)]
    for peer in (package, package_cut, polars_csv):
        for mine, other in zip(expected, peer(data), strict=True):
            assert np.array_equal(mine, np.asarray(other)), peer.__name__
    taken = _in_turn((ours, package, package_cut, polars_csv, bare_csv), data)
    own = taken["ours"]
    return [
        _row("load profile ÷ iec62056-21", own, taken["package"], PACKAGE_GOAL),
        _row("load profile ÷ iec62056-21, stamps cut by hand", own, taken["package_cut"], None),
        _row("load profile ÷ polars.read_csv, same values", own, taken["polars_csv"], POLARS_GOAL),
        _row("load profile ÷ polars.read_csv, brackets left", own, taken["bare_csv"], None),
    ]


def _in_turn(works: Sequence[Callable[[bytes], object]], data: bytes) -> dict[str, float]:
    """Median CPU seconds of each, so that a slow moment of the machine hits all alike."""
    taken: dict[str, list[float]] = {work.__name__: [] for work in works}
    for _ in range(ROUNDS):
        for work in works:
            work(data)  # warms what the others have cooled down
            for _ in range(1 if work in (package, package_cut) else FAST_REPEATS):
                taken[work.__name__].append(_cpu_s(work, data))
    return {name: statistics.median(each) for name, each in taken.items()}


def _row(figure: str, own: float, peer: float, goal: int | None) -> dict[str, Any]:
    row = {
        "id": "Q-1",
        "figure": figure,
        "ours_ms": round(own * 1000, 2),
        "peer_ms": round(peer * 1000, 2),
        "ratio": round(peer / own, 1),
    }
    return row if goal is None else {**row, "goal": goal, "met": peer / own >= goal}
