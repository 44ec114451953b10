"""What do pages ask of the truth? Each question takes a viewer, or the point that `find_point` gave for one.

Foreign and missing look alike: None, or nothing. Each answer says when it was read or came to be known, and
how well. Later the programming interface asks the same questions.
"""

from osos.mdm.derive.grids import Resolution
from osos.mdm.derive.series import Series
from osos.mdm.faces.electrical import Electrical, electrical
from osos.mdm.faces.indices import Indices, indices
from osos.mdm.faces.month_ends import MonthEndRow, MonthEnds, month_ends
from osos.mdm.faces.points import Page, Place, SeenPoint, find_point, list_points
from osos.mdm.faces.registers import RegisterRow, registers
from osos.mdm.faces.series import TooLong, series

__all__ = [
    "Electrical",
    "Indices",
    "MonthEndRow",
    "MonthEnds",
    "Page",
    "Place",
    "RegisterRow",
    "Resolution",
    "SeenPoint",
    "Series",
    "TooLong",
    "electrical",
    "find_point",
    "indices",
    "list_points",
    "month_ends",
    "registers",
    "series",
]
