"""What does a day hold once another telegram has spoken of it?

A telegram is believed to hold all that the meter has of each label it names (M-107: both ends included), so
its records replace those of the same label; one that holds fewer of a label's repeated records than are known
(read before the clock was set back, the other after) takes none away.
"""

from difflib import SequenceMatcher

import numpy as np

from osos.mdm.block import Layout, SaidBlock
from osos.mdm.labels import Ints, days_of_labels

Record = tuple[int, tuple[int, ...]]


def split_days(labels: Ints, values: Ints, layout: Layout) -> list[SaidBlock]:
    """Records of a telegram, day by day, each day in storage order."""
    days = days_of_labels(labels)
    if days.size and (days == days[0]).all():  # most telegrams tell of one day
        return [SaidBlock(int(days[0]), layout, labels, values)]
    return [SaidBlock(int(day), layout, labels[days == day], values[days == day]) for day in np.unique(days)]


def merge(held: SaidBlock | None, said: SaidBlock) -> SaidBlock:
    """The day as known from both; the layouts are the same."""
    if held is None or not held.labels.size:
        return said
    if held.is_ascending() and said.is_ascending():
        return _merge_ascending(held, said)
    return _merge_stored_order(held, said)


def changed_records(held: SaidBlock | None, merged: SaidBlock) -> int:
    """How many of the merged records were not known before, or not with these values."""
    if held is None:
        return int(merged.labels.size)
    known = set(_records(held))
    return sum(record not in known for record in _records(merged))


def _merge_ascending(held: SaidBlock, said: SaidBlock) -> SaidBlock:
    if said.labels.size and said.labels[0] > held.labels[-1]:  # most come in order
        labels = np.concatenate((held.labels, said.labels))
        return SaidBlock(said.day, said.layout, labels, np.concatenate((held.values, said.values)))
    kept = ~np.isin(held.labels, said.labels)
    labels = np.concatenate((held.labels[kept], said.labels))
    values = np.concatenate((held.values[kept], said.values))
    order = np.argsort(labels)
    return SaidBlock(said.day, said.layout, labels[order], values[order])


def _records(block: SaidBlock) -> list[Record]:
    return [
        (label, tuple(values))
        for label, values in zip(block.labels.tolist(), block.values.tolist(), strict=True)
    ]


def _merge_stored_order(held: SaidBlock, said: SaidBlock) -> SaidBlock:
    """Both in storage order, laid along the records they share; between two such, the lower label first."""
    before, now = _records(held), _records(said)
    known, told = _by_label(before), _by_label(now)
    replaced = {label for label, records in told.items() if not set(records) <= set(known.get(label, ()))}
    before = [record for record in before if record[0] not in replaced or record in told[record[0]]]
    merged: list[Record] = []
    for act, a, b, c, d in SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        if act == "equal":
            merged += now[c:d]
            continue
        old = [record for record in before[a:b] if record[0] not in replaced]
        new = [record for record in now[c:d] if record[0] in replaced]
        merged += old + new if not new or (old and old[0][0] < new[0][0]) else new + old
    return _block(said, merged)


def _by_label(records: list[Record]) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = {}
    for record in records:
        found.setdefault(record[0], []).append(record)
    return found


def _block(like: SaidBlock, records: list[Record]) -> SaidBlock:
    labels = np.array([label for label, _ in records], dtype=np.int64)
    values = np.array([values for _, values in records], dtype=np.int64).reshape(len(records), -1)
    return SaidBlock(like.day, like.layout, labels, values)
