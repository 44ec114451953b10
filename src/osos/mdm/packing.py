"""How are rows of small whole numbers packed?

Each row is brought near zero (less its least, less its median, or as steps), then written by Rice codes with
a width of its own for every 16 numbers; quarter-hour energies are noise of some bits, and zstd's tables alone
cost more than they save on 300 of them. What Rice codes do badly (long runs, jumps) is left to shuffled bytes
and zstd; the shorter of the two is kept. Measured by benchmarks/blocks.py.
"""

import threading

import numpy as np
import numpy.typing as npt
import zstandard

from osos.mdm.labels import Ints
from osos.mdm.varint import BlockDamaged, Cursor, put, unzigzag, zigzag

RICE, ZSTD = 1, 2
SEGMENT = 16
WIDTHS = np.array(
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 18, 31), dtype=np.int64
)  # what a nibble can say
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
    zstd = bytes([ZSTD]) + _pack_zstd(rows)
    if int(rows.max()) >= RICE_LIMIT or int(rows.min()) <= -RICE_LIMIT:
        return zstd
    rice = _pack_rice(rows)
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


def _rice_costs(coded: Ints) -> Ints:
    """Bits of each segment at each width: (widths, rows, segments)."""
    starts = np.arange(0, coded.shape[-1], SEGMENT)
    lengths = np.diff(np.append(starts, coded.shape[-1])).astype(np.int64)
    shifted = coded[None, :, :] >> WIDTHS[:, None, None]
    unary: Ints = np.add.reduceat(shifted, starts, axis=2)
    costs: Ints = unary + lengths * (WIDTHS[:, None, None] + 1)
    return costs


def _candidates(rows: Ints) -> tuple[Ints, Ints]:
    """Each row in its three forms (forms, rows, count), and the number that goes with each (forms, rows)."""
    least, median = rows.min(axis=1), np.sort(rows, axis=1)[:, rows.shape[1] // 2]
    steps: Ints = np.diff(rows, axis=1, prepend=np.int64(0)).astype(np.int64)
    forms = np.stack((rows - least[:, None], _fold(rows - median[:, None]), _fold(steps)))
    return forms, np.stack((least, median, np.zeros_like(least)))


def _pack_rice(rows: Ints) -> bytes | None:
    forms, told = _candidates(rows)
    count = rows.shape[1]
    costs = np.stack([_rice_costs(form) for form in forms])  # (forms, widths, rows, segments)
    best = costs.min(axis=1).sum(axis=2).argmin(axis=0)  # the form of each row
    each = np.arange(rows.shape[0])
    coded = forms[best, each]
    nibbles = costs[best, :, each].argmin(axis=1)  # (rows, segments)
    widths = np.repeat(WIDTHS[nibbles], SEGMENT, axis=1)[:, :count].ravel()
    flat = coded.ravel()
    unary_ends = np.cumsum((flat >> widths) + 1)
    if int(unary_ends[-1]) > 64 * flat.size:
        return None
    head = put(
        n
        for form, number in zip(best, told[best, each], strict=True)
        for n in (int(form), zigzag(int(number)))
    )
    return head + _nibble_bytes(nibbles) + _unary_bytes(unary_ends) + _low_bytes(flat, widths)


def _nibble_bytes(nibbles: npt.NDArray[np.intp]) -> bytes:
    flat = np.append(nibbles.ravel(), 0) if nibbles.size % 2 else nibbles.ravel()
    return bytes((flat[0::2] | flat[1::2] << 4).astype(np.uint8))


def _unary_bytes(ends: Ints) -> bytes:
    bits = np.zeros(int(ends[-1]), dtype=np.uint8)
    bits[ends - 1] = 1
    packed = np.packbits(bits)
    return put([len(packed)]) + packed.tobytes()


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
    told = [(cursor.number(), unzigzag(cursor.number())) for _ in range(rows)]
    segments = -(-count // SEGMENT)
    pairs = np.frombuffer(cursor.take(-(-rows * segments // 2)), dtype=np.uint8)
    nibbles = np.stack((pairs & 15, pairs >> 4), axis=1).ravel()[: rows * segments]
    widths = np.repeat(WIDTHS[nibbles].reshape(rows, segments), SEGMENT, axis=1)[:, :count].ravel()
    unary = np.frombuffer(cursor.take(cursor.number()), dtype=np.uint8)
    ends = np.flatnonzero(np.unpackbits(unary))
    if ends.size != rows * count:
        raise BlockDamaged(f"{ends.size} numbers in a block of {rows * count}")
    high = np.diff(ends, prepend=-1) - 1
    coded = (high << widths) + _low_values(cursor, widths)
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
    size = rows * width * count
    try:
        plain = _own.unpress.decompress(data[1:], max_output_size=min(size, UNPACKED_LIMIT))
    except zstandard.ZstdError as damage:
        raise BlockDamaged(f"a shuffled block does not unpress: {damage}") from damage
    if len(plain) != size:
        raise BlockDamaged(f"{len(plain)} bytes in a shuffled block of {size}")
    wide = np.zeros((rows, count, 8), dtype=np.uint8)
    wide[:, :, :width] = np.frombuffer(plain, dtype=np.uint8).reshape(rows, width, count).transpose(0, 2, 1)
    return _unfold_wide(wide.reshape(rows, count * 8).view("<u8"))


def _unfold_wide(coded: npt.NDArray[np.uint64]) -> Ints:
    half = (coded >> np.uint64(1)).astype(np.int64)
    return np.where(coded & np.uint64(1), -half - 1, half)
