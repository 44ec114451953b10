"""Is each requirement of the meter cited by a test, and does this list still follow the specification?

A requirement without a test is a wish. Ids that only a human eye or a real device could try would stand in
`NOT_BY_A_TEST` with a reason; none does.
"""

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SPEC = ROOT.parent / "shared" / "spec" / "10-meter.md"

# First and last id of each stretch without a gap, by section of the specification.
STRETCHES = (
    (1, 8),  # kinds
    (10, 19),  # line and handshake
    (25, 29),  # polls
    (30, 38),  # packets
    (40, 55),  # programming
    (60, 65),  # metrology
    (70, 75),  # month end
    (80, 86),  # tariffs
    (90, 93),  # demand
    (96, 99),  # summer time
    (100, 109),  # load profile
    (110, 119),  # events
    (121, 129),  # covers, clock, batteries
    (131, 135),  # state words
    (140, 145),  # relay
    (150, 156),  # display
    (160, 163),  # profiles
    (170, 174),  # what the reader tolerates
    (180, 183),  # the program
)
REQUIREMENTS = [f"M-{number}" for first, last in STRETCHES for number in range(first, last + 1)]
GAPS = {f"M-{number}" for number in range(1, 184)} - set(REQUIREMENTS)
NOT_BY_A_TEST: dict[str, str] = {}
_CITED = re.compile(r"\bM-([0-9]{1,3})(?:…M-([0-9]{1,3}))?")


@cache
def cited() -> frozenset[str]:
    """Ids named in any test but this one; a stretch `M-96…M-99` names all of its ids."""
    found: set[str] = set()
    for path in (ROOT / "tests").rglob("*.py"):
        if path.name == Path(__file__).name:
            continue
        for first, last in _CITED.findall(path.read_text(encoding="utf-8")):
            found |= {f"M-{number}" for number in range(int(first), int(last or first) + 1)} - GAPS
            found |= {f"M-{number}" for number in (first, last) if number}
    return frozenset(found)


def test_every_requirement_is_cited_by_a_test():
    assert [one for one in REQUIREMENTS if one not in cited() and one not in NOT_BY_A_TEST] == []


def test_no_test_cites_a_requirement_that_is_none():
    assert sorted(cited() - set(REQUIREMENTS)) == []


def test_the_list_follows_the_specification():
    if not SPEC.is_file():
        pytest.skip("skipped: no specification beside the checkout")
    printed = re.findall(r"^(?:\| )?(M-[0-9]+)\b", SPEC.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(set(printed) - set(REQUIREMENTS)) == []
    assert sorted(set(REQUIREMENTS) - set(printed)) == []
