"""What did the meters of this point say, record by record, in the columns asked for?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from osos.mdm import said
from osos.mdm.derive.grids import Starts, naive
from osos.mdm.derive.series import naive_up
from osos.mdm.faces.points import SeenPoint
from osos.mdm.labels import EPOCH, Ints, days_of_period
from osos.mdm.said import HeldBlock
from osos.quantities import Interval
from osos.registry import Installation


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """One column over time: `values ÷ 10**decimals` of `unit`, each at the end of its profile period."""

    code: str
    unit: str
    decimals: int
    at: Starts  # UTC
    values: Ints
    meter_ids: Ints
    known_since: Starts


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    unit: str
    decimals: int
    at: Starts
    values: Ints
    meter_id: int
    known_since: np.datetime64


def curves(
    conn: Connection, seen: SeenPoint, *, period: Interval, profile: str, wanted: Callable[[str], bool]
) -> Mapping[str, Curve]:
    """By code, in the order of time; what was said of a moment twice (a clock put back) is there twice."""
    pieces: dict[str, list[_Piece]] = {}
    for one, part in seen.seen_installations():
        for span in seen.in_sight(period):
            sight = part.overlap(span)
            for held in () if sight is None else _blocks(conn, seen, one, sight, profile):
                _add(pieces, held, sight or part, wanted)
    return {code: _curve(code, some) for code, some in pieces.items()}


def _blocks(
    conn: Connection, seen: SeenPoint, one: Installation, sight: Interval, profile: str
) -> list[HeldBlock]:
    keys = [(one.meter_id, day) for day in days_with_edge(sight)]
    found = said.load(conn, profile=profile, keys=keys, shelf=seen.shelf)
    return [held for _, held in sorted(found.items(), key=lambda one: one[0])]


def days_with_edge(sight: Interval) -> range:
    """The day before too: its last record is the first edge."""
    days = days_of_period(sight)
    return range(days[0] - 1, days[-1] + 1)


def _add(
    pieces: dict[str, list[_Piece]], held: HeldBlock, sight: Interval, wanted: Callable[[str], bool]
) -> None:
    layout, known_since = held.block.layout, naive(held.known_since)
    columns = [(column, code) for column, code in enumerate(layout.codes) if wanted(code)]
    if not columns:
        return
    at, inside = _moments(held, sight)
    for column, code in columns:
        if inside.any():
            values = held.block.values[inside, column]
            facts = (layout.units[column], layout.decimals[column], at[inside], values)
            pieces.setdefault(code, []).append(_Piece(*facts, held.meter_id, known_since))


def _moments(held: HeldBlock, sight: Interval) -> tuple[Starts, npt.NDArray[np.bool_]]:
    """Of a clock at +03:00; both edges of what is in sight are part of it (the register at its start)."""
    at = naive(EPOCH) + held.block.labels * np.timedelta64(60, "s")
    inside: npt.NDArray[np.bool_] = (at >= naive_up(sight.start)) & (at <= naive(sight.end))
    return at, inside


def _curve(code: str, pieces: list[_Piece]) -> Curve:
    decimals = max(piece.decimals for piece in pieces)
    sizes = [piece.values.size for piece in pieces]
    return Curve(
        code=code,
        unit=pieces[-1].unit,
        decimals=decimals,
        at=np.concatenate([piece.at for piece in pieces]),
        values=np.concatenate([piece.values * 10 ** (decimals - piece.decimals) for piece in pieces]),
        meter_ids=np.repeat(np.array([piece.meter_id for piece in pieces], dtype=np.int64), sizes),
        known_since=np.repeat(np.array([piece.known_since for piece in pieces]), sizes),
    )
