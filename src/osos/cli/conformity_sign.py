"""osos conformity sign: what does an inspector say after the run of a check that waits?"""

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from osos.cli.clocks import RealClock
from osos.conformity.inspector import Signature
from osos.conformity.rigs.person import SIGNED
from osos.conformity.run_file import RunFileTrouble, read_run
from osos.conformity.runs import read_report
from osos.conformity.signing import MayNotSign, objection, sign
from osos.conformity.verdicts import Verdict
from osos.conformity.withdrawing import NothingToWithdraw, Withdrawal, standing, withdraw

DONE, REFUSED, USAGE = 0, 1, 2


def sign_command(
    run_file: Path,
    checks: Annotated[
        list[str] | None,
        typer.Argument(help="as TY-01/1, or TY-01 for all of its checks; without any: what waits"),
    ] = None,
    *,
    verdict: Annotated[str, typer.Option(help="pass, fail or na (not applicable)")] = "",
    by: Annotated[str, typer.Option(help="name of who signs")] = "",
    remark: Annotated[str, typer.Option(help="wanted beside fail, na and --withdraw")] = "",
    withdraw_: Annotated[
        bool,
        typer.Option("--withdraw", help="take back what --by signed there, because of --remark"),
    ] = False,
) -> None:
    """Sign for checks that wait, after the run; a word against an earlier one stands beside it."""
    try:
        if not checks:
            _waiting(run_file)
        if withdraw_:
            _withdraw(run_file, checks or [], by=by.strip(), reason=remark.strip())
        if verdict not in SIGNED or not by.strip() or (verdict != "pass" and not remark.strip()):
            _stop(USAGE, "--verdict pass|fail|na --by NAME, and --remark WHY beside fail and na")
        at = RealClock().now().replace(microsecond=0)
        words = [
            Signature(step=step, check=check, verdict=SIGNED[verdict], by=by.strip(), at=at, remark=remark)
            for text in checks or ()
            for step, check in _named(run_file, text)
        ]
        sign(run_file, words)
    except (MayNotSign, NothingToWithdraw, RunFileTrouble, OSError) as trouble:
        _stop(REFUSED, str(trouble))
    for one in words:
        print(f"{one.step}/{one.check}: {one.verdict}, {one.by}, {one.at.isoformat()}")
    sys.exit(DONE)


def _withdraw(path: Path, checks: list[str], *, by: str, reason: str) -> NoReturn:
    if not by or not reason:
        _stop(USAGE, "--withdraw --by NAME --remark WHY")
    at = RealClock().now().replace(microsecond=0)
    for text in checks:
        for step, check in _signed(path, text, by):
            withdraw(path, Withdrawal(step=step, check=check, by=by, at=at, reason=reason))
            print(f"{step}/{check}: geri alındı / taken back, {by}, {at.isoformat()}")
    sys.exit(DONE)


def _signed(path: Path, text: str, by: str) -> list[tuple[str, int]]:
    """One check, or those of a step that this person has signed."""
    named = _named(path, text)
    if "/" in text:
        return named
    own = {(one.signature.step, one.signature.check) for one in standing(read_run(path)) if one.is_of(by)}
    return [one for one in named if one in own] or named


def _waiting(path: Path) -> NoReturn:
    for result in read_report(path).results:
        for check in result.checks:
            if check.verdict is Verdict.WAITING:
                signed = f" [{check.signed}]" if check.signed else ""
                print(f"{result.step}/{check.number} {result.did.tr}: {check.words.tr}{signed}")
    sys.exit(DONE)


def _named(path: Path, text: str) -> list[tuple[str, int]]:
    """One check, or those of a step that may be signed."""
    step, slash, number = text.upper().partition("/")
    if slash:
        if not number.isdecimal():
            _stop(USAGE, f"{text}? a check is written as TY-01/1")
        return [(step, int(number))]
    results = read_report(path).results
    result = next((one for one in results if one.step == step), None)
    if result is None:
        raise MayNotSign(objection(results, step, 1), step, 1)
    found = [(step, one.number) for one in result.checks if not objection(results, step, one.number)]
    if not found:
        raise MayNotSign(objection(results, step, 1), step, 1)
    return found


def _stop(code: int, text: str) -> NoReturn:
    print(f"osos conformity sign: {text}", file=sys.stderr)
    sys.exit(code)
