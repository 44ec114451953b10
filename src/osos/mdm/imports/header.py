"""Which columns does a file have, and in which form?

A file holds either registers of a meter at a label, named by their codes (1.8.0 …), or energies of a point in
slots that begin or end at a time. Names of columns may be Turkish; what is not known is refused by name.
"""

import csv
import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from osos.mdm.canonical import Channel

_WHO = MappingProxyType(
    {
        "meter": "meter",
        "sayaç": "meter",
        "sayaç no": "meter",
        "sayaç seri no": "meter",
        "point": "point",
        "installation_no": "point",
        "tesisat no": "point",
        "hizmet noktasi no": "point",
        "etso": "point",
        "etso kodu": "point",
    }
)
_WHEN = MappingProxyType(
    {
        "time": "time",
        "zaman": "time",
        "tarih saat": "time",
        "date": "date",
        "tarih": "date",
        "hour": "hour",
        "saat": "hour",
        "start": "start",
        "başlangiç": "start",
        "end": "end",
        "bitiş": "end",
    }
)
_ENERGIES = MappingProxyType(
    {
        "a+": Channel.A_PLUS,
        "a_plus": Channel.A_PLUS,
        "çekiş": Channel.A_PLUS,
        "tüketim": Channel.A_PLUS,
        "a-": Channel.A_MINUS,
        "a_minus": Channel.A_MINUS,
        "veriş": Channel.A_MINUS,
        "üretim": Channel.A_MINUS,
        "q1": Channel.Q1,
        "endüktif": Channel.Q1,
        "q2": Channel.Q2,
        "q3": Channel.Q3,
        "q4": Channel.Q4,
        "kapasitif": Channel.Q4,
    }
)
_CODE = re.compile(r"[1-8]\.(?:8\.[0-8]|6\.[0-4])")  # energies and demands; another code is a slip of the pen
_UNIT = re.compile(r"^(.*?)[ _]*[(\[]?(k?wh|k?varh|kw)[)\]]?$")
_VALUE = re.compile(r"[0-9][0-9.,:/ t+-]*")  # a number or a time, where a name should be
_DELIMITERS = ";\t,"
_OF_CODE = re.compile(r"\d+\.8\.\d+")


class NotAHeader(ValueError):
    """The first line does not name the columns; nothing below it was read."""

    def __init__(self, tr: str, en: str) -> None:
        super().__init__(en)
        self.tr = tr


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column with values: a register's code or a channel, and the power of ten of its unit in Wh."""

    name: str  # as the file calls it
    code: str
    power: int  # 3: kWh, kvarh or kW; 0: Wh, varh
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Where what stands; `times` are one place or two (date, hour)."""

    delimiter: str
    count: int
    who: int
    is_meter: bool
    times: tuple[int, ...]
    ends: bool  # the time is the slot's end; a register's label always is
    values: tuple[tuple[int, Column], ...]
    are_registers: bool

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(column.code for _, column in self.values)


def header_of(line: str) -> Header:
    """The columns as the first line names them; raises NotAHeader, with what to do."""
    text = line.lstrip("\ufeff").rstrip("\r\n")
    _check_is_text(text)
    delimiter = max(_DELIMITERS, key=text.count)
    names = [_plain(name) for name in _cells(text, delimiter)]
    if not names:
        raise NotAHeader("dosyada sütunları adlandıran satır yok", "no line that names the columns")
    _check_names(names)
    who = _place(names, _WHO)
    times, ends = _times(names)
    found = {place: column for place, name in enumerate(names) if (column := _column(name)) is not None}
    are_registers = any(_CODE.match(name) for name in names)
    if are_registers and not all(_CODE.match(names[place]) for place in found):
        raise NotAHeader(
            "endeks (1.8.0) ve tüketim (A+) sütunları bir arada; iki dosyaya ayırın",
            "registers (1.8.0) and energies (A+) stand together; make two files of it",
        )
    if not found or len({column.code for column in found.values()}) != len(found):
        raise NotAHeader(
            "değer sütunu yok ya da bir sütun iki kez var; 1.8.0 (endeks) ya da A+ (tüketim) sütunu ekleyin",
            "no column of values, or one twice; add 1.8.0 (a register) or A+ (an energy)",
        )
    _check_form(names, who, are_registers=are_registers, ends=ends)
    return Header(
        delimiter=delimiter,
        count=len(names),
        who=who,
        is_meter=_WHO[names[who]] == "meter",
        times=times,
        ends=are_registers or bool(ends),
        values=tuple(found.items()),
        are_registers=are_registers,
    )


def _check_is_text(text: str) -> None:
    """A spreadsheet's own file, an archive, UTF-16: said by what it is, not by its first strange cell."""
    if "\x00" not in text and not text.startswith(("PK\x03\x04", "\x1f\x8b", "ÿþ", "þÿ")):
        return
    raise NotAHeader(
        "dosya CSV metni değil (Excel çalışma kitabı, sıkıştırılmış ya da UTF-16 olabilir); "
        "«CSV UTF-8» olarak kaydedin",
        "the file is no CSV text (a workbook, an archive or UTF-16, maybe); save it as CSV UTF-8",
    )


def _cells(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter, skipinitialspace=True, strict=True), [])
    except csv.Error:
        raise NotAHeader("başlıkta tırnaklar eşleşmiyor", "the quotes of the header do not pair") from None


def _plain(name: str) -> str:
    # Turkish capitals and small letters do not pair as Python thinks: İ-i and I-ı all become i.
    return " ".join(name.replace("İ", "i").lower().replace("ı", "i").rstrip(".").split())


def _column(name: str) -> Column | None:
    found = _UNIT.match(name)
    bare, unit = (found[1].strip(), found[2]) if found else (name, "")
    channel = _ENERGIES.get(bare)
    if channel is None and _CODE.fullmatch(bare) is None:
        return None
    code = bare if channel is None else channel.value
    usual = "kWh" if code.startswith(("1.8", "2.8")) else "kvarh" if _OF_CODE.fullmatch(code) else "kW"
    small = unit in {"wh", "varh"}
    return Column(name=name, code=code, power=0 if small else 3, unit=usual)


def _known(name: str) -> bool:
    return name in _WHO or name in _WHEN or _column(name) is not None


def _check_names(names: Sequence[str]) -> None:
    strange = [name for name in names if not _known(name)]
    if not strange:
        return
    if len(strange) == len(names) and any(_VALUE.fullmatch(name) for name in names):
        raise NotAHeader(
            "ilk satır sütun adı değil, veri gibi: üstüne «sayaç;zaman;1.8.0» gibi bir satır koyun",
            "the first line names no columns and looks like data: put one such as meter;time;1.8.0 above it",
        )
    known = [*_WHO, *_WHEN, *_ENERGIES, "1.8.0"]
    near = [
        f" ({close[0]}?)" if (close := difflib.get_close_matches(name, known, 1)) else "" for name in strange
    ]
    told = ", ".join(f"{name!r}{hint}" for name, hint in zip(strange[:5], near, strict=False))
    raise NotAHeader(
        f"bilinmeyen sütun: {told}; sütunu çıkarın ya da adını düzeltin",
        f"unknown column: {told}; take the column out or correct its name. Known: {', '.join(known)}",
    )


def _place(names: Sequence[str], known: Mapping[str, str]) -> int:
    places = [place for place, name in enumerate(names) if name in known]
    if len(places) != 1:
        raise NotAHeader(
            "bir tane sayaç ya da tesisat no sütunu olmalı",
            "one column must say whose it is: meter, or installation_no",
        )
    return places[0]


def _times(names: Sequence[str]) -> tuple[tuple[int, ...], bool | None]:
    """Where the time stands, and whether it is the slot's end (None: the file does not say)."""
    found = {_WHEN[name]: place for place, name in enumerate(names) if name in _WHEN}
    if len(found) != sum(name in _WHEN for name in names):
        raise NotAHeader("bir zaman sütunu iki kez var", "a column of time stands there twice")
    for name, ends in (("time", None), ("start", False), ("end", True)):
        if found.keys() == {name}:
            return (found[name],), ends
    if found.keys() == {"date", "hour"}:
        return (found["date"], found["hour"]), None
    raise NotAHeader(
        "zaman sütunu yok ya da birden çok: zaman, tarih + saat, başlangıç ya da bitiş",
        "no column of time, or more than one: time, date + hour, start or end",
    )


def _check_form(names: Sequence[str], who: int, *, are_registers: bool, ends: bool | None) -> None:
    if are_registers and _WHO[names[who]] != "meter":
        raise NotAHeader(
            "endeksler sayaca aittir: tesisat no yerine sayaç sütunu verin",
            "registers are a meter's: give a column meter instead of the point's number",
        )
    if are_registers and ends is False:
        raise NotAHeader(
            "endeks bir anın değeridir: başlangıç yerine zaman sütunu verin",
            "a register is of a moment: give a column time instead of start",
        )
    if not are_registers and ends is None:
        raise NotAHeader(
            "zaman aralığın başı mı sonu mu belli değil: sütunun adı başlangıç ya da bitiş olsun",
            "it does not say whether a slot begins or ends at the time: call the column start or end",
        )
