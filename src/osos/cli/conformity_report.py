"""osos conformity report: what does a run file say, as a signed form, as JSON, as JUnit XML?"""

import json
import sys
import tomllib
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from osos.conformity.outputs import as_junit, counts
from osos.conformity.run_file import RunFileTrouble
from osos.conformity.verdicts import Verdict

DONE, FOUND_BAD, USAGE = 0, 1, 2


def report(
    run_file: Path,
    *,
    pdf: Annotated[Path | None, typer.Option(help="the form EK-2, filled in")] = None,
    json_: Annotated[Path | None, typer.Option("--json", help="all results, for programs")] = None,
    junit: Annotated[Path | None, typer.Option(help="JUnit XML")] = None,
    head: Annotated[
        Path | None, typer.Option(help="TOML with the printed head: firm, make, model, current, …")
    ] = None,
) -> None:
    """Form EK-2 from a run file: PDF, JSON, JUnit XML; exit 1 where a check failed."""
    from osos.conformity.report import read_sheet  # typst: wanted by this command alone
    from osos.conformity.report.pages import form_pdf
    from osos.conformity.report.sheet import NotOfTheForm, read_head

    if not any((pdf, json_, junit)):
        _stop(USAGE, "--pdf OUT, --json OUT or --junit OUT")
    try:
        sheet = read_sheet(run_file).with_head(read_head(head) if head else {})
        if pdf is not None:
            pdf.write_bytes(form_pdf(sheet))
        for path, text in ((json_, sheet.as_json), (junit, lambda: as_junit(sheet.report))):
            if path is not None:
                path.write_text(text(), encoding="utf-8")
    except NotOfTheForm as trouble:
        _stop(USAGE, str(trouble))
    except (RunFileTrouble, OSError, tomllib.TOMLDecodeError) as trouble:
        _stop(FOUND_BAD, str(trouble))
    told = counts(sheet.report, seconds=sheet.report.seconds)
    print(json.dumps(told))
    sys.exit(FOUND_BAD if told[str(Verdict.FAIL)] else DONE)


def _stop(code: int, text: str) -> NoReturn:
    print(f"osos conformity: {text}", file=sys.stderr)
    sys.exit(code)
