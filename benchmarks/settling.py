"""What do a month's sums cost that settlement asks for, from columns in memory and from the store?"""

import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from benchmarks.fleet_days import telegrams, timed
from osos import registry
from osos.mdm import bulk
from osos.mdm.canonical import Installed
from osos.mdm.settlement import settled_months
from osos.quantities import Interval, local_midnight
from osos.simulator.city.faults_fleet import SLOTS
from osos.store import open_store


def settlement() -> Iterator[dict[str, object]]:
    """A month of a million points: each quarter hour's sum over all, each point's sum, times multipliers."""
    points, portion = 1_000_000, 10_000
    chance = np.random.default_rng(5)
    month = chance.integers(0, 2000, (portion, 31 * SLOTS)).astype(np.int32)  # as a column keeps them
    multipliers = chance.integers(1, 4000, portion)
    plain = month[:50].astype(object).sum(axis=1) * multipliers[:50]

    def add() -> tuple[np.ndarray, np.ndarray]:
        by_slot = np.zeros(month.shape[1], dtype=np.int64)
        by_point = np.empty(points, dtype=np.int64)
        for start in range(0, points, portion):
            by_point[start : start + portion] = month.sum(axis=1, dtype=np.int64) * multipliers
            by_slot += np.einsum("i,ij->j", multipliers, month, dtype=np.int64, casting="safe")
        return by_slot, by_point

    spent, (by_slot, by_point) = timed(add)
    exact = int(by_slot.sum()) == int(by_point.sum()) and by_point[:50].tolist() == plain.tolist()
    yield {
        "figure": "settlement sums, 1 M points × a month × 15 min, from columns in memory",
        "cpu_s": round(spent, 1),
        "million_values_a_s": round(points * month.shape[1] / spent / 1e6),
        "exact": exact,
        "met": exact,
    }


def settlement_from_store(points: int = 200) -> Iterator[dict[str, object]]:
    """Their months read from SQLite: blocks unpacked, derived, checked against their hashes, added up."""
    said, since = telegrams(40, 31), local_midnight(date(2026, 3, 2))
    month = Interval(since, since + timedelta(days=31))
    meters = [f"MKS{111_110_000 + n}" for n in range(points)]
    lines = "".join(f"OSM,{9_000_000 + n},{meter},40,\n" for n, meter in enumerate(meters))
    admissions, problems = registry.parse_admissions(f"flag,serial,meters,multiplier,plain_until\n{lines}")
    assert not problems
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"{folder}/settled.sqlite")
        store.migrate()
        with store.begin() as conn:
            registry.admit(conn, admissions, by="bench", now=since, since=since)
            hung = registry.installations(conn)
            for start in range(0, points, len(said)):
                tellings = [
                    bulk.Telling(
                        frame_id=1,
                        meter=one.meter_id,
                        point=one.point_id,
                        records=records,
                        received_at=month.end,
                        installed=(Installed(meter_id=one.meter_id, multiplier=Decimal(40), since=since),),
                    )
                    for one, records in zip(hung[start : start + len(said)], said, strict=False)
                ]
                assert bulk.take(conn, tellings).one_by_one == 0
        ids = [one.point_id for one in hung]
        with store.read() as conn:
            list(settled_months(conn, point_ids=ids[:20], month=month, period_min=15))
            spent, found = timed(
                lambda: list(settled_months(conn, point_ids=ids, month=month, period_min=15))
            )
        store.close()
    exact = sum(int(one.withdrawal_wh.sum()) for one in found) == 40 * sum(
        int(said[n % len(said)].values[-1, 0] - said[n % len(said)].values[0, 0]) % 10**9  # some roll over
        for n in range(points)
    )
    yield {
        "figure": "settlement sums, a month × 15 min, from the store",
        "points": points,
        "cpu_ms_a_point": round(spent / points * 1e3, 2),
        "exact": exact,
        "met": exact,
    }
