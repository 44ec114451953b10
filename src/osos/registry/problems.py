"""Which line of a list cannot be admitted, why, and what has to be done?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LineProblem:
    """A line that was not admitted; `what` is wrong with it and what to `do`, in words."""

    line: int
    text: str
    what: str
    do: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.what}; {self.do}"


class BadCell(ValueError):
    """One cell of a line says nothing we can admit."""

    def __init__(self, what: str, do: str) -> None:
        super().__init__(f"{what}; {do}")
        self.what, self.do = what, do
