"""When does the relay open, and who closes it? (M-140…M-145)"""

import re
from dataclasses import replace
from enum import Enum

import numpy as np

from osos.simulator.meter.counters import Counters
from osos.simulator.meter.metrology import IMPORT
from osos.simulator.meter.settings import Settings
from osos.simulator.meter.spec import MeterSpec
from osos.simulator.meter.timeline import Epoch

LIMIT_W = {"1p": 20_000, "3p": 60_000, "combi": 60_000}  # factory (M-143)
PORTION_S = 7 * 86_400  # how far one search for an opening looks at a time

_KILOWATTS = re.compile(r"([0-9]{3})\.([0-9]{3})(?:\*kW)?")
_MINUTES = re.compile(r"([0-9]{2})(?:\*min)?")


class Relay(Enum):
    NORMAL = "normal"
    ARMED = "armed"
    CUT = "cut"
    READY = "ready"


_STATES = {
    (False, True): Relay.NORMAL,
    (True, True): Relay.ARMED,
    (True, False): Relay.CUT,
    (False, False): Relay.READY,
}


def relay_state(settings: Settings) -> Relay:
    return _STATES[settings.limiting, settings.contact_command]


def commanded(settings: Settings, *, closed: bool) -> Settings:
    """The contact follows its command unless it is stuck (M-144)."""
    moves = settings.contact_closed != closed and not settings.rig.relay_stuck
    return replace(
        settings,
        contact_command=closed,
        contact_closed=settings.contact_closed != moves,
        relay_operations=settings.relay_operations + moves,
    )


def limiting(settings: Settings, argument: str, spec: MeterSpec) -> Settings | None:
    """W2 96.3.10: 1 arms, 0 makes ready; the customer's button closes (M-141, M-142)."""
    if argument not in {"0", "1"}:
        return None
    after = replace(settings, limiting=argument == "1")
    if relay_state(after) is Relay.READY and spec.profile.value("relay.style") == "mass11":
        return commanded(after, closed=True)  # M-145
    return _cut_at_zero(after)


def limit(settings: Settings, argument: str) -> Settings | None:
    found = _KILOWATTS.fullmatch(argument)
    if not found or not settings.limiting:
        return None
    return _cut_at_zero(replace(settings, limit_w=int(found[1] + found[2])))


def limit_period(settings: Settings, argument: str) -> Settings | None:
    found = _MINUTES.fullmatch(argument)
    if not found or not settings.limiting or not 1 <= int(found[1]) <= 60:
        return None
    return replace(settings, limit_min=int(found[1]))


def _cut_at_zero(settings: Settings) -> Settings:
    """A limit of 000.000 opens at once, load or not (M-142)."""
    if relay_state(settings) is Relay.ARMED and settings.limit_w == 0:
        return commanded(settings, closed=False)
    return settings


def first_passing(counters: Counters, epoch: Epoch) -> int | None:
    """The first whole minute of the clock at which the limit is passed in this armed stretch (M-140)."""
    settings = epoch.settings
    if relay_state(settings) is not Relay.ARMED or not settings.powered:
        return None
    window_s = settings.limit_min * 60
    for start in range(epoch.start_s, epoch.end_s, PORTION_S):
        stop = min(start + PORTION_S, epoch.end_s)
        first, last = (start + settings.offset_s) // 60 + 1, (stop + settings.offset_s) // 60
        ends = np.arange(first, last + 1, dtype=np.int64) * 60 - settings.offset_s
        if not len(ends):
            continue
        starts = np.maximum(ends - window_s, settings.window_from_s)
        counted = counters.at(np.concatenate([starts, ends]))[IMPORT]
        passed = counted[len(ends) :] - counted[: len(ends)] > settings.limit_w * window_s
        if passed.any():
            return int(ends[passed.argmax()])
    return None
