"""Does everything in the blocks follow from the bytes in the ledger (D-1, I4)?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from osos.mdm import ledger, points, said
from osos.mdm.block import Layout, SaidBlock
from osos.mdm.canonical import PROFILE, Installed
from osos.mdm.imports import retelling
from osos.mdm.installed import installed_at
from osos.mdm.interpreting import interpret
from osos.mdm.keeping import decision_rows
from osos.mdm.keeping.completing import complete
from osos.mdm.keeping.corrections import known_hashes
from osos.mdm.labels import days_of_period
from osos.mdm.ledger import Direction, KeptFrame
from osos.mdm.merging import merge, split_days
from osos.mdm.tables import frames, said_blocks, said_history
from osos.modems import mass_json
from osos.quantities import Interval


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What the bytes come to today, beside what is held: hashes by (meter or point, day)."""

    said: Mapping[tuple[int, int], bytes]
    said_held: Mapping[tuple[int, int], bytes]
    canonical: Mapping[tuple[int, int], bytes]
    canonical_held: Mapping[tuple[int, int], bytes]

    @property
    def is_identical(self) -> bool:
        return self.said == self.said_held and self.canonical == self.canonical_held


def rebuild(
    conn: Connection, point_id: int, period: Interval, *, installed: Sequence[Installed] | None = None
) -> Rebuilt:
    """Take every frame that ever changed a block of these days apart again and derive from nothing else.

    Writes nothing. Every version of a block names the frame that made it, so these frames are enough; with
    the papers and the decisions they are all there is. A day of a closed month is compared with what is known
    of it, not with what was settled.
    """
    hung = installed_at(conn, point_id=point_id) if installed is None else installed
    days = list(days_of_period(period))
    meters = {one.meter_id for one in hung}
    wanted = sorted({day for whole in days for day in (whole - 1, whole)})
    blocks = _said_again(conn, meters, wanted)
    decided = decision_rows.load(conn, point_id=point_id, days=days)
    derived = {
        (point_id, day): complete(day, installed=hung, said=blocks, decisions=decided.get(day, ())).block
        for day in days
    }
    held = said.load(conn, profile=PROFILE, keys=[(meter_id, day) for meter_id in meters for day in wanted])
    kept: dict[tuple[int, int], bytes | None] = {
        key: one.content_hash for key, one in points.load(conn, point_ids=[point_id], days=days).items()
    }
    kept |= {(point_id, day): one for day, one in known_hashes(conn, point_id=point_id, days=days).items()}
    return Rebuilt(
        said={key: block.content_hash() for key, block in blocks.items()},
        said_held={key: one.content_hash for key, one in held.items()},
        canonical={key: block.content_hash() for key, block in derived.items() if block is not None},
        canonical_held={key: one for key, one in kept.items() if one is not None},
    )


def _said_again(
    conn: Connection, meters: Iterable[int], days: Sequence[int]
) -> dict[tuple[int, int], SaidBlock]:
    told = _Telegrams(conn)
    blocks: dict[tuple[int, int], SaidBlock] = {}
    for meter_id in meters:
        for day, frame_id in _versions(conn, meter_id, days):
            held = blocks.get((meter_id, day))
            block = told.block(frame_id, meter_id, day, held)
            if block is not None:
                blocks[meter_id, day] = merge(_like(held, block), block)
    return blocks


def _like(held: SaidBlock | None, block: SaidBlock) -> SaidBlock | None:
    """What was held under other columns was told again in full, or it would not have been replaced."""
    return held if held is not None and held.layout == block.layout else None


def _versions(conn: Connection, meter_id: int, days: Sequence[int]) -> list[tuple[int, int]]:
    """(day, frame) of each version of each block, the oldest first."""
    found = []
    for table in (said_history, said_blocks):
        query = select(table.c.day, table.c.version, table.c.frame_id).where(
            table.c.meter_id == meter_id, table.c.profile == PROFILE, table.c.day.in_(days)
        )
        found += [(row.day, row.version, row.frame_id) for row in conn.execute(query)]
    return [(day, frame_id) for day, _, frame_id in sorted(found)]


class _Telegrams:
    """Frames out of the ledger, each taken apart once."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._frames: dict[int, KeptFrame | None] = {}
        self._known: dict[tuple[int, int], dict[int, SaidBlock]] = {}  # of a file, meter by meter

    def block(self, frame_id: int, meter_id: int, day: int, held: SaidBlock | None) -> SaidBlock | None:
        """What the message that ends with this frame says of a day; a file only adds to what was held."""
        if frame_id not in self._frames:
            self._frames[frame_id] = ledger.load(self._conn, frame_id)
        kept = self._frames[frame_id]
        if kept is None:
            return None
        is_file = kept.frame.link == retelling.LINK
        key = (frame_id, meter_id if is_file else 0)
        if key not in self._known:
            self._known[key] = (
                retelling.blocks_of_file(self._conn, kept, meter_id) if is_file else self._take_apart(kept)
            )
        block = self._known[key].get(day)
        return retelling.added(held, block) if is_file and block is not None else block

    def _take_apart(self, kept: KeptFrame) -> dict[int, SaidBlock]:
        raw = b"".join(raw_data(one) for one in parts_of(self._conn, kept))
        records = interpret(
            raw, asked=None, received_at=kept.frame.received_at, asked_profile=PROFILE
        ).records
        if records is None:
            return {}
        layout = Layout(records.codes, records.decimals, records.units)
        return {block.day: block for block in split_days(records.labels, records.values, layout)}


def parts_of(conn: Connection, kept: KeptFrame) -> list[KeptFrame]:
    """All frames of a split message (X-17), in the order of their part; a whole one is its only part."""
    if kept.frame.part is None:
        return [kept]
    same = select(frames.c.id).where(
        frames.c.serial == kept.frame.serial,
        frames.c.reference_id == kept.frame.reference_id,
        frames.c.flag == kept.frame.flag,
        frames.c.function == kept.frame.function,
        frames.c.direction == Direction.IN.value,
        frames.c.id <= kept.frame_id,
    )
    found = [ledger.load(conn, frame_id) for frame_id in conn.execute(same.order_by(frames.c.id)).scalars()]
    by_part = {one.frame.part or 0: one for one in found if one is not None}  # a part sent again counts last
    return [by_part[part] for part in sorted(by_part)]


def raw_data(kept: KeptFrame) -> bytes:
    """The meter's bytes inside a MASS message; the payload itself when it is none (a transparent link)."""
    pieces = [
        piece.payload
        for piece in mass_json.Framer().feed(kept.frame.payload)
        if isinstance(piece, mass_json.Frame)
    ]
    try:
        message = mass_json.decode(pieces[0] if pieces else kept.frame.payload)
    except mass_json.NotAMessage:
        return kept.frame.payload
    return mass_json.parse_read(message).raw_data
