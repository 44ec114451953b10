"""How does what is held leave as files others can read? (`osos export`)"""

import json
from datetime import date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from osos.cli.clocks import RealClock
from osos.cli.export_settlement import settlement_command
from osos.cli.opened import USAGE, Home, end, opened_store, settings_of
from osos.cli.points_given import points_given
from osos.cli.progress import bar
from osos.cli.spreading import SpreadOver, spread_given, spread_told
from osos.cli.times import day_given, instant_given

if TYPE_CHECKING:
    from osos.mdm.keeping.parquet_parts import Exported
    from osos.mdm.spreading import Spread
    from osos.store import Store

__all__ = ["app", "points_given"]  # the second is asked for here by commands about points

app = typer.Typer(no_args_is_help=True, help="Write what is held into files that others read.")
app.command("settlement")(settlement_command)


class What(Enum):
    """Which layer leaves."""

    INTERVALS = "intervals"
    FRAMES = "frames"


@app.callback()
def _group() -> None:
    """Write what is held into files that others read."""


@app.command("parquet")
def parquet_command(
    out: Annotated[
        Path, typer.Option("--out", help="Folder of the Parquet files; goes on where it broke off.")
    ],
    *,
    since: Annotated[str, typer.Option("--since", help="First day, ISO, local.")] = "",
    until: Annotated[str, typer.Option("--until", help="Last day, included.")] = "",
    points: Annotated[
        str,
        typer.Option(
            "--points", help="Installation numbers, ETSO codes or meters, a comma between; @FILE: one a line."
        ),
    ] = "",
    what: Annotated[What, typer.Option("--what", help="The intervals, or the raw ledger.")] = What.INTERVALS,
    as_known_on: Annotated[
        str, typer.Option("--as-known-on", help="As it was known then (ISO, local); default: now.")
    ] = "",
    spread: SpreadOver = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    home: Home = None,
) -> None:
    """Intervals or raw frames, readable by pandas, polars, DuckDB. After a break the same command goes on."""
    from osos.mdm.keeping.parquet import BatchExtraMissing
    from osos.mdm.keeping.parquet_parts import OtherOrder

    known_on = instant_given(as_known_on) if as_known_on else None
    days = None if what is What.FRAMES else (day_given(since, "--since"), day_given(until, "--until"))
    settings = settings_of(home)
    over = spread_given(spread, settings)
    with opened_store(settings) as store, spread_told():
        try:
            done = (
                _frames(store, out, over)
                if days is None
                else _intervals(store, out, days=days, points=points, known_on=known_on, spread=over)
            )
        except (BatchExtraMissing, OtherOrder) as error:
            end(str(error), USAGE)
        except OSError as error:
            end(f"{error.filename or out}: {error.strerror}; name a folder you may write with --out", USAGE)
    facts = {"folder": str(done.folder), "files": done.files, "written_before": done.found}
    facts |= {"rows": done.rows, "known_on": done.known_on.isoformat()}
    print(json.dumps(facts) if as_json else "\n".join(f"{name}: {value}" for name, value in facts.items()))


def _frames(store: "Store", out: Path, spread: "Spread | None") -> "Exported":
    from osos.mdm.keeping.parquet_parts import export_ledger

    with bar("osos export") as progress:
        return export_ledger(store, out, now=RealClock().now(), spread=spread, progress=progress)


def _intervals(
    store: "Store",
    out: Path,
    *,
    days: tuple[date, date],
    points: str,
    known_on: datetime | None,
    spread: "Spread | None",
) -> "Exported":
    from osos.mdm.keeping.parquet_parts import export_blocks
    from osos.mdm.labels import day_number, edge_of_day, instant_of_label
    from osos.quantities import Interval

    first, last = days
    if last < first:
        end(f"--since {first} is after --until {last}: no day between", USAGE)
    edges = [instant_of_label(edge_of_day(day_number(day))) for day in (first, last + timedelta(days=1))]
    with store.read() as conn:
        wanted = points_given(conn, points) if points else None
    with bar("osos export") as progress:
        return export_blocks(
            store,
            out,
            period=Interval(*edges),
            now=RealClock().now(),
            point_ids=wanted,
            known_on=known_on,
            spread=spread,
            progress=progress,
        )
