"""Does `osos import intervals` take a file in bounded memory, show how far it is, and name what is wrong?"""

import csv
import json
import os
import pty
import re
import select
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from osos import registry
from osos.cli import importing
from osos.cli.opened import FOUND_BAD, USAGE, opened_store, settings_of

SINCE = datetime(2026, 3, 1, 21, tzinfo=UTC)
HEADER = "sayaç;tarih saat;1.8.0"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def lines_of(meters: int, slots: int) -> Iterator[str]:
    """Meter by meter, as most systems write them."""
    stamps = [f"{datetime(2026, 3, 2) + timedelta(minutes=15 * n):%d.%m.%Y %H:%M}" for n in range(slots)]
    for meter, (slot, stamp) in product(range(meters), enumerate(stamps)):
        wh = 100_000_000 + slot * (20 + meter % 50)
        yield f"MKS{100000000 + meter};{stamp};{wh // 1000},{wh % 1000:03d}\n"


def file_of(folder: Path, meters: int, slots: int) -> Path:
    path = folder / "values.csv"
    with path.open("w") as file:
        file.write(f"{HEADER}\n")
        file.writelines(lines_of(meters, slots))
    return path


def admit(home: Path, meters: int) -> None:
    names = " ".join(f"MKS{100000000 + n}" for n in range(meters))
    line = f"flag,serial,meters,multiplier,plain_until\nOSM,1,{names},40,\n"
    admissions, problems = registry.parse_admissions(line)
    assert not problems
    with opened_store(settings_of(home)) as store, store.begin() as conn:
        registry.admit(conn, admissions, by="test", now=SINCE, since=SINCE)


def osos(home: Path, *arguments: object) -> Result:
    return CliRunner().invoke(importing.app, ["intervals", *map(str, arguments), "--home", str(home)])


def test_a_file_is_tried_taken_and_repeated_with_its_figures(home: Path, tmp_path: Path) -> None:
    admit(home, 2)
    path = file_of(tmp_path, 2, 97)
    tried = json.loads(osos(home, "--file", path, "--dry-run", "--json").stdout)
    taken = json.loads(osos(home, "--file", path, "--reason", "old system", "--json").stdout)
    again = json.loads(osos(home, "--file", path, "--reason", "old system", "--json").stdout)
    assert [(one["lines"], one["taken"], one["repeated"]) for one in (tried, taken, again)] == [
        (194, 194, 0),
        (194, 194, 0),
        (194, 0, 194),
    ]
    assert taken["seconds"] > 0 and taken["lines_a_second"] > 0


def test_a_wrong_column_ends_with_its_name_and_a_wrong_line_with_its_number(
    home: Path, tmp_path: Path
) -> None:
    admit(home, 1)
    path, problems = file_of(tmp_path, 1, 5), tmp_path / "problems.csv"
    text = path.read_text()
    path.write_text(text.replace("1.8.0", "9.9.9", 1))
    refused = osos(home, "--file", path, "--reason", "x")
    assert refused.exit_code == USAGE and "9.9.9" in refused.stderr
    path.write_text(text + "MKS100000000;32.03.2026 00:15;1,5\nMKS100000000;02.03.2026 09:00;-1\n")
    found = osos(home, "--file", path, "--reason", "x", "--problems", problems, "--json")
    assert found.exit_code == FOUND_BAD
    assert json.loads(found.stdout)["refused"] == {"no such day": 1, "negative": 1}
    with problems.open(encoding="utf-8-sig", newline="") as file:
        assert [row["line"] for row in csv.DictReader(file)] == ["7", "8"]


def test_without_a_reason_nothing_is_taken(home: Path, tmp_path: Path) -> None:
    assert osos(home, "--file", file_of(tmp_path, 1, 1)).exit_code == USAGE


def peak_kb(home: Path, path: Path) -> tuple[int, dict[str, object], str]:
    """What the command held at most, what it printed, and what a person at a terminal saw."""
    command = [sys.executable, "-m", "osos", "import", "intervals", "--json", "--reason", "x"]
    leader, follower = pty.openpty()
    seen: list[bytes] = []

    def look() -> None:
        while select.select([leader], [], [], 600)[0] and (piece := os.read(leader, 4096)) != b"\0":
            seen.append(piece)

    watcher = threading.Thread(target=look)
    watcher.start()
    where = ["--file", str(path), "--home", str(home)]
    running = subprocess.Popen([*command, *where], stdout=subprocess.PIPE, stderr=follower)
    assert running.stdout is not None
    told = running.stdout.read()
    _, status, usage = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    running.stdout.close()
    os.write(follower, b"\0")
    watcher.join()
    os.close(leader)
    os.close(follower)
    assert running.returncode == 0, told
    return usage.ru_maxrss, json.loads(told), b"".join(seen).decode(errors="replace")


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_file_four_times_as_long_needs_no_more_memory_and_shows_how_far_it_is(tmp_path: Path) -> None:
    peaks = []
    for name, meters in (("short", 60), ("long", 240)):
        home = tmp_path / name
        admit(home, meters)
        peak, told, shown = peak_kb(home, file_of(tmp_path, meters, 1000))
        assert told["taken"] == meters * 1000 and told["refused"] == {}
        assert re.search(r"\d+/\d+", shown), "a person sees how far it is"
        peaks.append(peak)
        print(f"{meters * 1000} lines: {peak} KiB, {told['lines_a_second']} lines a second")
    assert peaks[1] < peaks[0] * 1.25
