"""How far is the meter off, at every point of EK-4? (T-24)"""

from osos.conformity.accuracy.judge import Judged, Result, judge
from osos.conformity.accuracy.limits import Classes, NoSuchClass
from osos.conformity.accuracy.points import Measured, Measurements, Point, Sheet
from osos.conformity.accuracy.procedures import sheets

__all__ = [
    "Classes",
    "Judged",
    "Measured",
    "Measurements",
    "NoSuchClass",
    "Point",
    "Result",
    "Sheet",
    "judge",
    "sheets",
]
