"""What do papers say: an exchange, another multiplier, a clock, a settled month? (`osos papers`)"""

import getpass
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, Any

import typer

from osos.cli.clocks import RealClock
from osos.cli.opened import FOUND_BAD, USAGE, Home, end, opened_store, settings_of
from osos.cli.points_given import point_named
from osos.cli.times import instant_given

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from osos.mdm.canonical import Channel
    from osos.mdm.keeping.paperwork import Redone
    from osos.quantities import DeviceId

app = typer.Typer(
    no_args_is_help=True,
    help="Papers, also late ones: exchange, multiplier, clock, taking down, closing a month.",
)
Point = Annotated[str, typer.Argument(help="Installation number, ETSO code or meter.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]
By = Annotated[str, typer.Option("--by", help="Who, for the event log.")]
Reason = Annotated[str, typer.Option("--reason", help="Which paper says so; it is kept.")]
Multiplier = Annotated[str, typer.Option("--multiplier", help="CT ratio × VT ratio, like 40.")]
Shown = Annotated[str, typer.Option(help="Registers then in kWh, kvarh: 1.8.0=1234,567 5.8.0=89.")]


@app.command("exchange")
def exchange_command(
    point: Point,
    *,
    meter: Annotated[str, typer.Option("--meter", help="FLAG and serial of the new meter.")],
    at: Annotated[str, typer.Option("--at", help="When (ISO, local).")],
    multiplier: Multiplier,
    removed: Shown = "",
    placed: Shown = "",
    reason: Reason = "",
    by: By = "",
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Another meter hangs here since then; told again with other registers, it puts them right."""
    from osos.mdm.keeping.paperwork import exchange

    moment, times, new = instant_given(at), _multiplier(multiplier), _device(meter)
    old_shown, new_shown = _registers(removed, "--removed"), _registers(placed, "--placed")
    with _paper(point, reason, by, home, as_json=as_json) as (conn, point_id, told):
        told.redone = exchange(
            conn,
            point_id=point_id,
            meter=new,
            at=moment,
            multiplier=times,
            removed=old_shown,
            placed=new_shown,
            **told.facts,
        )


@app.command("multiplier")
def multiplier_command(
    point: Point,
    *,
    multiplier: Multiplier,
    since: Annotated[str, typer.Option("--since", help="From when (ISO, local).")],
    until: Annotated[str, typer.Option("--until", help="No longer from then on.")] = "",
    reason: Reason = "",
    by: By = "",
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Another multiplier held than was written down; the days since then are derived anew."""
    from osos.mdm.keeping.paperwork import put_multiplier_right

    begun, over = instant_given(since), instant_given(until) if until else None
    times = _multiplier(multiplier)
    with _paper(point, reason, by, home, as_json=as_json) as (conn, point_id, told):
        told.redone = put_multiplier_right(
            conn, point_id=point_id, since=begun, until=over, multiplier=times, **told.facts
        )


@app.command("take-down")
def take_down_command(
    point: Point,
    *,
    at: Annotated[str, typer.Option("--at", help="When (ISO, local); at the very beginning: it never hung.")],
    removed: Shown = "",
    reason: Reason = "",
    by: By = "",
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Nothing hangs here from then on."""
    from osos.mdm.keeping.paperwork import take_down

    moment, shown = instant_given(at), _registers(removed, "--removed")
    with _paper(point, reason, by, home, as_json=as_json) as (conn, point_id, told):
        told.redone = take_down(conn, point_id=point_id, at=moment, removed=shown, **told.facts)


@app.command("clock")
def clock_command(
    point: Point,
    *,
    runs: Annotated[
        str,
        typer.Option(
            "--runs", help="fixed (+03:00), summer (still changes), wrong (suspect, nothing shifted)."
        ),
    ],
    since: Annotated[str, typer.Option("--since", help="From when (ISO, local).")],
    reason: Reason = "",
    by: By = "",
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """The clock of the meter that hung here then runs like this; its labels since then are read anew."""
    from osos import registry
    from osos.mdm.keeping.clocks import Clock
    from osos.mdm.keeping.paperwork import set_clock

    if runs not in tuple(Clock):
        end(f"--runs {runs!r}: fixed, summer, wrong", USAGE)
    begun = instant_given(since)
    with _paper(point, reason, by, home, as_json=as_json) as (conn, point_id, told):
        hung = registry.installations(conn, point_id=point_id, at=begun)
        if not hung:
            raise registry.NothingInstalled(point_id, begun)
        told.redone = set_clock(
            conn, meter_id=hung[-1].meter_id, since=begun, clock=Clock(runs), **told.facts
        )


@app.command("close")
def close_command(
    month: Annotated[str, typer.Argument(help="2026-10")],
    *,
    points: Annotated[
        str, typer.Option("--points", help="Only these, a comma between; @FILE: one a line.")
    ] = "",
    by: By = "",
    home: Home = None,
) -> None:
    """This month is settled: what changes it from now on becomes a correction (GDDK), never an overwrite."""
    from osos.cli.export import points_given
    from osos.mdm.keeping.closing import ALL_POINTS, Month, MonthNotOver, check_is_over, close_month

    found = re.fullmatch(r"(\d{4})-(\d{2})", month.strip())
    if found is None or not 1 <= int(found[2]) <= 12 or int(found[1]) < 2000:
        end(f"{month!r} bir ay değil; 2026-10 yazın / {month!r} is no month; write 2026-10", USAGE)
    wanted, now = Month(int(found[1]), int(found[2])), RealClock().now()
    try:
        check_is_over(wanted, now=now)
    except MonthNotOver as error:
        end(f"{error.tr} / {error}", USAGE)
    with opened_store(settings_of(home)) as store, store.begin() as conn:
        ids = points_given(conn, points) if points else (ALL_POINTS,)
        close_month(conn, month=wanted, by=by or getpass.getuser(), now=now, point_ids=ids)
    print(f"{month} kapandı / closed: {len(ids) if points else 'bütün noktalar / all points'}")


@app.command("show")
def show_command(point: Point, *, home: Home = None) -> None:
    """What papers say of a point: meters, multipliers, registers at exchanges; one JSON object a line."""
    from osos import registry
    from osos.mdm.installed import installed_at
    from osos.mdm.keeping.corrections import list_corrections
    from osos.mdm.labels import date_of_day

    with opened_store(settings_of(home)) as store, store.read() as conn:
        point_id = point_named(conn, point)
        told = {(one.meter_id, one.since): one for one in installed_at(conn, point_id=point_id)}
        for one in registry.installations(conn, point_id=point_id):
            papers = told[one.meter_id, one.since]
            facts: dict[str, Any] = {"meter": str(one.meter), "multiplier": f"{one.multiplier:f}"}
            facts |= {"since": one.since.isoformat(), "until": one.until and one.until.isoformat()}
            clocks = [[clock.since.isoformat(), clock.clock.value] for clock in papers.clocks]
            facts |= {
                "placed": dict(papers.first or ()),
                "removed": dict(papers.last or ()),
                "clocks": clocks,
            }
            print(json.dumps(facts, ensure_ascii=False))
        for waiting in list_corrections(conn, point_id=point_id):
            more = {channel.value: f"{wh:f}" for channel, wh in waiting.differences.items()}
            day = date_of_day(waiting.day).isoformat()
            print(json.dumps({"correction": waiting.number, "day": day, "more": more}))


@dataclass(slots=True)
class _Told:
    """What every paper says, and what it changed."""

    facts: dict[str, Any]
    redone: "Redone | None" = None


@contextmanager
def _paper(
    point: str, reason: str, by: str, home: Any, *, as_json: bool
) -> "Iterator[tuple[Connection, int, _Told]]":
    """One transaction; what cannot be ends the command with a sentence, and nothing is written."""
    from osos import registry
    from osos.mdm.keeping.corrections import count_pending
    from osos.mdm.keeping.paperwork import NotAPaper

    if not reason.strip():
        end("--reason: hangi evrak, yazın; saklanır / say which paper; it is kept", USAGE)
    told = _Told({"by": by or getpass.getuser(), "reason": reason.strip(), "now": RealClock().now()})
    with opened_store(settings_of(home)) as store:
        try:
            with store.begin() as conn:
                before = count_pending(conn)
                yield conn, point_named(conn, point), told
                waiting = count_pending(conn) - before
        except NotAPaper as error:
            end(f"{error.tr} / {error}", USAGE)
        except registry.OverlappingInstallation as error:
            where = f"{error.other.meter} {_local(error.other.since)} gününden beri takılı"
            what = f"{_local(error.at)} günü {error.meter} oraya takılamaz: {where}"
            end(f"{what}; önce onu `osos papers take-down` ile kaldırın / {error}", FOUND_BAD)
        except registry.ImpossibleMultiplier as error:
            end(f"{error.multiplier} bir çarpan olamaz; 40 gibi yazın / {error}", USAGE)
        except registry.NothingInstalled as error:
            end(f"{_local(error.at)} günü orada sayaç takılı değildi; tarihi düzeltin / {error}", FOUND_BAD)
    days = len(told.redone.point_days) if told.redone else 0
    facts = {"days_derived_anew": days, "more_corrections_waiting": waiting}
    print(json.dumps(facts) if as_json else "  ".join(f"{name}: {value}" for name, value in facts.items()))


def _local(moment: datetime) -> str:
    from osos.quantities import to_local

    return f"{to_local(moment):%d.%m.%Y %H:%M}"


def _device(text: str) -> "DeviceId":
    from osos.quantities import DeviceId, NotADevice

    found = re.fullmatch(r"([A-Za-z]{3})[ ]?([0-9A-Za-z]+)", text.strip())
    try:
        return DeviceId(found[1].upper() if found else "", found[2] if found else text)
    except NotADevice as error:
        end(f"--meter {text!r}: FLAG ve seri no yazın, MKS123456789 gibi / {error}", USAGE)


def _multiplier(text: str) -> Decimal:
    plain = text.strip().replace(",", ".")
    try:
        if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]{1,4})?", plain) is None:
            raise InvalidOperation
        return Decimal(plain)
    except InvalidOperation:
        end(
            f"--multiplier {text!r} bir çarpan değil; 40 gibi yazın / {text!r} is no multiplier; write 40",
            USAGE,
        )


def _registers(text: str, option: str) -> "dict[Channel, int] | None":
    """`1.8.0=1234,567 5.8.0=89` in Wh and varh; nothing said is None."""
    from osos.mdm.canonical import Channel
    from osos.mdm.imports.cells import BadCell, whole_of
    from osos.mdm.imports.problems import Problem

    found: dict[Channel, int] = {}
    for part in text.split():
        code, _, value = part.partition("=")
        if code not in tuple(Channel) or not value or Channel(code) in found:
            end(f"{option} {part!r}: 1.8.0=1234,567 yazın / write 1.8.0=1234.567", USAGE)
        try:
            wh = whole_of(value, power=3, decimal="auto", column=code, unit="Wh", digits=3)
        except BadCell as bad:
            wrong = Problem(0, bad.code, bad.facts)
            end(f"{option}: {wrong.words('tr')} / {wrong.words()}", USAGE)
        found[Channel(code)] = wh
    return found or None
