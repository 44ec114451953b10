"""How does a meter's state outlive its program, wherever that is cut off? (M-74, M-180)

A new state is written beside the old one, made sure of, and only then put in its place: whatever byte the
power fails at, the file holds the whole old state or the whole new one.
"""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from osos.simulator.meter.meter import VirtualMeter

Write = Callable[[int, bytes], int]


class StateFile:
    """One file a meter; `write` is the system's, or one that fails."""

    def __init__(self, path: Path, *, write: Write = os.write) -> None:
        self._path, self._write = path, write

    def read(self) -> bytes | None:
        """None: there is none yet."""
        with contextlib.suppress(FileNotFoundError):
            return self._path.read_bytes()
        return None

    def keeps(self, meter: VirtualMeter) -> None:
        """From now on every change of this meter is in the file before anyone is answered."""
        self.put(meter.save())
        meter.keep(lambda: self.put(meter.save()))

    def put(self, state: bytes) -> None:
        beside = self._path.with_name(f"{self._path.name}.new")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            rest = memoryview(state)
            while rest:
                rest = rest[self._write(handle, bytes(rest)) :]
            os.fsync(handle)
        finally:
            os.close(handle)
        beside.replace(self._path)
        self._make_sure_of_the_folder()

    def _make_sure_of_the_folder(self) -> None:
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
