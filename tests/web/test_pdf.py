"""Is the document set with our fonts, in Turkish letters, the same each time?"""

import io
import re
import struct
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from osos.typesetting import COVERED, FONTS, NotSet
from osos.web import Formats, pdf, svg
from osos.web.pdf import PeriodSummary, Table, period_summary, typeset

NOW = datetime(2026, 11, 21, 19, 52, tzinfo=UTC)
TR = Formats("tr")
BARS = svg.stacked_bars(
    [
        svg.Bar(label=str(n), parts=(svg.Part(hue="t1", value=n * 10**5, estimated=10**5),), rest=n % 7 == 0)
        for n in range(1, 31)
    ],
    f=TR,
    title="Günlük çekiş",
)
SUMMARY = PeriodSummary(
    language="tr",
    operator="Örnek EDAŞ",
    title="Dönem özeti, Kasım 2026",
    subtitle="Örnek Gıda San. A.Ş. · Merkez fabrika · 21.11.2026 22:45 itibarıyla",
    place="Tesisat 2004178356",
    footnote="Bilgi amaçlıdır, faturaya esas değildir.",
    identity=(
        ("Hizmet noktası", "2004178356"),
        ("Sayaç", "ORN 71408823"),
        ("Çarpan", "40"),
        ("İlçe", "Boğazönü"),
    ),
    figures=(
        ("Çekiş", "23.803,5 kWh", "ölçüm %99,5"),
        ("Kapasitif", "%13,2", "sınır %15"),
        ("Tutar", "₺128.450,50", "tahmini"),
    ),
    pictures=(("Günlük çekiş", svg.standalone(BARS)),),
    tables=(
        Table(
            title="Endeksler",
            columns=(("Endeks", False), ("Son", True), ("Fark × çarpan", True)),
            rows=(("Aktif çekiş, T1 gündüz", "28.272,249", "14.725,2 kWh"),) * 30,
        ),
    ),
    notes=("Tahmini değerler sayaçtan yeniden okununca güncellenir.",),
)


def test_the_summary_is_a_tagged_pdf_with_our_fonts_inside():
    body = period_summary(SUMMARY, made_at=NOW)
    assert body.startswith(b"%PDF-")
    inside = body + b"".join(_streams(body))
    assert b"OSOSSans" in inside
    assert b"/Lang" in inside


def test_the_same_facts_give_the_same_bytes():
    assert period_summary(SUMMARY, made_at=NOW) == period_summary(SUMMARY, made_at=NOW)
    other = replace(SUMMARY, title="Dönem özeti, Ekim 2026")
    assert period_summary(other, made_at=NOW) != period_summary(SUMMARY, made_at=NOW)


@pytest.mark.parametrize(
    "text", ['#read("/etc/passwd")', "*b* $x$ @ref <l>", "漢字 😀 \u202e\x00", "[\\", "" * 3, "a" * 500]
)
def test_whatever_a_customer_calls_himself_is_set_as_text(text):
    body = period_summary(replace(SUMMARY, title=text, identity=(("Ad", text),)), made_at=NOW)
    assert body.startswith(b"%PDF-")


def test_a_warning_is_an_error(tmp_path, monkeypatch):
    (tmp_path / "bad.typ").write_text('#set text(font: "No Such Font")\nx', "utf-8")
    monkeypatch.setattr(pdf, "DOCUMENTS", tmp_path)
    with pytest.raises(NotSet, match="unknown font family"):
        typeset("bad.typ", {}, made_at=NOW)


def test_a_template_reads_nothing_outside_its_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(pdf, "DOCUMENTS", tmp_path)
    (tmp_path / "far.typ").write_text('#read("../../../etc/passwd")', "utf-8")
    with pytest.raises(NotSet):
        typeset("far.typ", {}, made_at=NOW)


@pytest.mark.parametrize("name", ["osos-sans-400.ttf", "osos-sans-600.ttf"])
def test_the_fonts_hold_every_letter_they_are_said_to_hold(name):
    held = _letters(FONTS / name)
    assert {letter for letter in COVERED if ord(letter) not in held} == set()


def test_a_chart_that_leaves_the_page_takes_its_colours_along():
    alone = svg.standalone(BARS)
    assert "var(" not in alone
    assert "#C48A04" in alone
    assert etree.parse(io.BytesIO(alone.encode())).getroot().tag == "{http://www.w3.org/2000/svg}svg"


def _streams(body: bytes):
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", body, re.S):
        try:
            yield zlib.decompress(found[1])
        except zlib.error:
            continue


def _letters(path: Path) -> set[int]:
    """The characters of a TrueType font: its cmap of format 4 or 12 (OpenType 1.9, cmap)."""
    data = path.read_bytes()
    count = struct.unpack(">H", data[4:6])[0]
    tables = {
        data[12 + 16 * n : 16 + 16 * n]: struct.unpack(">LL", data[20 + 16 * n : 28 + 16 * n])
        for n in range(count)
    }
    start = tables[b"cmap"][0]
    found: set[int] = set()
    for n in range(struct.unpack(">H", data[start + 2 : start + 4])[0]):
        at = start + struct.unpack(">L", data[start + 8 + 8 * n : start + 12 + 8 * n])[0]
        if struct.unpack(">H", data[at : at + 2])[0] != 4:
            continue
        half = struct.unpack(">H", data[at + 6 : at + 8])[0]
        ends = struct.unpack(f">{half // 2}H", data[at + 14 : at + 14 + half])
        firsts = struct.unpack(f">{half // 2}H", data[at + 16 + half : at + 16 + 2 * half])
        for first, last in zip(firsts, ends, strict=True):
            found.update(range(first, last + 1))
    return found
