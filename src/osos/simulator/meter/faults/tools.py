"""Which ways of being wrong do many faults share?"""

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from osos.simulator.meter.answering import Line
from osos.simulator.meter.changing import Attempt
from osos.simulator.meter.parameters import Write, changed
from osos.simulator.meter.seams import Hook
from osos.simulator.meter.settings import Settings
from osos.simulator.meter.spans import Span

if TYPE_CHECKING:
    from osos.simulator.meter.snapshot import Snapshot

Hooks = tuple[tuple[str, Hook], ...]
When = Callable[[Any], bool]


def always(_: Any) -> bool:
    return True


def says(code: str, brackets: str, *, row: int | None = None, when: When = always) -> Hooks:
    """This line prints something else; `when` looks at the snapshot."""

    def hook(lines: list[Line], shot: "Snapshot", _y: str, _port: str | None) -> list[Line]:
        wrong = when(shot)
        return [
            line._replace(brackets=brackets) if wrong and line[:2] == (code, row) else line for line in lines
        ]

    return (("lines", hook),)


def rewrites(code: str, how: Callable[[str], str], *, when: When = always) -> Hooks:
    """All lines of this code print something else than they should."""

    def hook(lines: list[Line], shot: "Snapshot", _y: str, _port: str | None) -> list[Line]:
        if not when(shot):
            return lines
        return [line._replace(brackets=how(line.brackets)) if line.code == code else line for line in lines]

    return (("lines", hook),)


def row_is_not_shifted(code: str, *, when: When = always) -> Hooks:
    """Row *2 prints what row *1 prints."""

    def hook(lines: list[Line], shot: "Snapshot", _y: str, _port: str | None) -> list[Line]:
        if not when(shot):
            return lines
        first = next((line.brackets for line in lines if line[:2] == (code, 1)), None)
        return [line._replace(brackets=first) if first and line[:2] == (code, 2) else line for line in lines]

    return (("lines", hook),)


def packet_lacks(packet: str, *codes: str) -> Hooks:
    def hook(lines: list[Line], _shot: "Snapshot", y: str, _port: str | None) -> list[Line]:
        return [line for line in lines if y != packet or line.code not in codes]

    return (("lines", hook),)


def packet_turned(packet: str) -> Hooks:
    """The first two lines change places."""

    def hook(lines: list[Line], _shot: "Snapshot", y: str, _port: str | None) -> list[Line]:
        return [lines[1], lines[0], *lines[2:]] if y == packet and len(lines) > 1 else lines

    return (("lines", hook),)


def takes(*codes: str, without: str, when: Callable[[Attempt], bool] = always) -> Hooks:
    """A W2 is done although `trusted`, `locked`, `cover_fits` says no."""
    fine = without != "locked"

    def hook(attempt: Attempt) -> Attempt:
        if attempt.code not in codes or not when(attempt):
            return attempt
        return replace(attempt, **{without: fine})  # type: ignore[arg-type]  # one of its booleans

    return (("attempt", hook),)


def refuses(*codes: str, when: Callable[[Attempt], bool] = always) -> Hooks:
    def hook(found: Settings | None, attempt: Attempt) -> Settings | None:
        return None if attempt.code in codes and when(attempt) else found

    return (("verdict", hook),)


def forgets(*codes: str, when: Callable[[Attempt], bool] = always) -> Hooks:
    """A W2 is acknowledged, and nothing is changed."""

    def hook(found: Settings | None, attempt: Attempt) -> Settings | None:
        return attempt.settings if found and attempt.code in codes and when(attempt) else found

    return (("verdict", hook),)


def reads_as(code: str, instead: Callable[[str], str], *codes: str) -> Hooks:
    """A W2 refused for its argument is done with another."""

    def hook(found: Settings | None, attempt: Attempt) -> Settings | None:
        if found or not attempt.is_allowed or attempt.code not in {code, *codes}:
            return found
        asked = Write(attempt.spec, attempt.settings, attempt.second, instead(attempt.argument))
        return changed(attempt.code, asked)

    return (("verdict", hook),)


def after(what: str, how: Callable[[Settings, Settings, int], Settings]) -> Hooks:
    """Acts of this kind leave something else behind."""

    def hook(found: Settings, before: Settings, second: int, done: str) -> Settings:
        return how(found, before, second) if done.startswith(what) else found

    return (("after", hook),)


def spans(name: str, how: Callable[[list[Span], "Snapshot"], list[Span]]) -> Hooks:
    """Rows of one kind, oldest first, are kept otherwise."""

    def hook(rows: list[Span], of: str, shot: "Snapshot") -> list[Span]:
        return how(rows, shot) if of == name else rows

    return (("spans", hook),)


def listed(number: int, how: Callable[[list[Span], "Snapshot"], list[Span]], *, short: bool) -> Hooks:
    """One list of interruptions, newest first, is kept otherwise."""

    def hook(rows: list[Span], k: int, is_short: bool, shot: "Snapshot") -> list[Span]:
        return how(rows, shot) if (k, is_short) == (number, short) else rows

    return (("listed", hook),)


def is_open(span: Span) -> bool:
    return span.end_s is None


def later_by(seconds: int, span: Span) -> Span:
    """Its start stamped wrong."""
    wall_s = None if span.start_wall_s is None else span.start_wall_s + seconds
    return replace(span, start_wall_s=wall_s)


def ends_later_by(seconds: int, span: Span) -> Span:
    wall_s = None if span.end_wall_s is None else span.end_wall_s + seconds
    return replace(span, end_wall_s=wall_s)


def icon(names: Collection[str], shown: str, *, when: When = always) -> Hooks:
    def hook(icons: dict[str, str], shot: "Snapshot") -> dict[str, str]:
        if not when(shot):
            return icons
        return {name: shown if name in names else kept for name, kept in icons.items()}

    return (("icons", hook),)


def icon_shown_as(names: Collection[str], instead: dict[str, str], *, when: When = always) -> Hooks:
    """What blinks stands still, and the like."""

    def hook(icons: dict[str, str], shot: "Snapshot") -> dict[str, str]:
        if not when(shot):
            return icons
        return {name: instead.get(kept, kept) if name in names else kept for name, kept in icons.items()}

    return (("icons", hook),)
