"""How does a person carry out the acts, look at the display, and sign? (T-20, T-21)

Nothing is taken for done that was not confirmed; a person may say that an act could not be done, and the
step then waits. The terminal is the only face of it yet: guided pages come later.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from osos.conformity.catalogue import Check, Step, Words
from osos.conformity.inspector import Signature
from osos.conformity.rig import Act, RigDidNot, Seen
from osos.conformity.rigs.sentences import sentences
from osos.conformity.verdicts import Verdict
from osos.quantities import Clock

HELD_FROM_S = 1.0  # a press at least this long is counted down
ICON_STATES = ("off", "on", "blink")

_VERDICTS = {"pass": Verdict.PASS, "fail": Verdict.FAIL}
_SCREEN = {
    "menu": Words("Menü (automatic, button, sub, test, asleep)", "menu"),
    "index": Words("Menüdeki sırası (ilki 0)", "place in the menu, from 0"),
    "code": Words("OBİS kodu", "code"),
    "text": Words("Gösterilen değer", "value shown"),
    "unit": Words("Birim", "unit"),
    "symbol": Words("Yön sembolü (+P, -P, +Ri …)", "direction symbol"),
}


class Console(Protocol):
    """Where the person sits."""

    def tell(self, words: Words) -> None: ...

    def confirm(self, words: Words) -> str:
        """Empty: done; else why it could not be done."""

    def choose(self, words: Words, options: Mapping[str, Words]) -> str:
        """One of the options' names."""

    def line(self, words: Words) -> str: ...

    def count_down(self, seconds: float) -> None: ...


class PersonRig:
    """A Rig with a person behind it, and Inspecting."""

    def __init__(self, console: Console, clock: Clock, *, inspectors: Sequence[str] = ()) -> None:
        """`inspectors`: who signs; without names one is asked for at the first signature."""
        self._console, self._clock = console, clock
        self._inspectors = tuple(inspectors)
        self._lines: Mapping[str, Any] | None = None

    # -- Rig --

    def do(self, act: Act) -> Mapping[str, Any]:
        if act.name == "sample":
            self._lines = None  # whatever was connected is taken off
        for words in sentences(act, self._lines):
            if why := self._carried_out(act, words):
                self._lines = None  # nobody knows how far it went
                raise RigDidNot(act, {"person": why})
        if act.name == "lines":
            self._lines = dict(act.facts)
        return dict(act.facts)

    def _carried_out(self, act: Act, words: Words) -> str:
        held_s = float(act.facts.get("held_s", 0)) if act.name == "button" else 0.0
        if held_s < HELD_FROM_S:
            return self._console.confirm(words)
        self._console.tell(words)
        why = self._console.confirm(Words("Basmaya başlayınca onaylayın.", "Confirm as you begin to press."))
        if not why:
            self._console.count_down(held_s)
            self._console.tell(Words("Bırakın.", "Let go."))
        return why

    def look(self, wanted: tuple[str, ...]) -> Seen:
        """Icons one by one; the line of the display only where it is wanted."""
        icons = {name: self._icon(name) for name in wanted if name != "screen"}
        if "screen" not in wanted:
            return Seen(menu="", index=0, code="", text="", unit="", symbol="", icons=icons, backlight=False)
        told = {name: self._console.line(words).strip() for name, words in _SCREEN.items()}
        if not told["index"].isdecimal():
            raise RigDidNot(Act("look", {"wanted": list(wanted)}), {"index": told["index"]})
        light = self._console.choose(Words("Arka ışık?", "Backlight?"), _YES_NO)
        return Seen(
            menu=told["menu"],
            index=int(told["index"]),
            code=told["code"],
            text=told["text"],
            unit=told["unit"],
            symbol=told["symbol"],
            icons=icons,
            backlight=light == "yes",
        )

    def _icon(self, name: str) -> str:
        return self._console.choose(
            Words(f"Ekrandaki “{name}” ikonu?", f"The icon “{name}” on the display?"), _ICONS
        )

    # -- Inspecting --

    def inspect(self, step: Step) -> tuple[Signature, ...]:
        """Each inspector is asked each check; one who is not sure leaves it waiting."""
        found = [
            signature
            for check in step.checks
            for by in self._names()
            if (signature := self._sign(step, check, by)) is not None
        ]
        for check in step.checks:
            self._name_contradiction([one for one in found if one.check == check.number])
        return tuple(found)

    def _names(self) -> tuple[str, ...]:
        while not self._inspectors:
            name = self._console.line(Words("İnceleyenin adı soyadı", "Name of the inspector")).strip()
            self._inspectors = (name,) if name else ()
        return self._inspectors

    def _sign(self, step: Step, check: Check, by: str) -> Signature | None:
        fit = f" [{step.fit}]" if step.fit else ""
        words = Words(
            f"{by}: {step.id} {step.words.tr} – {check.words.tr}",
            f"{step.words.en}: {check.words.en}{fit}",
        )
        answer = self._console.choose(words, _SIGNED)
        if answer not in _VERDICTS:
            return None
        remark = self._console.line(Words("Açıklama (boş olabilir)", "Remark, or empty")).strip()
        return Signature(
            step=step.id,
            check=check.number,
            verdict=_VERDICTS[answer],
            by=by,
            at=self._clock.now().replace(microsecond=0),
            remark=remark,
        )

    def _name_contradiction(self, words: list[Signature]) -> None:
        if len({one.verdict for one in words}) < 2:
            return
        told = ", ".join(f"{one.by}: {one.verdict}" for one in words)
        self._console.tell(
            Words(
                f"Çelişki: {words[0].step}/{words[0].check} için {told}. Kontrol bekler.",
                f"Contradiction at {words[0].step}/{words[0].check}: {told}. The check waits.",
            )
        )


_YES_NO = {"yes": Words("evet", "yes"), "no": Words("hayır", "no")}
_ICONS = {
    "off": Words("sönük", "off"),
    "on": Words("yanıyor", "on"),
    "blink": Words("yanıp sönüyor", "blinks"),
}
_SIGNED = {
    "pass": Words("uygun", "fits"),
    "fail": Words("uygun değil", "does not fit"),
    "wait": Words("bilmiyorum, beklesin", "not sure, let it wait"),
}
