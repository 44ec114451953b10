"""How whole is a point's month, day by day, in a table's cell?

Days of one kind in a row are one shape: a hundred points of a month are a hundred shapes and not three
thousand. The same shapes mean the same as in `completeness_strip`.
"""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import groupby

from markupsafe import Markup

from osos.mdm.faces import ListedDay
from osos.quantities import local_day
from osos.web import Formats
from osos.web.svg.drawing import Drawing, colour

FILLS = {"measured": "ok", "edited": "info", "suspect": "warn", "estimated": "t1", "partly": "warn"}
HATCHED = {"estimated", "suspect", "partly"}
_WIDTH, _HEIGHT = 420, 20


def month_strip(
    days: Sequence[ListedDay], shown: Sequence[date], *, f: Formats, t: Callable[..., str], title: str
) -> Markup:
    """`shown` are the month's days; one of which nothing is told is not due."""
    states = {local_day(day.start): state_of(day) for day in days}
    drawing = Drawing(_WIDTH, _HEIGHT, title=title)
    step = _WIDTH / len(shown)
    kinds = [(day, *states.get(day, ("not_due", 1.0))) for day in shown]
    place = 0
    for (state, share), run in groupby(kinds, key=lambda one: one[1:]):
        those = [day for day, _, _ in run]
        span = f.days(those[0], those[-1]) if len(those) > 1 else f.near_day(those[0])
        tip = f"{span} · {t('portal.partly' if state == 'partly' else f'quality.{state}')}"
        _run(drawing, state, share, (place * step, len(those) * step - 1.5), tip)
        place += len(those)
    return drawing.markup()


def state_of(day: ListedDay) -> tuple[str, float]:
    """The gravest of what is known of it, and the share that is known."""
    if not day.due:
        return "not_due", 1.0
    share = (day.due - day.missing) / day.due
    if not share:
        return "missing", 0.0
    for name in ("suspect", "estimated", "edited"):
        if getattr(day, name):
            return name, share
    return ("partly" if day.missing else "measured"), share


def _run(drawing: Drawing, state: str, share: float, across: tuple[float, float], tip: str) -> None:
    x, width = across
    if state in {"missing", "not_due"}:
        fill = "url(#gap)" if state == "missing" else "none"
        edge = {"stroke": colour("ghost"), "stroke_dasharray": "2 2"}
        drawing.rect(x + 0.5, 0.5, width - 1, _HEIGHT - 1, fill=fill, tip=tip, **edge)
        return
    full = width * share
    if share < 1:
        drawing.rect(x, 0, width, _HEIGHT, fill=colour("rule"))
    drawing.rect(x, 0, full, _HEIGHT, fill=colour(FILLS[state]), tip=tip)
    if state in HATCHED:
        drawing.rect(x, 0, full, _HEIGHT, fill="url(#hatch)")
