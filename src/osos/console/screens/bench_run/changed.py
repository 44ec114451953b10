"""What came out otherwise than in another run?"""

from osos.conformity.outputs import Change, difference
from osos.conformity.shelf import Kept


def changes(before: Kept, after: Kept) -> list[Change] | None:
    """None: one of the two is not to be compared with."""
    if before.sheet is None or after.sheet is None or not before.is_trusted:
        return None
    return difference(before.sheet.report, after.sheet.report)
