"""What can be wrong with a line of a file, and what is to be done about it?

One line a kind, Turkish and English: what is wrong, then what to do, filled with the facts of the line.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

LINE_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "long": (
            "satır {most} bayttan uzun; dosya CSV mi, satır sonları yerinde mi, bakın",
            "it is longer than {most} bytes; see whether the file is CSV and its lines end",
        ),
        "endless": (
            "satır bitmiyor; dosya metin değil, bu satırdan sonrası okunmadı",
            "it does not end: this is no text, and nothing from here on was read",
        ),
        "cut off": (
            "dosya satır sonu olmadan, üsttekinden ({before!r}) kısa bir sayıyla bitiyor: {column} {text!r}; "
            "dosya yarım kalmış olabilir: tamamını verin ya da satır tamsa sonuna satır sonu koyun",
            "the file ends without a line end and with a number shorter than the one above ({before!r}): "
            "{column} {text!r}; it may be cut off: give the whole, or put a line end behind a whole line",
        ),
        "quotes": (
            "tırnaklar eşleşmiyor; tırnağı bütün hücrenin başına ve sonuna koyun",
            "its quotes do not pair; put quotes around a whole cell",
        ),
        "cells": (
            "{got} hücre var, başlıkta {wanted} sütun; ayırıcıyı ve ondalık virgülü denetleyin",
            "it has {got} cells below {wanted} columns; check the delimiter and the decimal comma",
        ),
        "nobody": (
            "sayaç ya da tesisat numarası yazmıyor; hücreyi doldurun",
            "it names no meter and no point; fill the cell",
        ),
        "unknown": (
            "{who} kayıtlı değil; önce `osos registry admit` ile kaydedin ya da numarayı düzeltin",
            "{who} is not registered; admit it first (`osos registry admit`), or correct the number",
        ),
        "no time": (
            "{text!r} bir tarih ve saat değil; 02.03.2026 00:15 ya da 2026-03-02T00:15 yazın",
            "{text!r} is no date and time; write 02.03.2026 00:15 or 2026-03-02T00:15",
        ),
        "no such day": (
            "{text!r} takvimde yok; tarihi düzeltin",
            "{text!r} is not in the calendar; correct the date",
        ),
        "off the grid": (
            "{text!r} çeyrek saat sınırında değil; saati düzeltin",
            "{text!r} is not at a quarter of an hour; correct the time",
        ),
        "ahead": (
            "{text!r} henüz gelmedi; sayacın ya da dosyayı yazanın saati yanlış",
            "{text!r} has not come yet; the clock of the meter or of the file's writer was wrong",
        ),
        "too old": (
            "{text!r} 2000 yılından önce; tarihi düzeltin",
            "{text!r} is before the year 2000; correct the date",
        ),
        "which clock": (
            "{text!r}: 8 Eylül 2016 öncesinde yaz saati vardı; +02:00 ya da +03:00 ekleyin",
            "{text!r}: before 8 September 2016 clocks changed; write +02:00 or +03:00 behind it",
        ),
        "no number": (
            "{column} hücresindeki {text!r} bir sayı değil; 123456,789 yazın, değer yoksa satırı çıkarın",
            "{text!r} in {column} is no number; write 123456.789, or leave the line out where there is none",
        ),
        "which number": (
            "{column} hücresindeki {text!r} binlik mi ondalık mı belli değil; --decimal ile söyleyin",
            "{text!r} in {column} may be thousands or decimals; say which with --decimal",
        ),
        "negative": (
            "{column} hücresindeki {text!r} negatif; veriş ayrı sütundur, düzeltin",
            "{text!r} in {column} is negative; export has a column of its own, correct it",
        ),
        "too fine": (
            "{column} hücresindeki {text!r} {unit} biriminden ince; en çok {digits} ondalık yazın",
            "{text!r} in {column} is finer than we keep ({unit}); write {digits} decimals at most",
        ),
        "too much": (
            "{column} hücresindeki {text!r} hiçbir sayacın gösteremeyeceği kadar büyük; birimi denetleyin",
            "{text!r} in {column} is more than any meter can show; check the unit of the column",
        ),
        "partly empty": (
            "bazı değerleri boş; ya hepsini yazın ya satırı çıkarın",
            "some of its values are empty; write them all, or leave the line out",
        ),
        "contradicts line": (
            "{line}. satır aynı an için {other} diyor, bu satır {value}; hangisi doğruysa o kalsın",
            "line {line} says {other} of the same moment, this one {value}; keep the one that is right",
        ),
        "contradicts held": (
            "bu an için tutulan değer {other}, dosyada {value}; tutulan kaldı, doğrulama masasında düzeltin",
            "held of this moment is {other}, the file says {value}; what is held stands, edit it at the desk",
        ),
        "other columns": (
            "o gün {held} sütunlarıyla tutuluyor; eksik kayıtlar için aynı sütunları verin",
            "that day is held with the columns {held}; give the same columns to fill it",
        ),
        "other period": (
            "o gün {held} dakikalık tutuluyor, dosya {period} dakikalık; aynı periyotla verin",
            "that day is held in slots of {held} minutes, the file has {period}; give the same period",
        ),
        "nothing hung": (
            "bu anda {who} noktasında sayaç takılı değildi; montaj kaydını düzeltin",
            "no meter hung at {who} then; put the installation right first",
        ),
        "not whole": (
            "{text} kWh, çarpan {multiplier} ile tam Wh'ye bölünmüyor; sayacın saydığını verin (--of meter)",
            "{text} kWh is no whole Wh of the meter times {multiplier}; give what it counted (--of meter)",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Problem:
    """A line of which nothing was taken, by its number in the file."""

    line: int
    code: str  # a key of LINE_WORDS
    facts: Mapping[str, object] = field(default_factory=dict)

    def words(self, language: str = "en") -> str:
        return LINE_WORDS[self.code][0 if language == "tr" else 1].format(**self.facts)

    def __str__(self) -> str:
        return f"line {self.line}: {self.words()}"
