"""How does somebody practise at the bench without a meter? (T-21)

Each confirmed act reaches a virtual meter, and what it shows is told beside the question that asks for it.
"""

from collections.abc import Mapping
from typing import Any

from osos.conformity.catalogue import Step, Words
from osos.conformity.inspector import Signature
from osos.conformity.rig import Act, Rig, Seen
from osos.conformity.rigs.icons import icon_words
from osos.conformity.rigs.person import ICON_STATES, Console, PersonRig


class PracticeRig:
    """A person's hands on a virtual meter."""

    def __init__(self, person: PersonRig, console: Console, meter: Rig) -> None:
        self._person, self._console, self._meter = person, console, meter

    def do(self, act: Act) -> Mapping[str, Any]:
        self._person.do(act)
        return self._meter.do(act)

    def look(self, wanted: tuple[str, ...]) -> Seen:
        self._console.tell(shown(self._meter.look(wanted), wanted))
        return self._person.look(wanted)

    def inspect(self, step: Step) -> tuple[Signature, ...]:
        return self._person.inspect(step)

    def said(self) -> tuple[Mapping[str, Any], ...]:
        return self._person.said()


def shown(seen: Seen, wanted: tuple[str, ...]) -> Words:
    """The virtual display in one line: what lights up, and what stands on it where that is asked."""
    lit = [(icon_words(name), ICON_STATES[seen.icon(name)]) for name in wanted if name != "screen"]
    tr = [f"{icon.tr}: {state.tr}" for icon, state in lit]
    en = [f"{icon.en}: {state.en}" for icon, state in lit]
    if "screen" in wanted:
        line = f"{seen.menu} {seen.index}: {seen.code} {seen.text} {seen.unit} {seen.symbol}".strip()
        tr += [line, "arka ışık " + ("var" if seen.backlight else "yok")]
        en += [line, "backlight" if seen.backlight else "no backlight"]
    return Words(f"Sanal sayacın ekranı: {' · '.join(tr)}", f"The virtual meter shows: {' · '.join(en)}")
