"""In how few bytes can be kept what a meter said of one day?"""

import numpy as np

from osos.mdm import foretelling, packing
from osos.mdm.block import Layout, SaidBlock
from osos.mdm.label_packing import pack_labels, unpack_labels
from osos.mdm.varint import Cursor, put, unzigzag, zigzag


def pack(block: SaidBlock) -> bytes:
    """A regular day costs one byte for its labels, a demand column that fits its energy next to nothing."""
    first = block.values[0] if block.labels.size else np.zeros(len(block.layout.codes), dtype=np.int64)
    shares, rest = foretelling.residuals(block)
    head = pack_labels(block.labels, block.day) + put(zigzag(int(value)) for value in first)
    return head + shares + packing.pack(rest)


def unpack(data: bytes, *, day: int, layout: Layout) -> SaidBlock:
    """What was packed; `BlockDamaged` when these bytes are no such block."""
    cursor = Cursor(data)
    labels = unpack_labels(cursor, day)
    first = np.array([unzigzag(cursor.number()) for _ in layout.codes], dtype=np.int64)
    values = foretelling.values(cursor, first, labels, layout)
    return SaidBlock(day, layout, labels, values[: labels.size])
