"""Which lines of a load profile were asked for, before anybody decodes them?"""

from osos.iec62056.numbered_records import label_of
from osos.reader.spans import Span


def within(block: bytes, span: Span) -> bytes:
    """Without the lines whose label was not asked for; a line without a readable one stays."""
    lines = block.splitlines(keepends=True)
    return b"".join(line for line in lines if (label := label_of(line)) is None or span.holds(label))
