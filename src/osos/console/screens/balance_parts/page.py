"""Of which days, meters and losses is the balance of a place made, each with the way down (D-33, D-34)?"""

from pathlib import Path
from typing import Any

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from osos.console.desk import Desk, at_desk
from osos.console.screens.balance.asking import Asked, asked_of
from osos.console.screens.explain.figure import ShownFigure, shown_figure
from osos.mdm import faces
from osos.mdm.explain import BalanceTold, balance_told
from osos.mdm.explain.of_network import balance_told_by_sums
from osos.mdm.labels import date_of_day
from osos.mdm.network import asking
from osos.mdm.network.asking import Sums
from osos.mdm.network.topology import span_of
from osos.quantities import local_day
from osos.registry import Node, find_node
from osos.web import Screen

router = APIRouter()


@router.get("/o/balance/{node}/parts", name="console.balance_parts")
def show(request: Request, node: str) -> Response:
    """A month's sum into its days; a day's into its meters and what is lost by nature."""
    with at_desk(request) as desk:
        found = find_node(desk.conn, node)
        if found is None:
            raise HTTPException(404)
        asked = asked_of(desk.query, today=local_day(desk.now))
        told = None
        if asked.day is not None:
            told = balance_told(desk.conn, node_id=found.node_id, day=asked.day)
        parts = _of_month(desk, found, asked.days) if told is None else _of_day(desk, told, found)
        return desk.page(
            "balance_parts",
            section="balance",
            asked=asked,
            node=found,
            date_of=date_of_day,
            month_key=asked.month.strftime("%Y-%m"),
            parts=parts,
            worked=_worked(desk, parts["sums"], asked, told),
        )


def _worked(desk: Desk, sums: Sums, asked: Asked, told: BalanceTold | None) -> list[ShownFigure]:
    """Each figure's formula over what stands below it: a month's days, or a day's meters."""
    if not sums.counted:
        return []
    period = span_of(asked.days) if told is None else span_of([told.day])
    found = balance_told_by_sums(sums, period=period, price=asked.price)
    return [shown_figure(one, point="", f=desk.f, t=desk.t) for one in found]


def _of_month(desk: Desk, node: Node, days: range) -> dict[str, Any]:
    """As it was counted; a day that was counted before something changed is counted anew by the night."""
    sums = asking.sums_of(desk.conn, [node.node_id], days)[node.node_id]
    return {"told": None, "sums": sums, "rows": asking.days_of(desk.conn, node.node_id, days)}


def _of_day(desk: Desk, told: BalanceTold, node: Node) -> dict[str, Any]:
    """As it is known now, and beside it what the night had counted."""
    ids = sorted({one.point_id for one in (*told.mains, *told.below) if one.point_id is not None})
    seen = faces.seen_points(desk.conn, desk.viewer, ids, now=desk.now)
    counted = asking.days_of(desk.conn, node.node_id, [told.day])
    found = told.balance
    return {
        "told": told,
        "sums": Sums(
            days=1,
            counted=1,
            main_wh=found.main_wh,
            below_wh=found.below_wh,
            technical_wh=found.technical_wh,
            slots=found.slots,
        ),
        "seen": {one.point_id: one for one in seen},
        "counted": counted[0] if counted else None,
    }


SCREEN = Screen(name="console.balance_parts", router=router, folder=Path(__file__).parent)
