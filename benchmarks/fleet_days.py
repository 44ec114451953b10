"""Of which days are the fleets made that are judged and stored for a measure, and how is a stage timed?"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from time import process_time
from typing import Any

import numpy as np

from osos.mdm.canonical import Channel
from osos.mdm.labels import day_number, edge_of_day
from osos.mdm.rules import DayFacts
from osos.mdm.rules.facts import NO
from osos.meters import ProfileRecords
from osos.simulator.city.faults_fleet import SLOTS, true_fleet

DAY = day_number(date(2026, 3, 2))
CHANNELS = (Channel.A_PLUS, Channel.A_MINUS, Channel.Q1, Channel.Q4)
CODES, UNITS = ("1.8.0", "5.8.0", "8.8.0", "1.6.0"), ("kWh", "kvarh", "kvarh", "kW")
BATCH = 5_000  # points at once


def base_days() -> np.ndarray:
    """(4, days, 96) energies of all sorts of customers."""
    fleet = true_fleet(5, points=20, days=10, first_day=DAY)
    each = [fleet.energies(channel.value).reshape(-1, SLOTS) % 10**9 for channel in CHANNELS]
    return np.stack(each)


def batch_of(points: int, seed: int, base: np.ndarray) -> DayFacts:
    """One day with a few faults in it and a past for every point."""
    registers = _registers(points, seed, base)
    draw = np.random.default_rng(seed + 1)
    for row in draw.integers(0, points, points // 200):
        slot = draw.integers(1, 95)
        registers[0, row, slot + 1 :] += draw.choice([-40_000, 3_000, 400_000])
    times = np.ones((points, SLOTS + 1), dtype=np.uint8)
    times[draw.integers(0, points, points // 100), draw.integers(0, 97, points // 100)] = 0
    times[draw.integers(0, points, points // 300), draw.integers(0, 97, points // 300)] = 2
    energy = np.diff(registers[0], axis=1)
    total, peak = energy.sum(axis=1), energy.max(axis=1)
    day = DayFacts.bare(
        points=np.arange(points, dtype=np.int64) + seed * BATCH,
        days=np.full(points, DAY, dtype=np.int64),
        period_min=15,
        channels=CHANNELS,
        registers=registers,
        times_said=times,
    )
    many = np.full(points, 28, dtype=np.int64)
    usual = np.clip(
        total * draw.choice([35, 85, 100, 115, 300], points, p=[0.005, 0.3, 0.39, 0.3, 0.005]) // 100,
        100,
        10**6,
    )
    past = replace(
        day.past,
        days=many,
        greatest_day_wh=usual * 5 // 4,
        least_day_wh=usual * 3 // 4,
        peak_wh=np.clip(peak * draw.integers(64, 200, points) // 100, 1, 10**6),
        longest_still=np.full(points, 12, dtype=np.int64),
        weekdays=many // 7,
        weekday_mean_wh=usual,
        zero_days=np.zeros(points, dtype=np.int64),
    )
    no_export = np.where(draw.random(points) < 0.8, NO, 1).astype(np.int8)
    return replace(day, past=past, terms=replace(day.terms, may_export=no_export))


def _registers(points: int, seed: int, base: np.ndarray) -> np.ndarray:
    """(4, points, 97): days of the base fleet, each point's a little more or less."""
    draw = np.random.default_rng(seed)
    which = draw.integers(0, base.shape[1], points)
    scale = draw.integers(700, 1400, (1, points, 1))
    energies = base[:, which] * scale // 1000
    start = draw.integers(10**6, 7 * 10**8, (4, points, 1))
    return start + np.concatenate((np.zeros_like(start), np.cumsum(energies, axis=2)), axis=2)


def telegrams(meters: int, days: int) -> list[ProfileRecords]:
    fleet = true_fleet(7, points=meters, days=days, first_day=DAY)
    found = []
    for point in range(meters):
        three = fleet.registers[[0, 2, 5], point] % 10**9
        power = np.diff(three[0], prepend=three[0, :1]) * 4
        labels = np.arange(three.shape[1], dtype=np.int64) * 15 + edge_of_day(DAY)
        values = np.column_stack((*three, np.clip(power, 0, 999_999)))
        found.append(ProfileRecords("P.01", CODES, labels, values, (3, 3, 3, 3), UNITS, "combi", 1))
    return found


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = process_time()
    found = work()
    return process_time() - started, found
