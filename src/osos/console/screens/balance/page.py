"""What goes into each zone, feeder and transformer and comes out at none of their meters (D-33)?"""

from datetime import date, timedelta
from pathlib import Path

from fastapi import APIRouter
from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from osos.console.desk import at_desk
from osos.console.screens.balance.asking import asked_of, months_before
from osos.console.screens.balance.drawing import day_curve, loss_bars
from osos.mdm import faces
from osos.mdm.labels import date_of_day, day_number
from osos.mdm.network import asking, suspecting
from osos.quantities import local_day
from osos.registry import find_node
from osos.web import Screen

TREND_MONTHS = 12

router = APIRouter()


@router.get("/o/balance", name="console.balance")
def show(request: Request) -> Response:
    with at_desk(request) as desk:
        today = local_day(desk.now)
        asked = asked_of(desk.query, today=today)
        branches = asking.overview(desk.conn, days=asked.days)
        tops = asking.tops(branches)
        return desk.page(
            "balance",
            asked=asked,
            months=months_before(today),
            branches=branches,
            tops=tops,
            unexplained=[one.sums.unexplained_wh for one in tops if one.sums.unexplained_wh is not None],
            doubtful=[one for one in branches if one.sums.wants_looking_at],
            suspected=suspecting.totals(desk.conn).get("open", (0, 0)),
        )


@router.get("/o/balance/{node}", name="console.balance_node")
def show_node(request: Request, node: str) -> Response:
    with at_desk(request) as desk:
        found = find_node(desk.conn, node)
        if found is None:
            raise HTTPException(404)
        today = local_day(desk.now)
        asked = asked_of(desk.query, today=today)
        told = asking.node_page(desk.conn, found, days=asked.days)
        day = asked.day if asked.day is not None else _worst_day(told)
        of_day = None if day is None else asking.curve(desk.conn, found.node_id, day)
        ids = {one.point_id for one in told.meters}
        ids |= {point for row in told.rows for point, _ in row.lacking if point}
        seen = faces.seen_points(desk.conn, desk.viewer, sorted(ids), now=desk.now)
        drawn = [loss_bars(told.rows, asked.days, f=desk.f, t=desk.t, wide=wide) for wide in (True, False)]
        curves = (
            []
            if of_day is None
            else [day_curve(of_day, f=desk.f, t=desk.t, wide=wide) for wide in (True, False)]
        )
        return desk.page(
            "balance",
            section="balance",
            part="node",
            asked=asked,
            months=months_before(today),
            told=told,
            one=told.branch,
            bars=drawn,
            day=day,
            of_day=of_day,
            curves=curves,
            trend=_trend(desk.conn, found.node_id, asked.month),
            seen={one.point_id: one for one in seen},
            suspected=suspecting.at_points(desk.conn, sorted(ids)),
            date_of=date_of_day,
        )


def _worst_day(told: asking.NodePage) -> int | None:
    """The day of which most is unexplained."""
    worst = max(told.rows, key=lambda row: abs(row.sums.unexplained_wh or row.sums.loss_wh), default=None)
    return None if worst is None else worst.day


def _trend(conn: Connection, node_id: int, month: date) -> list[tuple[date, asking.Sums]]:
    """Loss month by month (D-35), the latest first; months without a balance are left out."""
    found, first = [], month
    for _ in range(TREND_MONTHS):
        after = (first + timedelta(days=32)).replace(day=1)
        days = range(day_number(first), day_number(after))
        sums = asking.sums_of(conn, [node_id], days)[node_id]
        if sums.counted:
            found.append((first, sums))
        first = (first - timedelta(days=1)).replace(day=1)
    return found


SCREEN = Screen(name="console.balance", router=router, folder=Path(__file__).parent)
