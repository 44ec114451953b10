"""What does a meter say when it is asked?"""

import re
from dataclasses import replace
from typing import NamedTuple

from osos.meters import Entry, rows
from osos.simulator.meter.act import PortName
from osos.simulator.meter.body import Body
from osos.simulator.meter.gen1 import DIALECTS
from osos.simulator.meter.profile import ProfileRows
from osos.simulator.meter.ranges import label_range
from osos.simulator.meter.readouts import packet_text
from osos.simulator.meter.settings import Settings
from osos.simulator.meter.snapshot import Snapshot
from osos.simulator.meter.spec import MeterSpec
from osos.simulator.meter.text import records_text
from osos.simulator.meter.values import value
from osos.simulator.meter.values_gen3 import header

PACKETS = frozenset("056789")  # Y of the acknowledge (M-13); 1 is the programming mode
PROFILES = ("P.01", "P.02", "P.03", "P.12")
# gen3: names of columns one may choose (M-109), as the catalogue of codes prints them.
CHOSEN_COLUMNS = {
    **{f"Y10{n}": code for n, code in enumerate(("1.8.0", "5.8.0", "8.8.0", "2.8.0", "7.8.0", "6.8.0"), 1)},
    **{
        f"Y{200 + n}": f"{head}.7.0" for n, head in enumerate((32, 52, 72, 31, 51, 71, 91, 33, 53, 73, 14), 1)
    },
}
READ, LONG = "R2", "0"
_ROW = re.compile(r"[1-9][0-9]{0,2}")  # gen3 keeps up to 200
_STATE_PACKETS = frozenset("06")  # F.F.0 stands in them (M-31, M-32)
_ICON_PACKETS = frozenset("08")  # reading them puts icons off (M-119, M-123)
_MAGNET_CODES, _COVER_CODES = frozenset({"96.7.6", "96.77.6"}), frozenset({"96.71"})


class Line(NamedTuple):
    """`code(value)` or `code*row(value)`."""

    code: str
    row: int | None
    brackets: str

    @property
    def text(self) -> str:
        return f"{self.code}{'' if self.row is None else f'*{self.row}'}{self.brackets}"


def identification(spec: MeterSpec, settings: Settings) -> bytes:
    """`/FLG6<2>EEE(model)` (M-12)."""
    baud = spec.profile.baud if settings.baud is None else settings.baud
    profile, device = spec.profile, spec.device
    company = "" if spec.company == "TED" else spec.company
    flag_serial = profile.value("ident.style") == "flag-serial"
    name = str(device) if flag_serial else f"{company}{spec.model}"
    return f"/{device.flag}{baud}<{profile.generation}>{name}\r\n".encode()


def packet(body: Body, y: str, shot: Snapshot, *, port: PortName | None) -> bytes | None:
    """All lines of a packet, of one instant (M-37); None: this meter offers no such packet."""
    if y not in PACKETS or (body.spec.profile.name in DIALECTS and y != LONG):
        return None
    if port and y in _STATE_PACKETS:
        state_read(body, shot)
    if port and y in _ICON_PACKETS:
        icons_read(body, port, shot, magnet=True, cover=True)
    if not (body.seams.has("lines") or body.spec.profile.name in DIALECTS):
        return packet_text(body.spec, y, shot).encode()
    lines = body.seams.through("lines", _lines(body.spec, y, shot), shot, y, port)
    text = "".join(f"{line.text}\r\n" for line in lines).encode()
    dialect = DIALECTS.get(body.spec.profile.name)
    return text.removesuffix(b"\r\n") if dialect and dialect.glued else text


def _lines(spec: MeterSpec, y: str, shot: Snapshot) -> list[Line]:
    if dialect := DIALECTS.get(spec.profile.name):
        return [Line(code, row, dialect.text(code, row, shot) or "()") for code, row in dialect.lines(shot)]
    entries = spec.profile.catalogue.packet(y, kind=spec.kind, ways=spec.ways, options=spec.has)
    return [Line(entry.code, row, value(entry, row, shot)) for entry, row in rows(entries, packet=y)]


def one_line(body: Body, code: str, shot: Snapshot, *, trusted: bool, port: PortName | None) -> bytes | None:
    """The answer to `R2 code()`; None: NAK."""
    bare, star, number = code.partition("*")
    if star and not _ROW.fullmatch(number):
        return None
    row = int(number) if star else None
    found = _brackets(body.spec, bare, row, shot, trusted=trusted)
    if found is None:
        return None
    if port and bare == "F.F.0":
        state_read(body, shot)
    if port:
        icons_read(body, port, shot, magnet=bare in _MAGNET_CODES, cover=bare in _COVER_CODES)
    lines = body.seams.through("lines", [Line(bare, row, found)], shot, READ, port)
    return lines[0].text.encode() if lines else None


def _brackets(spec: MeterSpec, code: str, row: int | None, shot: Snapshot, *, trusted: bool) -> str | None:
    """None: no such code (M-43), or the password asked for without it (M-52)."""
    if code.startswith("96.96") and not trusted:
        return None
    dialect = DIALECTS.get(spec.profile.name)
    said = dialect.text(code, row, shot) if dialect else None
    if said is not None:
        return said
    entry = spec.profile.entry(code, row)
    return value(entry, row, shot) if entry and is_kept(spec, entry, row) else None


def dialect_profile(body: Body, code: str, argument: str, second: int) -> bytes | None:
    """A first-generation query in the maker's own words; None: none of them."""
    dialect = DIALECTS.get(body.spec.profile.name)
    asked = dialect.asked(code, argument) if dialect else None
    if asked is None:
        return None
    if isinstance(asked, int):
        found = body.life.profile.rows(PROFILES[0], first=None, last=None, at_s=second)
        return records_text(found.only(-asked)) if found else None
    name, labels = asked
    found = body.life.profile.rows(name, first=labels.first, last=labels.last, at_s=second)
    return records_text(found) if found else None


def profile(body: Body, name: str, argument: str, second: int, *, port: PortName | None) -> bytes | None:
    """Load profile records by their labels (M-107); None: NAK."""
    text, chosen, columns = argument.partition(")(")
    asked = label_range(text)
    found = asked and body.life.profile.rows(name, first=asked.first, last=asked.last, at_s=second)
    if found and chosen:
        found = _columns(body.spec, name, found, columns)
    if found and port:
        body.act(second, body.settings(second), what=f"R2 {name} {port}")
    return _printed(body.spec, found) if found else None


def _columns(spec: MeterSpec, name: str, found: ProfileRows, asked: str) -> ProfileRows | None:
    """`P.12(a;b)(Y101,Y105)`: these columns in that order (M-109); None: one of them is wrong."""
    codes = [CHOSEN_COLUMNS.get(one, "") for one in asked.split(",")]
    places = {column.split()[0]: at for at, column in enumerate(found.columns)}
    if name != "P.12" or spec.profile.generation != 3 or not set(codes) <= set(places):
        return None
    which = [places[code] for code in codes]
    return ProfileRows(tuple(found.columns[at] for at in which), found.labels, found.values[:, which])


def _printed(spec: MeterSpec, found: ProfileRows) -> bytes:
    """gen3 puts the columns before the records, once a reply (M-109)."""
    text = records_text(found)
    if spec.profile.records != "lpch" or not text:
        return text
    return f"LPCH:{header(found.columns)}\r\n".encode() + text


def is_kept(spec: MeterSpec, entry: Entry, row: int | None) -> bool:
    """Does a meter of this kind keep that code, or that row of it?"""
    if not entry.fits(kind=spec.kind, ways=spec.ways, options=spec.has):
        return False
    return row is None or 1 <= row <= (entry.history or 0)


def state_read(body: Body, shot: Snapshot) -> None:
    """gen3: any read of F.F.0 clears its latched bits and F.A.1, nothing else (M-132)."""
    if body.spec.profile.generation == 3:
        settings = body.settings(shot.second)
        found = replace(settings, state_read_s=shot.second, reported_word=shot.state)
        body.act(shot.second, found, what="read")


def icons_read(body: Body, port: PortName, shot: Snapshot, *, magnet: bool, cover: bool) -> None:
    """A steady icon goes off when what it stands for is read (M-119, M-123)."""
    settings = body.settings(shot.second)
    if magnet and shot.magnet_icon == "on":
        settings = replace(settings, magnet_read_s=shot.second)
    if cover and shot.cover_icon == "on" and port == body.spec.profile.value("cover.clear_port"):
        settings = replace(settings, cover_read_s=shot.second)
    if settings != body.settings(shot.second):
        body.act(shot.second, settings, what="read")
