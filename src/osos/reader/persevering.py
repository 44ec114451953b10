"""How often is a reading begun anew when the line falls, wherever it was? (T-32)

A packet is one message: what broke off has no check character, so it is asked for again as a whole.
"""

from collections.abc import Callable
from typing import Protocol, TypeVar

from osos.reader.link import Link
from osos.reader.trouble import Trouble

PAUSES_S = (1.0, 2.0, 5.0)  # chosen: after the 1st, 2nd, 3rd fall; then what had come is handed over


class Reading(Protocol):
    """What an attempt came to."""

    @property
    def trouble(self) -> Trouble | None: ...
    @property
    def data(self) -> bytes: ...


R = TypeVar("R", bound=Reading)


def persevere(link: Link, attempt: Callable[[], R]) -> R:
    """Until the line holds; else the attempt that brought most. Any other trouble of the first ends it."""
    got = most = attempt()
    for pause_s in PAUSES_S:
        # A cable that is off is also a port that is not there: only the first word decides whether it fell.
        if got.trouble is None or (most.trouble is not None and most.trouble.name != "fell"):
            break
        link.watch.step("fell", why=got.trouble, pause_s=pause_s)
        link.close()
        link.pause(pause_s)
        got = attempt()
        most = got if got.trouble is None or len(got.data) > len(most.data) else most
    return most
