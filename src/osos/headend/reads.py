"""How is a meter asked for something?"""

from collections.abc import Sequence
from datetime import datetime, timezone

from osos.headend.conversation import Request, Urgency
from osos.headend.plan import PROFILE_DIRECTIVES, MeterBehindModem
from osos.modems.mass_json import RAW, REGISTER, meter_stamp, wall

PROFILES = frozenset(PROFILE_DIRECTIVES.values())  # directives that read from one label to another


def read(
    directive: str,
    meter: MeterBehindModem,
    *,
    zone: timezone,
    at: datetime,
    urgency: Urgency,
    start: datetime | None = None,
    end: datetime | None = None,
    sent: bytes = b"",
    codes: Sequence[str] = (),
    job: int | None = None,
    label: object = None,
) -> Request:
    """A read of one meter; `start` and `end` are labels, both included (M-107), sent on its wall (X-25).

    `sent`: the words of a raw exchange (X-44). `codes`: what a register read asks for (X-24).
    """
    parameters: dict[str, object] = {}
    if start is not None:
        parameters["STARTDATE"] = wall(start, zone)
    if end is not None:
        parameters["ENDDATE"] = wall(end, zone)
    if directive == RAW:
        parameters["VALUE"] = list(sent)
    if directive == REGISTER:
        parameters["OBIS"] = list(codes)
    body: dict[str, object] = {"directive": directive, "meter": meter.serial}
    if parameters:
        body["parameters"] = parameters
    what = " ".join(("read", directive, *codes))
    if start is not None and end is not None:
        what += f" {meter_stamp(start, zone)} … {meter_stamp(end, zone)}"
    return Request(
        what=what,
        function="read",
        body=body,
        at=at,
        line=meter.line,
        meter=meter.serial,
        answered=True,
        urgency=urgency,
        job=job,
        label=label,
        directive=directive,
    )
