"""Why is a person's decision not taken?"""


class CannotEdit(ValueError):
    """The desk refuses; nothing was written."""


class NoReason(CannotEdit):
    """Whoever changes a value says why."""

    def __init__(self) -> None:
        super().__init__("a reason is missing: say why in a few words")


class NothingThere(CannotEdit):
    """No meter hung at the point on this day, or these slots are not of the day."""

    def __init__(self, what: str) -> None:
        super().__init__(what)


class NothingChanges(CannotEdit):
    """The day would be as it is."""

    def __init__(self, what: str) -> None:
        super().__init__(f"nothing would change: {what}")


class NotADecision(CannotEdit):
    """There is no such decision, or it is over."""

    def __init__(self, point_id: int, day: int, number: int, why: str) -> None:
        super().__init__(f"decision {number} of point {point_id}, day {day}: {why}")


class SamePerson(CannotEdit):
    """The second look belongs to somebody else (D-22)."""

    def __init__(self, person: str) -> None:
        super().__init__(f"{person} decided it himself: the second look is another person's")
        self.person = person
