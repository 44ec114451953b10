"""Which profile period do these labels show?"""

import numpy as np

from osos.mdm.labels import PERIODS_MIN, Ints

KEPT_TO_MIN = 240  # four hours at one step are a setting, not holes in a finer grid


def smallest_step(labels: Ints) -> int:
    """The profile period these labels show, of those a meter can have; 15 when they show none."""
    return shown_step(labels) or PERIODS_MIN[0]


def shown_step(labels: Ints) -> int | None:
    """The same; None when no two of them stand a period apart."""
    steps = np.diff(np.unique(labels))
    return next((period for period in PERIODS_MIN if (steps == period).any()), None)


def period_of(labels: Ints) -> int:
    """The slot length of a day's labels: the longest period it kept to for a while, else the shortest seen.

    A day on which the period was changed from 15 to 60 minutes has edges in common only every hour (M-106).
    """
    return kept_period(labels) or smallest_step(labels)


def kept_period(labels: Ints) -> int | None:
    """The longest period these labels keep to for hours; None: too few, or too many holes, to tell."""
    steps = np.diff(np.unique(labels))
    for period in reversed(PERIODS_MIN):
        changes = np.diff(np.concatenate(([0], steps == period, [0])).astype(np.int64))
        lengths = np.flatnonzero(changes == -1) - np.flatnonzero(changes == 1)
        if lengths.size and int(lengths.max()) * period >= KEPT_TO_MIN:
            return period
    return None
