"""Is every rule of the public lists on the page, and is what the page says of ours so (D-10)?"""

import re
from pathlib import Path

import pytest

from osos.mdm.rules import RULES

PAGE = (Path(__file__).parents[2] / "docs/why/validation-rules.md").read_text("utf-8")
TABLE = PAGE[PAGE.index("## Ours") : PAGE.index("The lists are held")]
REFUSED = PAGE[PAGE.index("## Refused") : PAGE.index("## Where sources were silent")]

# docs.oracle.com, "Validation VEE Rules" in the user guides of Oracle Utilities.
ORACLE = (
    "Consecutive Interval Check",
    "Duplicate IMD Check",
    "Dynamic Comparison Validation",
    "Ensure IMD Exists for Sibling MCs",
    "Final Measurement Replacement",
    "High/Low Check",
    "Inactive Measurement Check",
    "Interval Size Validation",
    "Interval Spike Check",
    "Multiplier Check",
    "Negative Consumption Check",
    "Prolonged Estimation Check",
    "Raise Missing Quantity Exception",
    "Sum Check",
    "Unit of Measure Check",
    "Zero Consumption Check",
)
# Attachment-VEE of the California standards: checks of interval data (A), of monthly data (B).
CALIFORNIA = (
    "time check of meter reading device/system",
    "meter identification check",
    "time check of meter",
    "pulse overflow check",
    "test mode check",
    "sum check",
    "spike check",
    "kVARh check",
    "high/low usage",
    "high/low demand",
    "TOU usage",
    "zero consumption for active meters",
    "usage for inactive meters",
    "number of dials on meter",
    "demand decimal quantity",
    "irregular usage",
)


def rows() -> list[list[str]]:
    lines = [line for line in TABLE.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def named(cell: str) -> list[str]:
    """The names in a cell, what stands in brackets taken off."""
    return [name.strip() for name in re.sub(r" \(.*?\)", "", cell).split(",") if name.strip() != "–"]


def refused() -> list[str]:
    return [name.lower() for name in re.findall(r"^- \*\*(.+?)\*\*", REFUSED, re.MULTILINE)]


def test_the_table_holds_each_rule_of_ours_once_and_no_other() -> None:
    ids = [row[0].strip("`") for row in rows()]
    assert sorted(ids) == sorted(rule.id for rule in RULES)


def test_the_table_names_the_very_code_of_a_rule() -> None:
    codes = {row[0].strip("`"): re.sub(r"(\d+\.\d+)(\.\d+)/(\.\d+)", r"\1\2 \1\3", row[3]) for row in rows()}
    assert [rule.id for rule in RULES if rule.code not in codes[rule.id]] == []


@pytest.mark.parametrize(("column", "names"), [(5, ORACLE), (6, CALIFORNIA)], ids=["Oracle", "California"])
def test_each_name_of_a_public_list_has_a_rule_or_a_refusal(column: int, names: tuple[str, ...]) -> None:
    held = {name.lower() for row in rows() for name in named(row[column])}
    wanted = {name.lower() for name in names}
    assert wanted - held - set(refused()) == set()
    assert held - wanted == set(), "the table names what is on no list"


def test_each_requirement_of_ours_has_a_rule() -> None:
    """The words of D-10."""
    wanted = "identity of the meter, clock tolerance, interval length, missing, duplicate, overlapping, "
    wanted += (
        "sum against register, spike, high / low, physical maximum, zero run, inactive point, tariff sum, "
    )
    wanted += "reactive against active, multiplier change, main against check, transformer balance, "
    wanted += "demand against profile, prolonged estimate"
    held = {row[4] for row in rows()}
    assert {one for one in wanted.split(", ") if one not in held} == set()
    assert "negative, rolled over" in held
