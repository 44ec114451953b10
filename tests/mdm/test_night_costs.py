"""Does a night of a country cost, point by point, what a night of a district costs (Q-6)?"""

import importlib
import sys
from pathlib import Path

import pytest


@pytest.mark.long
@pytest.mark.timeout(4 * 3600)
def test_a_night_of_a_million_points_costs_a_hundred_times_that_of_ten_thousand(monkeypatch) -> None:
    """Processor time, stored, summed and judged; a third more a point is allowed for noise and the cache."""
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[2]))
    night = importlib.import_module("benchmarks.nights").night
    rows = list(night(1_000_000))
    print(*rows, sep="\n", file=sys.stderr)
    assert [row["points"] for row in rows[:-1]] == [10_000, 100_000, 1_000_000]
    assert rows[-1]["cost_ratio"] <= 1.3
    assert max(row["most_memory_mb"] for row in rows[:-1]) < 2_000
