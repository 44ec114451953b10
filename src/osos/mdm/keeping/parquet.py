"""How do the raw ledger and the blocks leave, so that others can read them without this product (D-5)?

One Parquet file a table of the truth, in portions that fit into memory. pyarrow belongs to the extra `batch`:
without it `BatchExtraMissing` says what to install.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import Connection, select

from osos import registry
from osos.mdm import points
from osos.mdm.canonical import CHANNELS, CanonicalBlock
from osos.mdm.keeping import known_on as past
from osos.mdm.labels import Ints, days_of_period, edge_of_day, instant_of_label
from osos.mdm.ledger import list_frames
from osos.mdm.points import HeldDay
from osos.mdm.tables import canonical_blocks
from osos.quantities import Interval, Quality

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped]  # it ships no types

COLUMN = {"1.8.0": "a_plus", "2.8.0": "a_minus", "5.8.0": "q1", "6.8.0": "q2", "7.8.0": "q3", "8.8.0": "q4"}
DAYS_AT_ONCE = 400
FRAMES_AT_ONCE = 1000
_OF_FRAME = (
    "link",
    "address",
    "session",
    "modem_id",
    "flag",
    "serial",
    "function",
    "reference_id",
    "part",
)


_BY_MARK = {quality.mark: quality for quality in Quality}
_MARKS = range(max(_BY_MARK) + 1)
_QUALITIES = np.array(
    [_BY_MARK[mark].name.lower() if mark in _BY_MARK else None for mark in _MARKS], dtype=object
)
_CODES = np.array([_BY_MARK[mark].iec61968_9 if mark in _BY_MARK else None for mark in _MARKS], dtype=object)


class BatchExtraMissing(RuntimeError):
    """Parquet is written by pyarrow, which is not installed."""

    def __init__(self) -> None:
        super().__init__('pyarrow is not installed: add the extra, pip install "osos[batch]"')


@dataclass(frozen=True, slots=True)
class Written:
    """A file and how many rows it holds."""

    path: Path
    rows: int


def export_intervals(
    conn: Connection,
    path: Path,
    *,
    period: Interval,
    point_ids: Iterable[int] | None = None,
    known_on: datetime | None = None,
) -> Written:
    """A row a slot: point, start, end, secondary energies, quality with its IEC 61968-9 code, multiplier.

    Energies are those of the meter; times `multiplier` they are what passed the point. `known_on`: as it was
    known at that instant (D-3).
    """
    pa = _pyarrow()
    days = list(days_of_period(period))
    wanted = points_with_blocks(conn, days) if point_ids is None else sorted(set(point_ids))
    schema = pa.schema(
        [
            ("point_id", pa.int64()),
            ("installation_no", pa.string()),
            ("start", pa.timestamp("s", tz="UTC")),
            ("end", pa.timestamp("s", tz="UTC")),
            *((f"{name}_secondary", pa.int64()) for name in COLUMN.values()),
            ("quality", pa.string()),
            ("code", pa.string()),
            ("multiplier", pa.string()),
            ("meter_id", pa.int64()),
            ("meter", pa.string()),
            ("version", pa.int32()),
            ("known_since", pa.timestamp("us", tz="UTC")),
        ]
    )
    return _write(path, schema, _interval_tables(conn, wanted, days, schema, known_on))


def export_frames(conn: Connection, path: Path, *, ids: range | None = None) -> Written:
    """A row a frame of the raw ledger, its bytes as they were on the wire; of all, or of these numbers."""
    pa = _pyarrow()
    schema = pa.schema(
        [
            ("frame_id", pa.int64()),
            ("direction", pa.string()),
            ("link", pa.string()),
            ("address", pa.string()),
            ("session", pa.string()),
            ("modem_id", pa.int64()),
            ("flag", pa.string()),
            ("serial", pa.string()),
            ("function", pa.string()),
            ("reference_id", pa.string()),
            ("part", pa.int32()),
            ("received_at", pa.timestamp("us", tz="UTC")),
            ("payload", pa.binary()),
            ("outcome", pa.string()),
            ("reason", pa.string()),
        ]
    )
    return _write(path, schema, _frame_tables(conn, schema, ids))


def _write(path: Path, schema: "pa.Schema", tables: Iterator["pa.Table"]) -> Written:
    """Into a file beside it first: what bears the name is whole."""
    import pyarrow.parquet as pq  # type: ignore[import-untyped]  # it ships no types

    part, rows = path.with_name(f"{path.name}.part"), 0
    with pq.ParquetWriter(part, schema, compression="zstd") as writer:
        for table in tables:
            writer.write_table(table)
            rows += table.num_rows
    part.replace(path)
    return Written(path, rows)


def _interval_tables(
    conn: Connection, point_ids: list[int], days: list[int], schema: "pa.Schema", known_on: datetime | None
) -> Iterator["pa.Table"]:
    import pyarrow as pa

    for point_id in point_ids:
        names = _names(conn, point_id, days)
        for start in range(0, len(days), DAYS_AT_ONCE):
            some = days[start : start + DAYS_AT_ONCE]
            held = (
                points.load(conn, point_ids=[point_id], days=some)
                if known_on is None
                else past.load(conn, point_ids=[point_id], days=some, known_on=known_on)
            )
            if held:
                columns = [_columns(held[key], names) for key in sorted(held)]
                merged = {name: np.concatenate([one[name] for one in columns]) for name in columns[0]}
                yield pa.table({name: pa.array(merged[name], schema.field(name).type) for name in merged})


@dataclass(frozen=True, slots=True)
class _Names:
    """What people call the point and its meters."""

    installation_no: str | None
    meters: dict[int, str]


def _names(conn: Connection, point_id: int, days: list[int]) -> _Names:
    place = registry.service_point(conn, point_id, at=instant_of_label(edge_of_day(days[-1] + 1)))
    hung = registry.installations(conn, point_id=point_id)
    return _Names(
        None if place is None else place.installation_no,
        {one.meter_id: str(one.meter) for one in hung},
    )


def _columns(held: HeldDay, names: _Names) -> dict[str, Any]:
    block = held.block
    count = block.quality.size
    first = np.datetime64(instant_of_label(edge_of_day(block.day)).replace(tzinfo=None), "s")
    starts = first + np.arange(count) * np.timedelta64(block.period_min * 60, "s")
    return {
        "point_id": np.full(count, held.point_id),
        "installation_no": np.full(count, names.installation_no, dtype=object),
        "start": starts,
        "end": starts + np.timedelta64(block.period_min * 60, "s"),
        **{f"{name}_secondary": _energies(block, code) for code, name in COLUMN.items()},
        "quality": _QUALITIES[block.quality],
        "code": _CODES[block.quality],
        "multiplier": _of_segments(block, lambda segment: f"{segment.multiplier.normalize():f}"),
        "meter_id": _of_segments(block, lambda segment: segment.meter_id),
        "meter": _of_segments(block, lambda segment: names.meters.get(segment.meter_id)),
        "version": np.full(count, held.version),
        "known_since": np.full(count, held.known_since, dtype=object),
    }


def _energies(block: CanonicalBlock, code: str) -> Ints | Any:
    """NULL where the meter has no such register, or nothing is known of the slot."""
    channels = {channel.value: row for row, channel in enumerate(CHANNELS) if channel in block.channels}
    if code not in channels:
        return np.full(block.quality.size, None, dtype=object)
    row = block.energies[[c.value for c in block.channels].index(code)].astype(object)
    row[block.quality == Quality.MISSING.mark] = None
    return row


def _of_segments(block: CanonicalBlock, fact: Callable[[Any], object]) -> Any:
    found = np.full(block.quality.size, None, dtype=object)
    for segment in block.segments:
        found[segment.from_slot : segment.until_slot] = fact(segment)
    return found


def _frame_tables(conn: Connection, schema: "pa.Schema", ids: range | None) -> Iterator["pa.Table"]:
    import pyarrow as pa

    rows: list[dict[str, Any]] = []
    after, until = (0, None) if ids is None else (ids.start - 1, ids.stop - 1)
    for kept in list_frames(conn, after_id=after, until_id=until):
        frame = kept.frame
        facts: dict[str, Any] = {"frame_id": kept.frame_id, "direction": frame.direction.value}
        facts |= {name: getattr(frame, name) for name in _OF_FRAME}
        facts |= {"received_at": frame.received_at, "payload": frame.payload, "reason": kept.reason}
        facts["outcome"] = None if kept.outcome is None else kept.outcome.value
        rows.append(facts)
        if len(rows) == FRAMES_AT_ONCE:
            yield pa.Table.from_pylist(rows, schema)
            rows = []
    if rows:
        yield pa.Table.from_pylist(rows, schema)


def points_with_blocks(conn: Connection, days: Sequence[int]) -> list[int]:
    """Those of which anything is held in these days."""
    c = canonical_blocks.c
    query = select(c.point_id).where(c.day.between(min(days), max(days))).distinct().order_by(c.point_id)
    return list(conn.scalars(query)) if days else []


def _pyarrow() -> Any:
    try:
        import pyarrow
    except ModuleNotFoundError:
        raise BatchExtraMissing from None
    return pyarrow
