"""Does batch work come to the same plainly, by threads and by processes, and is what cannot go on named?"""

import os
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType
from typing import Any

import cloudpickle
import numpy as np
import pytest
from sqlalchemy import select, update

from osos import mdm, registry
from osos.iec62056 import block_check
from osos.mdm import Direction, WireFrame, judge, spreading
from osos.mdm.judge.tables import verdicts
from osos.mdm.keeping import parquet_parts
from osos.mdm.keeping.rebuilding import check_points, points_held
from osos.mdm.lab import try_rule, try_rule_on_fleet
from osos.mdm.labels import day_number
from osos.mdm.settlement import settled_months, settled_months_of_fleet
from osos.mdm.spreading import Spread, crew, spread_of
from osos.mdm.spreading_refusals import (
    DaskMissing,
    NoSuchSpread,
    PartFailed,
    SchedulerUnreachable,
    StoreNotShared,
    WorkerLost,
)
from osos.mdm.tables import said_blocks
from osos.quantities import TURKIYE, DeviceId, Interval
from osos.store import Store, StoreUnavailable

START = datetime(2026, 3, 2, tzinfo=TURKIYE)
DAYS, METERS = 3, 5
NOW = datetime(2026, 3, 9, tzinfo=UTC)
PERIOD = Interval(START, START + timedelta(days=DAYS))
JUDGED = range(day_number(START.date()), day_number(START.date()) + DAYS)
HERE = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)  # no statement of its own
# What errands of this file are travels by value: a process of its own cannot import a test.
cloudpickle.register_pickle_by_value(sys.modules[__name__])


def telegram(registers: list[int], first: int) -> bytes:
    """Records of a load profile as a meter prints them."""
    lines = []
    for n, wh in enumerate(registers, start=first):
        label = START + timedelta(minutes=15 * n)
        shown = f"{wh // 1000:06d}.{wh % 1000:03d},000000.000,000000.000,000.100"
        lines.append(f"({label:%y-%m-%d,%H:%M})({shown})\r\n")
    block = "".join(lines).encode() + b"\x03"
    return b"\x02" + block + bytes([block_check(block)])


@pytest.fixture
def fleet(store: Store) -> Store:
    """Meters of three days, told out of order; one goes back, one has a leap, of one hours are missing."""
    meters = [DeviceId("MKS", str(100_000_000 + n)) for n in range(METERS)]
    lines = f"flag,serial,meters,multiplier,plain_until\nOSM,1,{' '.join(map(str, meters))},40,\n"
    chance = np.random.default_rng(11)
    with store.begin() as conn:
        registry.admit(conn, registry.parse_admissions(lines)[0], by="test", now=START, since=START)
        modem = registry.find_modem(conn, DeviceId("OSM", "1"))
        for n, behind in enumerate(registry.meters_behind(conn, modem.id, START)):
            registers = 1_000_000 + np.cumsum(chance.integers(0, 700, DAYS * 96 + 1))
            registers[150:] += {1: -200_000, 2: 90_000}.get(n, 0)
            cuts = [(96, 180), (0, 96), (190 if n == 3 else 180, 289)]
            for cut, (a, b) in enumerate(cuts):
                raw, at = telegram(registers[a:b].tolist(), a), NOW - timedelta(days=2) + timedelta(hours=cut)
                facts = {"direction": Direction.IN, "link": "tcp", "address": "a", "session": "s"}
                kept = mdm.keep(conn, WireFrame(payload=raw, received_at=at, modem_id=modem.id, **facts))
                found = mdm.interpret(raw, asked=behind.meter, received_at=at, asked_profile="P.01")
                where = {"frame_id": kept.frame_id, "meter": behind.meter_id, "point": behind.point_id}
                mdm.record(conn, interpreted=found, received_at=at, **where)
    return store


def points_of(store: Store) -> list[int]:
    with store.read() as conn:
        return points_held(conn)


def all_verdicts(store: Store) -> list[Any]:
    with store.read() as conn:
        return list(conn.execute(select(verdicts).order_by(verdicts.c.point_id, verdicts.c.day)))


def judged(store: Store, spread: Spread | None, *, only_changed: bool) -> Any:
    with store.begin() as conn:
        conn.execute(verdicts.delete())
    done = judge.judge_fleet(
        store,
        point_ids=points_of(store),
        days=JUDGED,
        now=NOW,
        only_changed=only_changed,
        spread=spread,
        points_a_part=2,
    )
    assert done.findings and done.written.new == METERS * DAYS
    return done, all_verdicts(store)


def tried(store: Store, spread: Spread | None) -> Any:
    facts: dict[str, Any] = {"rule": "NEGATIVE", "days": JUDGED}
    trial = try_rule_on_fleet(store, **facts, spread=spread, points_at_once=2)
    with store.read() as conn:
        assert trial == try_rule(conn, **facts) and trial.findings
    return trial


def rebuilt(store: Store, spread: Spread | None) -> Any:
    found = check_points(store, points_of(store), spread=spread, points_a_part=2)
    assert found.is_identical and (found.points, found.days) == (METERS, METERS * DAYS)
    return found.held, found.rebuilt


def settled(store: Store, spread: Spread | None) -> Any:
    ids = points_of(store)
    months = settled_months_of_fleet(store, point_ids=ids, month=PERIOD, spread=spread, points_a_part=2)
    found = [(one.point_id, one.content_hash) for one in months]
    with store.read() as conn:
        usual = settled_months(conn, point_ids=ids, month=PERIOD)
        assert found == [(one.point_id, one.content_hash) for one in usual] and len(found) == METERS
    return found


def exported(store: Store, spread: Spread | None, folder: Path) -> Any:
    folder.mkdir()
    parquet_parts.export_blocks(store, folder / "blocks", period=PERIOD, now=NOW, spread=spread)
    parquet_parts.export_ledger(store, folder / "frames", now=NOW, spread=spread)
    files = sorted(folder.rglob("*.parquet"))
    assert len(files) == METERS + 3 * METERS
    return {file.name: file.read_bytes() for file in files}


def everything(store: Store, spread: Spread | None, folder: Path) -> dict[str, Any]:
    return {
        "judged again": judged(store, spread, only_changed=False),
        "judged what changed": judged(store, spread, only_changed=True)[1],
        "a rule tried": tried(store, spread),
        "rebuilt from bytes": rebuilt(store, spread),
        "settlement": settled(store, spread),
        "Parquet": exported(store, spread, folder),
    }


class LentPool(Executor):
    """Processes that stay when the work they were lent for is done."""

    def __init__(self, lender: ProcessPoolExecutor) -> None:
        self.lender, self._max_workers = lender, 1

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        return self.lender.submit(fn, *args, **kwargs)


@pytest.fixture(scope="module")
def processes() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield pool


@pytest.fixture
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_parts, "SLOTS_A_FILE", 1)
    monkeypatch.setattr(parquet_parts, "FRAMES_A_FILE", 1)


@pytest.mark.usefixtures("small_files")
def test_plain_threads_and_processes_come_to_the_same(
    fleet: Store,
    store_url: str,
    tmp_path: Path,
    processes: ProcessPoolExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def lent(where: str, workers: int) -> Executor:
        return ThreadPoolExecutor(workers) if where == "threads" else LentPool(processes)

    monkeypatch.setattr(spreading, "_pool", lent)
    plain = everything(fleet, None, tmp_path / "plain")
    for how in ("threads:2", "processes:1"):
        spread = everything(fleet, spread_of(how, store_url=store_url), tmp_path / how)
        for batch, found in plain.items():
            assert spread[batch] == found, (how, batch)


@pytest.mark.long
@pytest.mark.usefixtures("small_files")
def test_two_processes_of_each_batch_of_its_own_come_to_the_same(
    fleet: Store, store_url: str, tmp_path: Path
) -> None:
    plain = everything(fleet, None, tmp_path / "plain")
    assert everything(fleet, spread_of("processes:2", store_url=store_url), tmp_path / "own") == plain


def test_a_worker_that_fails_ends_the_run_by_name_and_the_run_may_be_repeated(
    fleet: Store, store_url: str
) -> None:
    ids, threads = points_of(fleet), spread_of("threads:2", store_url=store_url)
    _, whole = judged(fleet, None, only_changed=False)
    with fleet.begin() as conn:
        conn.execute(verdicts.delete())
        last = conn.scalar(select(said_blocks.c.meter_id).order_by(said_blocks.c.meter_id.desc()).limit(1))
        own = said_blocks.c.meter_id == last
        held = {row.day: row.payload for row in conn.execute(select(said_blocks).where(own))}
        conn.execute(update(said_blocks).where(own).values(payload=b"\xff"))
    facts: dict[str, Any] = {"point_ids": ids, "days": JUDGED, "now": NOW, "points_a_part": 2}
    with pytest.raises(PartFailed) as failed:
        judge.judge_fleet(fleet, **facts, spread=threads)
    assert failed.value.kind == "BlockDamaged" and "may be repeated" in str(failed.value)
    assert "yinelenebilir" in failed.value.tr and "judge_part" in failed.value.trace
    assert all_verdicts(fleet) == whole[: 4 * DAYS], (
        "parts before it stand as a whole, of it there is nothing"
    )
    with fleet.begin() as conn:
        for day, payload in held.items():
            conn.execute(update(said_blocks).where(own, said_blocks.c.day == day).values(payload=payload))
    done = judge.judge_fleet(fleet, **facts, spread=threads)
    assert (done.written.new, done.written.same) == (DAYS, 4 * DAYS)
    assert all_verdicts(fleet) == whole


def double(part: int, store: Store) -> int:
    return 2 * part


def end_of_the_process(part: int, store: Store) -> int:
    os._exit(9)


def store_is_full(part: int, store: Store) -> int:
    raise StoreUnavailable("full", "no space left on device")


@pytest.mark.long
@HERE
def test_a_process_that_dies_is_named(store: Store, store_url: str) -> None:
    with crew(store, spread_of("processes:1", store_url=store_url)) as workers, pytest.raises(WorkerLost):
        list(workers.worked(end_of_the_process, [1, 2]))


@HERE
def test_what_ails_the_store_of_a_worker_ails_the_store(store: Store, store_url: str) -> None:
    spread = spread_of("threads:1", store_url=store_url)
    with crew(store, spread) as workers, pytest.raises(StoreUnavailable, match="the store is full: no space"):
        list(workers.worked(store_is_full, [1]))


@HERE
def test_only_some_parts_are_out_at_once(store: Store, store_url: str) -> None:
    out: list[int] = []

    def parts() -> Iterator[int]:
        for n in range(40):
            out.append(n)
            yield n

    with crew(store, spread_of("threads:2", store_url=store_url)) as workers:
        found = workers.worked(double, parts())
        assert next(found) == 0 and len(out) == 2 * spreading.PARTS_A_WORKER
        assert [0, *found] == [2 * n for n in range(40)]


@HERE
def test_without_dask_it_is_said_what_to_install(
    store: Store, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "dask.base", None)
    monkeypatch.setitem(sys.modules, "distributed", None)
    for how, extra in (("threads", 'pip install "osos[batch]",'), ("tcp://10.0.0.9:8786", "distributed")):
        with pytest.raises(DaskMissing) as missing, crew(store, spread_of(how, store_url=store_url)):
            pass
        assert extra in str(missing.value) and "kurulu değil" in missing.value.tr


class PretendScheduler:
    """A scheduler at one address that does what it is asked at once; counts what is out."""

    ADDRESS = "tcp://127.0.0.1:8786"
    workers = 2
    out = most = 0

    def __init__(self, address: str, *, timeout: float, set_as_default: bool) -> None:
        if address != self.ADDRESS:
            raise OSError(f"Timed out trying to connect to {address} after {timeout} s")

    def __enter__(self) -> "PretendScheduler":
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def nthreads(self) -> dict[str, int]:
        return {f"worker-{n}": 1 for n in range(self.workers)}

    def submit(self, job: Any, part: Any, *, pure: bool) -> Any:
        asked: PretendScheduler = self
        asked.out += 1
        asked.most = max(asked.most, asked.out)

        class Answer:
            def result(self) -> Any:
                asked.out -= 1
                return job(part)

        return Answer()


class Killed(Exception):
    """As Dask names workers that died several times at one errand."""


@pytest.fixture
def scheduler(monkeypatch: pytest.MonkeyPatch) -> type[PretendScheduler]:
    module = ModuleType("distributed")
    vars(module).update(Client=PretendScheduler, KilledWorker=Killed)
    monkeypatch.setitem(sys.modules, "distributed", module)
    return PretendScheduler


@HERE
def test_a_schedulers_workers_open_the_store_themselves_and_come_to_the_same(
    fleet: Store, store_url: str, scheduler: type[PretendScheduler]
) -> None:
    spread = spread_of(scheduler.ADDRESS, store_url=store_url)
    assert judged(fleet, spread, only_changed=True)[1] == judged(fleet, None, only_changed=True)[1]
    assert rebuilt(fleet, spread) == rebuilt(fleet, None)
    assert settled(fleet, spread)


@HERE
def test_a_scheduler_gets_another_part_with_each_that_comes_back(
    store: Store, store_url: str, scheduler: type[PretendScheduler]
) -> None:
    with crew(store, spread_of(scheduler.ADDRESS, store_url=store_url)) as workers:
        assert list(workers.worked(double, range(50))) == [2 * n for n in range(50)]
        assert workers.client.most == scheduler.workers * spreading.PARTS_A_WORKER


@HERE
def test_a_scheduler_that_is_not_there_or_has_nobody_is_named(
    store: Store, store_url: str, scheduler: type[PretendScheduler], monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = spread_of("tcp://127.0.0.1:9", store_url=store_url)
    with pytest.raises(SchedulerUnreachable) as gone, crew(store, elsewhere):
        pass
    assert "127.0.0.1:9" in str(gone.value) and "ulaşılamadı" in gone.value.tr
    monkeypatch.setattr(scheduler, "workers", 0)
    there = spread_of(scheduler.ADDRESS, store_url=store_url)
    with pytest.raises(SchedulerUnreachable, match="no workers"), crew(store, there):
        pass


@HERE
def test_a_file_of_this_machine_is_not_for_workers_of_another(
    store: Store, store_url: str, scheduler: type[PretendScheduler]
) -> None:
    elsewhere = spread_of("tcp://10.0.0.9:8786", store_url=store_url)
    with pytest.raises(StoreNotShared) as refused, crew(store, elsewhere):
        pass
    assert "PostgreSQL" in str(refused.value) and "başka bir makinede" in refused.value.tr


@pytest.mark.parametrize(
    "text",
    ["dask", "threads:", "threads:0", "threads:x", "processes:-1", "tcp://", "tcp://h"],
)
def test_no_way_to_spread_is_refused_with_those_there_are(text: str) -> None:
    with pytest.raises(NoSuchSpread) as refused:
        spread_of(text, store_url="")
    assert "processes[:N]" in str(refused.value) and "dağıtım" in refused.value.tr


def test_a_password_is_not_shown() -> None:
    assert "secret" not in repr(spread_of("tcp://h:1", store_url="postgresql://osos:secret@h/osos"))
