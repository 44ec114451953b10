"""How is the fleet: what is read, what is missing where, which deadline is in danger?

Counters are kept by `note` (in the transaction that changes a block) and `refresh` (a job); pages only read
them.
"""

from osos.mdm.day_changes import note
from osos.mdm.fleet.counting import Refreshed, refresh
from osos.mdm.fleet.deadlines import DEADLINES, Deadline, DeadlineRule, DeadlineState
from osos.mdm.fleet.health import AreaHealth, FleetHealth, Strip, UnreadPoint, health, strips, unread
from osos.mdm.fleet.recounting import Difference, recount, recount_some
from osos.mdm.fleet.story import Story, StoryLine, story

__all__ = [
    "DEADLINES",
    "AreaHealth",
    "Deadline",
    "DeadlineRule",
    "DeadlineState",
    "Difference",
    "FleetHealth",
    "Refreshed",
    "Story",
    "StoryLine",
    "Strip",
    "UnreadPoint",
    "health",
    "note",
    "recount",
    "recount_some",
    "refresh",
    "story",
    "strips",
    "unread",
]
