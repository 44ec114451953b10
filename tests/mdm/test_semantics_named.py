"""Has each fault of time and metering, and each goal about the truth, a test that names it (F37-F52)?"""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent
NAMED = re.compile(r"\b([FG]\d{1,2})(?:-F(\d\d))?\b")


@pytest.fixture(scope="module")
def named() -> set[str]:
    """Every id in a test, a span (F37-F49) only for the rules over a whole fleet that stand for all of it."""
    found = set()
    for path in TESTS.rglob("test_*.py"):
        if path.name != Path(__file__).name:
            found |= {one for one, last in NAMED.findall(path.read_text("utf-8")) if not last}
    return found


@pytest.mark.parametrize("one", [*(f"F{n}" for n in range(37, 53) if n != 49), "G6", "G12", "G13"])
def test_somebody_tests_it_by_name(named: set[str], one: str) -> None:
    assert one in named


def test_the_labelled_faults_of_a_fleet_are_those_of_the_table() -> None:
    told = (TESTS / "mdm" / "test_rules_labelled_faults.py").read_text("utf-8")
    assert "F37-F49" in told.splitlines()[0]
