"""How are the pictures drawn that need no script?

Every function is pure and gives one SVG element with a title; drawn twice, wide and narrow, because a
scaled-down text cannot be read: `two(stacked_bars(…), stacked_bars(…, wide=False))` of parts.html.
"""

from osos.web.svg.bars import Bar, Part, stacked_bars
from osos.web.svg.bullet import bullet
from osos.web.svg.heat_map import HeatRow, heat_map
from osos.web.svg.lines import Axis, Line, lines, scatter
from osos.web.svg.month_line import Ahead, month_line
from osos.web.svg.rail import Due, deadline_rail
from osos.web.svg.ribbon import day_ribbon
from osos.web.svg.share_bar import progress_bar, share_bar
from osos.web.svg.sparkline import sparkline
from osos.web.svg.standalone import standalone
from osos.web.svg.strips import Cell, completeness_strip, district_strip, ramp_key
from osos.web.svg.time_line import Happening, time_line
from osos.web.svg.trend import Limit, Run, trend

__all__ = [
    "Ahead",
    "Axis",
    "Bar",
    "Cell",
    "Due",
    "Happening",
    "HeatRow",
    "Limit",
    "Line",
    "Part",
    "Run",
    "bullet",
    "completeness_strip",
    "day_ribbon",
    "deadline_rail",
    "district_strip",
    "heat_map",
    "lines",
    "month_line",
    "progress_bar",
    "ramp_key",
    "scatter",
    "share_bar",
    "sparkline",
    "stacked_bars",
    "standalone",
    "time_line",
    "trend",
]
