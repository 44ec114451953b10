"""How are thousands of blocks as said packed at once?

Block by block NumPy spends its time on starting operations over 96 numbers. Here blocks of one layout with
the same labels in their day are laid side by side, every step runs over all of them. The bytes are those of
`osos.mdm.block_packing`, to the last bit; what has numbers too large to lay beside others goes that way.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from osos.mdm import block_packing, packing
from osos.mdm.block import Layout, SaidBlock
from osos.mdm.foretelling import _SHARE_BITS, _pairs
from osos.mdm.label_packing import pack_labels
from osos.mdm.labels import DAY_MIN, HOUR_MIN, Ints
from osos.mdm.packing import SEGMENTS, STEPS, WIDTHS
from osos.mdm.periods import smallest_step
from osos.mdm.varint import put, zigzag

_AT_ONCE = 128  # blocks; so many keep to the cache
_LARGEST = 1 << 24  # of what is left of a number: eight of its folded steps still fit 32 bits
_SHORTEST = SEGMENTS[0]

Small = npt.NDArray[np.int32]


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
    if values.shape[1] > 1 and values.shape[2]:
        rest = _advances(layout, blocks[0].labels, values)
        fits = np.flatnonzero((np.abs(rest) < _LARGEST).all(axis=(1, 2)))
        head = pack_labels(blocks[0].labels, blocks[0].day)
        packed = _pack_small(layout, head, values[fits, 0].tolist(), rest[fits])
        for place, payload in zip(fits.tolist(), packed, strict=True):
            payloads[place] = payload
    return [
        Packed(block_packing.pack(block) if payload is None else payload, content_hash)
        for block, payload, content_hash in zip(blocks, payloads, hashes, strict=True)
    ]


def _hashes(layout: Layout, blocks: Sequence[SaidBlock], values: Ints) -> list[bytes]:
    start = hashlib.blake2b(layout.content(), digest_size=16)
    raw = np.ascontiguousarray(values, dtype="<i8")
    found, labels_of = [], {block.day: block.labels.astype("<i8").tobytes() for block in blocks}
    for place, block in enumerate(blocks):
        content = start.copy()
        content.update(labels_of[block.day])
        content.update(raw[place])
        found.append(content.digest())
    return found


def _advances(layout: Layout, labels: Ints, values: Ints) -> Ints:
    """(blocks, columns, records - 1): what registers and energies do not foretell."""
    rest = values[:, 1:].transpose(0, 2, 1).copy()
    for column in range(rest.shape[1]):
        if layout.is_register(column):
            rest[:, column] -= values[:, :-1, column]
    period = smallest_step(labels)
    for power, energy in layout.energy_columns().items():
        rest[:, power] -= np.diff(values[:, :, energy], axis=1) * HOUR_MIN // period
    return rest


def _pack_small(layout: Layout, head: bytes, firsts: list[list[int]], rest: Ints) -> list[bytes | None]:
    """None: Rice codes would grow too long, which the usual way settles."""
    if not len(rest):
        return []
    left = rest.astype(np.int32)
    shares = [_take_share(left, reactive, active) for reactive, active in _pairs(layout)]
    told = np.stack(shares, axis=1).tolist() if shares else [[]] * len(left)
    bodies = _bodies(left)
    return [
        None if body is None else head + put(map(zigzag, (*first, *share))) + body
        for first, share, body in zip(firsts, told, bodies, strict=True)
    ]


# -- what the active energy foretells of the reactive (see `osos.mdm.foretelling`) --


def _take_share(left: Small, reactive: int, active: int) -> Ints:
    """The best share of each block, taken off its reactive row."""
    r, a = left[:, reactive], left[:, active]
    none = np.zeros(len(left), dtype=np.int64)
    shares = np.sort(np.stack((none, _regressed(r, a), _regressed(np.diff(r), np.diff(a))), axis=1), axis=1)
    parts = (a[:, None, :].astype(np.int64) * shares[:, :, None]) >> _SHARE_BITS
    tried = r[:, None, :] - parts.astype(np.int32)
    blocks, each, count = tried.shape
    costs = _costs(_forms(tried.reshape(blocks * each, count))[0])
    about = costs.min(axis=0).sum(axis=1).min(axis=0).reshape(blocks, each)
    best = about.argmin(axis=1)
    place = np.arange(blocks)
    left[:, reactive] = tried[place, best]
    chosen: Ints = shares[place, best]
    return chosen


def _regressed(reactive: Small, active: Small) -> Ints:
    if not active.shape[1]:
        return np.zeros(len(active), dtype=np.int64)
    a = active - active.mean(axis=1, keepdims=True)
    r = reactive - reactive.mean(axis=1, keepdims=True)
    square, both = _dot(a, a), _dot(a, r)
    whole = 1 << _SHARE_BITS
    flat = square == 0
    share: Ints = np.clip(np.rint(both / np.where(flat, 1, square) * whole), -whole, whole).astype(np.int64)
    share[flat] = 0
    return share


def _dot(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Row by row with the very sum that `@` makes of two vectors."""
    found: npt.NDArray[np.float64] = np.matmul(one[:, None, :], other[:, :, None])[:, 0, 0]
    return found


# -- Rice codes (see `osos.mdm.packing`) --


def _fold(values: Small) -> Small:
    folded: Small = (values << 1) ^ (values >> 31)
    return folded


def _forms(rows: Small) -> tuple[Small, Small]:
    """(forms, rows, count) and the number with each (forms, rows)."""
    least, median = rows.min(axis=1), np.sort(rows, axis=1)[:, rows.shape[1] // 2]
    steps = np.diff(rows, axis=1, prepend=np.int32(0))
    forms = np.stack((rows - least[:, None], _fold(rows - median[:, None]), _fold(steps)))
    return forms, np.stack((least, median, np.zeros_like(least)))


def _costs(forms: Small) -> Small:
    """Bits of each shortest segment at each width: (widths, forms, segments, rows), rows side by side."""
    kinds, rows, count = forms.shape
    segments = -(-count // _SHORTEST)
    lengths = np.full((segments, 1), _SHORTEST, dtype=np.int32)
    lengths[-1] -= segments * _SHORTEST - count
    wide = np.zeros((_SHORTEST, kinds, segments, rows), dtype=np.int32)  # a number of each segment a sheet
    for place in range(_SHORTEST):
        sheet = forms[:, :, place::_SHORTEST]
        wide[place, :, : sheet.shape[2]] = sheet.transpose(0, 2, 1)
    costs = np.empty((WIDTHS.size, kinds, segments, rows), dtype=np.int32)
    for which, width in enumerate(WIDTHS.tolist()):
        np.add.reduce(wide >> np.int32(width), axis=0, out=costs[which])
        costs[which] += lengths * np.int32(width + 1)
    return costs


def _of_pairs(costs: Small) -> Small:
    """Of segments twice as long; a last one without a fellow stays by itself."""
    longer = costs[:, :, 0::2].copy()
    odd = costs[:, :, 1::2]
    longer[:, :, : odd.shape[2]] += odd
    return longer


@dataclass(frozen=True, slots=True)
class _Plans:
    """Of each block: the length of its segments, the form of each row, the nibble of each segment."""

    segment: Ints  # (blocks,), which of SEGMENTS
    forms: Ints  # (blocks, rows)
    nibbles: tuple[Ints, ...]  # by length of segments: (blocks, rows, segments)


def _plans(costs: Small, blocks: int) -> _Plans:
    bits, forms, nibbles = [], [], []
    for segment in SEGMENTS:
        costs = costs if segment == _SHORTEST else _of_pairs(costs)
        rows = costs.min(axis=0).sum(axis=1, dtype=np.int64)  # (forms, rows)
        best = rows.argmin(axis=0)
        place = np.arange(best.size)
        own = np.ascontiguousarray(costs[:, best, :, place].transpose(1, 0, 2)).argmin(axis=0)
        nibbles.append(own.reshape(blocks, -1, own.shape[1]))
        forms.append(best.reshape(blocks, -1))
        bits.append(rows[best, place].reshape(blocks, -1).sum(axis=1) + 4 * nibbles[-1][0].size)
    chosen = np.stack(bits).argmin(axis=0)
    return _Plans(chosen, np.stack(forms)[chosen, np.arange(blocks)], tuple(nibbles))


def _bodies(left: Small) -> list[bytes | None]:
    """What `packing.pack` makes of the rows of each block."""
    blocks, rows, count = left.shape
    forms, told = _forms(left.reshape(blocks * rows, count))
    plans = _plans(_costs(forms), blocks)
    each = np.arange(blocks * rows)
    chosen = plans.forms.ravel()
    coded = forms[chosen, each].reshape(blocks, rows * count)
    numbers = told[chosen, each].reshape(blocks, rows).tolist()
    widths = np.empty((blocks, rows * count), dtype=np.int32)
    heads: list[bytes] = [b""] * blocks
    for which, segment in enumerate(SEGMENTS):
        some = np.flatnonzero(plans.segment == which)
        own = plans.nibbles[which][some]
        widths[some] = np.repeat(WIDTHS[own], segment, axis=2)[:, :, :count].reshape(some.size, rows * count)
        pairs = _nibbles(own.reshape(some.size, rows * own.shape[2]))
        for place, nibbles in zip(some.tolist(), pairs, strict=True):
            heads[place] = _head(which, plans.forms[place].tolist(), numbers[place]) + nibbles.tobytes()
    tails, too_long = _low_and_unary(coded, widths)
    shuffled = _shuffled(left)
    return [
        None if long else _shorter(head + tail, other)
        for head, tail, other, long in zip(heads, tails, shuffled, too_long, strict=True)
    ]


def _shorter(rice: bytes, shuffled: bytes) -> bytes:
    if len(rice) <= len(shuffled):
        return bytes([packing.RICE]) + rice
    return bytes([packing.ZSTD]) + shuffled


def _head(which: int, forms: list[int], numbers: list[int]) -> bytes:
    how = sum(form << 2 * place for place, form in enumerate((which, *forms)))
    told = (zigzag(number) for number, form in zip(numbers, forms, strict=True) if form != STEPS)
    return put((how, *told))


def _nibbles(nibbles: Ints) -> npt.NDArray[np.uint8]:
    """(blocks, bytes)"""
    even = np.pad(nibbles, ((0, 0), (0, nibbles.shape[1] % 2)))
    return (even[:, 0::2] | even[:, 1::2] << 4).astype(np.uint8)


def _low_and_unary(coded: Small, widths: Small) -> tuple[list[bytes], list[bool]]:
    """Low bits, then unary parts, each from a byte of its own; and where those would be too long."""
    ends = np.cumsum(coded >> widths, axis=1, dtype=np.int64) + np.arange(1, coded.shape[1] + 1)
    too_long = ends[:, -1] > 64 * coded.shape[1]
    ends[too_long] = np.arange(1, coded.shape[1] + 1)
    low_bits = np.cumsum(widths, axis=1, dtype=np.int64)
    low_bytes, high_bytes = -(-low_bits[:, -1] // 8), -(-ends[:, -1] // 8)
    sizes = low_bytes + high_bytes
    until = np.cumsum(sizes)
    since = until - sizes
    bits = np.zeros(int(until[-1]) * 8, dtype=np.uint8)
    bits[((since + low_bytes) * 8)[:, None] + ends - 1] = 1
    starts = low_bits - widths + (since * 8)[:, None]
    for place in range(int(widths.max(initial=0))):
        has = np.flatnonzero((widths > place).ravel())
        bits[starts.ravel()[has] + place] = (coded.ravel()[has] >> place) & 1
    data = np.packbits(bits).tobytes()
    return [data[a:b] for a, b in zip(since.tolist(), until.tolist(), strict=True)], too_long.tolist()


def _shuffled(left: Small) -> list[bytes]:
    """First bytes together, then second bytes, pressed (see `packing._pack_zstd`)."""
    coded = _fold(left).view(np.uint32).astype("<u4")
    most = coded.max(axis=(1, 2))
    width = 1 + (most > 0xFF).astype(np.int64) + (most > 0xFFFF) + (most > 0xFFFFFF)
    split = coded.view(np.uint8).reshape(*coded.shape, 4).transpose(0, 1, 3, 2)
    press = packing._own.press
    found: list[bytes] = [b""] * len(left)
    for size in np.unique(width).tolist():
        some = np.flatnonzero(width == size)
        plain = np.ascontiguousarray(split[some, :, :size])
        for place, one in zip(some.tolist(), plain, strict=True):
            found[place] = bytes([size]) + press.compress(one)
    return found
