"""What may estimates rest on, where is nobody to estimate, and what would be filled? (`osos estimate`)"""

import getpass
import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from osos.cli.clocks import RealClock
from osos.cli.opened import FOUND_BAD, USAGE, Home, end, opened_store, settings_of
from osos.cli.points_given import point_named
from osos.cli.times import day_given, instant_given

if TYPE_CHECKING:
    from sqlalchemy import Connection

app = typer.Typer(no_args_is_help=True, help="Estimates: check meters, storm mode, fill what is missing.")
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
By = Annotated[str, typer.Option("--by", help="Who, for the event log.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept.")]


@app.command("check-meter")
def check_meter_command(
    point: Annotated[str, typer.Argument(help="Installation number, ETSO code or meter.")],
    *,
    check: Annotated[str, typer.Option("--check", help="The point whose meter checks it.")] = "",
    since: Annotated[str, typer.Option("--since", help="From when (ISO, local).")] = "",
    until: Annotated[str, typer.Option("--until", help="No longer from then on.")] = "",
    reason: Reason = "",
    by: By = "",
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Say which point's meter measures the same energy, end it, or show it (without options)."""
    from osos.mdm.keeping import check_meters

    now = RealClock().now()
    with opened_store(settings_of(home)) as store:
        with store.read() as conn:
            point_id = point_named(conn, point)
            check_id = point_named(conn, check) if check else None
        try:
            with store.begin() as conn:
                _pair(conn, point_id, check_id, since=since, until=until, reason=reason, by=by, now=now)
        except check_meters.NotAPair as error:
            end(f"{error.tr} / {error}", USAGE)
        with store.read() as conn:
            found = check_meters.pairs(conn, point_id=point_id)
    for one in found:
        facts = {"point": one.point_id, "check_point": one.check_point_id, "since": one.since.isoformat()}
        facts |= {"until": None if one.until is None else one.until.isoformat()}
        _print(facts | {"reason": one.reason, "by": one.actor}, as_json=as_json)


def _pair(
    conn: "Connection",
    point_id: int,
    check_id: int | None,
    *,
    since: str,
    until: str,
    reason: str,
    by: str,
    now: datetime,
) -> None:
    from osos.mdm.keeping import check_meters

    who = by or getpass.getuser()
    if check_id is not None:
        if not (since and reason.strip()):
            end("--check ile --since ve --reason gerekir / --check needs --since and --reason", USAGE)
        last = instant_given(until) if until else None
        begun = instant_given(since)
        facts: dict[str, Any] = {"since": begun, "until": last, "by": who, "reason": reason, "now": now}
        check_meters.pair(conn, point_id=point_id, check_point_id=check_id, **facts)
    elif until and not check_meters.end(conn, point_id=point_id, until=instant_given(until), by=who, now=now):
        end(
            "bu noktanın kontrol sayacı yok / nothing checks this point now; there is nothing to end",
            FOUND_BAD,
        )


@app.command("storm")
def storm_command(
    area: Annotated[str, typer.Argument(help="region NAME, centre NAME or district NAME.")] = "",
    *,
    since: Annotated[str, typer.Option("--since", help="Out from then on (ISO, local).")] = "",
    until: Annotated[str, typer.Option("--until", help="Supplied again from then on.")] = "",
    reason: Reason = "",
    by: By = "",
    home: Home = None,
) -> None:
    """Say that an area is out, so that nobody estimates there; end it; or list the areas that are out."""
    from osos.mdm.keeping.storms import NotAStorm, areas_out, check_area, end_storm, open_storm

    now, who = RealClock().now(), by or getpass.getuser()
    if area and not (since or until):
        end(
            "--since ile ne zaman kesildiğini, --until ile ne zaman geldiğini yazın / "
            "say --since when it is out, or --until when it was",
            USAGE,
        )
    begun, over = (instant_given(text) if text else None for text in (since, until))
    with opened_store(settings_of(home)) as store:
        try:
            with store.begin() as conn:
                if area and begun is not None:
                    check_area(conn, area)
                    open_storm(conn, area=area, since=begun, by=who, reason=reason or "storm", now=now)
                if area and over is not None and not end_storm(conn, area=area, until=over, by=who, now=now):
                    end(f"{area} zaten kesik değil / {area} is not out; there is nothing to end", FOUND_BAD)
        except NotAStorm as error:
            end(f"{error.tr} / {error}", USAGE)
        with store.read() as conn:
            out = sorted(areas_out(conn, at=now))
    print("\n".join(out) if out else "kesik yer yok / no area is out")


@app.command("fill")
def fill_command(
    point: Annotated[str, typer.Argument(help="Installation number, ETSO code or meter.")],
    *,
    since: Annotated[str, typer.Option("--since", help="First day.")],
    until: Annotated[str, typer.Option("--until", help="Last day, included.")],
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """What each method would put into the holes of these days; the server fills them, or the bench."""
    from datetime import timedelta

    from osos.mdm.estimates.helping import help_of
    from osos.mdm.estimates.surveying import options
    from osos.mdm.labels import day_number, edge_of_day, instant_of_label
    from osos.quantities import Interval

    days = (day_given(since, "--since"), day_given(until, "--until") + timedelta(days=1))
    if days[1] <= days[0]:
        end(
            f"--since {since}, --until {until} gününden sonra / --since {since} is after --until {until}",
            USAGE,
        )
    period = Interval(*(instant_of_label(edge_of_day(day_number(day))) for day in days))
    now = RealClock().now()
    with opened_store(settings_of(home)) as store, store.read() as conn:
        point_id = point_named(conn, point)
        found = options(conn, point_id=point_id, period=period, now=now, aid=help_of(conn, point_id, now))
    for one in found:
        facts = {"method": one.method, "kwh": str(one.primary / 1000), "sigma_kwh": str(one.sigma / 1000)}
        facts |= {"slot_sigma_kwh": str(one.slot_sigma / 1000)}
        _print(facts | {"fits_all": one.fits_all}, as_json=as_json)


def _print(facts: dict[str, Any], *, as_json: bool) -> None:
    print(
        json.dumps(facts, ensure_ascii=False) if as_json else "  ".join(f"{k}: {v}" for k, v in facts.items())
    )
