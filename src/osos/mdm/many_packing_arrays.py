"""How are blocks that are alike packed side by side?

Block by block NumPy spends its time on starting operations over 96 numbers. Here every step runs over all
blocks: numbers lie one below the other, (numbers, columns, blocks), so that the longest axis is the inner
one. The bytes are those of `block_packing.pack`, to the last bit.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from osos.mdm import packing
from osos.mdm.block import Layout
from osos.mdm.foretelling import SHARE_BITS, SHARE_LIMIT, _pairs
from osos.mdm.labels import HOUR_MIN, Ints
from osos.mdm.many_bytes import Numbers, laid_out
from osos.mdm.packing import LEAST, MEDIAN, SEGMENTS, STEPS, WIDTHS, widths_for
from osos.mdm.periods import smallest_step

_LARGEST = 1 << 24  # of what is left of a number: eight of its folded steps still fit 32 bits
_FIRST_LIMIT = 1 << 62
_SHORTEST = SEGMENTS[0]

Small = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """Payloads with Rice codes; None: numbers too large, or codes too long, such a block is packed alone."""

    payloads: list[bytes | None]
    bodies: list[int]  # where in its payload each body begins
    left: Small  # (blocks, columns, records - 1), what was not foretold
    still: npt.NDArray[np.bool_]  # zstd may suit these better


def coded(layout: Layout, head: bytes, labels: Ints, values: Ints) -> Coded:
    """(blocks, records, columns); `head` is how the labels are kept."""
    turned = np.ascontiguousarray(values.transpose(1, 2, 0))
    rest = _advances(layout, smallest_step(labels), turned)
    firsts = turned[0]
    fits = (rest.max(axis=(0, 1)) < _LARGEST) & (rest.min(axis=(0, 1)) > -_LARGEST)
    fits &= (np.abs(firsts) < _FIRST_LIMIT).all(axis=0)
    left = np.where(fits, rest, 0).astype(np.int32)
    shares = [_take_share(left, reactive, active) for reactive, active in _pairs(layout)]
    plan = _plan(left)
    told = Numbers(
        signed=np.stack([*np.where(fits, firsts, 0), *shares], axis=1), plain=plan.how, after=plan.told
    )
    found = laid_out(head, told, plan.nibbles, plan.coded, plan.widths)
    good = fits & ~found.too_long
    payloads = [one if is_good else None for one, is_good in zip(found.payloads, good.tolist(), strict=True)]
    equal = (left[1:] == left[:-1]).sum(axis=(0, 1))  # see `packing._may_suit_zstd`
    still = good & (2 * equal >= left.shape[1] * (left.shape[0] - 1))
    return Coded(payloads, found.bodies, left.transpose(2, 1, 0), still)


def _advances(layout: Layout, period: int, turned: Ints) -> Ints:
    """What registers and energies do not foretell."""
    rest = turned[1:].copy()
    for column in range(rest.shape[1]):
        if layout.is_register(column):
            rest[:, column] -= turned[:-1, column]
    for power, energy in layout.energy_columns().items():
        steps = np.diff(turned[:, energy], axis=0)
        rest[:, power] -= (
            steps * (HOUR_MIN // period) if HOUR_MIN % period == 0 else steps * HOUR_MIN // period
        )
    return rest


# -- what the active energy foretells of the reactive (see `osos.mdm.foretelling`) --


def _take_share(left: Small, reactive: int, active: int) -> Ints:
    """The best share of each block, taken off its reactive row."""
    r, a = left[:, reactive].copy(), left[:, active]
    none = np.zeros(r.shape[1], dtype=np.int64)
    shares = np.sort(
        np.stack((none, _regressed(r, a), _regressed(np.diff(r, axis=0), np.diff(a, axis=0)))), axis=0
    )
    shares[:, (np.maximum(np.abs(r), np.abs(a)) >= SHARE_LIMIT).any(axis=0)] = 0
    chosen, least = none, np.full(none.size, np.iinfo(np.int64).max)
    wide = a.astype(np.int64)
    for share in shares:
        remains = r - ((wide * share) >> SHARE_BITS).astype(np.int32)
        apart = _spread(remains)
        better = apart < least
        left[:, reactive] = np.where(better, remains, left[:, reactive])
        chosen, least = np.where(better, share, chosen), np.where(better, apart, least)
    return chosen


def _regressed(reactive: Small, active: Small) -> Ints:
    a, r, count = active.astype(np.int64), reactive.astype(np.int64), len(active)
    square = count * (a * a).sum(axis=0) - a.sum(axis=0) ** 2
    both = count * (a * r).sum(axis=0) - a.sum(axis=0) * r.sum(axis=0)
    whole, flat = 1 << SHARE_BITS, square == 0
    share: Ints = np.clip(np.rint(both / np.where(flat, 1, square) * whole), -whole, whole).astype(np.int64)
    share[flat] = 0
    return share


def _spread(rows: Small) -> Ints:
    mean = rows.sum(axis=0, dtype=np.int64) // len(rows)
    apart = np.abs(rows - mean.astype(np.int32)).sum(axis=0, dtype=np.int64)
    least: Ints = np.minimum(apart, np.abs(np.diff(rows, axis=0)).sum(axis=0, dtype=np.int64))
    return least


# -- Rice codes (see `osos.mdm.packing`) --


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """Of each block."""

    how: Ints  # (blocks, 2): that these are Rice codes, and the number of segments' length and forms
    told: list[tuple[Ints, npt.NDArray[np.bool_]]]  # of each column the number of its form, where it has one
    nibbles: list[tuple[Ints, npt.NDArray[np.uint8]]]  # which blocks, and theirs: (blocks, nibbles)
    coded: Small  # (blocks, columns × numbers)
    widths: Small


def _fold(values: Small) -> Small:
    return (values << 1) ^ (values >> 31)


def _forms(left: Small) -> tuple[Small, Small]:
    """Each number in its three forms (forms, numbers, columns, blocks), and the number with each form."""
    least = left.min(axis=0)
    median = np.sort(left, axis=0)[len(left) // 2]
    whole = -(-len(left) // _SHORTEST) * _SHORTEST
    forms = np.zeros((3, whole, *least.shape), dtype=np.int32)
    here = forms[:, : len(left)]
    np.subtract(left, least, out=here[LEAST])
    here[MEDIAN] = _fold(left - median)
    here[STEPS, 0] = _fold(left[0])
    here[STEPS, 1:] = _fold(np.diff(left, axis=0))
    return forms, np.stack((least, median, np.zeros_like(least)))


def _of_pairs(sums: Ints) -> Ints:
    """Of segments twice as long; a last one without a fellow stays by itself."""
    axis = sums.ndim - 3
    even, odd = sums[..., 0::2, :, :].copy(), sums[..., 1::2, :, :]
    even[..., : odd.shape[axis], :, :] += odd
    return even


def _plan(left: Small) -> _Plan:
    count, columns, blocks = left.shape
    forms, told = _forms(left)
    segments = forms.shape[1] // _SHORTEST
    each = forms.reshape(3, segments, _SHORTEST, columns, blocks)
    sums = each.sum(axis=2, dtype=np.int32).astype(np.int64)
    counts = np.full((segments, 1, 1), _SHORTEST, dtype=np.int64)
    counts[-1] -= segments * _SHORTEST - count
    best, own, bits = [], [], []
    for segment in SEGMENTS:
        if segment != _SHORTEST:
            sums, counts = _of_pairs(sums), _of_pairs(counts)
        nibbles, about = widths_for(sums, counts)
        rows = about.sum(axis=1)  # (forms, columns, blocks)
        best.append(rows.argmin(axis=0))
        own.append(np.take_along_axis(nibbles, best[-1][None, None], axis=0)[0])
        bits.append(
            np.take_along_axis(rows, best[-1][None], axis=0)[0].sum(axis=0) + 4 * columns * len(own[-1])
        )
    return _as_chosen(np.stack(bits).argmin(axis=0), best, own, forms[:, :count], told)


def _as_chosen(
    length: Ints, best: list[Ints], own: list[npt.NDArray[np.uint8]], forms: Small, told: Small
) -> _Plan:
    """What each block has with the length of segments that is the shortest for it."""
    form, grid = best[0], own[0]
    for which in range(1, len(SEGMENTS)):
        longer = np.repeat(own[which], SEGMENTS[which] // _SHORTEST, axis=0)[: len(grid)]
        form = np.where(length == which, best[which], form)
        grid = np.where(length == which, longer, grid)
    coded = np.where(form == LEAST, forms[LEAST], np.where(form == MEDIAN, forms[MEDIAN], forms[STEPS]))
    widths = np.repeat(WIDTHS.astype(np.int32)[grid], _SHORTEST, axis=0)[: len(coded)]
    how = length.copy()
    for column in range(form.shape[0]):
        how |= form[column] << 2 * (column + 1)
    numbers = np.take_along_axis(told, form[None], axis=0)[0].astype(np.int64)
    sorted_out = [(np.flatnonzero(length == which), own[which]) for which in range(len(SEGMENTS))]
    return _Plan(
        np.stack((np.full_like(how, packing.RICE), how), axis=1),
        [(numbers[column], form[column] != STEPS) for column in range(form.shape[0])],
        [
            (some, nibbles[:, :, some].transpose(2, 1, 0).reshape(some.size, nibbles[:, :, 0].size))
            for some, nibbles in sorted_out
        ],
        _block_by_block(coded),
        _block_by_block(widths),
    )


def _block_by_block(numbers: Small) -> Small:
    """(numbers, columns, blocks) → (blocks, columns × numbers)"""
    blocks: Small = np.ascontiguousarray(numbers.transpose(2, 1, 0))
    return blocks.reshape(len(blocks), -1)
