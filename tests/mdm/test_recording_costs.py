"""How many questions does a day of profile cost the database?"""

import numpy as np
import pytest
from sqlalchemy import event

from osos.store import Store

DAYS = 4
MOST = 14  # statements, the telegram itself kept: where the meter hangs is known


class Counted:
    """The statements that were run since it was last asked."""

    def __init__(self) -> None:
        self._statements: list[str] = []

    def __call__(self, _conn, _cursor, statement, *_more) -> None:
        self._statements.append(statement)

    def since(self) -> list[str]:
        found, self._statements = self._statements, []
        return found


@pytest.mark.parametrize("whole_days", [1, 3])
def test_a_telegram_asks_each_thing_once_however_many_days_it_holds(
    store: Store, desk_on, told_meter, whole_days
) -> None:
    meter = told_meter(days=DAYS)
    counted = Counted()
    event.listen(store._writing, "before_cursor_execute", counted)
    with store.begin() as conn:
        desk = desk_on(conn)
        desk.tell(meter.records(np.arange(96)), installed=[meter.installed()])
        counted.since()
        last = 96 * (1 + whole_days)
        outcome = desk.tell(meter.records(np.arange(96, last)), installed=[meter.installed()])
    run = [one for one in counted.since() if not one.startswith(("SELECT pg_advisory", "INSERT INTO frames"))]
    assert len(outcome.days) == 1 + whole_days
    for table in ("said_blocks", "canonical_blocks", "decisions", "gaps", "gap_marks"):
        asked = [one for one in run if one.startswith("SELECT") and f"FROM {table}" in one]
        assert len(asked) == 1, (table, asked)
    assert len(run) <= MOST, run
