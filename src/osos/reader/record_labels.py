"""Of which label is a record, before anybody decodes it?"""

import re
from datetime import datetime

from osos.reader.spans import Span

_LABEL = re.compile(rb"\(([0-9]{2}-[0-9]{2}-[0-9]{2},[0-9]{2}:[0-9]{2})\)")


def label_of(record: bytes) -> datetime | None:
    found = _LABEL.search(record)
    try:
        return datetime.strptime(found[1].decode(), "%y-%m-%d,%H:%M") if found else None  # noqa: DTZ007  # a meter's wall clock
    except ValueError:
        return None


def within(block: bytes, span: Span) -> bytes:
    """Without the lines whose label was not asked for; a line without a readable one stays."""
    lines = block.splitlines(keepends=True)
    return b"".join(line for line in lines if (label := label_of(line)) is None or span.holds(label))
