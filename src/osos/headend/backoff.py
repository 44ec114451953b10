"""How long to wait before the next try?"""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Doubling from `first_s` up to `cap_s`, spread by chance so that a fleet does not march in step (H-13).

    Only the head-end retries; no layer below does, so a failing meter is asked as often as this says.
    """

    first_s: float
    cap_s: float
    jitter: float = 0.25  # up to a quarter longer, never shorter: the peer's own timer counts on `first_s`

    def wait_s(self, tries: int, rng: random.Random) -> float:
        """After so many tries (1 after the first)."""
        if tries < 1:
            raise ValueError(f"a wait follows a try, got {tries}")
        plain = min(self.cap_s, self.first_s * 2.0 ** min(tries - 1, 32))
        return plain * (1.0 + self.jitter * rng.random())
