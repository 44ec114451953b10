"""How far can a value be trusted?"""

from enum import Enum


class Quality(Enum):
    """How a value came about, with its IEC 61968-9 ReadingQualityType code (`source.category.detail`).

    `mark` is the byte kept in blocks; it never changes its meaning.
    """

    MEASURED = (0, "1.0.0")  # end device, valid
    ESTIMATED = (1, "3.8.0")  # meter data management, estimated
    EDITED = (2, "3.7.0")  # meter data management, edited by hand
    SUSPECT = (3, "3.6.0")  # meter data management, failed validation
    MISSING = (4, "3.5.259")  # meter data management, known to be missing

    def __init__(self, mark: int, iec61968_9: str) -> None:
        self.mark = mark
        self.iec61968_9 = iec61968_9

    @classmethod
    def of_mark(cls, mark: int) -> "Quality":
        return _BY_MARK[mark]


_BY_MARK = {quality.mark: quality for quality in Quality}
