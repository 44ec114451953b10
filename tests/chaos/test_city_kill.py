"""Does the pretend city's own journal agree with the store after the head-end was killed? (H-4, Q-20)"""

import json
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from checker import Sent, violations
from head_end_process import HeadEndProcess, osos

ENERGY = re.compile(r"[1258]\.8\.0")  # registers printed as numbers with a unit, history rows left out
QUIET_S = 6.0  # nothing acknowledged for so long: the city has told all it has


@contextmanager
def city(port: int, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "osos", "simulate", "city", "--connect", f"127.0.0.1:{port}", *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=90)


def wait_for(reached: Callable[[], bool], within_s: float, what: str) -> None:
    until = time.monotonic() + within_s
    while not reached():
        assert time.monotonic() < until, f"not within {within_s} s: {what}"
        time.sleep(0.02)


def lines_of(journal: Path) -> list[dict[str, object]]:
    """Whole lines only: the last one may still be on its way."""
    if not journal.exists():
        return []
    return [json.loads(line) for line in journal.read_text().splitlines(keepends=True) if line.endswith("\n")]


def acknowledged(lines: list[dict[str, object]]) -> dict[str, list[Sent]]:
    """By modem: what each acknowledged reference carried, in the journal's plain words."""
    made = {line["reference_id"]: line for line in lines if line["event"] == "made"}
    found: dict[str, list[Sent]] = {}
    for line in lines:
        if line["event"] == "acked" and line["fail_code"] is None and line["reference_id"] in made:
            found.setdefault(str(line["device"]), []).append(sent_of(made[line["reference_id"]]))
    return found


def sent_of(made: dict[str, object]) -> Sent:
    values = {code: text[0].split("*")[0] for code, *text in made.get("values", ()) if ENERGY.fullmatch(code)}
    labels = tuple(datetime.fromisoformat(label) for label, _ in made.get("rows", ()))
    columns = tuple(made.get("columns") or ())
    return Sent(str(made["reference_id"]), str(made["meter"]), values, labels, columns)


def truth_of(lines: list[dict[str, object]]) -> Callable[[str, str, datetime], str]:
    """What each meter said for each label, as the journal wrote it when it was said."""
    said = {}
    for line in lines:
        if line["event"] == "made" and line.get("columns"):
            for label, values in line["rows"]:
                for code, value in zip(line["columns"], values, strict=True):
                    said[line["meter"], code, datetime.fromisoformat(label)] = value
    return lambda meter, code, label: str(said[meter, code, label])


def kill_under_city(home: Path, *, kills: int, points: int, days: int, seed: int) -> int:
    chance = random.Random(seed)
    journal, admissions = home / "journal.jsonl", home / "devices.csv"
    world = ("--points", str(points), "--days", str(days), "--seed", str(seed))
    with city(9, *world, "--admissions", str(admissions)):  # nobody listens there: only the list is wanted
        wait_for(lambda: admissions.exists() and admissions.read_text().count("\n") > 1, 60, "a list")
    done = osos("registry", "admit", "--file", str(admissions), "--since", since(days), home=home)
    assert done.returncode == 0, done.stderr

    def taken() -> int:
        return sum(line["event"] == "acked" and line["fail_code"] is None for line in lines_of(journal))

    with HeadEndProcess(home) as head_end:
        with city(head_end.port, *world, "--journal", str(journal)):
            for _ in range(kills):
                wait_for(more_than(taken, taken() + chance.randint(5, 15)), 120, "load")
                head_end.kill()
                head_end.start()
            quiet(taken)
        assert head_end.stop() == 0, head_end.log()[-3000:]
        lines = lines_of(journal)
        checked = 0
        for modem, sent in acknowledged(lines).items():
            broken = violations(sent, head_end.stored(modem[:3], modem[3:]), truth_of(lines))
            assert not broken, broken[:20]
            checked += len(sent)
        assert "Traceback" not in head_end.log(), head_end.log()[-3000:]
    return checked


def more_than(count: Callable[[], int], enough: int) -> Callable[[], bool]:
    return lambda: count() >= enough


def since(days: int) -> str:
    wall = timezone(timedelta(hours=3))
    midnight = datetime.now(wall).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight - timedelta(days=days - 1)).date().isoformat()


def quiet(taken: Callable[[], int]) -> None:
    last, since_when = -1, time.monotonic()
    while time.monotonic() - since_when < QUIET_S:
        if (now := taken()) != last:
            last, since_when = now, time.monotonic()
        time.sleep(0.2)


@pytest.mark.chaos
@pytest.mark.timeout(400)
def test_three_kills_and_the_citys_journal_is_whole_in_the_store(tmp_path: Path) -> None:
    assert kill_under_city(tmp_path, kills=3, points=12, days=8, seed=5) > 40


@pytest.mark.long
@pytest.mark.chaos
@pytest.mark.timeout(3000)
def test_twenty_kills_and_the_citys_journal_is_whole_in_the_store(tmp_path: Path) -> None:
    assert kill_under_city(tmp_path, kills=20, points=40, days=20, seed=6) > 20 * 5
