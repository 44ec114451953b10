"""Which devices may be read here? (`osos registry admit`, `osos registry list`)"""

import getpass
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from osos.cli.clocks import RealClock
from osos.cli.settings import BadSettings, find_home, load_settings
from osos.quantities import TURKIYE, to_utc

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from osos.registry import AdmitReport, LineProblem, ListedMeter, ListedModem, ListedPoint
    from osos.store import Store

FOUND_BAD, USAGE, PEER_FAILED = 1, 2, 3  # exits, see the reference of the command line
_PROBLEMS_SHOWN = 50

app = typer.Typer(no_args_is_help=True, help="Admit modems and meters, describe points, and list them.")
Home = Annotated[Path | None, typer.Option("--home", help="Folder of this installation.", metavar="DIR")]


class Thing(Enum):
    """What can be listed."""

    MODEMS = "modems"
    METERS = "meters"
    POINTS = "points"


@app.command("admit")
def admit_command(
    file: Annotated[
        Path, typer.Option("--file", help="CSV: flag, serial, meters (;), multiplier, plain_until.")
    ],
    since: Annotated[
        str | None, typer.Option("--since", help="From when the meters are installed (local; default: now).")
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Who admits them, for the event log.")] = "",
    home: Home = None,
) -> None:
    """Let the modems of a list in. The same list again changes nothing.

    A multiplier that holds from an earlier day on derives the days since then anew (F44).
    """
    from osos.mdm.keeping.paperwork import NotAPaper, check_moment, redo_begun
    from osos.registry import admit, parse_admissions

    now = RealClock().now()
    start = now if since is None else _instant(since)
    try:
        check_moment(start, now=now)
    except NotAPaper as error:
        _end(f"--since: {error.tr} / {error}", USAGE)
    admissions, problems = parse_admissions(_sheet(file))
    with _open(home) as store, store.begin() as conn:
        report = admit(conn, admissions, by=by or getpass.getuser(), now=now, since=start)
        redone = redo_begun(conn, at=start, now=now)
    problems += report.problems
    summary = _summary(report, len(problems))
    if redone.point_days:
        summary += f"; days derived anew: {len(redone.point_days)}"
    _tell(file, summary, problems)


@app.command("points")
def points_command(
    file: Annotated[
        Path,
        typer.Option("--file", help="CSV with a header: point or meter, installation_no, etso, region …"),
    ],
    by: Annotated[str, typer.Option("--by", help="Who says so, for the event log.")] = "",
    home: Home = None,
) -> None:
    """Describe the service points of a list: place, terms, customer, supplier, each from its day on."""
    from osos.registry import admit_service_points, parse_service_points

    rows, problems = parse_service_points(_sheet(file))
    with _open(home) as store, store.begin() as conn:
        report = admit_service_points(conn, rows, by=by or getpass.getuser(), now=RealClock().now())
    problems += report.problems
    _tell(
        file,
        f"points: {report.points_new} new, {report.points_changed} changed, "
        f"{report.points_unchanged} as they were; customers: {report.customers_new} new; "
        f"suppliers: {report.suppliers_new} new; lines refused: {len(problems)}",
        problems,
    )


@app.command("network")
def network_command(
    file: Annotated[
        Path,
        typer.Option(
            "--file", help="CSV with a header: zone, feeder, transformer, kva …, meter, role, since."
        ),
    ],
    by: Annotated[str, typer.Option("--by", help="Who says so, for the event log.")] = "",
    home: Home = None,
) -> None:
    """Describe zones, feeders and transformers, and hang their meters: role main or below (D-33)."""
    from osos.registry import admit_network, parse_network

    rows, problems = parse_network(_sheet(file))
    with _open(home) as store, store.begin() as conn:
        report = admit_network(conn, rows, by=by or getpass.getuser(), now=RealClock().now())
    problems += report.problems
    _tell(
        file,
        f"places: {report.nodes_new} new, {report.nodes_changed} changed; "
        f"meters hung: {report.points_hung}; lines as they were: {report.unchanged}; "
        f"lines refused: {len(problems)}",
        problems,
    )


@app.command("list")
def list_command(
    what: Annotated[Thing, typer.Argument(help="modems, meters or points")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    home: Home = None,
) -> None:
    """List what the registry holds."""
    with _open(home) as store, store.read() as conn:
        for row in _ROWS[what](conn):
            print(json.dumps(row, ensure_ascii=False) if as_json else _line(row))


def _sheet(file: Path) -> str:
    from osos.registry import decode_sheet

    try:
        return decode_sheet(file.read_bytes())
    except OSError as error:
        _end(f"{file}: {error.strerror}; name a CSV file that is there", USAGE)


def _tell(file: Path, summary: str, problems: "list[LineProblem]") -> None:
    """What was done, and which lines were not."""
    problems.sort(key=lambda problem: problem.line)
    for problem in problems[:_PROBLEMS_SHOWN]:
        print(f"{file}, {problem}", file=sys.stderr)
    if len(problems) > _PROBLEMS_SHOWN:
        print(f"… and {len(problems) - _PROBLEMS_SHOWN} more lines like these", file=sys.stderr)
    print(summary)
    if problems:
        raise typer.Exit(FOUND_BAD)


def _summary(report: "AdmitReport", refused: int) -> str:
    return (
        f"modems: {report.modems_new} new, {report.modems_changed} changed, "
        f"{report.modems_unchanged} as they were; "
        f"meters: {report.meters_new} new, {report.meters_changed} changed; lines refused: {refused}"
    )


def _modems(conn: "Connection") -> Iterator[dict[str, Any]]:
    from osos.registry import list_modems

    for modem in list_modems(conn):
        yield _modem(modem)


def _modem(modem: "ListedModem") -> dict[str, Any]:
    return {
        "flag": modem.device.flag,
        "serial": modem.device.serial,
        "state": modem.state,
        "plain_until": _local(modem.plain_until),
        "last_seen": _local(modem.last_seen),
        "meters": [str(meter) for meter in modem.meters],
    }


def _meters(conn: "Connection") -> Iterator[dict[str, Any]]:
    from osos.registry import list_meters

    for meter in list_meters(conn):
        yield _meter(meter)


def _meter(meter: "ListedMeter") -> dict[str, Any]:
    return {
        "flag": meter.device.flag,
        "serial": meter.device.serial,
        "modem": None if meter.modem is None else str(meter.modem),
        "point": meter.point,
        "multiplier": _number(meter.multiplier),
        "kind": meter.kind,
        "ways": meter.ways,
    }


def _points(conn: "Connection") -> Iterator[dict[str, Any]]:
    from osos.registry import list_points

    for point in list_points(conn):
        yield _point(point)


def _point(point: "ListedPoint") -> dict[str, Any]:
    return {
        "id": point.public_id,
        "meter": None if point.meter is None else str(point.meter),
        "multiplier": _number(point.multiplier),
        "since": _local(point.since),
    }


_ROWS = {Thing.MODEMS: _modems, Thing.METERS: _meters, Thing.POINTS: _points}


def _line(row: dict[str, Any]) -> str:
    words = (",".join(value) if isinstance(value, list) else value for value in row.values())
    return "  ".join("-" if word in (None, "") else str(word) for word in words)


def _local(instant: datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(TURKIYE).isoformat()


def _number(multiplier: Any) -> int | str | None:
    """A whole multiplier as a number, another one as its exact text: JSON's numbers are floats to many."""
    if multiplier is None:
        return None
    return int(multiplier) if multiplier == multiplier.to_integral_value() else str(multiplier)


def _instant(text: str) -> datetime:
    try:
        return to_utc(datetime.fromisoformat(text))
    except ValueError:
        _end(f"--since {text!r} is not a time; write 2026-03-02 or 2026-03-02T14:15", USAGE)


@contextmanager
def _open(home: Path | None) -> "Iterator[Store]":
    """The store of this installation; what is wrong with it ends the command with a sentence."""
    from osos.store import NotAStore, StoreUnavailable, open_store

    try:
        settings = load_settings(find_home(home, os.environ), os.environ)
        settings.home.mkdir(parents=True, exist_ok=True)
        store = open_store(settings.store.url)
    except (BadSettings, NotAStore) as error:
        _end(str(error), USAGE)
    except OSError as error:
        _end(f"{error.filename}: {error.strerror}; name a folder you may write with --home", USAGE)
    try:
        store.migrate()
        yield store
    except StoreUnavailable as error:
        _end(f"{error}; nothing was changed, try again when it is back", PEER_FAILED)
    finally:
        store.close()


def _end(words: str, code: int) -> NoReturn:
    print(words, file=sys.stderr)
    raise typer.Exit(code)
