"""Which records of a meter in a file are news, and which contradict what is held?

What is held stands: a file adds what is missing and replaces nothing. So the same file twice adds nothing,
and of a record that a file tells in two ways the first is taken and the other named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy import Connection

from osos.mdm import said
from osos.mdm.block import Layout, SaidBlock
from osos.mdm.canonical import PROFILE
from osos.mdm.decimal_text import decimal_text
from osos.mdm.imports.header import Header
from osos.mdm.imports.problems import Problem
from osos.mdm.imports.rows import DECIMALS, Row
from osos.mdm.labels import day_of_label
from osos.meters import ProfileRecords

_SHOWN = 3


@dataclass(slots=True)
class News:
    """Of one meter: records to add, how many are held already, and what cannot be taken."""

    records: list[ProfileRecords] = field(default_factory=list)
    new: int = 0
    repeated: int = 0
    problems: list[Problem] = field(default_factory=list)


def layout_of(header: Header) -> Layout:
    units = tuple(column.unit for _, column in header.values)
    return Layout(header.codes, (DECIMALS,) * len(units), units)


def news_of(conn: Connection, meter_id: int, rows: Sequence[Row], layout: Layout) -> News:
    """The rows are of this meter alone."""
    found = News()
    days: dict[int, list[Row]] = {}
    for row in rows:
        days.setdefault(day_of_label(row.label), []).append(row)
    held = said.load(conn, profile=PROFILE, keys=[(meter_id, day) for day in days])
    for day, some in sorted(days.items()):
        before = held.get((meter_id, day))
        _day(found, some, layout, None if before is None else before.block)
    return found


def _day(found: News, rows: Sequence[Row], layout: Layout, held: SaidBlock | None) -> None:
    fitted = fitted_layout(layout, held)
    if fitted is None:
        codes = " ".join(held.layout.codes) if held is not None else ""
        found.problems += [Problem(row.line, "other columns", {"held": codes}) for row in rows]
        return
    known = _held_values(held)
    order = [layout.codes.index(code) for code in fitted.codes]
    new: dict[int, Row] = {}
    for row in rows:
        values = tuple(row.values[place] for place in order)
        before = new.get(row.label)
        if before is not None:
            _compare(found, row, before.values, values=row.values, layout=layout, line=before.line)
        elif row.label in known:
            _compare_held(found, row, known[row.label], values, fitted)
        else:
            new[row.label] = row
    found.new += len(new)
    if new:
        found.records.append(_records(new, order, fitted))


def fitted_layout(layout: Layout, held: SaidBlock | None) -> Layout | None:
    """In which columns the records are kept: those held of the day, if the file has the very same codes."""
    if held is None or not held.labels.size:
        return layout
    same = set(held.layout.codes) == set(layout.codes) and set(held.layout.decimals) == {DECIMALS}
    return held.layout if same else None


def _held_values(held: SaidBlock | None) -> dict[int, set[tuple[int, ...]]]:
    found: dict[int, set[tuple[int, ...]]] = {}
    if held is not None:
        for label, values in zip(held.labels.tolist(), held.values.tolist(), strict=True):
            found.setdefault(label, set()).add(tuple(values))
    return found


def _compare(
    found: News,
    row: Row,
    before: tuple[int, ...],
    *,
    values: tuple[int, ...],
    layout: Layout,
    line: int,
) -> None:
    if before == values:
        found.repeated += 1
        return
    facts = {"line": line, "other": _words(before, layout), "value": _words(values, layout)}
    found.problems.append(Problem(row.line, "contradicts line", facts))


def _compare_held(
    found: News, row: Row, held: set[tuple[int, ...]], values: tuple[int, ...], layout: Layout
) -> None:
    if values in held:
        found.repeated += 1
        return
    facts = {"other": _words(min(held), layout), "value": _words(values, layout)}
    found.problems.append(Problem(row.line, "contradicts held", facts))


def _words(values: Sequence[int], layout: Layout) -> str:
    each = zip(layout.codes, values, layout.decimals, strict=True)
    texts = [f"{code}({decimal_text(code, value, decimals)})" for code, value, decimals in each]
    return " ".join(texts[:_SHOWN])


def _records(new: Mapping[int, Row], order: Sequence[int], layout: Layout) -> ProfileRecords:
    labels = sorted(new)
    values = [[new[label].values[place] for place in order] for label in labels]
    return ProfileRecords(
        profile=PROFILE,
        codes=layout.codes,
        labels=np.array(labels, dtype=np.int64),
        values=np.array(values, dtype=np.int64).reshape(len(labels), len(layout.codes)),
        decimals=layout.decimals,
        units=layout.units,
        kind="file",
        ways=1,
    )
