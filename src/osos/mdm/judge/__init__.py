"""How does a day of a point stand before the rules?

`judge` and `judge_changed` write verdicts; `findings`, `suspect_slots`, `queue` and `counts` ask for them.
The blocks stay as they were measured: what is suspect is said beside them, never into them (D-1).
"""

from osos.mdm.judge.asking import QueueEntry, counts, findings, queue, suspect_slots
from osos.mdm.judge.judging import Judged, judge, judge_changed
from osos.mdm.judge.settings import current_book, set_thresholds
from osos.mdm.judge.spreading import judge_fleet
from osos.mdm.judge.telling import told_of
from osos.mdm.judge.told import PointTerms, Told
from osos.mdm.judge.verdict import Verdict
from osos.mdm.judge.writing import Written

__all__ = [
    "Judged",
    "PointTerms",
    "QueueEntry",
    "Told",
    "Verdict",
    "Written",
    "counts",
    "current_book",
    "findings",
    "judge",
    "judge_changed",
    "judge_fleet",
    "queue",
    "set_thresholds",
    "suspect_slots",
    "told_of",
]
