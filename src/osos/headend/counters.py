"""How is the head-end doing?"""

from dataclasses import dataclass


@dataclass(slots=True)
class Counters:
    """Since the start of this process."""

    accepted: int = 0  # connections
    turned_away: int = 0  # at the door
    frames: int = 0  # taken in, whatever they were
    kept: int = 0  # entries committed
    not_kept: int = 0  # entries the store could not take: not acknowledged
    repeated: int = 0
    refused: int = 0  # entries that ended with a code
    poisoned: int = 0  # entries our own code broke on: a fault of ours
    readings: int = 0
    intervals: int = 0
    asked: int = 0  # requests that have ended
    answered: int = 0  # of these, with success


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadEndStatus:
    """One look, for /healthz-like pages and the demo's table."""

    listening: str  # host:port, empty when stopped
    store: str  # "ok", or why nothing can be acknowledged
    connected: int
    sessions: int  # connections of a known modem
    accepted: int
    turned_away: int
    frames: int
    not_kept: int
    repeated: int
    refused: int
    poisoned: int
    readings: int
    intervals: int
    asked: int
    answered: int
    waiting_requests: int
    open_gaps: int | None  # None: nobody has looked yet
    gaps_lost_at_meter: int  # asked often enough: the meter itself has nothing there (F46)
    only_counted: int  # frames of strangers beyond what quarantine keeps
