"""How are the months gathered, shown and taken away?"""

from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from osos.mdm import faces
from osos.mdm.canonical import Channel
from osos.mdm.derive.grids import month_at
from osos.portal.files import monthly_sheet, send
from osos.portal.look import Look, looking
from osos.portal.pictures import Picture, both
from osos.portal.registers import in_order, register_name, unit_of, written
from osos.portal.screens.indices.view import indices_view
from osos.portal.screens.monthly.view import RATES, MonthRow, month_rows
from osos.quantities import Interval, Quality
from osos.web import Screen
from osos.web.svg import Bar, Part, stacked_bars

MONTHS = 13  # so that the same month of last year is the last row

router = APIRouter()


@router.get("/p/{point}/monthly", name="portal.monthly")
def show(request: Request, point: str) -> Response:
    with looking(request, point) as look:
        rows = rows_of(look)
        registers = [
            row
            for row in sorted(faces.registers(look.conn, look.seen), key=lambda row: in_order(row.code))
            if row.code in {"1.8.0", *RATES, "2.8.0", "2.8.1", "2.8.2", "2.8.3", "2.8.4"}
        ]
        return look.page(
            "monthly",
            None,
            rows=rows,
            bars=_bars(look, rows) if any(row.is_known for row in rows) else None,
            exports=any(row.wh.get(Channel.A_MINUS) for row in rows),
            reactive=any(Channel.Q1 in row.wh for row in rows),
            codes=RATES,
            registers=registers,
            name_of=register_name,
            unit_of=unit_of,
            written=written,
            score=faces.forecast_score(look.conn, look.seen, now=look.now),
        )


@router.get("/p/{point}/monthly.{kind}", name="portal.monthly_file")
def take(request: Request, point: str, kind: str) -> Response:
    with looking(request, point) as look:
        return send(look, monthly_sheet(look, rows_of(look)), kind, name="aylik")


def rows_of(look: Look) -> tuple[MonthRow, ...]:
    months = [month_at(look.now, back=n) for n in range(MONTHS)]
    period = Interval(months[-1].start, months[0].end)
    return month_rows(
        faces.series(look.conn, look.seen, period=period, resolution="month"),
        faces.demands(look.conn, look.seen, now=look.now, months=MONTHS),
        indices_view(faces.month_ends(look.conn, look.seen, MONTHS)),
        look.seen.installations,
    )


def _bars(look: Look, rows: tuple[MonthRow, ...]) -> Picture:
    return both(
        stacked_bars, [_bar(look, row) for row in reversed(rows)], f=look.f, title=look.t("monthly.bars")
    )


def _bar(look: Look, row: MonthRow) -> Bar:
    rates = [(f"t{code[-1]}", wh) for code, wh in row.rates.items() if wh]
    total = row.wh.get(Channel.A_PLUS, 0)
    whole = all(wh is not None for wh in row.rates.values()) and rates
    parts = [Part(hue=hue if hue != "t4" else "ghost", value=wh) for hue, wh in reversed(rates)]
    estimated = total if row.quality is Quality.ESTIMATED else 0
    return Bar(
        label=look.f.short_month(row.month.start),
        sub=look.f.day(row.month.start)[-4:],
        parts=tuple(parts) if whole else (Part(hue="imp", value=total, estimated=estimated),),
        state="known" if row.is_known else "missing",
        strong=not row.is_over,
        tip=f"{look.f.month(row.month.start)} · {look.f.kwh(total)}",
    )


SCREEN = Screen(name="portal.monthly", router=router, folder=Path(__file__).parent)
