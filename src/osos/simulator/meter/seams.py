"""Where in a meter may a deliberate fault take hold? (M-183, T-23)

A sound meter's values pass through its seams unchanged; a fault is a function put in at one of these places.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

T = TypeVar("T")
Hook = Callable[..., Any]  # (value, *about) -> value, by the place's row below

# place: what passes (and what it is about)
PLACES: dict[str, str] = {
    "first": "Settings (spec): as the meter leaves its maker",
    "identification": "bytes (spec): the line `/FLG6<2>…`",
    "lines": "list of Line (snapshot, packet Y or R2, port or None): what is about to be sent",
    "records": "ProfileRows (profile, name): the load profile records of one answer",
    "kept": "list of Piece (timeline): neighbouring load profile records that were stored",
    "attempt": "Attempt: a W2 before it is judged",
    "verdict": "Settings or None (attempt): what a W2 changes; None refuses, the same again is an idle ACK",
    "password": "bool (text, told, settings, second): is it the right one?",
    "reset": "bool (settings, second, port or button): may the month be closed by hand now?",
    "after": "Settings (before, second, what): the settings after any act, before they are kept",
    "metered": "MeteredDay (pieces, spec): a day as the metering chip counted it",
    "switches": "list of (second, tariff) (epoch): when which tariff begins",
    "powers": "array (ends, starts, settings, counters): the steps of the demand window, 2 rows of W",
    "peaks": "Peaks (after_s, upto_s, demand): the greatest of a stretch",
    "closings": "list of Closing (timeline, second): the month ends so far",
    "month": "MonthRow (closed, index, life): a row of the history as it is stored",
    "spans": "list of Span, oldest first (name, snapshot): voltage, current, magnet, lost 0 … lost 3",
    "listed": "list of Span, newest first (number, short, snapshot): one interruption list",
    "sight": "Sight (name, settings, spec): what is seen of a wrong connection; voltage or current",
    "openings": "list of Opening (snapshot): of the terminal cover, outside shelf mode",
    "cover_month": "CoverMonth (row, snapshot): 96.71 and its rows",
    "top_opened": "Opening or None (snapshot): 96.70",
    "cover_icon": "off, on or blink (snapshot)",
    "magnet_icon": "off, on or blink (snapshot)",
    "state": "int (snapshot): F.F.0",
    "jump": "int, seconds (way, number, settings): by how much summer time shifts the clock; 0: not",
    "summer_on": "bool (settings): is 96.90.0 obeyed as on?",
    "passing": "second or None (epoch): when an armed relay opens",
    "items": "list of Item (menu, snapshot): what a menu of the display holds",
    "icons": "Icons (snapshot)",
    "screen": "Screen (snapshot)",
    "hears": "bool (port, settings, in_session): does a port listen at all?",
    "side": "list of Action (side, data): what a port does about bytes or, with none, about time",
}

NUMBERS: dict[str, str] = {
    "item_s": "seconds an item of the automatic menu is shown",
    "rest_s": "seconds without a press until the automatic menu returns",
    "sleep_s": "the same unpowered, until it sleeps",
    "long_press_s": "seconds a long press is held",
    "voltage_held_s": "seconds a voltage connection fault is held aside",
    "current_held_s": "the same of currents",
    "magnet_mt": "field from which on a magnet is felt",
    "shelf_wh": "energy at which shelf mode is left",
    "tries": "wrong passwords until all changes are locked",
    "locked_s": "how long they stay locked",
    "battery_sessions": "optical sessions in 24 h of an outage",
    "records_kept": "load profile records stored",
    "demand_step_s": "step of the demand window; 0: as the period asks",
    "history_rows": "month rows stored",
}


class Seams:
    """All places of one meter, most of them empty."""

    def __init__(
        self, hooks: Iterable[tuple[str, Hook]] = (), *, numbers: Mapping[str, int] | None = None
    ) -> None:
        self._hooks: dict[str, list[Hook]] = defaultdict(list)
        for place, hook in hooks:
            if place not in PLACES:
                raise ValueError(f"no seam {place!r}")
            self._hooks[place].append(hook)
        self._numbers = dict(numbers or {})
        if unknown := set(self._numbers) - set(NUMBERS):
            raise ValueError(f"no number {', '.join(sorted(unknown))}")

    def has(self, place: str) -> bool:
        return place in self._hooks

    def through(self, place: str, value: T, *about: object) -> T:
        for hook in self._hooks.get(place, ()):
            value = hook(value, *about)
        return value

    def number(self, name: str, sound: int) -> int:
        return self._numbers.get(name, sound)


SOUND = Seams()
