"""Of which meters and which losses is the balance of a place made (D-33)?

Unexplained = main − below − technical, over the quarter hours in which all meters are known. Each meter
stands here with what it counted in just those, so that the parts are the figure to the Wh.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from sqlalchemy import Connection

from osos.mdm import points
from osos.mdm.derive.balances import Balance, Metered
from osos.mdm.derive.technical import LinePiece, Piece, SharePiece, TransformerPiece
from osos.mdm.labels import Ints
from osos.mdm.network.counting import topology_of
from osos.mdm.network.node_day import Blocks, balance_of, metered, node_day, technical, together
from osos.mdm.network.topology import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterPart:
    """One meter of a place on a day; `point_id` None: a main meter is lacking there."""

    point_id: int | None
    node_id: int  # where it hangs
    wh: int  # of the balanced quarter hours: import less export
    estimated: int  # of them
    missing: int  # quarter hours of the day in which it belonged here and nobody knows what it counted


@dataclass(frozen=True, slots=True, kw_only=True)
class LossPart:
    """What is lost by nature in one thing, and the numbers its formula takes."""

    kind: str  # transformer, line, share
    facts: Mapping[str, Decimal]
    wh: Decimal  # before it is cut to whole Wh with the others
    passed_wh: int  # energy that went through


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceTold:
    """A day of a place, counted from what is known now."""

    day: int
    balance: Balance
    mains: tuple[MeterPart, ...]
    below: tuple[MeterPart, ...]
    losses: tuple[LossPart, ...]

    @property
    def is_whole(self) -> bool:
        """Whether the parts are the figure."""
        sums = [sum(one.wh for one in some) for some in (self.mains, self.below)]
        return sums == [self.balance.main_wh, self.balance.below_wh]


def balance_told(conn: Connection, *, node_id: int, day: int) -> BalanceTold | None:
    """None: the place has no main meter on that day."""
    topology = topology_of(conn, [day], node_ids=[node_id])
    one = node_day(topology, node_id, day)
    if one is None:
        return None
    held = points.load(conn, point_ids=one.points, days=[day])
    blocks = {point: each.block for (point, _), each in held.items()}
    balance = balance_of(topology, one, blocks)
    fed = together([metered(blocks, entry) for entry in one.mains])
    pieces = technical(topology, one, fed, blocks)
    return BalanceTold(
        day=day,
        balance=balance,
        mains=tuple(_parts(one.mains, blocks, balance)),
        below=tuple(_parts(one.below, blocks, balance)),
        losses=tuple(_loss(piece, balance) for piece in pieces or ()),
    )


def _parts(entries: Sequence[Entry], blocks: Blocks, balance: Balance) -> list[MeterPart]:
    found = [_part(entry, metered(blocks, entry), balance) for entry in entries]
    return sorted(found, key=lambda one: -one.wh)


def _part(entry: Entry, told: Metered, balance: Balance) -> MeterPart:
    guessed = np.zeros(balance.balanced.size, bool) if told.estimated is None else told.estimated
    return MeterPart(
        point_id=entry.point_id,
        node_id=entry.node_id,
        wh=int(told.counted[balance.balanced].sum()),
        estimated=int((guessed & balance.balanced & entry.holds).sum()),
        missing=int(told.missing.sum()),
    )


def _loss(piece: Piece, balance: Balance) -> LossPart:
    lost = piece.lost(balance.balanced)
    kind, facts, load = _facts(piece)
    return LossPart(
        kind=kind,
        facts=facts,
        wh=(Decimal(lost.numerator) / lost.denominator).quantize(Decimal("0.001")),
        passed_wh=int(load[balance.balanced].sum()),
    )


def _facts(piece: Piece) -> tuple[str, Mapping[str, Decimal], Ints]:
    match piece:
        case TransformerPiece(row=row, load=load):
            facts = {"kva": Decimal(row.rated_kva), "no_load_kw": row.no_load_kw, "load_kw": row.load_kw}
            return "transformer", facts, load
        case LinePiece(line=line, load=load):
            return "line", {"ohm": line.ohm, "kv": line.kv}, load
        case SharePiece(percent=percent, load=load):
            return "share", {"percent": percent}, load
    raise TypeError(f"a loss of a kind that is not explained: {type(piece).__name__}")
