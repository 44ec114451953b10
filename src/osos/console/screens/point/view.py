"""How whole is each day of a point, and who held it when?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from markupsafe import Markup
from sqlalchemy import Connection

from osos import registry
from osos.mdm.faces import SeenPoint, Series
from osos.quantities import Interval, Quality, local_day
from osos.web import Formats, svg
from osos.web.svg import Cell

# Kinds of lines of a story that have a sign of their own; others show as information.
STORY_KINDS = {
    "alarm": "bad",
    "gap": "missing",
    "hung": "info",
    "taken away": "info",
    "replaced": "edited",
    "frame": "none",
    "modem": "info",
    "event": "info",
}
_GRAVEST = (Quality.SUSPECT, Quality.EDITED, Quality.ESTIMATED)


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderLine:
    """A customer or supplier and his time; `kind` is customer or supplier."""

    kind: str
    name: str
    period: Interval
    is_open: bool


def strip(days: Series, *, f: Formats, t: Callable[..., str], wide: bool) -> Markup:
    """A cell a day: whole, filled, partly there, missing, not due."""
    cells = [
        Cell(state=state, share=share, tip=f"{f.day(day)}: {t('quality.' + _word(state))} {f.percent(share)}")
        for day, state, share in (_day(days, place) for place in range(len(days)))
    ]
    return svg.completeness_strip(cells, title=t("o.point.strip", n=len(cells)), wide=wide)


def holders(conn: Connection, seen: SeenPoint, *, at: datetime) -> list[HolderLine]:
    """The latest first."""
    held = registry.holdings(conn, [seen.point_id])[seen.point_id]
    lines = []
    for one in held.customers:
        customer = registry.find_customer(conn, one.party)
        lines.append(_line("customer", customer.title if customer is not None else "–", one.period, at))
    for one in held.suppliers:
        supplier = registry.find_supplier(conn, one.party)
        lines.append(_line("supplier", supplier.name if supplier is not None else "–", one.period, at))
    return sorted(lines, key=lambda line: line.period.start, reverse=True)


def _line(kind: str, name: str, period: Interval, at: datetime) -> HolderLine:
    return HolderLine(kind=kind, name=name, period=period, is_open=period.end > at)


def _day(days: Series, place: int) -> tuple[date, str, float]:
    day = local_day(days.starts[place].astype(datetime).replace(tzinfo=UTC))
    due = int(days.due_minutes[place])
    if not due:
        return day, "not_due", 0.0
    missing = int(days.minutes[Quality.MISSING][place])
    if missing:
        return day, "missing" if missing == due else "partly", 1 - missing / due
    return day, _gravest(days, place), 1.0


def _gravest(days: Series, place: int) -> str:
    found = (quality.name.lower() for quality in _GRAVEST if int(days.minutes[quality][place]))
    return next(found, "measured")


def _word(state: str) -> str:
    return "missing" if state == "partly" else state
