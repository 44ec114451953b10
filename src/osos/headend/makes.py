"""How is a meter of this make asked for a load profile, and what does its NAK mean? (M-108, M-163)"""

import re
from collections.abc import Iterator
from datetime import datetime, timezone

from osos.iec62056 import Command, Identification, parse_identification
from osos.iec62056.errors import NotAnIdentification
from osos.iec62056.profile_queries import DIALECTS, TURKISH, Dialect, dialect_named
from osos.meters import profile_for

_IDENTIFICATION = re.compile(rb"/[A-Za-z]{3}[0-9A-I][^\r\n]{0,64}")


def walls(*instants: datetime | None, zone: timezone) -> Iterator[datetime | None]:
    """Labels as the meter's own clock shows them."""
    for at in instants:
        yield None if at is None else at.astimezone(zone).replace(tzinfo=None)


def own_dialect(named: Identification | None) -> Dialect:
    return dialect_named(profile_for(named).name, named.model if named is not None else "")


def askings(
    profile: str, first: datetime | None, last: datetime | None, named: Identification | None
) -> list[Command]:
    """What to say, the make's own way first; last the form of the national specification."""
    said = [way(profile, (first, last)) for way in (*own_dialect(named).between, *TURKISH.between)]
    return list({each.render(): each for each in said if each is not None}.values())


def has_own_way(named: Identification | None) -> bool:
    """Such a meter's NAK to the usual form may mean that it does not know it, not that it holds nothing."""
    return profile_for(named).name in DIALECTS


def identification_in(raw: bytes) -> Identification | None:
    """The first line of a meter among what a directive run heard."""
    found = _IDENTIFICATION.search(raw)
    try:
        return parse_identification(found[0] + b"\r\n") if found is not None else None
    except NotAnIdentification:
        return None
