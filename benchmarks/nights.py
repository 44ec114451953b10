"""What does a night of a fleet cost, by rules alone and with storing, and does it grow as the fleet (Q-6)?

A day of each point with a few faults in it; CPU time of one process.
"""

import os
import resource
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from time import process_time
from typing import Any

import numpy as np

from benchmarks.fleet_days import BATCH, CHANNELS, base_days, batch_of, timed
from osos.mdm import bulk
from osos.mdm.canonical import Installed
from osos.mdm.labels import edge_of_day
from osos.mdm.rules import DayFacts, judge, packaged
from osos.meters import ProfileRecords
from osos.quantities import local_midnight
from osos.simulator.city.faults_fleet import SLOTS
from osos.store import open_store


def scale(most: int) -> Iterator[dict[str, object]]:
    base, book = base_days(), packaged()
    judge(batch_of(BATCH, 0, base), book)  # once, so that nothing is loaded for the first time
    cost: dict[int, float] = {}
    for points in [n for n in (10_000, 100_000, 1_000_000) if n <= most]:
        spent, found = 0.0, 0
        for seed in range(points // BATCH):
            day = batch_of(BATCH, seed, base)
            started = process_time()
            found += len(judge(day, book))
            spent += process_time() - started
        cost[points] = spent / points * 1e6
        yield {
            "figure": "Q-6 rules alone",
            "points": points,
            "cpu_s": round(spent, 2),
            "us_a_point_day": round(cost[points], 2),
            "million_values_a_s": round(points * SLOTS * len(CHANNELS) / spent / 1e6, 1),
            "findings": found,
            "most_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }
    ratio = cost[max(cost)] / cost[min(cost)]
    yield {
        "figure": "Q-6 cost is linear",
        "from": min(cost),
        "to": max(cost),
        "cost_ratio": round(ratio, 2),
        "goal": 1.3,
        "met": ratio <= 1.3,
    }


def night(most: int, *, least: int = 10_000) -> Iterator[dict[str, object]]:
    """A day of all points: stored, derived, summed and judged, batch after batch into one SQLite file."""
    base, cost = base_days(), {}
    for points in [n for n in (10_000, 100_000, 1_000_000) if least <= n <= most]:
        with tempfile.TemporaryDirectory() as folder:
            store = open_store(f"{folder}/night.sqlite")
            store.migrate()
            spent: Counter[str] = Counter()
            for seed in range(points // BATCH):
                day = batch_of(BATCH, seed, base)
                for stage, work in _stages(store, day).items():
                    took, _ = timed(work)
                    spent[stage] += took
            size = sum(os.path.getsize(f"{folder}/{name}") for name in os.listdir(folder))
            store.close()
        cost[points] = spent.total() / points * 1e6
        yield {
            "figure": "Q-6 a night: stored, summed, judged",
            "points": points,
            "cpu_s": round(spent.total(), 1),
            "us_a_point_day": round(cost[points], 1),
            "of_it_us": {stage: round(took / points * 1e6, 1) for stage, took in spent.items()},
            "bytes_a_point_day": round(size / points),
            "most_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }
    ratio = cost[max(cost)] / cost[min(cost)]
    yield {
        "figure": "Q-6 a night's cost is linear",
        "from": min(cost),
        "to": max(cost),
        "cost_ratio": round(ratio, 2),
        "goal": 1.3,
        "met": ratio <= 1.3,
    }


def _stages(store: Any, day: DayFacts) -> dict[str, Callable[[], Any]]:
    since, number = local_midnight(date(2026, 3, 2)), int(day.days[0])
    labels = edge_of_day(number) + np.arange(1, SLOTS + 1, dtype=np.int64) * 15
    values = np.clip(day.registers, 0, None)[:, :, 1:].transpose(1, 2, 0)
    codes = tuple(channel.value for channel in CHANNELS)
    units = ("kWh", "kWh", "kvarh", "kvarh")

    def store_all() -> None:
        tellings = [
            bulk.Telling(
                frame_id=point,
                meter=point,
                point=point,
                records=ProfileRecords("P.01", codes, labels, rows, (3, 3, 3, 3), units, "combi", 1),
                received_at=since + timedelta(days=1),
                installed=(Installed(meter_id=point, multiplier=Decimal(40), since=since),),
            )
            for point, rows in zip((day.points + 1).tolist(), values, strict=True)
        ]
        with store.begin() as conn:
            assert bulk.take(conn, tellings).one_by_one == 0

    return {
        "storing": store_all,
        "sums": lambda: np.diff(day.registers, axis=2).sum(axis=2),
        "rules": lambda: judge(day, packaged()),
    }
