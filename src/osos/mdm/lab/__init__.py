"""What would a rule have said of the past, before it is switched on (D-12)?"""

from osos.mdm.lab.trial import MonthShare, PointShare, Trial
from osos.mdm.lab.trying import points_with_days, try_rule, try_rule_on_fleet

__all__ = ["MonthShare", "PointShare", "Trial", "points_with_days", "try_rule", "try_rule_on_fleet"]
