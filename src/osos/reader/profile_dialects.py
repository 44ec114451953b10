"""Which way of asking for a load profile is this meter's?"""

from osos.iec62056 import Identification
from osos.iec62056.profile_queries import Dialect, dialect_named


def dialect_of(identification: Identification | None) -> Dialect:
    from osos.meters import profile_for  # a fifth of a second, needed only once a meter has spoken

    return dialect_named(profile_for(identification).name, identification.model if identification else "")
