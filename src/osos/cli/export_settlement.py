"""What did points take and give together in each settlement period of a month? (`osos export settlement`)"""

import csv
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer

from osos.cli.opened import FOUND_BAD, USAGE, Home, end, opened_store, settings_of
from osos.cli.points_given import points_given
from osos.cli.progress import bar
from osos.cli.spreading import SpreadOver, spread_given, spread_told
from osos.cli.times import instant_given

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from osos.mdm.settlement import SettledMonth
    from osos.quantities import Interval

_COLUMNS = ("start", "end", "withdrawal_wh", "supply_wh", "points_known")


class Period(Enum):
    """Minutes of a settlement period; quarter hours from 2027 on."""

    HOUR = "60"
    QUARTER = "15"


def settlement_command(
    month: Annotated[str, typer.Option("--month", help="Such as 2026-03.")],
    out: Annotated[Path, typer.Option("--out", help="CSV file; a row a settlement period.")],
    *,
    period: Annotated[Period, typer.Option("--period", help="Minutes of a settlement period.")] = Period.HOUR,
    points: Annotated[str, typer.Option("--points", help="Only these; @FILE: one a line.")] = "",
    as_known_on: Annotated[
        str, typer.Option("--as-known-on", help="As it was known then (ISO, local).")
    ] = "",
    spread: SpreadOver = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    home: Home = None,
) -> None:
    """Sums of all points, or of these, in whole primary Wh; beside them what is missing or in doubt."""
    from osos.mdm.settlement import settled_months_of_fleet
    from osos.mdm.varint import BlockDamaged

    wanted, settings = _month(month), settings_of(home)
    known_on = instant_given(as_known_on) if as_known_on else None
    over = spread_given(spread, settings)
    sums = _Sums(wanted, int(period.value))
    with opened_store(settings) as store, bar("osos export settlement") as progress, spread_told():
        with store.read() as conn:
            ids = points_given(conn, points) if points else _all_points(conn)
        months = settled_months_of_fleet(
            store,
            point_ids=ids,
            month=wanted,
            period_min=int(period.value),
            known_on=known_on,
            spread=over,
            progress=progress,
        )
        try:
            for one in months:
                sums.add(one)
        except BlockDamaged as error:
            end(f"{error}; no file was written", FOUND_BAD)
    try:
        _write(out, sums.rows())
    except OSError as error:
        end(f"{error.filename or out}: {error.strerror}; name a file you may write with --out", USAGE)
    facts = {"file": str(out)} | sums.facts()
    print(json.dumps(facts) if as_json else "\n".join(f"{name}: {value}" for name, value in facts.items()))


@dataclass(slots=True)
class _Sums:
    """All points together, while their months go by."""

    month: "Interval"
    period_min: int
    points: int = 0
    deliverable: int = 0
    missing_min: int = 0
    estimated_min: int = 0
    suspect_min: int = 0
    told: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    sums: Any = None  # (3, periods): withdrawal, supply, points of which the period is known

    def add(self, one: "SettledMonth") -> None:
        each = np.stack((one.withdrawal_wh, one.supply_wh, one.is_whole.astype(np.int64)))
        self.sums = each if self.sums is None else self.sums + each
        self.points += 1
        self.deliverable += one.may_be_delivered
        self.missing_min += one.missing_min
        self.estimated_min += one.estimated_min
        self.suspect_min += one.suspect_min
        self.told.update(f"{one.point_id}.".encode() + one.content_hash)

    def rows(self) -> Iterable[tuple[str, str, int, int, int]]:
        from osos.quantities import TURKIYE

        step, start = timedelta(minutes=self.period_min), self.month.start.astimezone(TURKIYE)
        for n, (taken, given, known) in enumerate([] if self.sums is None else self.sums.T.tolist()):
            edges = (start + n * step, start + (n + 1) * step)
            yield edges[0].isoformat(), edges[1].isoformat(), taken, given, known

    def facts(self) -> dict[str, object]:
        taken, given = (0, 0) if self.sums is None else self.sums[:2].sum(axis=1).tolist()
        return {
            "points": self.points,
            "may_be_delivered": self.deliverable,
            "withdrawal_wh": taken,
            "supply_wh": given,
            "missing_min": self.missing_min,
            "estimated_min": self.estimated_min,
            "suspect_min": self.suspect_min,
            "hash": self.told.hexdigest(),
        }


def _write(out: Path, rows: Iterable[tuple[str, str, int, int, int]]) -> None:
    """Beside its name first: what bears the name is whole."""
    part = out.with_name(f"{out.name}.part")
    with part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        writer.writerows(rows)
    part.replace(out)


def _month(text: str) -> "Interval":
    from osos.mdm.labels import day_number, edge_of_day, instant_of_label
    from osos.quantities import Interval

    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        end(f"--month {text!r} is no month; write 2026-03", USAGE)
    later = (first + timedelta(days=31)).replace(day=1)
    return Interval(*(instant_of_label(edge_of_day(day_number(day))) for day in (first, later)))


def _all_points(conn: "Connection") -> list[int]:
    from sqlalchemy import select

    from osos.registry.tables import metering_points

    return list(conn.scalars(select(metering_points.c.id).order_by(metering_points.c.id)))
