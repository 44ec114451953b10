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
from osos.jobs.upkeep import (
    DeadLetter,
    JobStatus,
    ListedJob,
    counts,
    dead_letters,
    job_payload,
    job_status,
    purge,
    recent_jobs,
    revive,
)

__all__ = [
    "DeadLetter",
    "Due",
    "Job",
    "JobStatus",
    "ListedJob",
    "Put",
    "StaleLease",
    "claim",
    "claim_many",
    "counts",
    "dead_letters",
    "extend",
    "fail",
    "finish",
    "job_payload",
    "job_status",
    "progress",
    "purge",
    "put",
    "put_due",
    "recent_jobs",
    "revive",
    "schedule",
    "unschedule",
]
