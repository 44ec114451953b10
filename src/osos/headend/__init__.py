"""Who listens to the modems, asks them, and answers only for what is safe?"""

from osos.headend.asking import KIND as ASK_JOB
from osos.headend.asking import Question, put_question
from osos.headend.counters import HeadEndStatus
from osos.headend.head_end import HeadEnd
from osos.headend.outcome_book import WrittenOutcome, list_outcomes
from osos.headend.outcomes import BY_CODE, Finding, Kind, finding
from osos.headend.plan import Plan, standard_plan
from osos.headend.settings import AskLimits, DoorLimits, GapLimits, HeadEndSettings, LinkLimits

__all__ = [
    "ASK_JOB",
    "BY_CODE",
    "AskLimits",
    "DoorLimits",
    "Finding",
    "GapLimits",
    "HeadEnd",
    "HeadEndSettings",
    "HeadEndStatus",
    "Kind",
    "LinkLimits",
    "Plan",
    "Question",
    "WrittenOutcome",
    "finding",
    "list_outcomes",
    "put_question",
    "standard_plan",
]
