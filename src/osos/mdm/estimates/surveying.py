"""What would each method put into the holes of a period, so that a person can choose?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection

from osos.mdm.canonical import Channel, Installed
from osos.mdm.estimates.gathering import Help, given_for
from osos.mdm.estimates.hole import Fill, Hole
from osos.mdm.estimates.ladder import LADDER, survey
from osos.mdm.estimates.running import desk_for, holes_due
from osos.mdm.installed import installed_at
from osos.quantities import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """What one method would put into the holes of a period: primary Wh of A+, and one sigma of it."""

    method: str
    primary: Decimal
    sigma: Decimal
    slot_sigma: Decimal  # of one slot, where a method knows it: registers tell the sum, not the shape
    fits_all: bool  # else it fits some of the holes only


def options(
    conn: Connection,
    *,
    point_id: int,
    period: Interval,
    now: datetime,
    aid: Help | None = None,
    installed: Sequence[Installed] | None = None,
    within: Interval | None = None,
) -> tuple[Option, ...]:
    """The ladder with what each rung says of the holes of the period; nothing is written.

    `within`: of those only that reach into these hours.
    """
    hung = installed_at(conn, point_id=point_id) if installed is None else installed
    ground, groups = holes_due(conn, point_id, hung, period, now, within=within)
    if not groups:
        return ()
    desk = desk_for(conn, point_id, hung, ground, now=now, aid=aid)
    holes = [hole for group in groups for hole in group]
    said = [(hole, survey(hole, given_for(conn, desk, hole, everything=True))) for hole in holes]
    names = [step.name for step in LADDER if any(step.name in each for _, each in said)]
    return tuple(_option(name, said) for name in names)


def _option(name: str, said: Sequence[tuple[Hole, Mapping[str, Fill]]]) -> Option:
    fitting = [(hole, each[name]) for hole, each in said if name in each]
    primary, sigma, slot_sigma = Decimal(0), Decimal(0), Decimal(0)
    for hole, fill in fitting:
        row = hole.channels.index(Channel.A_PLUS) if Channel.A_PLUS in hole.channels else None
        primary += 0 if row is None else int(fill.values[row].sum()) * hole.multiplier
        sigma += fill.uncertainty_wh * hole.multiplier
        slot_sigma = max(slot_sigma, fill.inputs.get("slot_sigma_wh", 0) * hole.multiplier)
    whole = len(fitting) == len(said)
    return Option(method=name, primary=primary, sigma=sigma, slot_sigma=slot_sigma, fits_all=whole)
