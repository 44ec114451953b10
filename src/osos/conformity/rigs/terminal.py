"""How does a terminal talk with the person at the bench?"""

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TextIO

from osos.conformity.catalogue import Words
from osos.conformity.rigs.person import Field
from osos.quantities import Clock

_DONE = frozenset({"", "e", "evet", "y", "yes", "tamam", "ok"})
_NOT = frozenset({"h", "hayır", "hayir", "n", "no"})
_COUNTED_S = 1.0


class NobodyThere(KeyboardInterrupt):
    """The terminal was closed: the run is interrupted, to be gone on with; no step is to swallow it."""


class Terminal:
    """Questions on one line, Turkish first; answers by number or by word."""

    def __init__(
        self, clock: Clock, *, read: Callable[[], str] = sys.stdin.readline, out: TextIO | None = None
    ) -> None:
        self._clock, self._read, self._out = clock, read, out or sys.stderr

    def tell(self, words: Words) -> None:
        print(f"• {words.tr} / {words.en}", file=self._out, flush=True)

    def confirm(self, words: Words) -> str:
        answer = self._ask(f"→ {words.tr} / {words.en}\n  [Enter: yapıldı / done, h: yapılamadı / no] ")
        if answer.lower() in _DONE:
            return ""
        if answer.lower() not in _NOT:
            return answer
        return self._ask("  Neden? / Why? ") or "not said"

    def fill(self, words: Words, fields: Sequence[Field], *, about: str = "") -> Mapping[str, str]:
        """One field after the other; `about` stands in the words already."""
        del about
        self.tell(words)
        return {one.name: self._field(one) for one in fields}

    def _field(self, one: Field) -> str:
        while True:
            found = self.choose(one.words, one.options) if one.options else self.line(one.words)
            if (found or not one.wanted) and (found.isdecimal() or not one.number):
                return found

    def choose(self, words: Words, options: Mapping[str, Words]) -> str:
        names = list(options)
        shown = "  ".join(f"{n} {options[name].tr}/{options[name].en}" for n, name in enumerate(names, 1))
        while True:
            answer = self._ask(f"? {words.tr} / {words.en}\n  [{shown}] ").lower()
            if answer.isdecimal() and 1 <= int(answer) <= len(names):
                return names[int(answer) - 1]
            for name in names:
                if answer in {name, options[name].tr, options[name].en}:
                    return name

    def line(self, words: Words) -> str:
        return self._ask(f"? {words.tr} / {words.en}: ")

    def count_down(self, seconds: float) -> None:
        left = seconds
        while left > 0:
            print(f"\r  {left:3.0f} s ", end="", file=self._out, flush=True)
            self._clock.sleep_until(self._clock.now() + timedelta(seconds=min(_COUNTED_S, left)))
            left -= _COUNTED_S
        print("\r        ", file=self._out, flush=True)

    def _ask(self, text: str) -> str:
        print(text, end="", file=self._out, flush=True)
        answer = self._read()
        if not answer:
            raise NobodyThere("nobody answers at the terminal")
        return answer.strip()
