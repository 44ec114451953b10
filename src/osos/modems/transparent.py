"""How does a transparent modem say who it is, before the bytes of its meters pass unchanged? (X-41)

One line from the modem, one from the centre; `@` cannot begin a byte stream of a meter.
"""

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo

from osos.modems.first_lines import FIRST_LINES, FirstLine
from osos.quantities import DeviceId, NotADevice

LONGEST = 512  # bytes of the whole line
REFUSED = b"@NO\r\n"

_NO_LINE = "it does not begin with @ID;, and no known model speaks so"
_END = re.compile(rb"\r\n|\n|\r")
_FIELD = re.compile(r"[ -:<-~]{0,64}")
_SERIAL = re.compile(r"[0-9A-Za-z]{1,32}")
_IMEI = re.compile(r"[0-9]{14,16}")  # with or without check digit and software version


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """What the modem told. A line of its own may hold an IMEI alone: then `device` has it for its serial."""

    device: DeviceId
    imei: str
    firmware: str
    port: str  # the serial port that this connection leads to
    meters: tuple[str, ...]  # serials on that port, as the modem writes them
    rest: bytes = b""  # what came behind the line already
    own_line: str = ""  # the FirstLine it spoke; such a modem waits for no answer


@dataclass(frozen=True, slots=True)
class NoHello:
    """These bytes are no such line, however they go on."""

    raw: bytes
    detail: str


class Opening:
    """Collects the first line; bounded. `own`: the lines of models that do not begin with `@ID;`."""

    def __init__(self, own: tuple[FirstLine, ...] = FIRST_LINES) -> None:
        self._raw, self._own = bytearray(), own

    @property
    def raw(self) -> bytes:
        return bytes(self._raw)

    def feed(self, data: bytes) -> Hello | NoHello | None:
        """None while more bytes could still make the line."""
        self._raw += data
        head = self.raw.lstrip(b"\r\n")
        if not (head.startswith(b"@ID;") or b"@ID;".startswith(head)):
            return self._own_line(head)
        end = _END.search(head)
        if end is None:
            too_long = len(head) > LONGEST
            return NoHello(self.raw[:LONGEST], f"no line end in {LONGEST} bytes") if too_long else None
        if head[end.start() :] == b"\r":
            return None  # its line feed is still on its way
        return parse_hello(head[: end.start()], rest=head[end.end() :])

    def _own_line(self, head: bytes) -> Hello | NoHello | None:
        end = _END.search(head)
        line = head if end is None else head[: end.start()]
        may_go_on = any(one.may_go_on.fullmatch(line) for one in self._own)
        if may_go_on and (end is None or head[end.start() :] == b"\r"):
            return None
        rest = b"" if end is None else head[end.end() :]
        told = self._named(line, rest) if may_go_on else None
        return told or NoHello(self.raw[:LONGEST], _NO_LINE)

    def quiet(self) -> Hello | None:
        """The modem has fallen silent: what is there may be its line; not all send an end (**chosen**)."""
        return self._named(self.raw.strip(b"\r\n"), b"")

    def _named(self, line: bytes, rest: bytes) -> Hello | None:
        for one in self._own:
            found = one.pattern.fullmatch(line)
            told = None if found is None else _own_hello(one, found, rest=rest)
            if told is not None:
                return told
        return None


def _own_hello(one: FirstLine, found: re.Match[bytes], *, rest: bytes) -> Hello | None:
    told = {name: (text or b"").decode("latin-1") for name, text in found.groupdict().items()}
    imei, serial = told.get("imei", ""), told.get("serial", "")
    if imei and not _IMEI.fullmatch(imei):
        return None
    try:
        device = DeviceId(told.get("flag", "").upper() if serial else "", serial or imei)
    except NotADevice:
        return None
    return Hello(device=device, imei=imei, firmware="", port="", meters=(), rest=rest, own_line=one.name)


def parse_hello(line: bytes, *, rest: bytes = b"") -> Hello | NoHello:
    """`@ID;FLG;serial;imei;firmware;port;meter,meter` without its line end; later fields may be left out.

    >>> parse_hello(b"@ID;OSM;42;;1.0;1;123456789").meters
    ('123456789',)
    """
    try:
        fields = line.decode("ascii").split(";")
    except UnicodeDecodeError:
        return NoHello(line, "it holds bytes that are not ASCII")
    if fields[0] != "@ID" or not 3 <= len(fields) <= 7:
        return NoHello(line, f"it has {len(fields)} fields; @ID;FLG;serial;imei;firmware;port;meters wants 7")
    fields += [""] * (7 - len(fields))
    _, flag, serial, imei, firmware, port, meters = (field.strip() for field in fields)
    named = tuple(filter(None, (one.strip() for one in meters.split(","))))
    odd = ""
    if not all(_FIELD.fullmatch(field) for field in (imei, firmware, port)):
        odd = "a field is longer than 64 characters, or holds control characters"
    elif not all(_SERIAL.fullmatch(one) for one in named):
        odd = f"{meters!r} are no serials of meters"
    elif not flag:
        odd = "the maker's three letters are missing"
    if odd:
        return NoHello(line, odd)
    try:
        device = DeviceId(flag, serial)
    except NotADevice as error:
        return NoHello(line, str(error))
    return Hello(device=device, imei=imei, firmware=firmware, port=port, meters=named, rest=rest)


def hello_line(hello: Hello) -> bytes:
    """The line as a modem sends it."""
    told = (hello.device.flag, hello.device.serial, hello.imei, hello.firmware, hello.port)
    return f"@ID;{';'.join(told)};{','.join(hello.meters)}\r\n".encode("ascii")


def accepted(now: datetime, zone: tzinfo) -> bytes:
    """`@OK;yyyy-mm-dd hh:mm:ss`: the modem may set its clock by it."""
    return f"@OK;{now.astimezone(zone):%Y-%m-%d %H:%M:%S}\r\n".encode("ascii")
