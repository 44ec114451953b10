"""Which message told each record of a block as said?

A day's block is one row, written anew by each message that adds to it; the versions before it tell whose word
a record is.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from osos.mdm import said
from osos.mdm.block import SaidBlock
from osos.mdm.said import HeldBlock

_Record = tuple[int, int, tuple[int, ...]]  # label, which of those with this label, values


@dataclass(frozen=True, slots=True)
class Origin:
    """The reference of the message, and when it was received."""

    reference_id: str | None
    received_at: datetime
    frame_id: int | None = None


def origins(conn: Connection, held: HeldBlock, reference_id: str | None) -> list[Origin]:
    """One a record, in the block's order: the message since which the record is as it is."""
    records = _records(held.block)
    found = [Origin(reference_id, held.known_since, held.frame_id)] * len(records)
    open_ = list(range(len(records))) if held.version > 1 else []
    for older, older_reference in said.older_versions(conn, held) if open_ else ():
        same = set(_records(older.block)) if older.block.layout == held.block.layout else set()
        open_ = [number for number in open_ if records[number] in same]
        if not open_:
            break
        for number in open_:
            found[number] = Origin(older_reference, older.known_since, older.frame_id)
    return found


def _records(block: SaidBlock) -> list[_Record]:
    seen: dict[int, int] = {}
    records = []
    for label, values in zip(block.labels.tolist(), block.values.tolist(), strict=True):
        seen[label] = seen.get(label, 0) + 1
        records.append((label, seen[label], tuple(values)))
    return records
