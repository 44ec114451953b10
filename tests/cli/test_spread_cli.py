"""Does each command that runs a batch take --spread, come to the same with it, and say what is in the way?"""

import csv
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from osos import mdm, registry
from osos.cli import export, rebuild, rules
from osos.iec62056 import block_check
from osos.mdm import Direction, WireFrame
from osos.mdm.tables import said_blocks
from osos.quantities import TURKIYE, DeviceId
from osos.store import open_store

START = datetime(2026, 3, 2, tzinfo=TURKIYE)
WH = 25  # a quarter hour, secondary
DAYS = ("--from", "2026-03-02", "--to", "2026-03-03")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An installation with two points and two days, the first register of the second point goes back."""
    home = tmp_path / "home"
    home.mkdir()
    store = open_store(home / "osos.sqlite")
    store.migrate()
    lines = "flag,serial,meters,multiplier,plain_until\nOSM,1,MKS100000001 MKS100000002,40,\n"
    received = (START + timedelta(days=3)).astimezone(UTC)
    with store.begin() as conn:
        registry.admit(conn, registry.parse_admissions(lines)[0], by="test", now=START, since=START)
        modem = registry.find_modem(conn, DeviceId("OSM", "1"))
        for n, behind in enumerate(registry.meters_behind(conn, modem.id, START)):
            raw = telegram([1_000_000 + WH * k - (9000 if n and k > 100 else 0) for k in range(193)])
            facts = {"direction": Direction.IN, "link": "tcp", "address": "a", "session": "s"}
            kept = mdm.keep(conn, WireFrame(payload=raw, received_at=received, modem_id=modem.id, **facts))
            found = mdm.interpret(raw, asked=behind.meter, received_at=received, asked_profile="P.01")
            where = {"frame_id": kept.frame_id, "meter": behind.meter_id, "point": behind.point_id}
            assert mdm.record(conn, interpreted=found, received_at=received, **where).intervals_new == 193
    store.close()
    return home


def telegram(registers: list[int]) -> bytes:
    lines = []
    for n, wh in enumerate(registers):
        label = START + timedelta(minutes=15 * n)
        shown = f"{wh // 1000:06d}.{wh % 1000:03d},000000.000,000000.000,000.100"
        lines.append(f"({label:%y-%m-%d,%H:%M})({shown})\r\n")
    block = "".join(lines).encode() + b"\x03"
    return b"\x02" + block + bytes([block_check(block)])


def run(home: Path, module, *arguments: str) -> Result:
    return CliRunner().invoke(module.app, [*arguments, "--home", str(home)])


BATCHES = {
    "rules try": (rules, ("try", "NEGATIVE", *DAYS, "--json")),
    "rules judge": (rules, ("judge", *DAYS, "--json")),
    "rules judge again": (rules, ("judge", *DAYS, "--again", "--json")),
    "rebuild": (rebuild, ("--check", "--json")),
    "export settlement": (export, ("settlement", "--month", "2026-03", "--out", "OUT", "--json")),
    "export intervals": (
        export,
        ("parquet", "--since", "2026-03-02", "--until", "2026-03-03", "--out", "OUT", "--json"),
    ),
    "export frames": (export, ("parquet", "--what", "frames", "--out", "OUT", "--json")),
}


@pytest.mark.parametrize("batch", BATCHES)
def test_a_batch_comes_to_the_same_plainly_and_spread(home: Path, tmp_path: Path, batch: str) -> None:
    module, arguments = BATCHES[batch]
    told = []
    for how in ((), ("--spread", "threads:2")):
        out = str(tmp_path / f"out{len(how)}")
        done = run(home, module, *(out if one == "OUT" else one for one in arguments), *how)
        assert done.exit_code == 0, done.output
        facts = json.loads(done.stdout)
        told.append(
            {name: value for name, value in facts.items() if name not in ("file", "folder", "known_on")}
        )
    if batch.startswith("rules judge"):
        assert told[0].pop("new") == 4 and told[1].pop("new") == 0
        assert (told[1].pop("same"), told[0].pop("same")) == (4 if "again" in batch else 0, 0)
        if "again" not in batch:  # nothing has changed
            assert told[1]["point_days"] == 0 and told[0]["by_rule"] == told[1]["by_rule"]
            return
    assert told[0] == told[1]


def test_a_settlement_month_leaves_as_sums_of_all_points(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "march.csv"
    done = run(home, export, "settlement", "--month", "2026-03", "--out", str(out), "--json")
    facts = json.loads(done.stdout)
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert len(rows) == 31 * 24 and (facts["points"], facts["may_be_delivered"]) == (2, 0)
    full = next(one for one in rows if one["start"] == "2026-03-02T05:00:00+03:00")
    assert (full["withdrawal_wh"], full["points_known"]) == (str(2 * 4 * WH * 40), "2")
    assert full["end"] == "2026-03-02T06:00:00+03:00"
    assert sum(int(one["withdrawal_wh"]) for one in rows) == facts["withdrawal_wh"]
    assert facts["missing_min"] == 2 * 28 * 1440
    assert not list(tmp_path.glob("*.part"))
    quarters = run(
        home, export, "settlement", "--month", "2026-03", "--out", str(out), "--period", "15", "--json"
    )
    assert json.loads(quarters.stdout)["withdrawal_wh"] == facts["withdrawal_wh"]
    assert len(list(csv.DictReader(out.read_text().splitlines()))) == 31 * 96


def test_a_damaged_block_leaves_no_file_of_sums(home: Path, tmp_path: Path) -> None:
    store = open_store(home / "osos.sqlite")
    with store.begin() as conn:
        conn.execute(said_blocks.update().values(payload=b"\xff"))
    store.close()
    out = tmp_path / "march.csv"
    for how in ((), ("--spread", "threads:2")):
        done = run(home, export, "settlement", "--month", "2026-03", "--out", str(out), *how)
        assert done.exit_code == 1 and not out.exists(), done.output
        assert ("a part failed: BlockDamaged" if how else "no file was written") in done.output


@pytest.mark.parametrize("batch", BATCHES)
def test_what_is_no_way_to_spread_is_refused_in_both_languages(
    home: Path, tmp_path: Path, batch: str
) -> None:
    module, arguments = BATCHES[batch]
    done = run(home, module, *arguments, "--spread", "dask")
    assert done.exit_code == 2
    assert "dağıtım yolu değil" in done.output and "is no way to spread work" in done.output


def test_without_dask_the_command_says_what_to_install(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dask.base", None)
    done = run(home, rebuild, "--check", "--spread", "processes")
    assert done.exit_code == 2
    assert "kurulu değil" in done.output and 'pip install "osos[batch]"' in done.output


@pytest.mark.long
@pytest.mark.parametrize("batch", ["rebuild", "export settlement"])
def test_two_processes_come_to_the_same(home: Path, tmp_path: Path, batch: str) -> None:
    module, arguments = BATCHES[batch]
    told = []
    for how in ((), ("--spread", "processes:2")):
        out = str(tmp_path / f"out{len(how)}")
        done = run(home, module, *(out if one == "OUT" else one for one in arguments), *how)
        told.append({name: one for name, one in json.loads(done.stdout).items() if name != "file"})
    assert told[0] == told[1]
