"""What is asked of the person at the bench's page, and who has answered? (T-20, T-21)

The run asks in its own thread and waits; pages look at what is asked and bring the answer in theirs. The
first answer counts; what comes after it is told whose it was.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from osos.conformity.catalogue import Words
from osos.conformity.rigs.person import Field
from osos.conformity.rigs.terminal import NobodyThere
from osos.quantities import Clock

LONGEST = 500  # characters of a line somebody types
LOOKED_AT_S = 0.2  # how often a countdown looks whether the bench was closed
LET_GO_S = 600.0  # a question is asked without end: so often the thread looks up


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing a person is asked; without fields it is whether it was done."""

    number: int
    words: Words
    asked_at: datetime
    fields: tuple[Field, ...] = ()
    about: str = ""  # the check that is signed for: TY-01/1
    told: tuple[Words, ...] = ()  # what was said since the question before


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What somebody said to a question, as the run file keeps it."""

    number: int
    words: Words
    said: Mapping[str, str]  # `done`: empty, or why not; else by field
    by: str
    at: datetime
    after_s: float


class NoLongerAsked(Exception):
    """The question was answered by somebody else, or the run is over; `answered` tells by whom and what."""

    def __init__(self, number: int, answered: Answered | None) -> None:
        super().__init__(f"question {number} is no longer asked")
        self.number, self.answered = number, answered


class NotAnAnswer(ValueError):
    """What was sent does not answer the question: `fields` by name, each with its reason."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(", ".join(f"{name}: {reason}" for name, reason in fields.items()))
        self.fields = dict(fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a page sees of the desk at one moment."""

    question: Question | None = None
    told: tuple[Words, ...] = ()
    counting_until: datetime | None = None
    last: Answered | None = None
    closed: bool = False


@dataclass(slots=True)
class _Open:
    """Behind the lock."""

    question: Question | None = None
    answer: Answered | None = None
    told: list[Words] = field(default_factory=list)
    counting_until: datetime | None = None
    given: dict[int, Answered] = field(default_factory=dict)
    unwritten: list[Answered] = field(default_factory=list)
    closed: bool = False


class ActsDesk:
    """A Console whose person sits at a page: questions waiting, answers given."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._open = _Open()
        self._number = 0

    # -- Console: the run's side --

    def tell(self, words: Words) -> None:
        with self._changed:
            self._open.told.append(words)

    def confirm(self, words: Words) -> str:
        return self._ask(words, (), "")["done"]

    def fill(self, words: Words, fields: Sequence[Field], *, about: str = "") -> Mapping[str, str]:
        return self._ask(words, tuple(fields), about)

    def count_down(self, seconds: float) -> None:
        until = self._clock.now() + timedelta(seconds=seconds)
        with self._changed:
            self._open.counting_until = until
        while (left := (until - self._clock.now()).total_seconds()) > 0:
            self._clock.sleep_until(self._clock.now() + timedelta(seconds=min(LOOKED_AT_S, left)))
            self._still_open()
        with self._changed:
            self._open.counting_until = None
            self._open.told.clear()

    def said(self) -> tuple[Mapping[str, Any], ...]:
        """What was answered since this was asked last, for the run file."""
        with self._changed:
            found, self._open.unwritten = self._open.unwritten, []
        return tuple(_facts(one) for one in found)

    def _ask(self, words: Words, fields: tuple[Field, ...], about: str) -> Mapping[str, str]:
        with self._changed:
            self._number += 1
            self._open.question = Question(
                number=self._number,
                words=words,
                asked_at=self._clock.now(),
                fields=fields,
                about=about,
                told=tuple(self._open.told),
            )
            self._open.answer = None
            self._changed.notify_all()
            while self._open.answer is None and not self._open.closed:
                self._changed.wait(LET_GO_S)
            self._open.question, answer = None, self._open.answer
            self._open.told.clear()
        if answer is None:
            raise NobodyThere("the bench was closed at its page")
        return answer.said

    def _still_open(self) -> None:
        if self._open.closed:
            raise NobodyThere("the bench was closed at its page")

    # -- the pages' side --

    def look(self) -> Asking:
        with self._changed:
            found = self._open
            last = next(reversed(found.given.values()), None)
            return Asking(
                question=found.question if found.answer is None else None,
                told=tuple(found.told),
                counting_until=found.counting_until,
                last=last,
                closed=found.closed,
            )

    def answer(self, number: int, said: Mapping[str, str], *, by: str) -> Answered:
        """The first answer counts. Raises NoLongerAsked, NotAnAnswer."""
        with self._changed:
            asked = self._open.question
            if asked is None or asked.number != number or self._open.answer is not None or self._open.closed:
                raise NoLongerAsked(number, self._open.given.get(number))
            at = self._clock.now()
            given = Answered(
                number=number,
                words=asked.words,
                said=checked(asked, said),
                by=by,
                at=at,
                after_s=(at - asked.asked_at).total_seconds(),
            )
            self._open.answer = self._open.given[number] = given
            self._open.unwritten.append(given)
            self._changed.notify_all()
            return given

    def wait_closed(self) -> None:
        """Until it is closed, or for a while."""
        with self._changed:
            if not self._open.closed:
                self._changed.wait(LET_GO_S)

    def close(self) -> None:
        """Nobody will answer any more: the run is interrupted, to be gone on with."""
        with self._changed:
            self._open.closed = True
            self._changed.notify_all()


def checked(asked: Question, said: Mapping[str, str]) -> dict[str, str]:
    """What belongs to the question, and nothing else. Raises NotAnAnswer."""
    if not asked.fields:
        if said.get("done") == "yes":
            return {"done": ""}
        why = said.get("why", "").strip()
        if said.get("done") != "no" or not why or len(why) > LONGEST:
            raise NotAnAnswer({"why": "missing" if len(why) <= LONGEST else "too-long"})
        return {"done": why}
    found = {one.name: said.get(one.name, "").strip() for one in asked.fields}
    problems = {one.name: why for one in asked.fields if (why := _objection(one, found[one.name]))}
    if found.get("verdict") in {"fail", "na"} and not found.get("remark"):
        problems["remark"] = "missing"
    if found.get("verdict") == "wait":
        problems.pop("by", None)
    if problems:
        raise NotAnAnswer(problems)
    return found


def _objection(one: Field, value: str) -> str:
    if len(value) > LONGEST:
        return "too-long"
    if one.wanted and not value:
        return "missing"
    if one.options and value not in one.options:
        return "no-such-option"
    return "not-a-number" if one.number and not (value.isascii() and value.isdecimal()) else ""


def _facts(one: Answered) -> dict[str, Any]:
    return {
        "asked": one.words.tr,
        "said": dict(one.said),
        "by": one.by,
        "at": one.at.isoformat(),
        "after_s": round(one.after_s, 1),
    }
