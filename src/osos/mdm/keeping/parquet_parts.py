"""Which files of an export are written already, and which are still to come (D-5)?

An export is a folder of Parquet files, each of some points (or frames) and written beside its name first:
what bears the name is whole. `_order.json` says what was asked for and as of which instant; the same order
again goes on where it broke off, another one is refused. All files tell what was known at one instant (D-3).
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from osos.mdm.keeping import parquet
from osos.mdm.labels import days_of_period
from osos.mdm.spreading import Spread, crew
from osos.mdm.spreading_refusals import CannotSpread
from osos.mdm.tables import frames
from osos.quantities import Interval
from osos.store import Store

ORDER_FILE = "_order.json"  # readers of a folder of Parquet pass over what begins with an underscore
SLOTS_A_FILE = 2_000_000  # chosen: some ten megabytes, written in some seconds
FRAMES_A_FILE = 50_000

Progress = Callable[[int, int], None]


class OtherOrder(ValueError):
    """The folder holds an export of something else."""

    def __init__(self, folder: Path, difference: str) -> None:
        super().__init__(
            f"{folder} holds another export ({difference}); name an empty folder, or repeat its options"
        )


class NotHere(CannotSpread):
    """A worker of another machine wrote into a folder of its own."""

    def __init__(self, folder: Path, name: str) -> None:
        super().__init__(
            f"bir işçi {name} dosyasını yazdı ama {folder} içinde görünmüyor: bütün makinelerin aynı adla "
            "gördüğü bir klasör verin",
            f"a worker wrote {name}, and it is not in {folder}: name a folder that all machines see as this",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What the folder holds now; `found` files had been written before."""

    folder: Path
    files: int
    found: int
    rows: int
    known_on: datetime


@dataclass(frozen=True, slots=True)
class _Part:
    """One file: which points, or which frames."""

    name: str
    ids: tuple[int, ...] | range


def export_blocks(
    store: Store,
    folder: Path,
    *,
    period: Interval,
    now: datetime,
    point_ids: Iterable[int] | None = None,
    known_on: datetime | None = None,
    spread: Spread | None = None,
    progress: Progress | None = None,
) -> Exported:
    """The intervals of a period, of all points or of these, as a folder of Parquet files."""
    asked: dict[str, object] = {
        "what": "intervals",
        "since": period.start.isoformat(),
        "until": period.end.isoformat(),
        "points": None if point_ids is None else _digest(sorted(set(point_ids))),
    }
    order = _order(folder, asked, now=now, known_on=known_on)
    days = list(days_of_period(period))
    with store.read() as conn:
        wanted = (
            parquet.points_with_blocks(conn, days) if point_ids is None else tuple(sorted(set(point_ids)))
        )
    at_once = max(1, SLOTS_A_FILE // (96 * max(1, len(days))))
    parts = [
        _Part(f"intervals-{ids[0]:09d}-{ids[-1]:09d}.parquet", ids) for ids in _portions(wanted, at_once)
    ]
    as_of = datetime.fromisoformat(order["known_on"])
    return _all(store, _IntervalsOf(folder.resolve(), period, as_of), order, parts, spread, progress)


def export_ledger(
    store: Store,
    folder: Path,
    *,
    now: datetime,
    spread: Spread | None = None,
    progress: Progress | None = None,
) -> Exported:
    """The raw ledger, byte for byte, up to the frame that was the last when the export began."""
    with store.read() as conn:
        newest = conn.scalar(select(func.max(frames.c.id))) or 0
    order = _order(folder, {"what": "frames"}, now=now, more={"last": newest})
    ends = range(1, int(order["last"]) + 1)
    parts = [
        _Part(f"frames-{ids[0]:012d}-{ids[-1]:012d}.parquet", ids)
        for start in range(0, len(ends), FRAMES_A_FILE)
        if (ids := ends[start : start + FRAMES_A_FILE])
    ]
    return _all(store, _FramesOf(folder.resolve()), order, parts, spread, progress)


@dataclass(frozen=True, slots=True)
class _IntervalsOf:
    """An errand: write the intervals of some points into their file."""

    folder: Path
    period: Interval
    as_of: datetime

    def __call__(self, part: _Part, store: Store) -> int:
        file = self.folder / part.name
        with store.read() as conn:
            written = parquet.export_intervals(
                conn, file, period=self.period, point_ids=part.ids, known_on=self.as_of
            )
        return written.rows


@dataclass(frozen=True, slots=True)
class _FramesOf:
    """An errand: write some frames into their file."""

    folder: Path

    def __call__(self, part: _Part, store: Store) -> int:
        ids = range(part.ids[0], part.ids[-1] + 1)
        with store.read() as conn:
            return parquet.export_frames(conn, self.folder / part.name, ids=ids).rows


def _all(  # noqa: PLR0917  # private; both calls stand above
    store: Store,
    write: _IntervalsOf | _FramesOf,
    order: dict[str, Any],
    parts: Sequence[_Part],
    spread: Spread | None,
    progress: Progress | None,
) -> Exported:
    """A worker writes a file, and only here it is written down as done."""
    folder, done = write.folder, order["files"]
    found = sum(part.name in done for part in parts)
    due = [part for part in parts if part.name not in done or not (folder / part.name).is_file()]
    with crew(store, spread) as workers:
        for number, (part, rows) in enumerate(zip(due, workers.worked(write, due), strict=True), start=1):
            if not (folder / part.name).is_file():
                raise NotHere(folder, part.name)
            done[part.name] = rows
            _write_order(folder, order)
            if progress is not None:
                progress(len(parts) - len(due) + number, len(parts))
    return Exported(
        folder=folder,
        files=len(parts),
        found=found,
        rows=sum(done[part.name] for part in parts),
        known_on=datetime.fromisoformat(order["known_on"]),
    )


def _order(
    folder: Path,
    asked: dict[str, object],
    *,
    now: datetime,
    known_on: datetime | None = None,
    more: dict[str, object] | None = None,
) -> dict[str, Any]:
    """What the folder was begun with; a folder without an order begins with this one."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / ORDER_FILE
    if not file.is_file():
        as_of = {"known_on": (known_on or now).isoformat()}
        order = asked | as_of | (more or {}) | {"files": {}}
        _write_order(folder, order)
        return order
    begun: dict[str, Any] = json.loads(file.read_text("utf-8"))
    wanted = asked | ({} if known_on is None else {"known_on": known_on.isoformat()})
    for name, value in wanted.items():
        if begun.get(name) != value:
            raise OtherOrder(folder, f"{name}: {begun.get(name)}, asked {value}")
    return begun


def _write_order(folder: Path, order: dict[str, Any]) -> None:
    part = folder / f"{ORDER_FILE}.part"
    part.write_text(json.dumps(order, indent=1), "utf-8")
    part.replace(folder / ORDER_FILE)


def _portions(ids: Sequence[int], at_once: int) -> list[tuple[int, ...]]:
    return [tuple(ids[start : start + at_once]) for start in range(0, len(ids), at_once)]


def _digest(ids: Iterable[int]) -> str:
    return hashlib.blake2b(",".join(map(str, ids)).encode(), digest_size=8).hexdigest()
