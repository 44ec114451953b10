"""What do storing, reading and summing a month cost beside pandas, polars and a row an interval?

Load profiles of some meters, four registers, a quarter hour, thirty days; each way in a process of its own.
Ours keeps blocks with their hashes, versions, derived days and counters of the fleet; pandas and polars write
the plain columns as Parquet; the table is PostgreSQL's own COPY with a key. Summed is what settlement asks:
each quarter hour over all meters, each meter over the month, times its multiplier. CPU is of the process and
of all processes of the PostgreSQL server; memory is what the process grew by at its most.
"""

import multiprocessing
import os
import resource
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from time import process_time, sleep
from typing import Any

import numpy as np
import pandas
import polars
import psycopg

from benchmarks.blocks import house_of_tests
from benchmarks.fleet_days import DAY, telegrams
from osos.mdm import bulk
from osos.mdm.canonical import ROLLS_OVER_AT, Channel, Installed
from osos.mdm.day_changes import QUARTERS as SLOTS
from osos.mdm.judge.many_blocks import load_blocks
from osos.mdm.settlement_many import laid_months
from osos.meters import ProfileRecords
from osos.quantities import local_midnight
from osos.store import open_store

DAYS, DIFFERENT, METERS = 30, 40, 200
NAMES = ("a_plus", "q1", "q4", "demand")
MULTIPLIER = 40
_TICK = os.sysconf("SC_CLK_TCK")
_ROWS = """CREATE TABLE interval_rows (meter_id int NOT NULL, label int NOT NULL, a_plus bigint NOT NULL,
q1 bigint NOT NULL, q4 bigint NOT NULL, demand bigint NOT NULL, quality smallint NOT NULL,
version smallint NOT NULL, frame_id bigint NOT NULL, PRIMARY KEY (meter_id, label))"""

Months = list[ProfileRecords]


def run() -> list[dict[str, object]]:
    different = telegrams(DIFFERENT, DAYS)
    months = [different[meter % DIFFERENT] for meter in range(METERS)]
    with tempfile.TemporaryDirectory() as folder:
        rows = _acts("pandas, Parquet", months, (_pandas_store, _pandas_read, _pandas_sum), folder)
        rows += _acts("polars, Parquet", months, (_polars_store, _polars_read, _polars_sum), folder)
        rows += _acts("ours, SQLite", months, (_store, _read, _sum), f"{folder}/bulk.sqlite")
    with _cluster() as cluster:
        if cluster is None:
            print("  postgresql: not installed, not measured")
        else:
            url, postmaster = cluster.url(cluster.new_database()), _postmaster(cluster.folder)
            rows += _acts("ours, PostgreSQL", months, (_store, _read, _sum), url, postmaster)
            plain, ways = cluster.url(cluster.new_database()), (_rows_store, _rows_read, _rows_sum)
            rows += _acts("a row an interval, PostgreSQL", months, ways, plain, postmaster)
    return _beside_ours(rows)


def _acts(
    name: str,
    months: Months,
    ways: tuple[Callable[[Months, str], Any], Callable[[int, str], Any], Callable[[int, str], Any]],
    where: str,
    postmaster: int | None = None,
) -> list[dict[str, object]]:
    store, read, add = ways
    if store is _store:
        _apart(lambda: _made(where), postmaster)
    stored = _apart(lambda: store(months, where), postmaster)
    found = _apart(lambda: read(len(months), where), postmaster)
    added = _apart(lambda: add(len(months), where), postmaster)
    assert found["found"] == sum(int(month.values[1:].sum()) for month in months), name
    advances = sum(int((np.diff(month.values[1:, 0]) % ROLLS_OVER_AT).sum()) for month in months)
    assert added["found"] == advances * MULTIPLIER, name
    values = sum(month.values[1:].size for month in months)
    return [
        {
            "figure": f"a month of {len(months)} meters {act}",
            "way": name,
            "cpu_s": round(part["cpu_s"], 2),
            "of_it_server_s": round(part["server_s"], 2),
            "million_values_a_cpu_s": round(values * share / part["cpu_s"] / 1e6, 2),
            "a_million_meters_cpu_h": round(part["cpu_s"] / len(months) * 1e6 / 3600, 1),
            "memory_mb": part["memory_mb"],
        }
        for act, part, share in (("stored", stored, 1), ("read", found, 1), ("summed", added, 0.25))
    ]


def _beside_ours(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """How many times the CPU of our way on the same engine the others take; files beside SQLite."""
    for row in rows:
        engine = "PostgreSQL" if "PostgreSQL" in str(row["way"]) else "SQLite"
        ours = next(o for o in rows if o["way"] == f"ours, {engine}" and o["figure"] == row["figure"])
        row["times_ours"] = round(float(str(row["cpu_s"])) / float(str(ours["cpu_s"])), 2)
    return rows


def _apart(work: Callable[[], Any], postmaster: int | None) -> dict[str, Any]:
    """In a process of its own, which tells what it took."""
    fork = multiprocessing.get_context("fork")
    here, there = fork.Pipe()

    def child() -> None:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        backends = len(_children(postmaster)) if postmaster is not None else 0
        started, served = process_time(), _server_s(postmaster)
        found = work()
        own = process_time() - started
        _wait_for_backends(postmaster, backends)
        server = _server_s(postmaster) - served
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
        there.send({"found": found, "cpu_s": own + server, "server_s": server, "memory_mb": grown})

    process = fork.Process(target=child)
    process.start()
    told: dict[str, Any] = here.recv()
    process.join()
    return told


def _server_s(postmaster: int | None) -> float:
    """CPU of the server, of its processes, and of those that have ended."""
    if postmaster is None:
        return 0.0
    own = _times(postmaster)
    return (sum(own) + sum(sum(_times(child)[:2]) for child in _children(postmaster))) / _TICK


def _children(postmaster: int) -> list[int]:
    told = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text()
    return [int(child) for child in told.split()]


def _wait_for_backends(postmaster: int | None, before: int) -> None:
    """Until the server has counted what those of this work took, but no longer than some seconds."""
    for _ in range(100):
        if postmaster is None or len(_children(postmaster)) <= before:
            return
        sleep(0.05)


def _times(pid: int) -> list[int]:
    """Of /proc/pid/stat: utime, stime, and those of children that have ended."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return [0]
    return [int(word) for word in told.rsplit(")", 1)[1].split()[11:15]]


def _postmaster(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text().split()[0])


# -- ours --


def _made(where: str) -> None:
    """Its tables, whatever they cost."""
    store = open_store(where)
    store.migrate()
    store.close()


def _store(months: Months, where: str) -> None:
    store = open_store(where)
    since = local_midnight(date(2026, 3, 2))
    with store.begin() as conn:
        tellings = [
            bulk.Telling(
                frame_id=meter,
                meter=meter,
                point=meter,
                records=month,
                received_at=since + timedelta(days=DAYS),
                installed=(Installed(meter_id=meter, multiplier=Decimal(MULTIPLIER), since=since),),
            )
            for meter, month in enumerate(months, start=1)
        ]
        assert bulk.take(conn, tellings).one_by_one == 0
    store.close()


def _read(meters: int, where: str) -> int:
    """Every register of the month, as arrays; hashes are checked on the way."""
    store = open_store(where)
    total = 0
    with store.read() as conn:
        for some in _portions(meters):
            loaded = load_blocks(conn, [(meter, DAY + day) for meter in some for day in range(DAYS)])
            total += sum(int(one.values.sum()) for one in (*loaded.regular, *loaded.others.values()))
    store.close()
    return total


def _sum(meters: int, where: str) -> int:
    """Every quarter hour over all points and every point over the month, as settlement asks for them."""
    store = open_store(where)
    by_slot, by_point = np.zeros(DAYS * SLOTS, dtype=np.int64), 0
    with store.read() as conn:
        for some in _portions(meters):
            wh = laid_months(conn, some, range(DAY, DAY + DAYS)).wh[Channel.A_PLUS]
            by_slot += wh.sum(axis=0).reshape(-1)
            by_point += int(wh.sum(axis=(1, 2)).sum())
    store.close()
    assert by_slot.sum() == by_point
    return int(by_slot[1:].sum())  # the first quarter hour's register lies before what others keep


def _portions(meters: int) -> Iterator[range]:
    for first in range(1, meters + 1, 50):
        yield range(first, min(first + 50, meters + 1))


# -- files --


def _columns(months: Months) -> dict[str, np.ndarray]:
    labels = np.concatenate([month.labels[1:] for month in months])
    values = np.concatenate([month.values[1:] for month in months])
    numbers = np.repeat(np.arange(1, len(months) + 1), [len(month.labels) - 1 for month in months])
    return {"meter_id": numbers, "label": labels} | {
        name: values[:, place] for place, name in enumerate(NAMES)
    }


def _pandas_store(months: Months, where: str) -> None:
    pandas.DataFrame(_columns(months)).to_parquet(f"{where}/pandas.parquet", index=False)


def _pandas_read(_meters: int, where: str) -> int:
    frame = pandas.read_parquet(f"{where}/pandas.parquet")
    return sum(int(month[list(NAMES)].to_numpy().sum()) for _, month in frame.groupby("meter_id"))


def _pandas_sum(_meters: int, where: str) -> int:
    frame = pandas.read_parquet(f"{where}/pandas.parquet", columns=["meter_id", "label", "a_plus"])
    steps = frame.sort_values(["meter_id", "label"]).groupby("meter_id").a_plus.diff()
    wh = steps % ROLLS_OVER_AT * MULTIPLIER
    by_slot, by_point = wh.groupby(frame.label).sum(), wh.groupby(frame.meter_id).sum()
    assert by_slot.sum() == by_point.sum()
    return int(by_slot.sum())


def _polars_store(months: Months, where: str) -> None:
    polars.DataFrame(_columns(months)).write_parquet(f"{where}/polars.parquet")


def _polars_read(_meters: int, where: str) -> int:
    frame = polars.read_parquet(f"{where}/polars.parquet")
    return sum(int(month.select(NAMES).to_numpy().sum()) for _, month in frame.group_by("meter_id"))


def _polars_sum(_meters: int, where: str) -> int:
    column = polars.col
    frame = polars.scan_parquet(f"{where}/polars.parquet").select("meter_id", "label", "a_plus")
    steps = column("a_plus").diff().over("meter_id", order_by="label")
    used = (steps + (steps < 0).cast(polars.Int64) * ROLLS_OVER_AT) * MULTIPLIER
    wh = frame.with_columns(used.alias("wh")).collect()
    sums = [wh.group_by(name).agg(column("wh").sum())["wh"].sum() for name in ("label", "meter_id")]
    assert sums[0] == sums[1]
    return int(sums[0])


# -- a row an interval --


def _rows_store(months: Months, where: str) -> None:
    with psycopg.connect(where) as conn:
        conn.execute(_ROWS)
        columns = ("meter_id", "label", *NAMES, "quality", "version", "frame_id")
        with conn.cursor().copy(f"COPY interval_rows ({', '.join(columns)}) FROM STDIN") as copy:
            for meter, month in enumerate(months, start=1):
                for label, row in zip(month.labels[1:].tolist(), month.values[1:].tolist(), strict=True):
                    copy.write_row((meter, label, *row, 0, 1, meter))


def _rows_read(meters: int, where: str) -> int:
    total = 0
    names = ", ".join(NAMES)
    with psycopg.connect(where) as conn:
        for meter in range(1, meters + 1):
            asked = f"SELECT {names} FROM interval_rows WHERE meter_id = %s ORDER BY label"
            total += int(np.array(conn.execute(asked, (meter,)).fetchall(), dtype=np.int64).sum())
    return total


def _rows_sum(_meters: int, where: str) -> int:
    step = f"a_plus - lag(a_plus) OVER (PARTITION BY meter_id ORDER BY label) + {ROLLS_OVER_AT}"
    used = f"{MULTIPLIER} * (({step}) % {ROLLS_OVER_AT})"
    asked = f"""WITH used AS (SELECT meter_id, label, {used} AS wh FROM interval_rows)
        SELECT label, sum(wh) FROM used GROUP BY GROUPING SETS ((label), (meter_id))"""
    with psycopg.connect(where) as conn:
        found = conn.execute(asked).fetchall()
    sums = [sum(wh or 0 for label, wh in found if (label is None) is by_point) for by_point in (False, True)]
    assert sums[0] == sums[1]
    return int(sums[0])


@contextmanager
def _cluster() -> Iterator[Any]:
    """A throwaway cluster as the tests start one; None where PostgreSQL is not installed."""
    house = house_of_tests()
    if house._program("initdb") is None:
        yield None
        return
    cluster = house.Cluster()
    try:
        yield cluster
    finally:
        cluster.remove()
