"""Which blocks as said does a fleet's judging need? Thousands are loaded and unpacked at once."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from osos.mdm import block_packing
from osos.mdm.block import Layout, SaidBlock
from osos.mdm.canonical import PROFILE
from osos.mdm.many_unpacking import AnyRow, BlocksOfLayout, many_unpacked
from osos.mdm.said import layout_of
from osos.mdm.tables import layouts, said_blocks
from osos.mdm.varint import BlockDamaged

_AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class Loaded:
    """Regular days side by side, all others one by one."""

    regular: tuple[BlocksOfLayout, ...]
    others: dict[tuple[int, int], SaidBlock]

    def places(self) -> dict[tuple[int, int], tuple[int, int]]:
        """(meter, day) → which of the regular ones, and where in it."""
        return {key: (n, at) for n, one in enumerate(self.regular) for at, key in enumerate(one.keys)}

    def block(self, key: tuple[int, int], place: tuple[int, int] | None) -> SaidBlock | None:
        """One of them by itself."""
        if place is None:
            return self.others.get(key)
        return self.regular[place[0]].block(place[1])


def load_blocks(conn: Connection, keys: Iterable[tuple[int, int]]) -> Loaded:
    """The present P.01 blocks of these (meter, day); `BlockDamaged` when one is not what was written."""
    wanted = set(keys)
    alike: dict[str, list[AnyRow]] = {}
    for row in _rows(conn, wanted):
        alike.setdefault(row.layout, []).append(row)
    regular: list[BlocksOfLayout] = []
    others: dict[tuple[int, int], SaidBlock] = {}
    for text, rows in alike.items():
        layout = layout_of(text)
        together, left = many_unpacked(rows, layout)
        regular += together
        others |= {(row.meter_id, row.day): _one(row, layout) for row in left}
    return Loaded(tuple(regular), others)


def _rows(conn: Connection, wanted: set[tuple[int, int]]) -> Iterable[AnyRow]:
    c = said_blocks.c
    columns = (c.meter_id, c.day, c.content_hash, c.payload, layouts.c.content.label("layout"))
    joined = said_blocks.join(layouts, layouts.c.id == c.layout_id)
    days, meters = sorted({day for _, day in wanted}), sorted({meter for meter, _ in wanted})
    for start in range(0, len(meters), _AT_ONCE):
        for first in range(0, len(days), _AT_ONCE):
            query = (
                select(*columns)
                .select_from(joined)
                .where(
                    c.profile == PROFILE,
                    c.day.in_(days[first : first + _AT_ONCE]),
                    c.meter_id.in_(meters[start : start + _AT_ONCE]),
                )
            )
            for row in conn.execute(query):
                if (row.meter_id, row.day) in wanted:
                    yield row


def _one(row: AnyRow, layout: Layout) -> SaidBlock:
    block = block_packing.unpack(row.payload, day=row.day, layout=layout)
    if block.content_hash() != row.content_hash:
        raise BlockDamaged(f"the block of meter {row.meter_id}, day {row.day} is not as it was written")
    return block
