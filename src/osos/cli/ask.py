"""What does this meter say right now? (`osos ask`)"""

import json
import sys
import threading
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from osos.cli.clocks import RealClock
from osos.cli.opened import FOUND_BAD, PEER_FAILED, USAGE, Home, end, opened_store, settings_of
from osos.cli.running import is_alive, read_running
from osos.quantities import DeviceId, NotADevice, to_local, to_utc

if TYPE_CHECKING:
    from osos.jobs import JobStatus
    from osos.store import Store

TAKEN_WITHIN_S = 8.0  # a running head-end looks five times a second; a busy store makes it wait
_LOOK_EVERY_S = 0.2
YEARS = range(2000, 2100)  # M-173: yy is 2000 + yy
_FOUND_BAD = frozenset({525, 9400, 9404, 9413, 9415, 9604, 9606})  # the answer, not the peer, is at fault

app = typer.Typer(help="Ask a meter through the running head-end, and wait for what comes of it.")


@app.command()
def ask(  # noqa: PLR0917  # typer calls it by name
    flag: Annotated[str, typer.Argument(help="FLAG of the modem, or of one meter.")],
    serial: Annotated[str, typer.Argument(help="Its serial number.")],
    directive: Annotated[str, typer.Option("--directive", help="short, long, history, register, profile1 …")],
    start: Annotated[str | None, typer.Option("--from", help="First label of a profile (local).")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Last label of a profile (local).")] = None,
    sent: Annotated[
        str | None, typer.Option("--send", help=r"What raw says to the meter, like '/?!\r\n' or '\x06'.")
    ] = None,
    codes: Annotated[
        list[str] | None, typer.Option("--code", help="What register asks for, like 1.8.0; repeatable.")
    ] = None,
    wait: Annotated[float, typer.Option("--wait", help="Seconds to wait for the outcome.", min=1)] = 1000.0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line.")] = False,
    home: Home = None,
) -> None:
    """Exit 0: read. 1: an answer came that is not good. 3: modem, meter or head-end did not answer."""
    from osos.headend import Question, put_question

    try:
        question = Question(
            device=DeviceId(flag, serial),
            directive=directive,
            start=_instant("--from", start),
            end=_instant("--to", until),
            sent=_bytes(directive, sent),
            codes=_codes(directive, codes),
        )
    except NotADevice as error:
        end(str(error), USAGE)
    if question.start is not None and question.end is not None and question.start > question.end:
        end(f"--from {start} is after --to {until}; turn them round", USAGE)
    settings = settings_of(home)
    running = read_running(settings.home)
    patience_s = TAKEN_WITHIN_S
    if running is not None and not is_alive(running):
        print(f"the head-end of this folder, process {running.pid}, is gone", file=sys.stderr)
        patience_s = 0.0
    with opened_store(settings) as store:
        with store.begin() as conn:
            job_id = put_question(conn, question)
        result = _wait(store, job_id, wait, patience_s)
    _tell({**result, "job": job_id}, as_json)


def _wait(store: "Store", job_id: int, wait_s: float, patience_s: float) -> dict[str, Any]:
    """Until the job has its result, with a line of progress on stderr."""
    clock, pause = RealClock(), threading.Event()
    begun, shown = clock.monotonic(), ""
    while True:
        status = _status(store, job_id)
        if status is not None and status.state == "done" and isinstance(status.result, dict):
            return status.result
        if status is None or status.state == "dead":
            why = status.reason if status is not None and status.reason else "the question is no longer there"
            return _inner(why)
        waited = clock.monotonic() - begun
        if status.state == "waiting" and waited > patience_s:
            return _no_head_end(f"job {job_id}")
        if waited > wait_s:
            still = f"no outcome within {wait_s:g} s; the question goes on as job {job_id}"
            return _no_head_end(still) if status.state == "waiting" else _inner(still)
        now = f"{status.state} {status.done or 0}/{status.total or '?'}"
        if now != shown:
            print(f"job {job_id}: {now}", file=sys.stderr)
            shown = now
        pause.wait(_LOOK_EVERY_S)


def _status(store: "Store", job_id: int) -> "JobStatus | None":
    from osos.jobs import job_status

    with store.read() as conn:
        return job_status(conn, job_id)


def _tell(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        print(f"{result['tr']} / {result['en']}")
        for one in result.get("meters", ()):
            print(f"  {one['meter']}: {one['tr']} / {one['en']}")
            for told in one.get("values", ()):
                print(f"    {told['code']}{told['value'] or ': kod yok / no such code'}")
            if "rawData" in one:
                print(f"  {one['rawData'].encode('unicode_escape').decode('ascii')}")
    code = int(result["code"])
    if code:
        raise typer.Exit(FOUND_BAD if code in _FOUND_BAD else PEER_FAILED)


def _no_head_end(detail: str) -> dict[str, Any]:
    return _result(9605, detail)


def _inner(detail: str) -> dict[str, Any]:
    return _result(9602, detail)


def _result(code: int, detail: str) -> dict[str, Any]:
    from osos.headend import finding

    found = finding(code, detail)
    return {"code": found.code, "outcome": found.kind.name, "tr": found.tr, "en": found.en, "meters": []}


def _bytes(directive: str, text: str | None) -> bytes:
    """What --send writes with escapes, for a raw exchange and no other (X-44)."""
    if (directive == "raw") != bool(text):
        end("--directive raw and --send belong together: what is the meter to be told?", USAGE)
    try:
        return (text or "").encode("latin-1").decode("unicode_escape").encode("latin-1")
    except UnicodeError as error:
        end(f"--send {text!r} is not bytes: {error}", USAGE)


def _codes(directive: str, codes: list[str] | None) -> tuple[str, ...]:
    if (directive == "register") != bool(codes):
        end("--directive register and --code belong together: which codes of the meter?", USAGE)
    return tuple(codes or ())


def _instant(option: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        instant = to_utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        end(f"{option} {text!r} is not a time; write 2026-03-02T14:15", USAGE)
    if to_local(instant).year not in YEARS:
        end(f"{option} {text!r}: a meter writes two digits of the year, so only 2000 to 2099", USAGE)
    return instant
