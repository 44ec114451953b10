"""Does everything that is held follow from the bytes? (`osos rebuild`)"""

import json
from typing import Annotated

import typer

from osos.cli.opened import FOUND_BAD, USAGE, Home, end, opened_store, settings_of
from osos.cli.points_given import points_given
from osos.cli.progress import bar
from osos.cli.spreading import SpreadOver, spread_given, spread_told
from osos.cli.times import day_given

app = typer.Typer(help="Derive what is held again from the bytes, and compare the hashes.")
_SHOWN = 20


@app.command()
def rebuild(
    *,
    check: Annotated[bool, typer.Option("--check", help="Compare only; nothing is written.")] = False,
    points: Annotated[str, typer.Option("--points", help="Only these; @FILE: one a line.")] = "",
    since: Annotated[str, typer.Option("--since", help="First day, ISO, local.")] = "",
    until: Annotated[str, typer.Option("--until", help="Last day, included.")] = "",
    spread: SpreadOver = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    home: Home = None,
) -> None:
    """Take every message apart again and derive from nothing else; exit 1 where a day comes out different.

    A day that is not as it was derived shows a damaged disk, a change made past this program, or our mistake.
    """
    from datetime import timedelta

    from osos.mdm.keeping.rebuilding import check_points, points_held
    from osos.mdm.labels import date_of_day, day_number, edge_of_day, instant_of_label
    from osos.quantities import Interval

    if not check:
        end("what is held is derived as it is told; there is only --check", USAGE)
    if bool(since) != bool(until):
        end("--since and --until go together", USAGE)
    period = None
    if since:
        last = day_given(until, "--until") + timedelta(days=1)
        edges = (
            instant_of_label(edge_of_day(day_number(day))) for day in (day_given(since, "--since"), last)
        )
        period = Interval(*edges)
    settings = settings_of(home)
    over = spread_given(spread, settings)
    with opened_store(settings) as store, bar("osos rebuild --check") as progress, spread_told():
        with store.read() as conn:
            wanted = points_given(conn, points) if points else points_held(conn)
        checked = check_points(store, wanted, period=period, spread=over, progress=progress)
    facts = {
        "points": checked.points,
        "days": checked.days,
        "identical": checked.is_identical,
        "held": checked.held,
        "rebuilt": checked.rebuilt,
        "different": len(checked.differences),
        "damaged": len(checked.damaged),
    }
    print(json.dumps(facts) if as_json else "\n".join(f"{name}: {value}" for name, value in facts.items()))
    for one in checked.differences[:_SHOWN]:
        whose = "meter" if one.layer == "said" else "point"
        told = "is not held" if one.held is None else "does not follow" if one.rebuilt is None else "differs"
        print(f"{one.layer} block of {whose} {one.of}, {date_of_day(one.day)}: {told}")
    for words in checked.damaged[:_SHOWN]:
        print(words)
    if not checked.is_identical:
        raise typer.Exit(FOUND_BAD)
