"""May this one come in now, or is the door too crowded? (H-3)"""

from dataclasses import dataclass


@dataclass(slots=True)
class TokenBucket:
    """Lets `rate_per_s` through on average and `burst` at once; time is handed in."""

    rate_per_s: float
    burst: float
    _tokens: float = -1.0  # full until first asked
    _seen: float = 0.0

    def take(self, now: float) -> bool:
        """One token, if there is one."""
        self._fill(now)
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True

    def wait_s(self, now: float) -> float:
        """Until the next token is there."""
        self._fill(now)
        return max(0.0, (1.0 - self._tokens) / self.rate_per_s)

    def _fill(self, now: float) -> None:
        if self._tokens < 0.0:
            self._tokens = self.burst
        else:
            passed = max(0.0, now - self._seen)
            self._tokens = min(self.burst, self._tokens + passed * self.rate_per_s)
        self._seen = now
