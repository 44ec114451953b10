"""What do pages ask of the truth? Each question takes a viewer, or the point that `find_point` gave for one.

Foreign and missing look alike: None, or nothing. Each answer says when it was read or came to be known, and
how well. Later the programming interface asks the same questions.
"""

from osos.mdm.canonical import Channel
from osos.mdm.derive.forecasting import Forecast
from osos.mdm.derive.grids import Resolution, month_at, month_of
from osos.mdm.derive.interruptions import Evidence, Outage
from osos.mdm.derive.reactive import Kind, Ratio, Rule
from osos.mdm.derive.series import Series
from osos.mdm.derive.tariffs import Band, ClockRegime, TariffCalendar
from osos.mdm.faces.clock_changes import ClockChange, clock_changes
from osos.mdm.faces.completeness import OpenGap, PointCompleteness, completeness, open_gaps
from osos.mdm.faces.curves import Curve
from osos.mdm.faces.demands import Demand, MonthDemands, demands
from osos.mdm.faces.electrical import Electrical, electrical, lay_records_at_hand
from osos.mdm.faces.indices import Indices, indices
from osos.mdm.faces.listed import ListedDay, ListedMonth, listed_months
from osos.mdm.faces.month_ends import MonthEndRow, MonthEnds, month_ends
from osos.mdm.faces.month_so_far import MonthSoFar, forecast_score, month_so_far
from osos.mdm.faces.outages import outages
from osos.mdm.faces.points import (
    Page,
    Place,
    SeenPoint,
    find_point,
    list_points,
    seen_points,
    sister_places,
)
from osos.mdm.faces.ranking import Ranked, ranked
from osos.mdm.faces.ratios import MonthRatios, Projection, Ratios, ratios
from osos.mdm.faces.registers import RegisterRow, registers
from osos.mdm.faces.series import TooLong, lay_at_hand, series
from osos.mdm.faces.tariff_split import TariffSplit, share_of, tariff_split
from osos.mdm.faces.together import HourTogether, Together, together

__all__ = [
    "Band",
    "Channel",
    "ClockChange",
    "ClockRegime",
    "Curve",
    "Demand",
    "Electrical",
    "Evidence",
    "Forecast",
    "HourTogether",
    "Indices",
    "Kind",
    "ListedDay",
    "ListedMonth",
    "MonthDemands",
    "MonthEndRow",
    "MonthEnds",
    "MonthRatios",
    "MonthSoFar",
    "OpenGap",
    "Outage",
    "Page",
    "Place",
    "PointCompleteness",
    "Projection",
    "Ranked",
    "Ratio",
    "Ratios",
    "RegisterRow",
    "Resolution",
    "Rule",
    "SeenPoint",
    "Series",
    "TariffCalendar",
    "TariffSplit",
    "Together",
    "TooLong",
    "clock_changes",
    "completeness",
    "demands",
    "electrical",
    "find_point",
    "forecast_score",
    "indices",
    "lay_at_hand",
    "lay_records_at_hand",
    "list_points",
    "listed_months",
    "month_at",
    "month_ends",
    "month_of",
    "month_so_far",
    "open_gaps",
    "outages",
    "ranked",
    "ratios",
    "registers",
    "seen_points",
    "series",
    "share_of",
    "sister_places",
    "tariff_split",
    "together",
]
