"""Which panes does the chart of a load profile have, and what is drawn in each?"""

from collections.abc import Callable

from markupsafe import Markup

from osos.portal.look import Look
from osos.portal.screens.profile.view import FAMILIES, Column, Family, ProfileView
from osos.portal.slots import band_spans
from osos.portal.times import day_of_instant
from osos.quantities import local_midnight
from osos.web.charts import Bands, Line, Pane, chart_data

_HUES = {
    "1.8.0": "imp",
    "2.8.0": "exp",
    "5.8.0": "ind",
    "8.8.0": "cap",
    "13.7.0": "ink2",
    "32.7.0": "ink2",
    "52.7.0": "info",
    "72.7.0": "warn",
    "31.7.0": "ink2",
    "51.7.0": "info",
    "71.7.0": "warn",
}
_DASHES = {"8.8.0": (6, 3), "52.7.0": (6, 3), "51.7.0": (6, 3), "72.7.0": (2, 3), "71.7.0": (2, 3)}
_HEIGHTS: dict[Family, int] = {"active": 240}
_ENERGIES = frozenset({"active", "reactive"})


def panes_of(view: ProfileView, t: Callable[..., str]) -> tuple[Pane, ...]:
    """One for each family the meter records; one of which nothing is known is left out."""
    return tuple(
        Pane(
            title=t(f"profile.{family}"),
            unit=columns[0].unit,
            note=t(f"profile.{family}_note"),
            lines=[_line(column, t) for column in columns],
            from_zero=family in _ENERGIES,
            height=_HEIGHTS.get(family, 150),
            sum_unit={"active": "kWh", "reactive": "kVArh"}.get(family, ""),
            marked=family in _ENERGIES,
        )
        for family in FAMILIES
        if (columns := [column for column in view.family(family) if column.known])
    )


def _line(column: Column, t: Callable[..., str]) -> Line:
    code = column.code.split()[0]
    is_power = column.family in _ENERGIES
    return Line(
        label=t(f"obis.{column.code}"),
        hue="ink3" if column.code.endswith(" min") else _HUES.get(code, "ink2"),
        values=column.values,
        decimals=column.decimals,
        shown_digits=column.shown_digits,
        dash=_DASHES.get(code, ()),
        stepped=is_power,
        filled=column.code in {"1.8.0", "2.8.0"},
        down=column.code == "2.8.0",
    )


def data_of(view: ProfileView, panes: tuple[Pane, ...], look: Look) -> Markup:
    """What the script draws, with the calendar of the first day."""
    bands = []
    if len(view):
        day = day_of_instant(view.at[0])
        cuts = [(int(s.start * 60), int(s.end * 60), s.hue) for s in band_spans(day)]
        bands = [Bands(since=local_midnight(day), cuts=cuts)]
    return chart_data(
        t=look.t,
        language=look.f.language,
        starts=view.at,
        ends=view.until,
        panes=panes,
        quality=view.quality,
        bands=bands,
    )
