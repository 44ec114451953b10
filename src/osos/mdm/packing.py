"""How are rows of small whole numbers packed?

Each row is brought near zero (less its least, less its median, or as steps), then written by Rice codes with
a width that suits the mean of every 8, 16 or 32 numbers; quarter-hour energies are noise of some bits, and
zstd's tables alone cost more than they save on 300 of them. What Rice codes do badly (long runs, jumps) is
left to shuffled bytes and zstd, tried where most numbers stand still; the shorter is kept. Measured by
benchmarks/blocks.py.
"""

import threading
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import zstandard

from osos.mdm.labels import Ints
from osos.mdm.varint import BlockDamaged, Cursor, put, unzigzag, zigzag

RICE, ZSTD = 1, 2
SEGMENTS = (8, 16, 32)  # each a multiple of the first
WIDTHS = np.array(
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 18, 31), dtype=np.int64
)  # what a nibble can say
# By how many binary digits the greatest number has that a width is to suit.
_NIBBLE_OF_LENGTH = np.maximum(np.searchsorted(WIDTHS, np.arange(64)) - 1, 0).astype(np.uint8)
LEAST, MEDIAN, STEPS = 0, 1, 2
RICE_LIMIT = 1 << 40  # beyond it a Rice code's unary part could grow long; zstd takes such rows
UNPACKED_LIMIT = 1 << 24  # bytes; a block is a day of one meter, some KB

_FRAME = zstandard.ZstdCompressionParameters.from_level(
    3,
    write_content_size=False,
    write_checksum=False,
    write_dict_id=False,
    format=zstandard.FORMAT_ZSTD1_MAGICLESS,
)


class _Own(threading.local):
    """zstd objects are not safe to share between threads: one a thread."""

    def __init__(self) -> None:
        self.press = zstandard.ZstdCompressor(compression_params=_FRAME)
        self.unpress = zstandard.ZstdDecompressor(format=zstandard.FORMAT_ZSTD1_MAGICLESS)


_own = _Own()


def pack(rows: Ints) -> bytes:
    """Rows of one length, any signed numbers, as bytes that `unpack` turns back exactly."""
    if rows.size == 0:
        return bytes([RICE])
    is_small = int(rows.max()) < RICE_LIMIT and int(rows.min()) > -RICE_LIMIT
    rice = _pack_rice(rows) if is_small else None
    if rice is not None and not _may_suit_zstd(rows):
        return bytes([RICE]) + rice
    zstd = bytes([ZSTD]) + _pack_zstd(rows)
    return bytes([RICE]) + rice if rice is not None and len(rice) < len(zstd) else zstd


def unpack(data: bytes, *, rows: int, count: int) -> Ints:
    """What `pack` was given; `BlockDamaged` when these bytes cannot be that many numbers."""
    if not data:
        raise BlockDamaged("a block without a body")
    if rows * count == 0:
        return np.zeros((rows, count), dtype=np.int64)
    if data[0] == RICE:
        return _unpack_rice(data[1:], rows, count)
    if data[0] == ZSTD:
        return _unpack_zstd(data[1:], rows, count)
    raise BlockDamaged(f"unknown packing {data[0]} in a block")


def _fold(values: Ints) -> Ints:
    return np.where(values >= 0, values * 2, -values * 2 - 1)


def _unfold(coded: Ints) -> Ints:
    return np.where(coded & 1, -(coded >> 1) - 1, coded >> 1)


def _sums(coded: Ints) -> tuple[Ints, Ints]:
    """Of each shortest segment of the last axis: what its numbers come to, and how many they are."""
    starts = np.arange(0, coded.shape[-1], SEGMENTS[0])
    sums: Ints = np.add.reduceat(coded, starts, axis=-1)
    return sums, np.diff(np.append(starts, coded.shape[-1])).astype(np.int64)


def widths_for(sums: Ints, counts: Ints) -> tuple[npt.NDArray[np.uint8], Ints]:
    """The width that suits so many numbers of such a sum, as a nibble; and about how many bits they take.

    The greatest power of two below 10/9 of their mean: 0.2 % longer than the best of all sixteen tried.
    """
    lengths = np.frexp((sums * 10 // (counts * 9)).astype(np.float64))[1]
    nibbles = _NIBBLE_OF_LENGTH[lengths]
    widths = WIDTHS[nibbles]
    bits: Ints = counts * (widths + 1) + (sums >> widths)
    return nibbles, bits


@dataclass(frozen=True, slots=True)
class _Plan:
    """How long segments are, which form each row takes, the width of each segment (rows, segments)."""

    segment: int
    forms: npt.NDArray[np.intp]
    nibbles: npt.NDArray[np.uint8]
    bits: int


def _plan(forms: Ints) -> _Plan:
    """The cheapest of the segment lengths, each with its best forms and widths."""
    sums, counts = _sums(forms)
    plans = []
    for segment in SEGMENTS:
        starts = np.arange(0, counts.size, segment // SEGMENTS[0])
        nibbles, bits = widths_for(np.add.reduceat(sums, starts, axis=2), np.add.reduceat(counts, starts))
        rows = bits.sum(axis=2)  # (forms, rows)
        best = rows.argmin(axis=0)
        place = np.arange(best.size)
        own = nibbles[best, place]
        plans.append(_Plan(segment, best, own, int(rows[best, place].sum()) + 4 * own.size))
    return min(plans, key=lambda plan: plan.bits)


def _candidates(rows: Ints) -> tuple[Ints, Ints]:
    """Each row in its three forms (forms, rows, count), and the number with each (forms, rows)."""
    least, median = rows.min(axis=1), np.sort(rows, axis=1)[:, rows.shape[1] // 2]
    steps: Ints = np.diff(rows, axis=1, prepend=np.int64(0)).astype(np.int64)
    forms = np.stack((rows - least[:, None], _fold(rows - median[:, None]), _fold(steps)))
    return forms, np.stack((least, median, np.zeros_like(least)))


def _pack_rice(rows: Ints) -> bytes | None:
    candidates, told = _candidates(rows)
    plan = _plan(candidates)
    each = np.arange(rows.shape[0])
    flat = candidates[plan.forms, each].ravel()
    widths = _widths(plan.nibbles, plan.segment, rows.shape[1])
    unary_ends = np.cumsum((flat >> widths) + 1)
    if int(unary_ends[-1]) > 64 * flat.size:
        return None
    numbers = told[plan.forms, each].tolist()
    head = put(
        (_how_number(plan), *(zigzag(n) for n, f in zip(numbers, plan.forms, strict=True) if f != STEPS))
    )
    return head + _nibble_bytes(plan.nibbles) + _low_bytes(flat, widths) + _unary_bytes(unary_ends)


def _how_number(plan: _Plan) -> int:
    """Two bits for the length of segments, then two for the form of each row."""
    forms = (SEGMENTS.index(plan.segment), *plan.forms.tolist())
    return sum(form << 2 * place for place, form in enumerate(forms))


def _widths(nibbles: npt.NDArray[np.uint8], segment: int, count: int) -> Ints:
    return np.repeat(WIDTHS[nibbles], segment, axis=1)[:, :count].ravel()


def _nibble_bytes(nibbles: npt.NDArray[np.uint8]) -> bytes:
    flat = np.append(nibbles.ravel(), 0) if nibbles.size % 2 else nibbles.ravel()
    return bytes((flat[0::2] | flat[1::2] << 4).astype(np.uint8))


def _unary_bytes(ends: Ints) -> bytes:
    bits = np.zeros(int(ends[-1]), dtype=np.uint8)
    bits[ends - 1] = 1
    return np.packbits(bits).tobytes()


def _low_bytes(flat: Ints, widths: Ints) -> bytes:
    owner, place = _bit_places(widths)
    return np.packbits(((flat[owner] >> place) & 1).astype(np.uint8)).tobytes()


def _bit_places(widths: Ints) -> tuple[Ints, Ints]:
    """For every low bit: whose it is, and which of his bits."""
    owner = np.repeat(np.arange(widths.size), widths)
    starts = np.cumsum(widths) - widths
    return owner, np.arange(owner.size) - starts[owner]


def _unpack_rice(data: bytes, rows: int, count: int) -> Ints:
    cursor = Cursor(data)
    how = cursor.number()
    segment = SEGMENTS[min(how & 3, len(SEGMENTS) - 1)]
    forms = [how >> 2 * place & 3 for place in range(1, rows + 1)]
    told = [(form, unzigzag(cursor.number()) if form != STEPS else 0) for form in forms]
    segments = -(-count // segment)
    pairs = np.frombuffer(cursor.take(-(-rows * segments // 2)), dtype=np.uint8)
    nibbles = np.stack((pairs & 15, pairs >> 4), axis=1).ravel()[: rows * segments]
    widths = _widths(nibbles.reshape(rows, segments), segment, count)
    low = _low_values(cursor, widths)
    ends = np.flatnonzero(np.unpackbits(np.frombuffer(cursor.rest(), dtype=np.uint8)))
    if ends.size != rows * count:
        raise BlockDamaged(f"{ends.size} numbers in a block of {rows * count}")
    high = np.diff(ends, prepend=-1) - 1
    coded = (high << widths) + low
    return np.stack([_unform(row, *how) for row, how in zip(coded.reshape(rows, count), told, strict=True)])


def _low_values(cursor: Cursor, widths: Ints) -> Ints:
    total = int(widths.sum())
    bits = np.unpackbits(np.frombuffer(cursor.take(-(-total // 8)), dtype=np.uint8), count=total)
    _, place = _bit_places(widths)
    sums = np.concatenate(([0], np.cumsum(bits.astype(np.int64) << place)))
    ends = np.cumsum(widths)
    low: Ints = sums[ends] - sums[ends - widths]
    return low


def _unform(coded: Ints, form: int, number: int) -> Ints:
    if form == LEAST:
        return coded + number
    if form == MEDIAN:
        return _unfold(coded) + number
    if form == STEPS:
        steps: Ints = np.cumsum(_unfold(coded))
        return steps
    raise BlockDamaged(f"unknown form {form} of a row in a block")


def _may_suit_zstd(rows: Ints) -> bool:
    """At least half of the numbers are as the one before: trying costs as much as all the rest."""
    equal = int((rows[:, 1:] == rows[:, :-1]).sum())
    return bool(2 * equal >= rows.shape[0] * (rows.shape[1] - 1))


def _pack_zstd(rows: Ints) -> bytes:
    """Folded, in as few bytes as hold the greatest, first bytes together, then second bytes (shuffled)."""
    coded = _fold(rows).view(np.uint64)
    width = max(1, (int(coded.max()).bit_length() + 7) // 8)
    shuffled = coded.astype("<u8").view(np.uint8).reshape(*rows.shape, 8)[:, :, :width].transpose(0, 2, 1)
    return bytes([width]) + _own.press.compress(np.ascontiguousarray(shuffled).tobytes())


def _unpack_zstd(data: bytes, rows: int, count: int) -> Ints:
    if not data or not 1 <= data[0] <= 8:
        raise BlockDamaged("a shuffled block without the width of its numbers")
    width = data[0]
    plain = unpressed(data[1:], rows * width * count)
    return unshuffled(np.frombuffer(plain, dtype=np.uint8).reshape(rows, width, count))


def unpressed(data: bytes, size: int) -> bytes:
    """Exactly so many bytes, or `BlockDamaged`."""
    try:
        plain = _own.unpress.decompress(data, max_output_size=min(size, UNPACKED_LIMIT))
    except zstandard.ZstdError as damage:
        raise BlockDamaged(f"a shuffled block does not unpress: {damage}") from damage
    if len(plain) != size:
        raise BlockDamaged(f"{len(plain)} bytes in a shuffled block of {size}")
    return plain


def unshuffled(split: npt.NDArray[np.uint8]) -> Ints:
    """(..., rows, width, count) bytes, the first ones of all numbers together, as (..., rows, count)."""
    *before, width, count = split.shape
    wide = np.zeros((*before, count, 8), dtype=np.uint8)
    wide[..., :width] = split.swapaxes(-1, -2)
    return _unfold_wide(wide.view("<u8")[..., 0])


def _unfold_wide(coded: npt.NDArray[np.uint64]) -> Ints:
    half = (coded >> np.uint64(1)).astype(np.int64)
    return np.where(coded & np.uint64(1), -half - 1, half)
