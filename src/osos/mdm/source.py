"""By which frame do we know something, and since when?"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Source:
    """The frame that told it; None when no frame did (an installation was put right)."""

    frame_id: int | None
    known_since: datetime
