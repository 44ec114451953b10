"""How do the parts of many blocks become their bytes?

Everything goes into one long array at places that are reckoned beforehand; a block is a slice of it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from osos.mdm.labels import Ints

Small = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

_MOST_GROUPS = 10  # of seven bits, in a number of 64
_LONGEST = 64  # bits a number in unary, over a whole block
_TURNED = np.packbits(np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1)[:, ::-1], axis=1).ravel()


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """Numbers of seven bits a byte that stand before the codes (see `varint.put`)."""

    signed: Ints  # (blocks, how many)
    plain: Ints  # the body begins here
    after: list[tuple[Ints, Flags]]  # signed, where there is one


@dataclass(frozen=True, slots=True, eq=False)
class LaidOut:
    payloads: list[bytes]
    bodies: list[int]
    too_long: Flags


def laid_out(
    head: bytes, told: Numbers, nibbles: list[tuple[Ints, Bytes]], coded: Small, widths: Small
) -> LaidOut:
    """head | numbers | a nibble a segment | low bits | unary parts, the last two from a byte of their own."""
    blocks, count = coded.shape
    groups, begin = _groups(told)
    ends = np.cumsum((coded >> widths) + 1, axis=1, dtype=np.int64)
    too_long = ends[:, -1] > _LONGEST * count
    ends[too_long] = np.arange(1, count + 1)
    low_ends = np.cumsum(widths, axis=1, dtype=np.int64)
    nibble_sizes = np.zeros(blocks, dtype=np.int64)
    for some, own in nibbles:
        nibble_sizes[some] = -(-own.shape[1] // 2)
    at_nibbles = len(head) + groups.has.sum(axis=1)
    at_low = at_nibbles + nibble_sizes
    at_unary = at_low - (-low_ends[:, -1] // 8)
    sizes = at_unary - (-ends[:, -1] // 8)
    until = np.cumsum(sizes)
    since = until - sizes
    bits = np.zeros(int(until[-1]) * 8, dtype=np.uint8)
    bits[((since + at_unary) * 8)[:, None] + ends - 1] = 1
    out = np.packbits(bits)
    _add_low(out, coded, widths, low_ends - widths + ((since + at_low) * 8)[:, None])
    out[since[:, None] + np.arange(len(head))] = np.frombuffer(head, dtype=np.uint8)
    out[_places(since + len(head), groups.has)] = groups.bytes[groups.has]
    for some, own in nibbles:
        even = np.pad(own, ((0, 0), (0, own.shape[1] % 2)))
        pairs = even[:, 0::2] | even[:, 1::2] << 4
        out[(since + at_nibbles)[some, None] + np.arange(pairs.shape[1])] = pairs
    data = out.tobytes()
    payloads = [data[a:b] for a, b in zip(since.tolist(), until.tolist(), strict=True)]
    return LaidOut(payloads, (len(head) + begin).tolist(), too_long)


@dataclass(frozen=True, slots=True, eq=False)
class _Groups:
    """(blocks, places for bytes): which of them there are."""

    bytes: Bytes
    has: Flags


def _groups(told: Numbers) -> tuple[_Groups, Ints]:
    """The bytes of all numbers, and in which of them each body begins."""
    after = np.stack([_zigzag(numbers) for numbers, _ in told.after], axis=1)
    numbers = np.concatenate((_zigzag(told.signed), told.plain.astype(np.uint64), after), axis=1)
    there = np.ones(numbers.shape, dtype=bool)
    there[:, told.signed.shape[1] + told.plain.shape[1] :] = np.stack([has for _, has in told.after], axis=1)
    most = max(1, -(-int(numbers.max()).bit_length() // 7))
    rest = numbers[:, :, None] >> (np.arange(most, dtype=np.uint64) * np.uint64(7))
    has = (rest > 0) & there[:, :, None]
    has[:, :, 0] = there
    more = np.zeros_like(has)
    more[:, :, :-1] = has[:, :, 1:]
    found: Bytes = ((rest & np.uint64(0x7F)) | (more.astype(np.uint64) << np.uint64(7))).astype(np.uint8)
    begin = has[:, : told.signed.shape[1]].sum(axis=(1, 2))
    return _Groups(found.reshape(len(found), -1), has.reshape(len(has), -1)), begin


def _zigzag(numbers: Ints) -> npt.NDArray[np.uint64]:
    return ((numbers << 1) ^ (numbers >> 63)).view(np.uint64)


def _places(since: Ints, has: Flags) -> Ints:
    """Of the bytes that there are, in their order, each block's in a row."""
    within = np.cumsum(has, axis=1, dtype=np.int64) - 1 + since[:, None]
    return within[has]


def _add_low(out: Bytes, coded: Small, widths: Small, places: Ints) -> None:
    """The low bits of each number from its place on, the lowest first; 64 bits are filled at once."""
    at = places.ravel()
    low = (coded & ((np.int32(1) << widths) - 1)).ravel().astype(np.uint64)
    shift = (at & 63).astype(np.uint64)
    word = at >> 6
    starts = np.flatnonzero(np.diff(word, prepend=-1))
    words = np.zeros(int(word[-1]) + 2, dtype=np.uint64)
    filled = word[starts]
    words[filled] = np.bitwise_or.reduceat(low << shift, starts)
    lasts = np.append(starts[1:], word.size) - 1  # only the last number of a word can reach into the next
    words[filled + 1] |= (low[lasts] >> np.uint64(1)) >> (np.uint64(63) - shift[lasts])
    raw = words.astype("<u8").view(np.uint8)[: out.size]
    out[: raw.size] |= _TURNED[raw]
