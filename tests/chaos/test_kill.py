"""Is anything acknowledged lost when the head-end is killed under load? (H-4, Q-20, F1, F2)"""

import asyncio
import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from checker import QUARTER, Sent, quarter_labels, violations
from foreign_modem import WALL, ForeignModem, PlainMeter
from head_end_process import HeadEndProcess, osos

MODEMS = 6
WINDOW = 4  # unacknowledged messages a modem holds before it waits
COLUMNS = ("1.8.0", "5.8.0", "8.8.0")
REGISTERS = ("1.8.0", "1.8.1", "32.7.0")


def make_modems() -> list[ForeignModem]:
    return [ForeignModem("FRG", f"90000000000{n}", PlainMeter("FRG", f"70000000{n}")) for n in range(MODEMS)]


def admit(home: Path, modems: list[ForeignModem], env: dict[str, str] | None = None) -> None:
    lines = ["flag,serial,meters,multiplier,plain_until"]
    lines += [f"{m.flag},{m.serial},{m.meter.flag}{m.meter.serial},1,2099-12-31" for m in modems]
    (home / "devices.csv").write_text("\n".join(lines) + "\n")
    done = osos("registry", "admit", "--file", str(home / "devices.csv"), home=home, env=env)
    assert done.returncode == 0, done.stderr


async def push_for_ever(modem: ForeignModem, chance: random.Random) -> None:
    """Days of old load profile and short packets, as fast as the centre acknowledges them."""
    day = datetime(2026, 1, 1, tzinfo=WALL)
    while True:
        while modem.waiting >= WINDOW:
            await asyncio.sleep(0.005)
        if chance.random() < 0.5:
            modem.push_readout()
        else:
            modem.push_profile(day + QUARTER, day + timedelta(days=1))
            day += timedelta(days=1)
        await asyncio.sleep(0.01)


async def more_acknowledged(modems: list[ForeignModem], count: int) -> None:
    """Wait until the centre has taken so many more: a kill under load, however slow the machine is."""
    async with asyncio.timeout(120):
        before = sum(len(modem.journal.acknowledged) for modem in modems)
        while sum(len(modem.journal.acknowledged) for modem in modems) < before + count:
            await asyncio.sleep(0.01)


async def live_through(head_end: HeadEndProcess, modems: list[ForeignModem], kills: int, seed: int) -> None:
    chance = random.Random(seed)
    living = [asyncio.create_task(modem.live(lambda: head_end.port)) for modem in modems]
    for modem in modems:
        await asyncio.wait_for(modem.registered.wait(), 60)
    pushing = [asyncio.create_task(push_for_ever(m, random.Random(seed + n))) for n, m in enumerate(modems)]
    for _ in range(kills):
        await more_acknowledged(modems, chance.randint(25, 60))
        await asyncio.sleep(chance.uniform(0.0, 0.3))
        head_end.kill()
        await asyncio.to_thread(head_end.start)
    await more_acknowledged(modems, 25)
    for task in pushing:
        task.cancel()
    all_taken = [await modem.acknowledged_all(within_s=60) for modem in modems]
    for task in living:
        task.cancel()
    await asyncio.gather(*living, *pushing, return_exceptions=True)
    assert all(all_taken), [(m.serial, m.waiting) for m in modems]


def acknowledged(modem: ForeignModem) -> list[Sent]:
    out = []
    for reference in modem.journal.acknowledged:
        truth = modem.journal.sent[reference]
        said, labels = {}, ()
        if truth["kind"] == "readout":
            lines = truth["said"]
            said = {code: lines[code].split("*")[0] for code in REGISTERS}
        elif truth["kind"] == "profile":
            labels = quarter_labels(
                datetime.fromisoformat(truth["first"]), datetime.fromisoformat(truth["last"])
            )
        out.append(
            Sent(
                reference, f"{modem.meter.flag}{modem.meter.serial}", said, labels, COLUMNS if labels else ()
            )
        )
    return out


def kill_and_check(home: Path, kills: int, seed: int, env: dict[str, str] | None = None) -> int:
    modems = make_modems()
    admit(home, modems, env)
    with HeadEndProcess(home, env) as head_end:
        asyncio.run(live_through(head_end, modems, kills, seed))
        assert head_end.stop() == 0, head_end.log()[-3000:]
    checked = 0
    for modem in modems:
        meter = modem.meter

        def value_at(_: str, code: str, label: datetime, meter: PlainMeter = meter) -> str:
            wh = meter.wh(label, code)
            return f"{wh // 1000:06}.{wh % 1000:03}"

        sent = acknowledged(modem)
        broken = violations(sent, head_end.stored(modem.flag, modem.serial), value_at)
        assert not broken, broken[:20]
        assert not modem.journal.refused, modem.journal.refused
        checked += len(sent)
    assert head_end.kills == kills
    assert "Traceback" not in head_end.log(), head_end.log()[-3000:]
    return checked


@pytest.mark.chaos
@pytest.mark.timeout(300)
def test_three_kills_under_load_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    assert kill_and_check(tmp_path, kills=3, seed=11) > 100


@pytest.mark.chaos
@pytest.mark.postgres
@pytest.mark.timeout(300)
def test_a_kill_under_load_on_postgresql_loses_nothing_that_was_acknowledged(
    tmp_path: Path, own_postgres
) -> None:
    own_postgres.execute("CREATE DATABASE killed")
    assert kill_and_check(tmp_path, kills=1, seed=12, env={"OSOS_STORE_URL": own_postgres.url("killed")}) > 40


@pytest.mark.long
@pytest.mark.chaos
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", [21, 22])
def test_twenty_kills_under_load_lose_nothing_that_was_acknowledged(tmp_path: Path, seed: int) -> None:
    assert kill_and_check(tmp_path, kills=10, seed=seed) > 10 * 25
