"""How long does the workbook of a month take? (issue: pages; at most 200 ms)

2 976 quarter hours with four energies and their quality; CPU time, the median of some runs.
"""

import json
import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from osos.quantities import Quality
from osos.web.sheets import Column, Sheet, csv_text, xlsx

ROUNDS = 9
GOAL_MS = 200.0
NOW = datetime(2026, 11, 30, 21, tzinfo=UTC)
COLUMNS = (
    Column(title="Başlangıç", key="start_utc", kind="time"),
    *(
        Column(title=f"{code} (kWh)", key=code, kind="number", decimals=3)
        for code in ("1.8.0", "2.8.0", "5.8.0", "8.8.0")
    ),
    Column(title="kalite", key="quality"),
)


def month(days: int, chance: random.Random) -> Sheet:
    quarter = timedelta(minutes=15)
    rows = []
    for n in range(days * 96):
        start = NOW + n * quarter
        energies = [chance.randrange(40_000_000) for _ in range(4)]
        rows.append((start, *energies, Quality.of_mark(int(n % 7 == 0))))
    return Sheet(name="Kasım 2026", columns=COLUMNS, rows=rows)


def _cpu_ms(run: Callable[[], object]) -> float:
    taken = []
    for _ in range(ROUNDS):
        begin = time.process_time_ns()
        run()
        taken.append((time.process_time_ns() - begin) / 1e6)
    return statistics.median(taken)


def run() -> list[dict[str, object]]:
    sheet = month(31, random.Random(1))
    book = xlsx([sheet], language="tr", made_at=NOW)
    spent = _cpu_ms(lambda: xlsx([sheet], language="tr", made_at=NOW))
    return [
        {
            "figure": "workbook of a month of quarter hours, four energies",
            "rows": 31 * 96,
            "bytes": len(book),
            "ours_ms": round(spent, 1),
            "goal_ms": GOAL_MS,
            "met": spent <= GOAL_MS,
        },
        {
            "figure": "the same as CSV",
            "bytes": len(csv_text(sheet, language="tr")),
            "ours_ms": round(_cpu_ms(lambda: csv_text(sheet, language="tr")), 1),
        },
    ]


if __name__ == "__main__":
    for row in run():
        print(json.dumps(row, ensure_ascii=False))
