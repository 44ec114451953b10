"""How fast is a readout taken apart, beside the `iec62056-21` package? (Q-1)

CPU time, medians of interleaved runs, one generated text for both; all values are compared beforehand.
"""

import json
import random
import statistics
import time
from collections.abc import Callable

from iec62056_21 import utils
from iec62056_21.messages import ReadoutDataMessage

from osos.iec62056 import DataBlock, block_check, datasets, parse_readout, readout_message

ROUNDS = 60
READOUT_GOAL, BCC_GOAL = 8.0, 100.0


def generated_readout(lines: int, chance: random.Random) -> bytes:
    """A data message of this many lines, mixed as in a long packet: registers, demands, spans."""
    made = []
    for row in range(1, lines + 1):
        energy = f"{chance.randrange(10**9) / 1000:010.3f}"
        power = f"{chance.randrange(10**6) / 1000:07.3f}"
        day = f"26-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}"
        made.append(
            (
                f"1.8.{row % 5}*{row % 12 + 1}({energy}*kWh)",
                f"1.6.0*{row % 12 + 1}({power}*kW)({day},00:15)",
                f"96.77.0*{row % 99 + 1}({day},00:15;{day},03:20)",
                f"32.7.0({chance.randrange(2200, 2400) / 10})",
                f"5.8.0({energy}*kVArh)",
            )[row % 5]
        )
    return readout_message("".join(line + "\r\n" for line in made).encode("ascii"))


def ours(message: bytes) -> list[tuple[str, str, str]]:
    """The block check character verified (DataBlock.parse raises), then every value."""
    return datasets(DataBlock.parse(message).block)


def peers(message: bytes) -> list[tuple[str, str, str]]:
    read = ReadoutDataMessage.from_bytes(message)  # verifies the block check character
    return [
        (each.address or "", *_value_and_unit(each))
        for line in read.data_block.data_lines
        for each in line.data_sets
    ]


def _value_and_unit(each: object) -> tuple[str, str]:
    """The package leaves the unit on a bracket without address; it is split here, outside the clock."""
    value, unit = each.value, each.unit  # type: ignore[attr-defined]  # the package has no types
    if unit is None and "*" in value:
        value, _, unit = value.rpartition("*")
    return value, unit or ""


def cpu_us(runs: dict[str, Callable[[], object]], rounds: int, repeat: int = 1) -> dict[str, float]:
    """Median CPU microseconds of each, run in turns so that a slow moment of the machine hits all alike."""
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            begin = time.process_time_ns()
            for _ in range(repeat):
                run()
            taken[name].append((time.process_time_ns() - begin) / repeat / 1000)
    return {name: statistics.median(each) for name, each in taken.items()}


def readout() -> list[dict[str, object]]:
    message = generated_readout(250, random.Random(1))
    assert ours(message) == peers(message)
    parsed = parse_readout(message)
    assert parsed.check.ok
    assert len(parsed.lines) == 250
    taken = cpu_us(
        {
            "ours": lambda: ours(message),
            "peer": lambda: ReadoutDataMessage.from_bytes(message),
            "lines": lambda: parse_readout(message),
        },
        ROUNDS,
    )
    ratio = taken["peer"] / taken["ours"]
    return [
        {
            "figure": "Q-1 readout of 250 lines, check character verified, address, value and unit of each",
            "bytes": len(message),
            "ours_us": round(taken["ours"], 1),
            "peer_us": round(taken["peer"], 1),
            "ratio": round(ratio, 1),
            "goal": READOUT_GOAL,
            "met": ratio >= READOUT_GOAL,
        },
        {
            "figure": "the same by parse_readout: lines with code, history row, offset, and complaints",
            "ours_us": round(taken["lines"], 1),
            "peer_us": round(taken["peer"], 1),
            "ratio": round(taken["peer"] / taken["lines"], 1),
        },
    ]


def bcc() -> dict[str, object]:
    block = bytes(random.Random(2).randrange(0x20, 0x7F) for _ in range(6 * 1024))
    assert bytes([block_check(block)]) == utils.calculate_bcc(block)
    fast = cpu_us({"ours": lambda: block_check(block)}, ROUNDS, repeat=100)
    slow = cpu_us({"peer": lambda: utils.calculate_bcc(block)}, ROUNDS)
    ratio = slow["peer"] / fast["ours"]
    return {
        "figure": "Q-1 block check character of 6 KB",
        "ours_us": round(fast["ours"], 2),
        "peer_us": round(slow["peer"], 1),
        "ratio": round(ratio, 1),
        "goal": BCC_GOAL,
        "met": ratio >= BCC_GOAL,
    }


def run() -> list[dict[str, object]]:
    return [*readout(), bcc()]


if __name__ == "__main__":
    for row in run():
        print(json.dumps(row, ensure_ascii=False))
