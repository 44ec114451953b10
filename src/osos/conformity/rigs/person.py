"""How does a person carry out the acts, look at the display, and sign? (T-20, T-21)

Nothing is taken for done that was not confirmed; a person may say that an act could not be done, and the
step then waits. The person sits at a terminal, or at a page (`rigs.page`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from osos.conformity.catalogue import Check, Step, Words
from osos.conformity.inspector import Signature
from osos.conformity.rig import Act, RigDidNot, Seen, Witnessing
from osos.conformity.rigs.icons import icon_words
from osos.conformity.rigs.sentences import sentences
from osos.conformity.verdicts import Verdict
from osos.quantities import Clock

HELD_FROM_S = 1.0  # a press at least this long is counted down


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing to be told: one of its options, or a line of text."""

    name: str
    words: Words
    options: Mapping[str, Words] = field(default_factory=dict)
    number: bool = False  # digits alone
    wanted: bool = False  # not to be left empty


class Console(Protocol):
    """Where the person sits."""

    def tell(self, words: Words) -> None: ...

    def confirm(self, words: Words) -> str:
        """Empty: done; else why it could not be done."""

    def fill(self, words: Words, fields: Sequence[Field], *, about: str = "") -> Mapping[str, str]:
        """Each field by its name; `about`: the check that is signed for, as TY-01/1."""

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
        icons = [name for name in wanted if name != "screen"]
        with_screen = "screen" in wanted
        fields = [*map(_icon, icons), *(_SCREEN if with_screen else ())]
        told = self._console.fill(_LOOK, fields) if fields else {}
        if with_screen and not told["index"].isdecimal():
            raise RigDidNot(Act("look", {"wanted": list(wanted)}), {"index": told["index"]})
        return Seen(
            menu=told.get("menu", ""),
            index=int(told.get("index", "0")),
            code=told.get("code", ""),
            text=told.get("text", ""),
            unit=told.get("unit", ""),
            symbol=told.get("symbol", ""),
            icons={name: told[ICON + name] for name in icons},
            backlight=told.get("backlight") == "yes",
        )

    def said(self) -> tuple[Mapping[str, Any], ...]:
        """What was answered and by whom, where the console knows who sits there."""
        return self._console.said() if isinstance(self._console, Witnessing) else ()

    # -- Inspecting --

    def inspect(self, step: Step) -> tuple[Signature, ...]:
        """Each inspector is asked each check; one who is not sure leaves it waiting."""
        found = [
            signature
            for check in step.checks
            for by in self._inspectors or ("",)
            if (signature := self._sign(step, check, by)) is not None
        ]
        for check in step.checks:
            self._name_contradiction([one for one in found if one.check == check.number])
        return tuple(found)

    def _sign(self, step: Step, check: Check, by: str) -> Signature | None:
        told = self._console.fill(
            _asked(step, check, by), signing_fields(named=by), about=f"{step.id}/{check.number}"
        )
        if told["verdict"] not in SIGNED:
            return None
        try:
            return Signature(
                step=step.id,
                check=check.number,
                verdict=SIGNED[told["verdict"]],
                by=by or told["by"].strip(),
                at=self._clock.now().replace(microsecond=0),
                remark=told["remark"].strip(),
            )
        except ValueError as error:  # without a name, or not applicable without a reason
            self._console.tell(Words(f"İmza eksik: {error}", f"Not signed: {error}"))
            return self._sign(step, check, by)

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


SIGNED: Mapping[str, Verdict] = {
    "pass": Verdict.PASS,
    "fail": Verdict.FAIL,
    "na": Verdict.NOT_APPLICABLE,
}
_CHOICES = {
    "pass": Words("uygun", "fits"),
    "fail": Words("uygun değil", "does not fit"),
    "na": Words("uygulanmaz", "not applicable"),
    "wait": Words("bilmiyorum, beklesin", "not sure, let it wait"),
}
_NAME = Field(name="by", words=Words("İnceleyenin adı soyadı", "Name of the inspector"), wanted=True)
_REMARK = Field(name="remark", words=Words("Açıklama", "Remark"))


def signing_fields(*, named: str) -> tuple[Field, ...]:
    """`named`: who signs, where that is settled."""
    verdict = Field(name="verdict", words=Words("Sonuç", "Result"), options=_CHOICES, wanted=True)
    return (verdict, _REMARK) if named else (verdict, _REMARK, _NAME)


def _asked(step: Step, check: Check, by: str) -> Words:
    who = f"{by}: " if by else ""
    fit = f" [{step.fit}]" if step.fit else ""
    return Words(
        f"{who}{step.id} {step.words.tr} – {check.words.tr}",
        f"{step.words.en}: {check.words.en}{fit}",
    )


_LOOK = Words("Ekrana bakın; ne görüyorsunuz?", "Look at the display: what do you see?")
ICON = "icon:"  # of the fields of a look: what follows is the icon's name
ICON_STATES = {
    "off": Words("sönük", "off"),
    "on": Words("yanıyor", "on"),
    "blink": Words("yanıp sönüyor", "blinks"),
}
_YES_NO = {"yes": Words("evet", "yes"), "no": Words("hayır", "no")}
_MENUS = {
    "automatic": Words("otomatik değişen menü", "automatic"),
    "button": Words("buton menüsü", "button"),
    "sub": Words("alt menü", "sub"),
    "test": Words("test ekranı", "test"),
    "asleep": Words("uykuda", "asleep"),
}
_SCREEN = (
    Field(name="menu", words=Words("Menü", "Menu"), options=_MENUS, wanted=True),
    Field(name="index", words=Words("Menüdeki sırası (ilki 0)", "Place in the menu, from 0"), number=True),
    Field(name="code", words=Words("OBİS kodu", "Code")),
    Field(name="text", words=Words("Gösterilen değer", "Value shown")),
    Field(name="unit", words=Words("Birim", "Unit")),
    Field(name="symbol", words=Words("Yön sembolü (+P, -P, +Ri …)", "Direction symbol (+P, -P, +Ri …)")),
    Field(name="backlight", words=Words("Arka ışık", "Backlight"), options=_YES_NO, wanted=True),
)


def _icon(name: str) -> Field:
    return Field(name=ICON + name, words=icon_words(name), options=ICON_STATES, wanted=True)
