"""Which rules are there, what would one say of the past, what do they say of these days? (`osos rules`)"""

import getpass
import json
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, Any

import typer

from osos.cli.clocks import RealClock
from osos.cli.opened import USAGE, Home, end, opened_store, settings_of
from osos.cli.progress import bar
from osos.cli.spreading import SpreadOver, spread_given, spread_told

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from osos.mdm.lab import Trial
    from osos.mdm.rules import Setting

app = typer.Typer(no_args_is_help=True, help="List rules, try one on history, set thresholds, judge days.")
_POINTS_SHOWN = 10

RuleName = Annotated[str, typer.Argument(help="Rule, such as SPIKE.")]
From = Annotated[str, typer.Option("--from", help="First day, ISO, local.")]
To = Annotated[str, typer.Option("--to", help="Last day, included.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]
Set = Annotated[list[str] | None, typer.Option("--set", help="threshold=value; may be repeated.")]


@app.command("list")
def list_command(as_json: AsJson = False, home: Home = None) -> None:
    """Every rule with the thresholds that hold for everyone now."""
    from osos.mdm import judge
    from osos.mdm.rules import RULES

    with opened_store(settings_of(home)) as store, store.read() as conn:
        book = judge.current_book(conn)
    for rule in RULES:
        held = {s.threshold: s.value for s in book.settings if s.rule == rule.id and not s.scope}
        facts = {"rule": rule.id, "version": rule.version, "severity": rule.severity.name.lower()}
        facts |= {"code": rule.code, "tr": rule.name_tr, "en": rule.name_en, "thresholds": held}
        if as_json:
            print(json.dumps(facts, ensure_ascii=False))
        else:
            each = " ".join(f"{name}={value}" for name, value in held.items())
            print(f"{rule.id:<22}{rule.code:<9}{rule.name_tr} / {rule.name_en}  {each}")


@app.command("try")
def try_command(
    rule: RuleName,
    since: From,
    until: To,
    *,
    settings: Set = None,
    price: Annotated[str, typer.Option("--price", help="TL a kWh.")] = "0",
    spread: SpreadOver = "",
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """What a rule would have said of the past; nothing is written."""
    from osos.mdm.lab import try_rule, try_rule_on_fleet
    from osos.mdm.rules import NoSuchThreshold

    days, settled = _days(since, until), settings_of(home)
    over = spread_given(spread, settled)
    with opened_store(settled) as store, bar(rule) as progress, spread_told():
        try:
            asked: dict[str, Any] = {"rule": rule, "days": days, "price_tl_kwh": _price(price)}
            asked["settings"] = _settings(rule, settings or [], since_day=0)
            if over is None:  # all of it from one moment
                with store.read() as conn:
                    trial = try_rule(conn, **asked, progress=progress)
            else:
                trial = try_rule_on_fleet(store, **asked, spread=over, progress=progress)
        except NoSuchThreshold as error:
            end(str(error), USAGE)
        with store.read() as conn:
            named = _named(conn, [one.point_id for one in trial.points[:_POINTS_SHOWN]], days)
    print(json.dumps(_facts(trial, named), ensure_ascii=False) if as_json else _text(trial, named))


@app.command("set")
def set_command(
    rule: RuleName,
    settings: Annotated[list[str], typer.Argument(help="threshold=value …")],
    *,
    since: Annotated[str, typer.Option("--since", help="From this day on, ISO, local.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; it is kept.")],
    scope: Annotated[
        list[str] | None, typer.Option("--scope", help="point_class=…, tariff_group=…, point=…")
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Who.")] = "",
    home: Home = None,
) -> None:
    """Lay thresholds over those in force; the older ones stay on record."""
    from dataclasses import replace

    from osos.mdm import judge
    from osos.mdm.rules import NoSuchThreshold

    where = dict(_pair(one) for one in scope or [])
    with opened_store(settings_of(home)) as store, store.begin() as conn:
        try:
            new = [replace(one, scope=where) for one in _settings(rule, settings, since_day=_day(since))]
            judge.set_thresholds(conn, new, by=by or getpass.getuser(), reason=reason, now=RealClock().now())
        except NoSuchThreshold as error:
            end(str(error), USAGE)
    print(f"{rule}: {len(new)}")


@app.command("judge")
def judge_command(
    since: From,
    until: To,
    *,
    again: Annotated[bool, typer.Option("--again", help="Also days that have not changed.")] = False,
    spread: SpreadOver = "",
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Judge every point's days that are new, changed, or were judged by another rule book."""
    from osos.mdm import judge
    from osos.mdm.lab import points_with_days

    days, now, settings = _days(since, until), RealClock().now(), settings_of(home)
    over = spread_given(spread, settings)
    with opened_store(settings) as store, bar("osos rules judge") as progress, spread_told():
        with store.read() as conn:
            points = points_with_days(conn, days)
        done = judge.judge_fleet(
            store,
            point_ids=points,
            days=days,
            now=now,
            only_changed=not again,
            spread=over,
            progress=progress,
        )
        with store.read() as conn:
            found = {rule: count for rule, count in judge.counts(conn, days=days).items() if count}
    facts: dict[str, Any] = {"point_days": done.point_days, "new": done.written.new}
    facts |= {"changed": done.written.changed, "same": done.written.same, "findings": done.findings}
    facts |= {"suspect_slots": done.suspect_slots, "by_rule": found}
    print(json.dumps(facts, ensure_ascii=False) if as_json else _plain(facts))


def _plain(facts: dict[str, Any]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in facts.items())


def _facts(trial: "Trial", named: dict[int, str]) -> dict[str, Any]:
    months = [
        {
            "month": one.month.strftime("%Y-%m"),
            "findings": one.findings,
            "point_days": one.point_days,
            "points": one.points,
            "kwh": _kwh(one.energy_wh),
        }
        for one in trial.months
    ]
    points = [
        {
            "point": named.get(one.point_id, str(one.point_id)),
            "findings": one.findings,
            "kwh": _kwh(one.energy_wh),
        }
        for one in trial.points[:_POINTS_SHOWN]
    ]
    return {
        "rule": trial.rule,
        "thresholds": dict(trial.thresholds),
        "judged_point_days": trial.judged_point_days,
        "findings": trial.findings,
        "point_days": trial.point_days,
        "points": len(trial.points),
        "kwh": _kwh(trial.energy_wh),
        "tl": str(trial.money),
        "months": months,
        "first_points": points,
    }


def _kwh(wh: int) -> str:
    return str(Decimal(wh) / 1000)


def _text(trial: "Trial", named: dict[int, str]) -> str:
    from osos.mdm.rules import words

    facts = _facts(trial, named)
    lines = [f"{name}: {facts[name]}" for name in facts if name not in ("months", "first_points")]
    lines += [
        f"  {m['month']}  {m['findings']} findings, {m['points']} points, {m['kwh']} kWh"
        for m in facts["months"]
    ]
    lines += [f"  {p['point']}  {p['findings']} findings, {p['kwh']} kWh" for p in facts["first_points"]]
    lines += [f"  {words(one, 'tr')}" for one in trial.examples[:3]]
    return "\n".join(lines)


def _named(conn: "Connection", points: list[int], days: range) -> dict[int, str]:
    """Installation numbers where the registry knows them, else public ids."""
    from osos import registry
    from osos.mdm.labels import edge_of_day, instant_of_label

    found = registry.service_points_of(conn, points, at=instant_of_label(edge_of_day(days.stop)))
    return {point: one.installation_no or one.public_id for point, one in found.items()}


def _settings(rule: str, given: list[str], *, since_day: int) -> "list[Setting]":
    from osos.mdm.rules.thresholds import set_for_all

    pairs = [_pair(one) for one in given]
    return [set_for_all(rule, name, value, since_day=since_day) for name, value in pairs]


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        end(f"{text!r}: write name=value", USAGE)
    return name.strip(), value.strip()


def _price(text: str) -> Decimal:
    try:
        price = Decimal(text.replace(",", "."))
    except InvalidOperation:
        end(f"--price {text!r} is no number; write 2.65", USAGE)
    if not price.is_finite() or price < 0:
        end(f"--price {text!r}: a price is zero or more", USAGE)
    return price


def _days(since: str, until: str) -> range:
    days = range(_day(since), _day(until) + 1)
    if not days:
        end(f"{since} is after {until}: no day between", USAGE)
    return days


def _day(text: str) -> int:
    from osos.mdm.labels import day_number

    try:
        return day_number(date.fromisoformat(text))
    except ValueError:
        end(f"{text!r} is not a day; write 2026-03-02", USAGE)
