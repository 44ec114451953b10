"""What goes into a transaction, and what comes out of it?"""

from dataclasses import dataclass

from osos.headend.actions import Entry
from osos.headend.codes_told import Told
from osos.headend.outcomes import DONE, Finding
from osos.headend.reading import Prepared
from osos.modems.mass_json import Message

_DONE = Finding(DONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """An entry with what could be found out about it before the transaction began."""

    entry: Entry
    session: str
    prepared: Prepared | None = None  # of a reading: the telegram, taken apart

    @property
    def message(self) -> Message:
        """Of an entry that was understood."""
        assert self.entry.message is not None
        return self.entry.message


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a treatment came to."""

    finding: Finding = _DONE
    readings_new: int = 0
    intervals_new: int = 0
    answered: bytes = b""
    told: Told = ()
    taught: bool = False  # the registry knows something new of this modem or its meters
