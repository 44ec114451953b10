"""Which rules is a day of a point judged by (D-10)?

Each file holds one; the list is written by hand. Thresholds lie in thresholds.yaml, dated and with scopes.
"""

from osos.mdm.rules import (
    balance,
    channels,
    demand_consistency,
    device_status,
    duplicate,
    export,
    frozen,
    high_low,
    inactive_consumption,
    interval_size,
    main_check,
    max_power,
    meter_id,
    missing,
    multiplier,
    negative,
    overlap,
    prolonged_estimate,
    reactive_ratio,
    spike,
    sum_check,
    time_tolerance,
    tou_sum,
    unit,
    zero_consumption,
)
from osos.mdm.rules.contract import Finding, Hits, Limits, Rule, Severity
from osos.mdm.rules.facts import UNKNOWN, Beside, DayFacts, MeterSide, Past, Readout, Terms
from osos.mdm.rules.thresholds import NoSuchThreshold, RuleBook, Setting, packaged

RULES: tuple[Rule, ...] = (
    meter_id.RULE,
    time_tolerance.RULE,
    interval_size.RULE,
    missing.RULE,
    duplicate.RULE,
    overlap.RULE,
    sum_check.RULE,
    spike.RULE,
    high_low.RULE,
    max_power.RULE,
    negative.RULE,
    zero_consumption.RULE,
    inactive_consumption.RULE,
    export.RULE,
    tou_sum.RULE,
    reactive_ratio.RULE,
    multiplier.RULE,
    main_check.RULE,
    balance.RULE,
    prolonged_estimate.RULE,
    demand_consistency.RULE,
    frozen.RULE,
    device_status.RULE,
    unit.RULE,
    channels.RULE,
)
BY_ID = {rule.id: rule for rule in RULES}

__all__ = [
    "BY_ID",
    "RULES",
    "UNKNOWN",
    "Beside",
    "DayFacts",
    "Finding",
    "Hits",
    "Limits",
    "MeterSide",
    "NoSuchThreshold",
    "Past",
    "Readout",
    "Rule",
    "RuleBook",
    "Setting",
    "Severity",
    "Terms",
    "judge",
    "packaged",
    "words",
]


def judge(day: DayFacts, book: RuleBook, *, rules: tuple[Rule, ...] = RULES) -> list[Finding]:
    """All findings of a batch: rule after rule, each in the order of its rows."""
    return [finding for rule in rules for finding in rule.judge(day, book.limits(rule.id, day))]


def words(finding: Finding, language: str = "en") -> str:
    """In Turkish (`tr`) or English (`en`)."""
    rule = BY_ID[finding.rule]
    return (rule.words_tr if language == "tr" else rule.words_en).format(**finding.facts())
