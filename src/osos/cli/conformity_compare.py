"""osos conformity compare: where do the maker's own run and ours differ? (T-4)"""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from osos.conformity.run_file import RunFileTrouble

SAME, DIFFERENT = 0, 1
SHOWN = 100  # characters of what was seen


def compare(
    maker: Annotated[Path, typer.Argument(help="the maker's run file")],
    ours: Annotated[Path, typer.Argument(help="our own run file")],
    *,
    as_json_: Annotated[bool, typer.Option("--json", help="one JSON object as the last line")] = False,
) -> None:
    """Two forms side by side: what differs in the heads and check by check; exit 1 where something does."""
    from osos.conformity.beside import beside, heads_differ
    from osos.conformity.report import read_sheet

    try:
        theirs, own = read_sheet(maker), read_sheet(ours)
    except (RunFileTrouble, OSError) as trouble:
        print(f"osos conformity: {trouble}", file=sys.stderr)
        sys.exit(DIFFERENT)
    heads = heads_differ(theirs, own)
    differ = [one for one in beside(theirs, own) if one.differs]
    if not as_json_:
        for head in heads:
            print(f"{head.what}: {head.maker or '-'} | {head.ours or '-'}")
        for one in differ:
            print(f"{one.step.id}/{one.check.number} {one.check.words.tr}")
            for name, said in (("maker", one.maker), ("ours", one.ours)):
                seen = said.saw if said.was_run else "not run"
                print(f"    {name}: {said.verdict} {' '.join(seen.split())[:SHOWN]}")
    told = {"heads": len(heads), "checks": len(differ), "same": not heads and not differ}
    print(json.dumps(told) if as_json_ else ", ".join(f"{key} {value}" for key, value in told.items()))
    sys.exit(SAME if told["same"] else DIFFERENT)
