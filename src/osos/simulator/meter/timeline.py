"""Which settings held when, up to any second of a meter's life?"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from osos.simulator.meter.settings import Settings


@dataclass(frozen=True, slots=True)
class Epoch:
    """A stretch `[start_s, end_s)` of world seconds with one set of settings."""

    start_s: int
    end_s: int
    settings: Settings


@dataclass(frozen=True, slots=True)
class Change:
    """The second at which one set of settings gave way to another; acts of one second are one change."""

    second: int
    before: Settings
    after: Settings

    @property
    def wall_s(self) -> int | None:
        """The wall second printed for it: the clock's that ran then, None without one (M-128)."""
        clock = self.before if self.before.clock_runs else self.after
        return None if clock.clock_fault else self.second + clock.offset_s

    @property
    def minute(self) -> int | None:
        return None if self.wall_s is None else self.wall_s // 60


Automatic = Callable[[Settings, int], list[tuple[int, Settings]]]


def _nothing(settings: Settings, second: int) -> list[tuple[int, Settings]]:  # noqa: ARG001  # an Automatic
    return []


def _change(earlier: Epoch, later: Epoch) -> Change:
    return Change(later.start_s, earlier.settings, later.settings)


class Timeline:
    """The settings of a whole life; acts are added at its end only.

    `automatic`: what the meter will do by itself after these settings, such as summer time; an act before
    then undoes what was foreseen after it.
    """

    def __init__(self, since_s: int, first: Settings, *, automatic: Automatic = _nothing) -> None:
        self._starts, self._settings, self._by_hand = [since_s], [first], [True]
        self._automatic = automatic
        self._whole: tuple[int, list[Epoch]] | None = None  # of the last second asked for
        self._changes: tuple[int, list[Change]] | None = None  # the same
        self._over: list[Epoch] = []  # stretches that ended before the seconds asked for
        self._changes_over: list[Change] = []  # between them

    @property
    def since_s(self) -> int:
        return self._starts[0]

    def at(self, second: int) -> Settings:
        return self._settings[max(0, bisect_right(self._starts, second) - 1)]

    @property
    def last_act_s(self) -> int:
        return next(self._starts[at] for at in reversed(range(len(self._starts))) if self._by_hand[at])

    def add(self, second: int, settings: Settings) -> None:
        if second < self.last_act_s:
            raise ValueError(f"an act at {second} after one at {self.last_act_s}: acts come in order")
        self._put(second, settings, by_hand=True)

    def foresee(self, second: int, settings: Settings) -> None:
        """Something the meter does by itself, not to be known from the settings alone."""
        self._put(second, settings, by_hand=False)

    def _put(self, second: int, settings: Settings, *, by_hand: bool) -> None:
        self._whole = self._changes = None
        while self._over and self._over[-1].end_s > second:
            self._over.pop()
        del self._changes_over[max(0, len(self._over) - 1) :]
        keep = bisect_right(self._starts, second)
        del self._starts[keep:], self._settings[keep:], self._by_hand[keep:]
        self._append(second, settings, by_hand=by_hand)
        for then, following in self._automatic(settings, second):
            self._append(then, following, by_hand=False)

    def _append(self, second: int, settings: Settings, *, by_hand: bool) -> None:
        self._starts.append(second)
        self._settings.append(settings)
        self._by_hand.append(by_hand)

    def entries(self) -> list[tuple[int, bool, Settings]]:
        """All up to the last act by hand; what the meter does by itself after it follows from them."""
        last = max(at for at, by_hand in enumerate(self._by_hand) if by_hand)
        return list(zip(self._starts, self._by_hand, self._settings, strict=True))[: last + 1]

    def restore(self, entries: list[tuple[int, bool, Settings]]) -> None:
        self._whole = self._changes = None
        self._over, self._changes_over = [], []
        self._starts = [second for second, _, _ in entries]
        self._by_hand = [by_hand for _, by_hand, _ in entries]
        self._settings = [settings for _, _, settings in entries]
        for then, following in self._automatic(self._settings[-1], self._starts[-1]):
            self._append(then, following, by_hand=False)

    def epochs(self, start_s: int, end_s: int) -> list[Epoch]:
        """The stretches that cover `[start_s, end_s)`, in order."""
        first = max(0, bisect_right(self._starts, start_s) - 1)
        found = []
        for index in range(first, bisect_left(self._starts, end_s)):
            start = max(start_s, self._starts[index])
            end = min(end_s, self._starts[index + 1] if index + 1 < len(self._starts) else end_s)
            if start < end:
                found.append(Epoch(start, end, self._settings[index]))
        return found

    def whole(self, second: int) -> list[Epoch]:
        """The life up to this second, what was done at it included; asked for many times over."""
        if self._whole is None or self._whole[0] != second:
            self._whole = second, self._up_to(second)
        return self._whole[1]

    def changes(self, second: int) -> list[Change]:
        """Where one of these stretches gave way to the next."""
        if self._changes is None or self._changes[0] != second:
            *over, present = self.whole(second)
            for earlier, later in pairwise(self._over[max(0, len(self._changes_over)) :]):
                self._changes_over.append(_change(earlier, later))
            known = self._changes_over[: max(0, len(over) - 1)]
            self._changes = second, [*known, *(_change(one, present) for one in over[-1:])]
        return self._changes[1]

    def _up_to(self, second: int) -> list[Epoch]:
        """What is over is kept from question to question, until an act undoes something foreseen."""
        known_to = self._over[-1].end_s if self._over else self._starts[0]
        if known_to <= second:
            found = self.epochs(known_to, second + 1)
            self._over += found[:-1]
            return [*self._over, *found[-1:]]
        return self.epochs(self._starts[0], second + 1)

    def runs(self, end_s: int, *, key: Callable[[Settings], object]) -> list[Epoch]:
        """The life up to `end_s`, neighbours with the same key joined (the settings are the first's)."""
        joined: list[Epoch] = []
        for epoch in self._up_to(end_s - 1):
            if joined and key(joined[-1].settings) == key(epoch.settings):
                joined[-1] = Epoch(joined[-1].start_s, epoch.end_s, joined[-1].settings)
            else:
                joined.append(epoch)
        return joined
