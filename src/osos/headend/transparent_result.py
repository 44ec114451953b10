"""What did a talk with one meter over a transparent line come to?"""

from dataclasses import dataclass

from osos.headend.outcomes import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The meter's bytes in their turns; a telegram of them, or why there is none."""

    turns: tuple[bytes, ...]
    telegram: bytes = b""
    fault: Finding | None = None
