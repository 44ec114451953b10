"""How do profile values of elsewhere come in? (`osos import intervals`)"""

import getpass
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from osos.cli.clocks import RealClock
from osos.cli.opened import FOUND_BAD, USAGE, Home, end, opened_store, settings_of
from osos.cli.output import harmless
from osos.cli.progress import bar

if TYPE_CHECKING:
    from osos.mdm.imports.problems import Problem
    from osos.mdm.imports.running import Report

app = typer.Typer(no_args_is_help=True, help="Take profile values of elsewhere from a file.")


class Sign(Enum):
    """What stands before decimals."""

    AUTO = "auto"
    COMMA = ","
    POINT = "."


class Whose(Enum):
    """Whose energies a file holds: what passed the point, or what its meter counted."""

    POINT = "point"
    METER = "meter"


@app.callback()
def _group() -> None:
    """Take profile values of elsewhere from a file."""


@app.command("intervals")
def intervals_command(
    file: Annotated[Path, typer.Option("--file", help="CSV with a header; see the reference.")],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be taken; write nothing.")
    ] = False,
    decimal: Annotated[Sign, typer.Option("--decimal", help="What stands before decimals.")] = Sign.AUTO,
    of: Annotated[Whose, typer.Option("--of", help="Energies: the point's, or its meter's.")] = Whose.POINT,
    reason: Annotated[
        str, typer.Option("--reason", help="Where the file is from; kept with each value.")
    ] = "",
    by: Annotated[str, typer.Option("--by", help="Who takes them in.")] = "",
    problems: Annotated[
        Path | None, typer.Option("--problems", help="Write every refused line there, not the first 50 only.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    home: Home = None,
) -> None:
    """Registers of meters or energies of points, in constant memory. The same file twice adds nothing."""
    from osos.mdm.imports.header import NotAHeader
    from osos.mdm.imports.running import Order, import_intervals

    if not (dry_run or reason.strip()):
        end("--reason: say where the file is from; it is kept with what is taken", USAGE)
    clock = RealClock()
    begun = clock.monotonic()
    order = Order(
        by=by or getpass.getuser(),
        reason=reason.strip(),
        now=clock.now(),
        dry_run=dry_run,
        decimal=decimal.value,
        of_meter=of is Whose.METER,
    )
    with (
        opened_store(settings_of(home)) as store,
        bar("osos import") as progress,
        _told(problems) as told,
    ):
        try:
            report = import_intervals(store, file, order, progress=progress, on_problem=told)
        except NotAHeader as error:
            end(f"{file}: {error.tr} / {error}", USAGE)
        except OSError as error:
            end(f"{error.filename or file}: {error.strerror}", USAGE)
    facts = _facts(report, dry_run=dry_run, seconds=clock.monotonic() - begun)
    print(json.dumps(facts, ensure_ascii=False) if as_json else _text(report, facts))
    if report.refused:
        raise typer.Exit(FOUND_BAD)


@contextmanager
def _told(path: Path | None) -> "Iterator[Callable[[Problem], None] | None]":
    """Every refused line into a file of its own: number, kind, Turkish, English."""
    if path is None:
        yield None
        return
    import csv

    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("line", "kind", "tr", "en"))
            yield lambda one: writer.writerow((one.line, one.code, one.words("tr"), one.words("en")))
    except OSError as error:
        end(f"--problems {path}: {error.strerror}", USAGE)


def _facts(report: "Report", *, dry_run: bool, seconds: float) -> dict[str, Any]:
    header = report.header
    return {
        "dry_run": dry_run,
        "file": report.digest,
        "columns": [] if header is None else list(header.codes),
        "lines": report.lines,
        "taken": report.taken,
        "repeated": report.repeated,
        "empty": report.empty,
        "refused": dict(report.refused),
        "point_days": report.point_days,
        "corrections_waiting": report.corrections,
        "slots_without_a_line": report.absent,
        "records_of_no_point": report.of_no_point,
        "seconds": round(seconds, 1),
        "lines_a_second": round(report.lines / max(seconds, 0.001)),
        "problems": [
            {"line": one.line, "kind": one.code, "tr": one.words("tr"), "en": one.words("en")}
            for one in report.problems
        ],
    }


def _text(report: "Report", facts: dict[str, Any]) -> str:
    from osos.mdm.labels import label_text

    lines = [f"{name}: {value}" for name, value in facts.items() if name not in {"problems", "columns"}]
    codes = facts["columns"]
    lines += [
        f"  line {row.line}: {row.who} {label_text(row.label)} "
        + " ".join(f"{code}={value}" for code, value in zip(codes, row.values, strict=True))
        for row in report.first_rows
    ]
    lines += [f"  {one.line}. satır: {one.words('tr')} / {one}" for one in report.problems]
    return "\n".join(harmless(line) for line in lines)
