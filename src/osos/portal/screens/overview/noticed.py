"""What in this month is worth a reader's attention?

Each rule says what it saw in figures; none says why, for that nobody here knows.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from osos.mdm.faces.day_grids import DayGrid
from osos.mdm.faces.unusual import CELL, base_w, runs, unexpected
from osos.quantities import Interval, Quality, local_day, local_midnight

MOST = 4  # more would be a list, not a hint


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """A message's id and its facts; `more` is a second, quieter line."""

    kind: str  # bad, warn, info
    text: str
    facts: Mapping[str, object]
    more: str = ""
    screen: str = ""
    query: Mapping[str, str] = field(default_factory=dict)


def noticed(grids: Mapping[date, DayGrid]) -> tuple[Noticed, ...]:
    """Of a month's days, the gravest first."""
    found = [*_unusual(grids), *_not_measured(grids), *_base_load(grids)]
    return tuple(found[:MOST])


def not_measured(grids: Mapping[date, DayGrid], quality: Quality) -> list[Interval]:
    """The stretches of this quality, in the order of time."""
    found: list[Interval] = []
    for day, grid in grids.items():
        for first, end in runs([each is quality for each in grid.quality]):
            start = local_midnight(day) + first * CELL
            if found and found[-1].end == start:
                start = found.pop().start
            found.append(Interval(start, local_midnight(day) + end * CELL))
    return found


def _not_measured(grids: Mapping[date, DayGrid]) -> Iterator[Noticed]:
    for quality in (Quality.SUSPECT, Quality.ESTIMATED, Quality.MISSING):
        spans = not_measured(grids, quality)
        if not spans:
            continue
        name, latest = quality.name.lower(), spans[-1]
        yield Noticed(
            kind="info" if quality is Quality.ESTIMATED else "warn",
            text=f"overview.{name}",
            facts={"span": latest, "n": len(spans), "cells": latest.length // CELL},
            more=f"overview.{name}.more",
            screen="hourly",
            query=_days(latest),
        )


def _base_load(grids: Mapping[date, DayGrid]) -> Iterator[Noticed]:
    base = base_w(grids)
    if base is not None:
        facts = {"w": base, "wh": base * 24 * 30}
        yield Noticed(kind="info", text="overview.base", facts=facts, more="overview.base.more")


def _unusual(grids: Mapping[date, DayGrid]) -> Iterator[Noticed]:
    found = unexpected(grids)
    if found is not None:
        yield Noticed(
            kind="warn",
            text="overview.unusual",
            facts={"span": found.span, "wh": found.wh},
            more="overview.unusual.more",
            screen="profile",
            query=_days(found.span),
        )


def _days(span: Interval) -> dict[str, str]:
    first, last = (local_day(at).isoformat() for at in (span.start, span.end - CELL))
    return {"from": first, "to": last}
