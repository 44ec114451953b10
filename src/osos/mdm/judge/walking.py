"""What do the rules say of these days, each judged by what the days before it were?"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import numpy as np

from osos.mdm.judge.past import Panel, days_in_order
from osos.mdm.rules import RULES, DayFacts, Finding, Rule, RuleBook, Severity
from osos.mdm.rules import judge as judge_batch

Judged = tuple[DayFacts, list[Finding]]  # one day of many points, and what was found


def walk(
    batches: Iterable[DayFacts],
    panel: Panel,
    book: RuleBook,
    *,
    rules: tuple[Rule, ...] = RULES,
    finish: Callable[[DayFacts, Panel], DayFacts] | None = None,
) -> Iterator[Judged]:
    """Days in their order; `batches` differ in period and are each sorted by day, the panel knows the past.

    `finish` may add to a day's facts what only the panel knows (the greatest demand of the month).
    """
    parts = [(day, batch, rows) for batch in batches for day, rows in days_in_order(batch)]
    for day, batch, rows in sorted(parts, key=lambda part: part[0]):
        facts = batch.take(rows)
        panel.take_in(facts)
        facts = replace(facts, past=panel.before(facts.points, day))
        facts = facts if finish is None else finish(facts, panel)
        found = judge_batch(facts, book, rules=rules)
        failed = {one.point_id for one in found if one.severity == Severity.FAIL}
        if failed:
            panel.mark_bad(np.array(sorted(failed), dtype=np.int64), day)
        yield facts, found
