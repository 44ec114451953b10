"""What may stand in a log line? JSON on stderr, one object a line, with these fields and no others."""

import sys
from typing import Any

# No personal data, no keys, no payloads: a field that is not listed is dropped (T25).
FIELDS = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "modem",
        "meter",
        "address",
        "reference",
        "code",
        "words",
        "what",
        "connected",
    }
)


def make_logger() -> Any:
    """A structlog logger for a server process; nothing is configured globally."""
    import structlog

    return structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _allowed_only,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.BoundLogger,
    )


def _allowed_only(_: Any, __: str, line: Any) -> Any:
    return {name: value for name, value in line.items() if name in FIELDS}
