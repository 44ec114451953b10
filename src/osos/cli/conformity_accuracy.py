"""osos conformity accuracy: is the meter within its class at every point of EK-4?"""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from osos.conformity.accuracy import Classes, Measurements, NoSuchClass, Result, Sheet, judge, sheets
from osos.conformity.device import Connection, Device, Kind, Voltage, Ways
from osos.conformity.verdicts import Verdict

DONE, FOUND_BAD, USAGE = 0, 1, 2
_MARKS = {Verdict.PASS: "✓", Verdict.FAIL: "✗", Verdict.WAITING: "…"}
_TOLD = 20  # problems of a file


def accuracy(
    *,
    kind: Annotated[Kind, typer.Option(help="1p, 3p or combi")] = "combi",
    ways: Annotated[int, typer.Option(min=1, max=2)] = 1,
    connection: Annotated[str, typer.Option(help="direct, X/5 or X/1; default by kind")] = "",
    voltage: Annotated[Voltage, typer.Option()] = "230/400",
    active_class: Annotated[str, typer.Option(help="A, B or C")] = "B",
    reactive_class: Annotated[str, typer.Option(help="2 or 3")] = "2",
    from_: Annotated[
        Path | None,
        typer.Option("--from", help="XLSX or CSV of a meter test bench; default: a virtual meter"),
    ] = None,
    blank: Annotated[
        bool, typer.Option("--blank", help="no values: sheets for a test bench to fill in")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="XLSX, a page a test")] = None,
    plots: Annotated[Path | None, typer.Option(help="folder for an SVG picture a test")] = None,
    seed: Annotated[int, typer.Option(help="of the virtual meter's errors")] = 1,
    fault: Annotated[
        str, typer.Option(help="a deliberate fault of the virtual meter; `list` names them")
    ] = "",
    into: Annotated[
        Path | None, typer.Option(help="run file of this meter: put behind it, for its form")
    ] = None,
    by: Annotated[str, typer.Option(help="who measured, beside --into")] = "",
    as_json_: Annotated[bool, typer.Option("--json", help="one JSON object as the last line")] = False,
) -> None:
    """The twelve procedures of EK-4, point by point; exit 1 where one is out of its limit."""
    classes = _classes(active_class, reactive_class)
    if into is not None and (blank or not by.strip()):
        _usage("--into RUN: --by NAME, and something measured")
    device = _device(kind, ways, connection, voltage) if into is None else _of_run(into)
    tests = sheets(device)
    problems: list[str] = []
    measured: Measurements = {}
    if from_ is not None:
        measured, problems = _read(from_, tests)
    elif not blank:
        measured = _virtual(device, tests, active_class=active_class, seed=seed, fault=fault)
    results = judge(tests, measured, device, classes)
    _write(results, device, out=out, plots=plots)
    if into is not None and not problems:
        _keep(into, measured, classes, source=from_.name if from_ else f"sanal sayaç (seed {seed})", by=by)
    _close(results, problems, as_json_=as_json_)


def _device(kind: Kind, ways: int, connection: str, voltage: Voltage) -> Device:
    usual: Connection = "X/5" if kind == "combi" else "direct"
    directions: Ways = 1 if ways == 1 else 2
    chosen = connection or usual
    if chosen not in {"direct", "X/5", "X/1"}:
        _usage(f"--connection {chosen}? direct, X/5 or X/1")
    try:
        return Device(kind=kind, ways=directions, connection=chosen, voltage=voltage)  # type: ignore[arg-type]  # one of the three
    except ValueError as error:
        _usage(str(error))


def _of_run(path: Path) -> Device:
    from osos.conformity.run_file import RunFileTrouble
    from osos.conformity.runs import read_report

    try:
        return read_report(path).device
    except (RunFileTrouble, OSError) as trouble:
        _usage(f"--into {path}: {trouble}")


def _keep(path: Path, measured: Measurements, classes: Classes, *, source: str, by: str) -> None:
    from osos.cli.clocks import RealClock
    from osos.conformity.accuracy.kept import keep_accuracy
    from osos.conformity.run_file import RunFileTrouble

    try:
        keep_accuracy(path, measured, classes=classes, source=source, by=by, at=RealClock().now())
    except (RunFileTrouble, OSError) as trouble:
        _usage(f"--into {path}: {trouble}")


def _classes(active: str, reactive: str) -> Classes:
    try:
        return Classes(active=active, reactive=reactive)
    except NoSuchClass as error:
        _usage(str(error))


def _read(path: Path, tests: Sequence[Sheet]) -> tuple[Measurements, list[str]]:
    from osos.conformity.accuracy.reading import read_measurements  # openpyxl: wanted by this option alone

    try:
        found = read_measurements(path.read_bytes(), tests)
    except OSError as error:
        _usage(f"{path}: {error.strerror}")
    return found.measured, [str(problem) for problem in found.problems]


def _virtual(
    device: Device, tests: Sequence[Sheet], *, active_class: str, seed: int, fault: str
) -> Measurements:
    from osos.conformity.accuracy.planted import FAULTS, SOUND
    from osos.conformity.accuracy.virtual import measure

    if fault == "list":
        for one in FAULTS.values():
            print(f"{one.name}: {one.words}")
        sys.exit(DONE)
    if fault and fault not in FAULTS:
        _usage(f"--fault {fault}? {', '.join(FAULTS)}")
    planted = FAULTS[fault] if fault else SOUND
    return measure(device, tests, active_class=active_class, seed=seed, fault=planted)


def _write(results: Sequence[Result], device: Device, *, out: Path | None, plots: Path | None) -> None:
    from osos.conformity.accuracy.plot import error_plot
    from osos.conformity.accuracy.workbook import workbook

    try:
        if out is not None:
            out.write_bytes(workbook(results, device))
        if plots is not None:
            plots.mkdir(parents=True, exist_ok=True)
            for result in results:
                name = result.sheet.title.replace(" ", "-")
                (plots / f"{name}.svg").write_text(error_plot(result), encoding="utf-8")
    except OSError as error:
        _usage(f"{error.filename}: {error.strerror}")


def _close(results: Sequence[Result], problems: Sequence[str], *, as_json_: bool) -> NoReturn:
    for text in problems[:_TOLD]:
        print(text, file=sys.stderr)
    if len(problems) > _TOLD:
        print(f"… {len(problems) - _TOLD} sorun daha / more problems", file=sys.stderr)
    told = _counts(results, len(problems))
    if not as_json_:
        for result in results:
            print(f"{_MARKS[result.verdict]} {result.sheet.title} {result.sheet.name} ({len(result.points)})")
    print(json.dumps(told) if as_json_ else ", ".join(f"{key} {value}" for key, value in told.items()))
    sys.exit(FOUND_BAD if told[str(Verdict.FAIL)] or problems else DONE)


def _counts(results: Sequence[Result], problems: int) -> dict[str, Any]:
    found = Counter(one.verdict for result in results for one in result.points)
    return {
        "procedures": len({result.sheet.id for result in results}),
        "sheets": len(results),
        "points": sum(found.values()),
        **{str(verdict): found[verdict] for verdict in (Verdict.PASS, Verdict.FAIL, Verdict.WAITING)},
        "problems": problems,
    }


def _usage(text: str) -> NoReturn:
    print(f"osos conformity accuracy: {text}", file=sys.stderr)
    sys.exit(USAGE)
