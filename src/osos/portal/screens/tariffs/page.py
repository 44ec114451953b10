"""How is the comparison of tariffs asked for and shown?"""

from datetime import date, timedelta
from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from osos.mdm import faces
from osos.mdm.derive.tariffs import DEFAULT, Band
from osos.mdm.faces.meter_calendar import hours_of
from osos.mdm.faces.month_losses import SIZES
from osos.portal.asking import FIRST_DAY, month_end, months_before, parsed_month
from osos.portal.look import Look, looking
from osos.portal.screens.tariffs.bill import FIELDS, bill_of, transformer_of
from osos.portal.screens.tariffs.view import BANDS, compare, prices_asked
from osos.quantities import Interval, local_day, local_midnight
from osos.web import Screen

MONTHS_OFFERED = 13
HOURS = hours_of(DEFAULT.weekday)  # P-9; regulation (f2)

router = APIRouter()


@router.get("/p/{point}/tariffs", name="portal.tariffs")
def show(request: Request, point: str) -> Response:
    with looking(request, point) as look:
        month = _month(look)
        period = Interval(local_midnight(month), local_midnight(month_end(month) + timedelta(days=1)))
        split = faces.tariff_split(look.conn, look.seen, period=period)
        prices, notes = prices_asked(look.query)
        hours = split.sources[-1].hours if split.sources else HOURS
        compared = compare({name: split.wh.get(Band[name.upper()], 0) for name in BANDS}, prices)
        return look.page(
            "tariffs",
            month=month,
            months=[months_before(local_day(look.now), back) for back in range(MONTHS_OFFERED)],
            split=split,
            compared=compared,
            prices=prices,
            notes=notes,
            prices_given=_given(look),
            given={name: look.query.get(name, "")[:20] for name in ("single", *BANDS, *FIELDS)},
            fields=FIELDS,
            sizes=SIZES,
            transformer=transformer_of(look, split),
            bill=bill_of(look, split, prices),
            hours={band.name: hours.get(band, "–") for band in Band},
        )


def _given(look: Look) -> dict[str, str]:
    """His prices as he wrote them, for the pages that say how a cost came about."""
    found = {name: look.query.get(name, "").strip()[:20] for name in ("single", *BANDS, *FIELDS)}
    size = look.query.get("transformer", "").split("/")
    kva = dict(zip(("primary_kv", "rated_kva"), size, strict=True)) if len(size) == 2 else {}
    return {name: text for name, text in (found | kva).items() if text}


def _month(look: Look) -> date:
    """The month asked for, or the present one."""
    today = local_day(look.now)
    found = parsed_month(look.query.get("month", ""))
    return today.replace(day=1) if found is None or found > today else max(found, FIRST_DAY)


SCREEN = Screen(name="portal.tariffs", router=router, folder=Path(__file__).parent)
