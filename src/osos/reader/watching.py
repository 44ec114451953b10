"""Who looks on while a meter is read?"""

from typing import Protocol


class Watch(Protocol):
    """Is told what goes on as it goes on: progress for a person, raw bytes for a file."""

    def heard(self, data: bytes) -> None:
        """Bytes as they came, 7 bits each."""

    def step(self, name: str, **facts: object) -> None:
        """One of STEPS begins, or has just been done."""


# What a watch may be told.
STEPS = (
    "opening",  # url
    "asking",  # what
    "asking-packet",  # y
    "identified",  # identification
    "portion",  # number, of, first, last: this part of a profile is asked for
    "fell",  # why, pause_s: and will be tried again
    "reading",  # what
    "writing",  # code
    "trying",  # what: a rung of the ladder of `osos find`
)


class Nobody:
    """Looks away."""

    def heard(self, data: bytes) -> None:
        """Not kept."""

    def step(self, name: str, **facts: object) -> None:
        """Not shown."""
