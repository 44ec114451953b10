"""How are the ratios of a month gathered and shown?"""

from datetime import date, timedelta
from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from osos.mdm import faces
from osos.mdm.derive.grids import month_of
from osos.mdm.faces import Kind, Ratios
from osos.portal.asking import FIRST_DAY, months_before, parsed_month
from osos.portal.look import Look, looking
from osos.portal.pictures import Picture, both
from osos.portal.screens.ratios.drawing import ratio_lines
from osos.portal.screens.ratios.view import ExcessMap, by_day, excess_map, standing
from osos.quantities import local_day
from osos.web import Screen
from osos.web.svg import HeatRow, heat_map

MONDAY = date(2026, 1, 5)

router = APIRouter()


@router.get("/p/{point}/ratios", name="portal.ratios")
def show(request: Request, point: str) -> Response:
    with looking(request, point) as look:
        return look.page("ratios", None, **_facts(look))


def _facts(look: Look) -> dict[str, object]:
    first = _month(look)
    month = month_of(first)
    found = faces.ratios(look.conn, look.seen, month=month, now=look.now)
    says = standing(found)
    kind = _kind(look, says.kind)
    limit = found.rule.limits.of(kind)
    hours = faces.series(look.conn, look.seen, period=month, resolution="hour")
    excess = excess_map(hours, kind, limit)
    this_month = local_day(look.now).replace(day=1)
    return {
        "ratios": found,
        "standing": says,
        "days": by_day(found),
        "lines": _lines(look, found, (month.end - month.start).days),
        "kind": kind,
        "kinds": (Kind.CAPACITIVE, Kind.INDUCTIVE),
        "limit": limit,
        "excess": excess,
        "excess_map": _map(look, excess) if excess.total else None,
        "weekdays": [MONDAY + timedelta(days=n) for n in range(7)],
        "first": first,
        "is_present": first == this_month,
        "earlier": months_before(first, 1).strftime("%Y-%m"),
        "later": months_before(first, -1).strftime("%Y-%m") if first < this_month else None,
    }


def _month(look: Look) -> date:
    this_month = local_day(look.now).replace(day=1)
    asked = parsed_month(look.query.get("month", ""))
    return this_month if asked is None or asked > this_month else max(asked, months_before(FIRST_DAY, -12))


def _kind(look: Look, grave: Kind | None) -> Kind:
    asked = look.query.get("kind", "")
    return next((kind for kind in Kind if kind.value == asked), grave or Kind.CAPACITIVE)


def _lines(look: Look, found: Ratios, length: int) -> Picture:
    limits = {kind: float(found.rule.limits.of(kind)) for kind in Kind}
    return both(
        ratio_lines,
        by_day(found),
        length=length,
        limits=limits,
        limit_labels={
            k: look.t(
                "ratios.limit_of", kind=look.t(f"ratios.{k.value}"), limit=look.f.percent(limits[k] / 100, 0)
            )
            for k in Kind
        },
        ahead=found.projections,
        names={kind: look.t(f"ratios.{kind.value}") for kind in Kind},
        f=look.f,
        title=look.t("ratios.by_day"),
    )


def _map(look: Look, excess: ExcessMap) -> Picture:
    rows = [
        HeatRow(label=look.f.weekday(MONDAY + timedelta(days=n)), values=row)
        for n, row in enumerate(excess.varh)
    ]
    return both(heat_map, rows, title=look.t("ratios.map"), low=0.0)


SCREEN = Screen(name="portal.ratios", router=router, folder=Path(__file__).parent)
