"""How are thousands of blocks as said packed at once?

Blocks of one layout with the same labels in their day are packed side by side. The bytes are those of
`osos.mdm.block_packing`, to the last bit; what has numbers too large to lay beside others goes that way.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from osos.mdm import block_packing, packing
from osos.mdm.block import Layout, SaidBlock
from osos.mdm.foretelling import SHARE_RECORDS
from osos.mdm.label_packing import pack_labels
from osos.mdm.labels import DAY_MIN, Ints
from osos.mdm.many_packing_arrays import Coded, coded

_AT_ONCE = 128  # blocks; so many keep to the cache
_MOST_COLUMNS = 24  # two bits of one number say the form of each


@dataclass(frozen=True, slots=True)
class Packed:
    """A block's bytes, and the hash of its content."""

    payload: bytes
    content_hash: bytes


def pack_many(blocks: Sequence[SaidBlock]) -> list[Packed]:
    """In the order given, each as `block_packing.pack` and `content_hash` have it."""
    alike: dict[tuple[Layout, bytes], list[int]] = {}
    for place, block in enumerate(blocks):
        pattern = (block.labels - block.day * DAY_MIN).tobytes()
        alike.setdefault((block.layout, pattern), []).append(place)
    found: dict[int, Packed] = {}
    for (layout, _), places in alike.items():
        for start in range(0, len(places), _AT_ONCE):
            some = places[start : start + _AT_ONCE]
            values = np.stack([blocks[place].values for place in some])
            found |= zip(some, _pack_alike(layout, [blocks[place] for place in some], values), strict=True)
    return [found[place] for place in range(len(blocks))]


def _pack_alike(layout: Layout, blocks: Sequence[SaidBlock], values: Ints) -> list[Packed]:
    hashes = _hashes(layout, blocks, values)
    payloads: list[bytes | None] = [None] * len(blocks)
    _, records, columns = values.shape
    if 1 < records <= SHARE_RECORDS and 0 < columns <= _MOST_COLUMNS:
        head = pack_labels(blocks[0].labels, blocks[0].day)
        payloads = _or_shuffled(coded(layout, head, blocks[0].labels, values))
    return [
        Packed(block_packing.pack(block) if payload is None else payload, content_hash)
        for block, payload, content_hash in zip(blocks, payloads, hashes, strict=True)
    ]


def _hashes(layout: Layout, blocks: Sequence[SaidBlock], values: Ints) -> list[bytes]:
    start = hashlib.blake2b(layout.content(), digest_size=16)
    raw = np.ascontiguousarray(values, dtype="<i8")
    begun: dict[int, hashlib.blake2b] = {}
    found = []
    for place, block in enumerate(blocks):
        if block.day not in begun:
            begun[block.day] = start.copy()
            begun[block.day].update(block.labels.astype("<i8").tobytes())
        content = begun[block.day].copy()
        content.update(raw[place])
        found.append(content.digest())
    return found


def _or_shuffled(rice: Coded) -> list[bytes | None]:
    """zstd in the place of Rice codes where it is shorter."""
    payloads, which = rice.payloads, np.flatnonzero(rice.still)
    for place, other in zip(which.tolist(), _shuffled(rice.left[which]), strict=True):
        payload, begin = payloads[place], rice.bodies[place]
        if payload is not None and begin + len(other) < len(payload):
            payloads[place] = payload[:begin] + other
    return payloads


def _shuffled(left: npt.NDArray[np.int32]) -> list[bytes]:
    """First bytes together, then second bytes, pressed (see `packing._pack_zstd`)."""
    if not len(left):
        return []
    folded = np.ascontiguousarray((left << 1) ^ (left >> 31)).view(np.uint32).astype("<u4")
    most = folded.max(axis=(1, 2))
    width = 1 + (most > 0xFF).astype(np.int64) + (most > 0xFFFF) + (most > 0xFFFFFF)
    split = folded.view(np.uint8).reshape(*folded.shape, 4).transpose(0, 1, 3, 2)
    press = packing._own.press
    found: list[bytes] = [b""] * len(left)
    for size in np.unique(width).tolist():
        some = np.flatnonzero(width == size)
        plain = np.ascontiguousarray(split[some, :, :size])
        for place, one in zip(some.tolist(), plain, strict=True):
            found[place] = bytes([packing.ZSTD, size]) + press.compress(one)
    return found
