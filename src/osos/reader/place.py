"""Where is the meter? What `tcp://host:port?address=…` and `serial:///dev/ttyUSB0?baud=300` name.

`rfc2217://host:port` is a serial port at the other end of a network, whose speed is set from here (X-42).
"""

from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from osos.iec62056 import BAUD
from osos.reader.trouble import LineTrouble, Words, trouble

Parity = Literal["auto", "even", "none"]

TCP_DELAY_S = 1.0  # a transparent modem's way there and back; waits get longer by it, answers do not
_SPEEDS = frozenset(BAUD.values())
_LISTED, _NAMES = ", ".join(map(str, sorted(_SPEEDS))), "address, baud, max, parity, delay"


_WANTED: dict[str, Words] = {
    "tcp": ("sunucu ve port gerek", "a host and a port are needed"),
    "rfc2217": ("sunucu ve port gerek", "a host and a port are needed"),
    "serial": ("port adı gerek", "a port is needed"),
}
_PORT = ("port, 1 ile 65535 arasında bir sayı", "the port is a number from 1 to 65535")
_NO_SCHEME = (
    "tcp://, serial:// ya da rfc2217:// ile başlamıyor",
    "it begins with neither tcp://, serial:// nor rfc2217://",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A serial port (`path`: a device or an rfc2217 address) or a TCP port (`host`, `port`), and its line."""

    url: str
    host: str = ""
    port: int = 0
    path: str = ""
    address: str = ""  # FLAG and serial, or the serial alone; empty: whoever is there
    baud: int | None = None  # the speed of the first request; None: the usual ones, one after the other
    max_baud: int | None = None  # no higher speed than this; None: as offered, lower where that fails
    parity: Parity = "auto"
    delay_s: float = 0.0

    @property
    def is_serial(self) -> bool:
        return bool(self.path)


def parse_place(url: str) -> Place:
    """Raises LineTrouble `bad-url`.

    >>> parse_place("tcp://10.0.0.7:4059?address=OSO100000001").port
    4059
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 0
        pairs = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError as error:
        raise _bad(url, _PORT if "ort" in str(error) else (f"çözülemiyor: {error}", str(error))) from None
    known = _known(url, dict(pairs))
    if parts.scheme == "tcp" and host and port:
        return Place(url=url, host=host, port=port, **{"delay_s": TCP_DELAY_S, **known})
    if parts.scheme == "rfc2217" and host and port:
        return Place(url=url, path=f"rfc2217://{parts.netloc}", **{"delay_s": TCP_DELAY_S, **known})
    path = f"{parts.netloc}{parts.path}"
    if parts.scheme == "serial" and path:
        return Place(url=url, path=path, **known)
    raise _bad(url, _WANTED.get(parts.scheme, _NO_SCHEME))


def _known(url: str, query: dict[str, str]) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for name, text in query.items():
        if name == "address":
            if not text.isascii() or not text.isalnum() or len(text) > 32:
                raise _bad(
                    url,
                    (
                        f"address {text!r} FLAG ve seri numarası değil",
                        f"address {text!r} is not FLAG and serial",
                    ),
                )
            known["address"] = text
        elif name in ("baud", "max"):
            if not text.isdecimal() or int(text) not in _SPEEDS:
                raise _bad(url, (f"{name}: {_LISTED}", f"{name} is one of {_LISTED}"))
            known["baud" if name == "baud" else "max_baud"] = int(text)
        elif name == "parity":
            if text not in ("auto", "even", "none"):
                raise _bad(url, ("parity: auto, even, none", "parity is auto, even or none"))
            known["parity"] = text
        elif name == "delay":
            known["delay_s"] = _seconds(url, text)
        else:
            raise _bad(url, (f"{name!r} bilinmiyor: {_NAMES}", f"{name!r} is not known: {_NAMES} are"))
    return known


def _seconds(url: str, text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        raise _bad(
            url, (f"delay {text!r} saniye değil", f"delay {text!r} is not a number of seconds")
        ) from None
    if not 0 <= seconds <= 60:
        raise _bad(url, ("delay 0-60 saniye", "delay is 0 to 60 seconds"))
    return seconds


def _bad(url: str, why: Words) -> LineTrouble:
    return LineTrouble(trouble("bad-url", url=url, why=why))
