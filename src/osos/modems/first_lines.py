"""Which modems say who they are in a line of their own? (X-41: "pattern per model")

Such a modem waits for no `@OK`; it is admitted, refused and quarantined like any other. Every pattern is
**chosen**: no source prints one. A model is added by one line here.
"""

import re
from dataclasses import dataclass

MAY_GO_ON = re.compile(rb"[A-Z0-9 ;,:#-]{0,64}")  # a line that could still become one of these


@dataclass(frozen=True, slots=True)
class FirstLine:
    """`pattern` matches the whole line without its end; it has the groups flag and serial, imei if told."""

    name: str
    pattern: re.Pattern[bytes]


FIRST_LINES = (
    FirstLine(
        "flag-serial",  # ABC100200300400500, ABC-42;350000000000001
        re.compile(
            rb"(?P<flag>[A-Z]{3})[ ;,:#-]?(?P<serial>[0-9]{1,20})(?:[;,](?P<imei>[0-9]{15}))?[ ;,]{0,4}"
        ),
    ),
    FirstLine(
        "imei-flag-serial",  # 350000000000001;ABC;42
        re.compile(rb"(?:IMEI[:#])?(?P<imei>[0-9]{15})[;,](?P<flag>[A-Z]{3})[;,]?(?P<serial>[0-9]{1,20})"),
    ),
)
