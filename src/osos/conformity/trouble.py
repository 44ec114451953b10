"""What may end a step before it has judged its checks?"""

from osos.conformity.verdicts import Outcome


class MeterTrouble(Exception):
    """The meter was silent, late, or broke off."""

    def __init__(self, outcome: Outcome, detail: str) -> None:
        super().__init__(detail)
        self.outcome, self.detail = outcome, detail


class Unreadable(Exception):
    """The meter answered something that is not of the form of this code."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text[:200]!r}")
        self.code, self.text = code, text


class Unprepared(Exception):
    """The meter did not take what the step only starts from: the step says nothing about its own subject."""


class AnotherMeter(Exception):
    """The meter on the bench is not the one this run was begun with: nothing more is judged."""

    def __init__(self, wanted: str, found: str) -> None:
        super().__init__(f"this run is of {wanted}, on the bench is {found}")
        self.wanted, self.found = wanted, found
