"""What does the balance of one place on one day rest on, and what does it come to?"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from osos.mdm.canonical import CanonicalBlock, Channel
from osos.mdm.day_changes import QUARTERS
from osos.mdm.derive.amounts import primary
from osos.mdm.derive.balances import Balance, Flags, Metered, balance
from osos.mdm.derive.losses import Line, transformer_named
from osos.mdm.derive.technical import LinePiece, Piece, SharePiece, TransformerPiece
from osos.mdm.labels import NOMINAL_MIN, Ints, date_of_day
from osos.mdm.network.topology import MEDIUM, Entry, Topology, day_span
from osos.quantities import Quality
from osos.registry import NodeTerms

RULE_VERSION = 1  # goes up when the same day would come to something else
Blocks = Mapping[int, CanonicalBlock]  # of one day, by point


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class NodeDay:
    """Who is counted at and below a place on a day."""

    node_id: int
    day: int
    mains: tuple[Entry, ...]
    below: tuple[Entry, ...]

    @property
    def points(self) -> set[int]:
        return {one.point_id for one in (*self.mains, *self.below) if one.point_id is not None}


def node_day(topology: Topology, node_id: int, day: int) -> NodeDay | None:
    """None: the place has no main meter on that day."""
    mains = topology.mains(node_id, day)
    if not mains:
        return None
    below = topology.counted_below(node_id, day)
    return NodeDay(node_id=node_id, day=day, mains=tuple(mains), below=tuple(below))


def fingerprint(topology: Topology, one: NodeDay, versions: Mapping[int, int]) -> bytes:
    """Another one when a block, a place of a meter or a fact of the place is another one."""
    at = day_span(one.day).start
    entries = [
        [part, entry.point_id, entry.node_id, versions.get(entry.point_id or 0), entry.holds.tobytes().hex()]
        for part, some in (("main", one.mains), ("below", one.below))
        for entry in some
    ]
    nodes = sorted({one.node_id, *(entry.node_id for entry in one.below)})
    facts = [[node, asdict(topology.terms_at(node, at))] for node in nodes]
    text = json.dumps([RULE_VERSION, entries, facts], default=str)
    return hashlib.blake2b(text.encode(), digest_size=12).digest()


def balance_of(topology: Topology, one: NodeDay, blocks: Blocks) -> Balance:
    """Names in `lacking` are points, 0 where a main meter below is lacking, None for the own main meter."""
    fed = together([metered(blocks, entry) for entry in one.mains])
    below = {(entry.point_id or 0, number): metered(blocks, entry) for number, entry in enumerate(one.below)}
    found = balance(fed, below, technical=technical(topology, one, fed, blocks))
    names = tuple((name and name[0], slots) for name, slots in found.lacking)
    return Balance(**{name: getattr(found, name) for name in Balance.__slots__} | {"lacking": names})


def metered(blocks: Blocks, entry: Entry) -> Metered:
    """Import less export, in primary Wh a quarter hour; an hour's energy is known as an hour only."""
    block = None if entry.point_id is None else blocks.get(entry.point_id)
    if block is None or block.period_min != NOMINAL_MIN:
        none = np.zeros(QUARTERS, dtype=np.int64)
        return Metered(wh=none, known=np.zeros(QUARTERS, dtype=bool), holds=entry.holds)
    return Metered(
        wh=primary(block, Channel.A_PLUS).wh - primary(block, Channel.A_MINUS).wh,
        known=block.quality != Quality.MISSING.mark,
        estimated=block.quality == Quality.ESTIMATED.mark,
        holds=entry.holds,
    )


def together(mains: Sequence[Metered]) -> Metered:
    """Several main meters as one: it is whole where each that hangs there is."""
    holds: list[Flags] = [np.ones(QUARTERS, bool) if one.holds is None else one.holds for one in mains]
    none = np.zeros(QUARTERS, dtype=bool)
    return Metered(
        wh=np.sum([one.counted for one in mains], axis=0, dtype=np.int64),
        known=~np.any([one.missing for one in mains], axis=0),
        estimated=np.any([none if one.estimated is None else one.estimated for one in mains], axis=0),
        holds=np.any(holds, axis=0),
    )


def technical(topology: Topology, one: NodeDay, fed: Metered, blocks: Blocks) -> list[Piece] | None:
    """What the place is made of between its main meter and those below; None: too little is known of it."""
    at = day_span(one.day).start
    terms = topology.terms_at(one.node_id, at)
    if terms.loss_pct is not None:  # the operator's own figure stands for all of it
        return [SharePiece(terms.loss_pct, fed.counted)]
    pieces: list[Piece] | None = _line(terms, fed.counted)
    if topology.nodes[one.node_id].kind == "transformer" and terms.main_side == MEDIUM:
        pieces = _joined(pieces, _transformer(terms, one.day, fed.counted))
    for child in topology.children(one.node_id, at):
        pieces = _joined(pieces, _of_child(topology, child, one.day, blocks))
    return pieces or None


def _of_child(topology: Topology, node_id: int, day: int, blocks: Blocks) -> list[Piece] | None:
    """What a place fed from here loses before its main meter or, having none, on the way to its meters."""
    at = day_span(day).start
    terms, mains = topology.terms_at(node_id, at), topology.mains(node_id, day)
    is_transformer = topology.nodes[node_id].kind == "transformer"
    if mains:
        if not is_transformer or terms.main_side == MEDIUM:
            return []
        return _transformer(terms, day, together([metered(blocks, one) for one in mains]).counted)
    passed = np.zeros(QUARTERS, dtype=np.int64)
    for entry in topology.counted_below(node_id, day):
        passed += metered(blocks, entry).counted
    if terms.loss_pct is not None:
        return [SharePiece(terms.loss_pct, passed)]
    pieces: list[Piece] | None = _line(terms, passed)
    if is_transformer:
        pieces = _joined(pieces, _transformer(terms, day, passed))
    for child in topology.children(node_id, at):
        pieces = _joined(pieces, _of_child(topology, child, day, blocks))
    return pieces


def _transformer(terms: NodeTerms, day: int, load: Ints) -> list[Piece] | None:
    """None: its size is not known, or not in the printed table; no loss is made up for it."""
    if terms.primary_kv is None or terms.rated_kva is None:
        return None
    row = transformer_named(int(terms.primary_kv), int(terms.rated_kva), date_of_day(day))
    return None if row is None else [TransformerPiece(row, load)]


def _line(terms: NodeTerms, load: Ints) -> list[Piece]:
    if terms.line_ohm is None or terms.line_kv is None:
        return []
    return [LinePiece(Line(ohm=terms.line_ohm, kv=terms.line_kv), load)]


def _joined(some: list[Piece] | None, more: list[Piece] | None) -> list[Piece] | None:
    """One part unknown: the whole is not known."""
    return None if some is None or more is None else [*some, *more]
