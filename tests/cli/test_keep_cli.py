"""Can what is held leave, be checked, be asked as of a past day, expire with a proof (D-1, D-3, D-5, D-6)?"""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
from sqlalchemy import update
from typer.testing import CliRunner, Result

from osos import mdm, registry
from osos.cli import COMMANDS, export, keep, rebuild, stored
from osos.iec62056 import block_check
from osos.mdm import Direction, WireFrame
from osos.mdm.keeping import parquet_parts
from osos.mdm.tables import canonical_blocks
from osos.quantities import TURKIYE, DeviceId
from osos.store import Store, open_store

START = datetime(2026, 3, 2, tzinfo=TURKIYE)
RECEIVED = (START + timedelta(days=5)).astimezone(UTC)
LATER = RECEIVED + timedelta(days=10)
MODEM, METER = DeviceId("OSM", "1"), DeviceId("MKS", "123456789")
# The engines differ in how they keep, not in how a line is read or refused.
ONE_ENGINE = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


def telegram(first: int, count: int, *, more: int = 0) -> bytes:
    """Quarter hours of a load profile as a meter prints them, 25 Wh each."""
    lines = []
    for n in range(first, first + count):
        wh = 100_000 + 25 * n + more
        label = START + timedelta(minutes=15 * n)
        shown = f"{wh // 1000:06d}.{wh % 1000:03d}"
        lines.append(f"({label:%y-%m-%d,%H:%M})({shown},000000.000,000000.000,000.100)\r\n")
    block = "".join(lines).encode() + b"\x03"
    return b"\x02" + block + bytes([block_check(block)])


def tell(store: Store, raw: bytes, at: datetime) -> None:
    with store.begin() as conn:
        modem = registry.find_modem(conn, MODEM)
        (behind,) = registry.meters_behind(conn, modem.id, START)
        frame = WireFrame(
            payload=raw,
            direction=Direction.IN,
            link="tcp",
            address="10.0.0.1:1",
            session="s",
            received_at=at,
            modem_id=modem.id,
        )
        kept = mdm.keep(conn, frame)
        found = mdm.interpret(raw, asked=METER, received_at=at, asked_profile="P.01")
        mdm.record(
            conn,
            frame_id=kept.frame_id,
            meter=behind.meter_id,
            point=behind.point_id,
            interpreted=found,
            received_at=at,
        )


@pytest.fixture
def told(store: Store, store_url: str, tmp_path: Path):
    """A point with three days; ten days later the last quarter hours came, and one register otherwise."""
    with store.begin() as conn:
        line = f"flag,serial,meters,multiplier,plain_until\n{MODEM.flag},{MODEM.serial},{METER},40,\n"
        admissions, _ = registry.parse_admissions(line)
        registry.admit(conn, admissions, by="test", now=START, since=START)
        rows, _ = registry.parse_service_points(f"meter,installation_no\n{METER},2004170001\n")
        registry.admit_service_points(conn, rows, by="test", now=START)
    tell(store, telegram(0, 280), RECEIVED)
    tell(store, telegram(278, 11, more=50), LATER)
    store.close()

    def run(command, *arguments: str) -> Result:
        environment = {"OSOS_STORE_URL": store_url, "OSOS_HOME": str(tmp_path)}
        return CliRunner().invoke(command.app, list(arguments), env=environment)

    return run


def lines(result: Result) -> list[dict]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_the_commands_are_on_the_list() -> None:
    for name in ("export", "keep", "rebuild"):
        assert COMMANDS[name][0].startswith("osos.cli.")


def test_pandas_and_polars_read_the_same_energies_from_the_folder(told, tmp_path: Path) -> None:
    out = tmp_path / "out"
    days = ("--since", "2026-03-02", "--until", "04.03.2026")
    (facts,) = lines(told(export, "parquet", "--out", str(out), *days, "--points", "2004170001", "--json"))
    assert (facts["files"], facts["written_before"], facts["rows"]) == (1, 0, 288)
    polars = pl.read_parquet(out / "*.parquet")
    pandas = pd.read_parquet(out)
    assert polars["a_plus_secondary"].sum() == 288 * 25 + 50 == int(pandas["a_plus_secondary"].sum())
    assert set(polars["installation_no"]) == {"2004170001"} == set(pandas["installation_no"])
    assert set(polars["meter"]) == {str(METER)} and set(polars["multiplier"]) == {"40"}
    assert pandas["start"].min() == pd.Timestamp(START) and str(pandas["start"].dt.tz) == "UTC"


def test_an_export_tells_what_was_known_at_one_instant(told, tmp_path: Path) -> None:
    days = ("--since", "2026-03-02", "--until", "2026-03-04", "--as-known-on", "2026-03-10")
    lines(told(export, "parquet", "--out", str(tmp_path / "then"), *days, "--json"))
    then = pl.read_parquet(tmp_path / "then" / "*.parquet")
    assert then["a_plus_secondary"].sum() == 279 * 25
    assert then.filter(pl.col("quality") == "missing").height == 9


@ONE_ENGINE
def test_an_export_goes_on_where_it_broke_off_and_refuses_another_one(
    told, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(parquet_parts, "FRAMES_A_FILE", 1)
    out = tmp_path / "frames"
    whole = lines(told(export, "parquet", "--out", str(out), "--what", "frames", "--json"))
    files = sorted(out.glob("*.parquet"))
    kept = {file.name: file.stat().st_mtime_ns for file in files[:1]}
    order = json.loads((out / "_order.json").read_text())
    del order["files"][files[1].name]  # as a break before the second file leaves it
    (out / "_order.json").write_text(json.dumps(order))
    files[1].rename(out / f"{files[1].name}.part")
    again = lines(told(export, "parquet", "--out", str(out), "--what", "frames", "--json"))
    assert (whole[0]["files"], again[0]["written_before"], again[0]["rows"]) == (2, 1, 2)
    assert {name: (out / name).stat().st_mtime_ns for name in kept} == kept
    table = pl.read_parquet(out / "*.parquet")
    assert table["payload"].to_list() == [telegram(0, 280), telegram(278, 11, more=50)]
    refused = told(export, "parquet", "--out", str(out), "--since", "2026-03-02", "--until", "2026-03-02")
    assert refused.exit_code == 2 and "another export" in refused.output


@ONE_ENGINE
def test_a_point_nobody_knows_and_a_day_that_does_not_exist_end_with_a_sentence(told, tmp_path: Path) -> None:
    out = ("--out", str(tmp_path / "x"))
    days = ("--since", "2026-03-02", "--until", "2026-03-03")
    unknown = told(export, "parquet", *out, *days, "--points", "9999")
    assert unknown.exit_code == 1 and "9999 names no point" in unknown.output
    never = told(export, "parquet", *out, "--since", "31.02.2026", "--until", "2026-03-03")
    assert never.exit_code == 2 and "is not a day" in never.output


def test_a_rebuild_from_the_bytes_gives_the_identical_hash(told) -> None:
    (facts,) = lines(told(rebuild, "--check", "--json"))
    assert facts["identical"] and facts["held"] == facts["rebuilt"]
    assert (facts["points"], facts["days"], facts["different"]) == (1, 3, 0)


@ONE_ENGINE
def test_a_rebuild_finds_a_day_somebody_changed_past_this_program(told, store_url: str) -> None:
    store = open_store(store_url)
    with store.begin() as conn:
        conn.execute(
            update(canonical_blocks).where(canonical_blocks.c.missing == 0).values(content_hash=b"x" * 16)
        )
    store.close()
    result = told(rebuild, "--check", "--json")
    facts = json.loads(result.stdout.splitlines()[0])
    assert result.exit_code == 1 and not facts["identical"]
    assert facts["damaged"] + facts["different"] > 0


def test_what_is_stored_can_be_asked_as_of_a_past_day(told) -> None:
    asked = (MODEM.flag, MODEM.serial, "--json")
    now, then = lines(told(stored, *asked)), lines(told(stored, *asked, "--as-known-on", "2026-03-10"))
    assert [line["kind"] for line in then].count("frame") == 1
    assert [line["kind"] for line in now].count("frame") == 2
    registers = [
        {
            line["time"]: line["value"]
            for line in each
            if line["kind"] == "interval" and line["code"] == "1.8.0"
        }
        for each in (now, then)
    ]
    assert (len(registers[0]), len(registers[1])) == (289, 280)
    label = (START + timedelta(minutes=15 * 279)).isoformat()
    assert (registers[0][label], registers[1][label]) == ("000107.025", "000106.975")


@ONE_ENGINE
def test_nothing_is_destroyed_before_somebody_says_so(told) -> None:
    due = told(keep, "destroy", "--json")
    assert due.exit_code == 1 and "nothing was destroyed" in due.output
    shown = lines(told(keep, "show", "--json"))
    assert {line["kind"] for line in shown} == {"frames", "versions", "blocks", "readings", "alarms"}
    assert all(line["purpose"] and line["kept_days"] >= 730 for line in shown)
    refused = told(keep, "show", "--days", "blocks=3")
    assert (
        refused.exit_code == 2 and "shorter than the 400" in refused.output and "en az 400" in refused.output
    )


def test_what_is_destroyed_leaves_a_proof_that_still_holds(told, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(keep, "ROWS_AT_ONCE", 3)
    moment = LATER + timedelta(days=4000)
    monkeypatch.setattr(keep.RealClock, "now", lambda _: moment)
    would = {line["kind"]: line["would_go"] for line in lines(told(keep, "show", "--json"))}
    assert would["blocks"] == 7 and would["versions"] >= 1
    gone = {
        line["kind"]: line["destroyed"]
        for line in lines(told(keep, "destroy", "--yes", "--by", "ayşe", "--json"))
    }
    assert gone["blocks"] == 7 and gone["versions"] == would["versions"]
    assert gone["frames"] == 2  # nothing rests on them any more
    proofs = lines(told(keep, "proofs", "--json"))
    assert all(one["holds"] and one["by"] == "ayşe" for one in proofs)
    assert sum(one["rows"] for one in proofs) == sum(gone.values())
    mine = tmp_path / "frame.bin"
    mine.write_bytes(telegram(0, 280))
    (found,) = lines(told(keep, "proofs", "--of", str(mine), "--json"))
    assert found["kind"] == "frames"
    mine.write_bytes(b"never here")
    assert told(keep, "proofs", "--of", str(mine)).exit_code == 1
    assert lines(told(keep, "destroy", "--yes", "--json")) == []


@ONE_ENGINE
def test_after_a_part_was_destroyed_the_rest_is_read_and_still_follows_from_its_bytes(
    told, monkeypatch
) -> None:
    """The first day that is kept begins with the last register of the one before it."""
    moment = START + timedelta(days=401, hours=12)
    monkeypatch.setattr(keep.RealClock, "now", lambda _: moment)
    assert told(keep, "destroy", "--yes", "--days", "blocks=400", "--json").exit_code == 0
    shown = told(rebuild, "--check", "--json")
    assert shown.exit_code == 0, shown.output
    assert json.loads(shown.stdout)["days"] == 2  # of three
