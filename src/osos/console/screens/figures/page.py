"""What follows from a month of a point, and by which rule (D-30 … D-32)?"""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from osos.console.classes import CLASSES
from osos.console.desk import Desk, at_desk
from osos.console.screens.figures.asking import MONTHS_BACK, asked, kept_of, month_asked
from osos.mdm import faces
from osos.mdm.canonical import Channel
from osos.mdm.derive.grids import Resolution, month_at
from osos.mdm.derive.losses import COS_PHI
from osos.mdm.derive.reactive import UNMEASURED_SHARE, charged_unmeasured
from osos.mdm.derive.tariffs import Band
from osos.mdm.faces import SeenPoint
from osos.mdm.faces.group_profile import GroupProfile, group_profile
from osos.mdm.faces.month_losses import SIZES, month_hours, own_line_kwh, own_transformer, told_of_place
from osos.quantities import Interval, local_day
from osos.web import Screen

REACTIVE = {"inductive": Channel.Q1, "capacitive": Channel.Q4}
_A_MOMENT = timedelta(minutes=1)
_HOURS = 24

router = APIRouter()


@router.get("/o/points/{point}/figures", name="console.figures")
def show(request: Request, point: str) -> Response:
    with at_desk(request) as desk:
        seen = desk.point(point)
        month = month_asked(desk.query.get("month", ""), now=desk.now)
        question = asked(desk.query, month, told_of_place(desk.conn, seen.point_id, period=month))
        split = faces.tariff_split(desk.conn, seen, period=month)
        ratios = faces.ratios(desk.conn, seen, month=month, now=desk.now)
        return desk.page(
            "figures",
            section="points",
            point=seen,
            asked=question,
            months=[month_at(desk.now, back=n) for n in range(MONTHS_BACK + 1)],
            month_key=local_day(month.start).strftime("%Y-%m"),
            kept=kept_of(question),
            month_key_of=lambda one: local_day(one.start).strftime("%Y-%m"),
            last_day=local_day(month.end - _A_MOMENT),
            energies=_energies(desk, seen, month),
            split=split,
            hours=month_hours(month, desk.now),
            bands=tuple(Band),
            classes=CLASSES,
            ratios=ratios,
            reactive=REACTIVE,
            unmeasured=_unmeasured(ratios),
            unmeasured_share=UNMEASURED_SHARE,
            demand=faces.demands(desk.conn, seen, now=min(desk.now, month.end - _A_MOMENT), months=1)[0],
            sizes=SIZES,
            transformer=own_transformer(split, question.size, now=desk.now),
            line_kwh=question.line and own_line_kwh(split, question.line, now=desk.now),
            cos_phi=COS_PHI,
            profile=_profile(desk, seen, split) if question.profile else None,
            is_over=month.end <= desk.now,
            forecast=_forecast(desk, seen, month),
            score=faces.forecast_score(desk.conn, seen, now=desk.now),
        )


def _energies(desk: Desk, seen: SeenPoint, month: Interval) -> list[tuple[Channel, int]]:
    found = faces.series(desk.conn, seen, period=month, resolution=Resolution.MONTH)
    return [(channel, found.total(channel)) for channel in found.channels]


def _unmeasured(ratios: faces.Ratios) -> int | None:
    """Both registers stood still while energy was drawn: what is charged if the user brought that about."""
    active = ratios.month.ratios[faces.Kind.INDUCTIVE].active_wh
    stood = not any(one.reactive_varh for one in ratios.month.ratios.values())
    exempt = ratios.rule.exemption is not None
    return charged_unmeasured(active) if stood and active and ratios.has_reactive and not exempt else None


def _forecast(desk: Desk, seen: SeenPoint, month: Interval) -> faces.Forecast | None:
    """Of the present month alone."""
    if desk.now >= month.end:
        return None
    return faces.month_so_far(desk.conn, seen, now=desk.now).forecasts.get(Channel.A_PLUS)


def _profile(desk: Desk, seen: SeenPoint, split: faces.TariffSplit) -> dict[str, object] | None:
    found = group_profile(desk.conn, seen, split, now=desk.now)
    return None if found is None else {"found": found, "rows": _rows(found)}


def _rows(found: GroupProfile) -> list[list[Decimal]]:
    """Coefficients day by day, in ten-thousandths."""
    parts = [one * 10_000 for one in found.coefficients]
    return [parts[first : first + _HOURS] for first in range(0, len(parts), _HOURS)]


SCREEN = Screen(name="console.figures", router=router, folder=Path(__file__).parent)
