"""What is still to be done, by whom, until when?

A queue in the caller's own transaction: leases with fencing numbers, schedules as data, dead letters.
"""

from osos.jobs.queue import (
    Job,
    Put,
    StaleLease,
    claim,
    claim_many,
    extend,
    fail,
    finish,
    progress,
    put,
)
from osos.jobs.schedules import Due, put_due, schedule, unschedule
from osos.jobs.upkeep import DeadLetter, JobStatus, counts, dead_letters, job_status, purge, revive

__all__ = [
    "DeadLetter",
    "Due",
    "Job",
    "JobStatus",
    "Put",
    "StaleLease",
    "claim",
    "claim_many",
    "counts",
    "dead_letters",
    "extend",
    "fail",
    "finish",
    "job_status",
    "progress",
    "purge",
    "put",
    "put_due",
    "revive",
    "schedule",
    "unschedule",
]
