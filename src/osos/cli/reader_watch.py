"""How does a person see a reading go on, and where do its raw bytes stay?"""

import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from osos.cli.output import harmless
from osos.quantities import Clock
from osos.reader.trouble import in_language

_MOVES_EVERY_S = 0.2

STEPS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "opening": ("{url} açılıyor", "opening {url}"),
        "asking-packet": ("{y} paketi isteniyor", "asking for packet {y}"),
        "asking": ("{what} isteniyor", "asking for {what}"),
        "identified": ("sayaç: {identification}", "meter: {identification}"),
        "portion": (
            "yük profili {number}/{of}: {first} … {last}",
            "load profile {number}/{of}: {first} … {last}",
        ),
        "fell": ("kesildi ({why}); {pause_s:g} s sonra sürecek", "broken ({why}); going on in {pause_s:g} s"),
        "reading": ("{what} okunuyor", "reading {what}"),
        "writing": ("{code} yazılıyor", "writing {code}"),
        "trying": ("deneniyor: {what}", "trying: {what}"),
    }
)


class ReaderWatch:
    """A line on stderr for each step, a moving count of bytes where a person looks on; bytes to a file.

    The file is written as the bytes come, so a cable that falls off takes nothing with it (T-32).
    """

    def __init__(self, *, clock: Clock, language: str, raw: Path | None = None, quiet: bool = False) -> None:
        self._clock, self._language, self._quiet = clock, language, quiet
        self._moves = not quiet and sys.stderr.isatty()
        self._count, self._moved_at, self._shown = 0, float("-inf"), 0
        self._file: BinaryIO | None = raw.open("wb", buffering=0) if raw else None
        self.trace: list[str] = []  # what was said, for who tells it again

    def heard(self, data: bytes) -> None:
        if self._file:
            self._file.write(data)
        self._count += len(data)
        now = self._clock.monotonic()
        if self._moves and now - self._moved_at >= _MOVES_EVERY_S:
            self._moved_at = now
            self._put(f"{self._count:,} bayt / bytes".replace(",", " "))

    def step(self, name: str, **facts: object) -> None:
        said = harmless(in_language(STEPS[name], facts, self._language))
        self.trace.append(said)
        if not self._quiet:
            self.clear()
            print(said, file=sys.stderr, flush=True)

    def clear(self) -> None:
        """The moving line goes before anything else is said."""
        if self._shown:
            sys.stderr.write("\r" + " " * self._shown + "\r")
            self._shown = 0

    def close(self) -> None:
        self.clear()
        if self._file:
            self._file.close()
            self._file = None

    def _put(self, text: str) -> None:
        sys.stderr.write(f"\r{text:<{self._shown}}")
        sys.stderr.flush()
        self._shown = len(text)
