"""osos conformity: does this meter do what form EK-2 asks, and would the bench notice if it did not?"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from osos.cli.clocks import RealClock
from osos.cli.conformity_accuracy import accuracy as accuracy_command
from osos.cli.conformity_compare import compare as compare_command
from osos.cli.conformity_pages import pages as pages_command
from osos.cli.conformity_report import report as report_command
from osos.cli.conformity_rigs import RIGS, WrongRig, check_rig, rig_named
from osos.cli.conformity_show import Board, changes, fault_line, summary
from osos.cli.conformity_sign import sign_command
from osos.conformity.bench import SHORTEST, WHOLE
from osos.conformity.catalogue import form
from osos.conformity.device import OPTIONS, TESTED, Connection, Device, Kind, Sample, Voltage, Ways
from osos.conformity.outputs import as_json, as_junit, counts, difference
from osos.conformity.planted import Found, Tally, groups_first, hunt, planted
from osos.conformity.real import REACTION_S, NoRig, RealWorld
from osos.conformity.rig import Rig
from osos.conformity.rigs import PersonRig, PracticeRig
from osos.conformity.run_file import RunFileTrouble
from osos.conformity.runs import Report, read_report, replay, resume, run
from osos.conformity.stage import ReplayDeparts, World
from osos.conformity.trouble import AnotherMeter
from osos.conformity.verdicts import Verdict
from osos.conformity.virtual import VirtualWorld, virtual_device
from osos.reader import LineTrouble, parse_place

if TYPE_CHECKING:
    from osos.cli.conformity_pages import RunPages

app = typer.Typer(help="TEDAŞ uygunluk formu EK-2 / form EK-2 of TEDAŞ.", no_args_is_help=True)

DONE, FOUND_BAD, USAGE, PEER_FAILED = 0, 1, 2, 3
_INTERRUPTED = 130  # of a process ended by Ctrl-C

GroupOption = Annotated[list[str] | None, typer.Option("--group", help="KK, KG, …; repeatable; default: all")]
JsonFlag = Annotated[bool, typer.Option("--json", help="one JSON object as the last line")]


@app.callback()
def conformity() -> None:
    """TEDAŞ uygunluk formu EK-2 / form EK-2 of TEDAŞ."""


app.command("report")(report_command)
app.command("pages")(pages_command)
app.command("sign")(sign_command)
app.command("compare")(compare_command)
app.command("accuracy")(accuracy_command)


@app.command("run")
def run_command(
    *,
    meter: Annotated[
        str, typer.Option(help="virtual, or the optical port's tcp:// or serial:// URL")
    ] = "virtual",
    rs485: Annotated[str, typer.Option(help="the RS-485 port's URL, of a real meter")] = "",
    kind: Annotated[Kind, typer.Option(help="1p, 3p or combi")] = "combi",
    ways: Annotated[int, typer.Option(min=1, max=2)] = 1,
    connection: Annotated[str, typer.Option(help="direct, X/5 or X/1; default by kind")] = "",
    voltage: Annotated[Voltage, typer.Option()] = "230/400",
    options: Annotated[str, typer.Option(help=f"of {', '.join(sorted(OPTIONS))}; or none")] = "rs485",
    address: Annotated[str, typer.Option(help="FLAG and serial of the tested sample")] = "",
    password_file: Annotated[Path | None, typer.Option(help="with the tested sample's password")] = None,
    rig_: Annotated[str, typer.Option("--rig", help=f"of a real meter: {', '.join(RIGS)}")] = "none",
    source: Annotated[str, typer.Option(help="tcp://HOST:PORT of --rig source, or beside --rig page")] = "",
    page_port: Annotated[
        int, typer.Option(help="port of --rig page; 0 takes a free one", min=0, max=65535)
    ] = 0,
    inspector: Annotated[
        list[str] | None, typer.Option(help="who looks and signs, beside --rig; repeatable")
    ] = None,
    head: Annotated[
        Path | None, typer.Option(help="TOML with the form's printed head: firm, make, model, current, …")
    ] = None,
    group: GroupOption = None,
    short: Annotated[bool, typer.Option("--short", help="few repetitions: no form to sign")] = False,
    run_file: Annotated[
        Path | None, typer.Option("--run", help="write every byte, act and verdict here")
    ] = None,
    resume_: Annotated[bool, typer.Option("--resume", help="go on with the run of --run")] = False,
    junit: Annotated[Path | None, typer.Option(help="JUnit XML for a nightly run")] = None,
    results: Annotated[Path | None, typer.Option(help="all results as JSON")] = None,
    last: Annotated[
        Path | None, typer.Option(help="run file of an earlier run: what has changed since?")
    ] = None,
    as_json_: JsonFlag = False,
) -> None:
    """Run the form against a meter; exit 1 where a check failed."""
    device = _device(
        kind=kind,
        ways=ways,
        connection=connection,
        voltage=voltage,
        options=options,
        address=address,
        password_file=password_file,
        virtual=meter == "virtual",
    )
    device = _headed(device, head)
    groups = _groups(group)
    clock = RealClock()
    began = clock.monotonic()
    if resume_ and run_file is None:
        _usage("--resume: --run FILE")
    if run_file is not None and run_file.exists() and not resume_ and run_file.stat().st_size:
        _usage(
            f"--run {run_file}: a run lies there already; --resume goes on with it, else name another file"
        )
    try:
        check_rig(rig_, source=source, run_file=run_file is not None)
        with _paged(rig_, run_file, page_port, clock) as page:
            rig = rig_named(
                rig_, clock, source=source, inspectors=inspector or [], console=page.desk if page else None
            )
            world, rig, reaction_s, delay_s = _world(meter, rs485, device, rig, page)
            bar = rig_ == "none"
            with _ended(page), Board(len(form().steps), quiet=as_json_, bar=bar) as board:
                common: dict[str, Any] = {
                    "told": board.tell, "watch": page.watcher if page else None,
                    "reaction_s": reaction_s, "delay_s": delay_s,
                }  # fmt: skip
                if resume_ and run_file is not None:
                    report = resume(world, rig, device, path=run_file, **common)
                else:
                    repeats = SHORTEST if short else WHOLE
                    report = run(world, rig, device, path=run_file, groups=groups, repeats=repeats, **common)
            seconds = clock.monotonic() - began
            if page:
                page.wait_until_closed()
    except WrongRig as trouble:
        _usage(str(trouble))
    except (AnotherMeter, LineTrouble, RunFileTrouble, OSError) as trouble:
        _failed(trouble)
    except KeyboardInterrupt:
        print("osos conformity: yarıda kesildi / interrupted; --resume", file=sys.stderr)
        sys.exit(_INTERRUPTED)
    _write(junit, results, report)
    if last is not None:
        _changed(last, report)
    _close(report, seconds=seconds, as_json_=as_json_)


@app.command("replay")
def replay_command(run_file: Path, *, as_json_: JsonFlag = False) -> None:
    """Run the bench again on the bytes of a run file: the verdicts must be the same."""
    clock = RealClock()
    began = clock.monotonic()
    try:
        with Board(len(form().steps), quiet=as_json_) as board:
            report = replay(run_file, told=board.tell)
    except (RunFileTrouble, ReplayDeparts, OSError) as trouble:
        _failed(trouble)
    _close(report, seconds=clock.monotonic() - began, as_json_=as_json_)


@app.command("faults")
def faults_command(
    *,
    group: GroupOption = None,
    whole: Annotated[
        bool, typer.Option("--whole", help="the whole form against each fault; half an hour")
    ] = False,
    first: Annotated[
        int | None, typer.Option(min=1, help="so many only: one of each group, then one of each step")
    ] = None,
    as_json_: JsonFlag = False,
) -> None:
    """Plant every deliberate fault in a virtual meter and see whether its step finds it, and no other."""
    faults = groups_first(planted(_groups(group) or ()))[:first]
    found: list[Found] = []
    with Board(len(faults), quiet=as_json_) as board:
        for one in hunt(faults, whole=whole):
            found.append(one)
            board.step(fault_line(one) if not one.caught or one.unrelated else "")
    tally = Tally.of(found)
    _last_line(
        {
            "planted": tally.planted,
            "caught": tally.caught,
            "unrelated": tally.unrelated,
            "steps_covered": tally.steps_covered,
            "groups_covered": tally.groups_covered,
        },
        as_json_=as_json_,
    )
    sys.exit(DONE if tally.caught == tally.planted and not tally.unrelated else FOUND_BAD)


def _device(
    *,
    kind: Kind,
    ways: int,
    connection: str,
    voltage: Voltage,
    options: str,
    address: str,
    password_file: Path | None,
    virtual: bool,
) -> Device:
    chosen = frozenset() if options == "none" else frozenset(filter(None, options.split(",")))
    usual: Connection = "X/5" if kind == "combi" else "direct"
    directions: Ways = 1 if ways == 1 else 2
    try:
        found = Device(
            kind=kind,
            ways=directions,
            connection=connection or usual,  # type: ignore[arg-type]  # Device refuses what is none
            voltage=voltage,
            options=chosen,
            samples=() if virtual else _samples(address, password_file),
        )
    except (ValueError, OSError) as error:
        _usage(str(error))
    return virtual_device(found) if virtual else found


def _headed(device: Device, path: Path | None) -> Device:
    """What is printed on the form and judged by nobody."""
    if path is None:
        return device
    from osos.conformity.report.sheet import NotOfTheForm, read_head

    try:
        return replace(device, head={**device.head, **read_head(path)})
    except (NotOfTheForm, OSError, ValueError) as trouble:
        _usage(f"--head {path}: {trouble}")


def _samples(address: str, password_file: Path | None) -> tuple[Sample, ...]:
    """Of a real meter the one on the cable; further samples are asked for when they are needed."""
    if len(address) < 4 or password_file is None:
        raise ValueError("a real meter: --address FLAG+serial and --password-file FILE")
    password = password_file.read_text(encoding="utf-8").strip()
    return (Sample(name=TESTED, address=address, password=password),)


@contextmanager
def _paged(rig: str, run_file: Path | None, port: int, clock: RealClock) -> "Iterator[RunPages | None]":
    """The bench's own pages, where the person sits at one."""
    if rig != "page" or run_file is None:
        yield None
        return
    from osos.cli.conformity_pages import run_pages

    with run_pages(run_file, port=port, clock=clock) as page:
        yield page


@contextmanager
def _ended(page: "RunPages | None") -> Iterator[None]:
    """What ends a run early is told at its page too, which stays until it is closed."""
    try:
        yield
    except (AnotherMeter, LineTrouble, RunFileTrouble, OSError) as trouble:
        if page:
            print(f"osos conformity: {trouble}", file=sys.stderr)
            page.end(str(trouble))
        raise


def _world(
    meter: str, rs485: str, device: Device, rig: Rig, page: "RunPages | None"
) -> tuple[World, Rig, float, float]:
    if meter == "virtual":
        virtual = VirtualWorld(device)
        if page and isinstance(rig, PersonRig):
            return virtual, PracticeRig(rig, page.desk, virtual), 0.0, 0.0
        if not isinstance(rig, NoRig):
            raise WrongRig("--rig: a virtual meter brings its own; --meter URL, or --rig page to practise")
        return virtual, virtual, 0.0, 0.0
    places = {"optical": parse_place(meter)}
    if rs485:
        places["rs485"] = parse_place(rs485)
    delay_s = max(place.delay_s for place in places.values())
    return RealWorld(places, RealClock()), rig, REACTION_S, delay_s


def _groups(group: list[str] | None) -> list[str] | None:
    if not group:
        return None
    known = {one.id for one in form().groups}
    wanted = [name.upper() for text in group for name in text.split(",")]
    if unknown := [name for name in wanted if name not in known]:
        _usage(f"--group: {', '.join(unknown)}? {' '.join(sorted(known))}")
    return wanted


def _write(junit: Path | None, results: Path | None, report: Report) -> None:
    for path, text in ((junit, as_junit(report)), (results, as_json(report))):
        if path is not None:
            path.write_text(text, encoding="utf-8")


def _changed(last: Path, report: Report) -> None:
    try:
        before = read_report(last)
    except (RunFileTrouble, OSError) as trouble:
        _failed(trouble)
    for line in changes(difference(before, report)):
        print(line, file=sys.stderr)


def _close(report: Report, *, seconds: float, as_json_: bool) -> NoReturn:
    told = counts(report, seconds=seconds)
    if not as_json_:
        for line in summary(report):
            print(line)
    _last_line(told, as_json_=as_json_)
    sys.exit(FOUND_BAD if told[str(Verdict.FAIL)] else DONE)


def _last_line(told: dict[str, Any], *, as_json_: bool) -> None:
    print(json.dumps(told) if as_json_ else ", ".join(f"{key} {value}" for key, value in told.items()))


def _usage(text: str) -> NoReturn:
    print(f"osos conformity: {text}", file=sys.stderr)
    sys.exit(USAGE)


def _failed(trouble: Exception) -> NoReturn:
    print(f"osos conformity: {trouble}", file=sys.stderr)
    sys.exit(PEER_FAILED if isinstance(trouble, AnotherMeter | LineTrouble) else FOUND_BAD)
