"""Which protocol does a connection speak, by its first bytes? (X-2)"""

import re
from dataclasses import dataclass

# Enough for the longest opening that decides; what comes later belongs to the dialect.
LONGEST_OPENING = 24


@dataclass(frozen=True, slots=True)
class Dialect:
    """A protocol of the field; only those that are spoken here get past the door."""

    name: str
    opening: re.Pattern[bytes]
    spoken: bool = False


MASS_JSON = Dialect("MASS JSON", re.compile(rb"#[ \t\r\n]*\{|#\d{1,9}\$"), spoken=True)
# In this order: the first that fits decides. Viko's five digits end in `~`, early JSON's in `$`.
DIALECTS = (
    Dialect("TLS", re.compile(rb"\x16\x03")),
    Dialect("OSOS envelope", re.compile(rb"OS")),
    MASS_JSON,
    Dialect("Gridbox", re.compile(rb"#FC\|")),
    Dialect("Viko gateway", re.compile(rb"#\d{5}~")),
    Dialect("GRP push", re.compile(rb"<[MU]2;")),
    Dialect("transparent", re.compile(rb"@ID;")),
    Dialect("raw meter", re.compile(rb"[/\x02]")),
    Dialect("MQTT", re.compile(rb"\x10")),
    Dialect("Elektromed", re.compile(rb"[\x00-\x04][\x00-\xff]\w{1,8}:\w{1,16}:")),
)


@dataclass(frozen=True, slots=True)
class Unknown:
    """No dialect begins like this, however it goes on."""

    opening: bytes


def recognise(opening: bytes) -> Dialect | Unknown | None:
    """The dialect, or that there is none, or None while more bytes could still tell.

    Blank lines before a message are skipped: one unit sends CR LF after each frame it ends.

    >>> recognise(b'#{"device"').name
    'MASS JSON'
    """
    opening = opening.lstrip(b"\r\n")
    for dialect in DIALECTS:
        if dialect.opening.match(opening):
            return dialect
    return None if len(opening) < LONGEST_OPENING else Unknown(opening)
