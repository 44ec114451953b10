"""Of which points is a portfolio's hour or day made, each with the way down to its registers (D-34)?"""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from osos.mdm.canonical import Channel
from osos.mdm.explain import points_told
from osos.portal.asking import FIRST_DAY, Note, parsed_day
from osos.portal.look import address, viewer_of
from osos.portal.screens.explain.asking import hour_of
from osos.portal.screens.together.page import MOST, all_points
from osos.quantities import Interval, local_day, local_midnight
from osos.web import Screen, render, web_of, words_of

router = APIRouter()
_ACTIVE = {one.value: one for one in (Channel.A_PLUS, Channel.A_MINUS)}


@router.get("/p/portfolio/parts", name="portal.portfolio_parts")
def show(request: Request) -> Response:
    """`h` an hour, else `day`; the parts add up to what the hour's row shows, to the Wh."""
    web, query = web_of(request), request.query_params
    now = web.clock.now()
    period, notes = _asked(query.get("h", ""), query.get("day", ""), now)
    channel = _ACTIVE.get(query.get("channel", ""), Channel.A_PLUS)
    with web.store.read() as conn:
        points = all_points(conn, viewer_of(request), period, now)
        found = None if points is None else points_told(conn, points, period=period, channel=channel)
    return render(
        request,
        "portal.parts_of_sum/page.html",
        status=200,
        block=None,
        period=period,
        day=local_day(period.start),
        is_day=period.end - period.start == timedelta(days=1),
        channel=channel,
        notes=notes,
        found=found,
        most=MOST,
        way=lambda point: address(
            point.public_id, "explain", s=_iso(period.start), e=_iso(period.end), channel=channel.value
        ),
        say_channel=words_of(request)(f"channel.{channel.value}"),
    )


def _asked(hour: str, day: str, now: datetime) -> tuple[Interval, list[Note]]:
    """What cannot be read asks for yesterday, and a note says so."""
    today = local_day(now)
    found = hour_of(hour) if hour else None
    if found is not None and FIRST_DAY <= local_day(found.start) <= today:
        return found, []
    named = parsed_day(day) if day else None
    if named is not None and FIRST_DAY <= named <= today:
        return _whole(named), []
    notes = [Note("asking.no_day", {"text": (hour or day)[:20]})] if hour or day else []
    return _whole(today - timedelta(days=1)), notes


def _whole(day: date) -> Interval:
    return Interval(local_midnight(day), local_midnight(day + timedelta(days=1)))


def _iso(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


SCREEN = Screen(name="portal.parts_of_sum", router=router, folder=Path(__file__).parent)
