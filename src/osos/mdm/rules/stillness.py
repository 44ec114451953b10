"""For how long did a number stand still?"""

import numpy as np

from osos.mdm.canonical import Channel
from osos.mdm.labels import Ints
from osos.mdm.rules.facts import DayFacts, Flags


def longest_run(flags: Flags) -> Ints:
    """(rows, n) → (rows,): the most neighbours that are all true."""
    rows, count = flags.shape
    if not count:
        return np.zeros(rows, dtype=np.int64)
    place = np.arange(1, count + 1, dtype=np.int16)
    last_false = np.maximum.accumulate(np.where(flags, np.int16(0), place), axis=1)
    longest: Ints = (place - last_false).max(axis=1).astype(np.int64)
    return longest


def still_slots(energies: Ints, is_known: Flags) -> Ints:
    """(rows, slots) → (rows,): the longest run of known slots of one and the same energy, in slots."""
    if energies.shape[1] < 2:
        return np.zeros(energies.shape[0], dtype=np.int64)
    same = (energies[:, 1:] == energies[:, :-1]) & is_known[:, 1:] & is_known[:, :-1]
    longest = longest_run(same)
    return np.where(longest > 0, longest + 1, 0)


def in_long_runs(energies: Ints, is_known: Flags, at_least: Ints) -> Flags:
    """(rows, slots): the slots that belong to a run of at least so many of the same energy."""
    rows, slots = energies.shape
    found = np.zeros((rows, slots), dtype=bool)
    for row in range(rows):
        breaks = np.flatnonzero(np.diff(energies[row]) != 0) + 1
        for first, until in zip([0, *breaks.tolist()], [*breaks.tolist(), slots], strict=True):
            if until - first >= at_least[row] and is_known[row, first:until].all():
                found[row, first:until] = True
    return found


def flow_of(day: DayFacts) -> Ints | None:
    """(rows, slots): what was taken less what was given; a roof's noon without import is no stillness."""
    taken, given = day.place(Channel.A_PLUS), day.place(Channel.A_MINUS)
    if taken is None:
        return None
    flow: Ints = day.energies[taken] if given is None else day.energies[taken] - day.energies[given]
    return flow
