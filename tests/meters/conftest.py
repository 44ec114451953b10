"""What do the tests of this room write, to have it read back?"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from osos.iec62056 import block_check


class Printed:
    """A meter's printing, from the requirements and not from the code under test."""

    start = datetime(2026, 3, 1, 0, 15)

    @staticmethod
    def frame(block: bytes) -> bytes:
        """STX block ETX BCC (M-15)."""
        checked = block + b"\x03"
        return b"\x02" + checked + bytes([block_check(checked)])

    @staticmethod
    def number(value: int, whole: int, fraction: int) -> str:
        """An integer of the last digit with fixed width and leading zeros (M-38)."""
        digits = f"{value:0{whole + fraction}d}"
        return (
            f"{digits[: len(digits) - fraction]}.{digits[len(digits) - fraction :]}" if fraction else digits
        )

    def record(self, label: datetime, values: Sequence[int], form: Sequence[tuple[int, int]]) -> str:
        """One line of a load profile (M-100)."""
        shown = ",".join(self.number(value, *digits) for value, digits in zip(values, form, strict=True))
        return f"({label:%y-%m-%d,%H:%M})({shown})\r\n"

    def profile(self, rows: Sequence[Sequence[int]], form: Sequence[tuple[int, int]]) -> bytes:
        """Quarter hours from `start` on."""
        labels = (self.start + timedelta(minutes=15 * k) for k in range(len(rows)))
        return "".join(map(self.record, labels, rows, [form] * len(rows))).encode("ascii")


@pytest.fixture(scope="session")
def printed() -> Printed:
    return Printed()
