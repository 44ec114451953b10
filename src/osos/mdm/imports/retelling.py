"""What does a portion of a file that the ledger keeps say of one meter, taken apart again (D-1)?"""

from collections.abc import Iterator, Mapping

import numpy as np
from sqlalchemy import Connection

from osos.mdm.block import Layout, SaidBlock
from osos.mdm.imports.header import Header, header_of
from osos.mdm.imports.portions import AHEAD, LINK, Portion, header_text, of_kept
from osos.mdm.imports.registers import fitted_layout, layout_of
from osos.mdm.imports.rows import Row, rows_of
from osos.mdm.labels import day_of_label, last_label_until
from osos.mdm.ledger import KeptFrame
from osos.registry import naming

__all__ = ["LINK", "added", "blocks_of_file", "place_of"]


def blocks_of_file(conn: Connection, kept: KeptFrame, meter_id: int) -> dict[int, SaidBlock]:
    """Day → its records in the columns of the file; of a label told twice the first counts."""
    _, header = _opened(kept)
    days: dict[int, dict[int, tuple[int, ...]]] = {}
    for row in _rows(conn, kept, meter_id):
        days.setdefault(day_of_label(row.label), {}).setdefault(row.label, row.values)
    return {day: _block(day, told, layout_of(header)) for day, told in days.items()}


def place_of(conn: Connection, kept: KeptFrame, meter_id: int, label: int) -> tuple[int, int] | None:
    """Offset and length, in the kept bytes, of the line that told this record."""
    portion, _ = _opened(kept)
    line = next((row.line for row in _rows(conn, kept, meter_id) if row.label == label), None)
    if line is None:
        return None
    before = portion.data.split(b"\n")[: line - portion.first_line + 1]
    begun = len(kept.frame.payload) - len(portion.data) + sum(len(one) + 1 for one in before[:-1])
    return begun, len(before[-1].rstrip(b"\r"))


def _opened(kept: KeptFrame) -> tuple[Portion, Header]:
    portion = of_kept(kept.frame.payload)
    return portion, header_of(header_text(portion.header))


def _rows(conn: Connection, kept: KeptFrame, meter_id: int) -> Iterator[Row]:
    """As they were read then: what lay ahead lies ahead still."""
    names = naming.names_of_meter(conn, meter_id)
    portion, header = _opened(kept)
    decimal = kept.frame.function.rpartition(" ")[2]
    last = last_label_until(kept.frame.received_at + AHEAD, 1)
    found = rows_of(portion, header, last_label=last, decimal=decimal)  # type: ignore[arg-type]  # as it was kept
    yield from (row for row in found.rows if row.who in names)


def added(held: SaidBlock | None, told: SaidBlock) -> SaidBlock | None:
    """What of it was news beside what was held then; None where the columns did not fit."""
    layout = fitted_layout(told.layout, held)
    if layout is None:
        return None
    order = [told.layout.codes.index(code) for code in layout.codes]
    new = np.ones(told.labels.size, dtype=bool) if held is None else ~np.isin(told.labels, held.labels)
    return SaidBlock(told.day, layout, told.labels[new], told.values[new][:, order])


def _block(day: int, told: Mapping[int, tuple[int, ...]], layout: Layout) -> SaidBlock:
    labels = sorted(told)
    values = np.array([told[label] for label in labels], dtype=np.int64).reshape(len(labels), -1)
    return SaidBlock(day, layout, np.array(labels, dtype=np.int64), values)
