"""What do rules find, what do they miss, and what does judging a fleet cost (F49, Q-6)?

make bench ARGS="validation"                          quality, and cost up to 100 000 points
OSOS_BENCH_POINTS=1000000 make bench ARGS=validation  the same up to a million

Quality: a fleet that tells the truth, with labelled faults planted into it, in three seasons. Cost: CPU time
of one process; points × 96 quarter hours × 4 registers of one day. The peers do nine of the checks plainly,
over the same numbers in the same run, and must name the same points.
"""

import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date

import numpy as np

from benchmarks.judging_peers import peers
from benchmarks.nights import night, scale
from benchmarks.pipeline import from_store, pipeline
from benchmarks.settling import settlement, settlement_from_store
from osos.mdm.judge.fleets import days_of, panel_of
from osos.mdm.judge.gathering import with_peaks
from osos.mdm.judge.walking import walk
from osos.mdm.labels import day_number
from osos.mdm.rules import BY_ID, Severity, packaged
from osos.simulator.city.faults import SETTLED_AFTER, spoiled_fleet
from osos.simulator.city.faults_fleet import SLOTS, true_fleet

RECALL, FALSE_ALARMS = 0.95, 0.01
SEASONS = (date(2026, 1, 5), date(2026, 4, 6), date(2026, 7, 6))
SPEAK = ("SPIKE", "MAX_POWER")


def run() -> list[dict[str, object]]:
    most = int(os.environ.get("OSOS_BENCH_POINTS", "100000"))
    return [
        *_quality(),
        *_spikes_by_size(),
        *scale(most),
        *night(most),
        *peers(),
        *from_store(),
        *pipeline(),
        *settlement(),
        *settlement_from_store(),
    ]


def _quality() -> Iterator[dict[str, object]]:
    caught: Counter[str] = Counter()
    planted: Counter[str] = Counter()
    by_rule: Counter[str] = Counter()
    false: Counter[str] = Counter()
    false_days = clean_days = 0
    for seed, first in enumerate(SEASONS):
        fleet = spoiled_fleet(seed, points=60, days=62, first_day=day_number(first), of_each=5)
        alarms: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
        facts, panel = days_of(fleet.fleet), panel_of(fleet.fleet)
        for _, found in walk(facts, panel, packaged(), finish=with_peaks):
            for one in found:
                if one.severity > Severity.NOTE:
                    alarms[one.point_id, one.day - fleet.fleet.first_day].add(one.rule)
        for fault in fleet.planted:
            said = set().union(*(alarms[fault.point, day] for day in fault.days))
            planted[fault.kind] += 1
            caught[fault.kind] += bool(said)
            by_rule.update(said)
        clean = fleet.is_clean()
        clean[:, :SETTLED_AFTER] = False
        clean_days += int(clean.sum())
        for key, rules in alarms.items():
            if clean[key]:
                false_days += 1
                false.update(rules)
    recall = caught.total() / planted.total()
    share = false_days / clean_days
    yield {
        "figure": "F49 faults found",
        "planted": planted.total(),
        "found": caught.total(),
        "recall": round(recall, 4),
        "goal": RECALL,
        "met": recall >= RECALL,
        "by_kind": {kind: f"{caught[kind]}/{count}" for kind, count in sorted(planted.items())},
    }
    yield {
        "figure": "F49 clean days alarmed",
        "clean_point_days": clean_days,
        "alarmed": false_days,
        "share": round(share, 5),
        "goal": FALSE_ALARMS,
        "met": share <= FALSE_ALARMS,
        "by_rule": {rule: {"faults": by_rule[rule], "false": false[rule]} for rule in BY_ID},
    }


def _spikes_by_size() -> Iterator[dict[str, object]]:
    """How large must a spike be to be found? One slot of each point, times the peak of its four weeks."""
    found = {}
    for times in (110, 130, 150, 170, 200, 300):
        fleet = true_fleet(3, points=40, days=34, first_day=day_number(SEASONS[1]))
        energy = fleet.energies() % 10**9
        day, draw = 33, np.random.default_rng(times)
        for point in range(fleet.points):
            slot = day * SLOTS + int(draw.integers(1, 95))
            peak = int(energy[point, (day - 28) * SLOTS : day * SLOTS].max())
            fleet.registers[0, point, slot + 1 :] += max(0, peak * times // 100 - int(energy[point, slot]))
        said = [one for _, each in walk(days_of(fleet), panel_of(fleet), packaged()) for one in each]
        hit = {one.point_id for one in said if one.rule in SPEAK and one.day == fleet.first_day + day}
        found[f"{times} % of the peak"] = f"{len(hit)}/{fleet.points}"
    yield {"figure": "spikes found by size", **found}
