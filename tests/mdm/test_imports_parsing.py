"""What do lines of a CSV file of profile values say, however it was written?"""

import io
import random
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.mdm.imports.cells import BadCell, label_of, whole_of
from osos.mdm.imports.header import NotAHeader, header_of
from osos.mdm.imports.portions import (
    ENDLESS,
    LONGEST,
    EndlessLine,
    Portion,
    Started,
    header_text,
    of_kept,
    portions_of,
    start_of,
)
from osos.mdm.imports.problems import LINE_WORDS
from osos.mdm.imports.rows import Rows, rows_of
from osos.mdm.labels import EPOCH

REGISTERS = "sayaç seri no;tarih saat;1.8.0;5.8.0"
GOOD = (
    b"\xef\xbb\xbfsaya\xc3\xa7 seri no;tarih saat;1.8.0;5.8.0\r\n"
    b"MKS123456789;02.03.2026 00:15;000100,025;12,5\r\n"
    b"MKS123456789;02.03.2026 00:30;000100,050;12,6\r\n"
    b"123456789;2026-03-02 24:00;1.234,5;12.6\r\n"
)


def read(data: bytes, *, decimal: str = "auto", last_label: int | None = None, lines: int = 1000) -> Rows:
    file = io.BytesIO(data)
    started = start_of(file)
    header = header_of(header_text(started.header))
    found = Rows()
    for portion in portions_of(file, started, lines=lines):
        some = rows_of(portion, header, decimal=decimal, last_label=last_label)
        found.rows += some.rows
        found.problems += some.problems
        found.empty += some.empty
    return found


def label(text: str) -> int:
    return int((datetime.fromisoformat(f"{text}+03:00") - EPOCH) / timedelta(minutes=1))


def test_a_turkish_sheet_is_read_with_its_mark_semicolons_and_commas() -> None:
    found = read(GOOD)
    assert not found.problems
    assert [(row.line, row.who, row.label, row.values) for row in found.rows] == [
        (2, "MKS123456789", label("2026-03-02T00:15"), (100_025, 12_500)),
        (3, "MKS123456789", label("2026-03-02T00:30"), (100_050, 12_600)),
        (4, "123456789", label("2026-03-03T00:00"), (1_234_500, 12_600)),
    ]


def test_every_way_of_saying_columns_is_understood() -> None:
    for line, codes, ends in (
        ("meter,time,1.8.0 (kWh),2.8.0 [Wh]", ("1.8.0", "2.8.0"), True),
        ("Tesisat No;Başlangıç;Tüketim (kWh);Veriş", ("1.8.0", "2.8.0"), False),
        ("installation_no\tend\ta_plus\tq1\tq4", ("1.8.0", "5.8.0", "8.8.0"), True),
        ("SAYAÇ;TARİH;SAAT;1.8.0", ("1.8.0",), True),
    ):
        header = header_of(line)
        assert (header.codes, header.ends) == (codes, ends), line


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("meter,time,1.8.0,volts", "unknown column: 'volts'"),
        ("meter,tim,1.8.0", "'tim' (time?)"),
        ("time,1.8.0", "one column must say whose it is"),
        ("meter,1.8.0", "no column of time"),
        ("meter,time", "no column of values"),
        ("meter,time,1.8.0,1.8.0", "or one twice"),
        ("meter,time,1.8.0,a_plus", "make two files"),
        ("installation_no,time,1.8.0", "registers are a meter's"),
        ("meter,start,1.8.0", "a register is of a moment"),
        ("installation_no,time,a_plus", "whether a slot begins or ends"),
        ("", "no line that names the columns"),
        ("MKS1;02.03.2026 00:15;100,000", "looks like data"),
        ("s\x00a\x00y\x00a\x00ç\x00;\x00", "no CSV text"),
        ("PK\x03\x04\x14", "no CSV text"),
    ],
)
def test_a_wrong_column_is_refused_by_name_before_anything_is_read(line: str, words: str) -> None:
    with pytest.raises(NotAHeader) as refused:
        header_of(line)
    assert words in str(refused.value) and refused.value.tr


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("MKS1;31.02.2026 00:15;1;1", "no such day"),
        ("MKS1;29.02.2025 00:15;1;1", "no such day"),
        ("MKS1;02.03.2026 25:00;1;1", "no such day"),
        ("MKS1;02.03.2026 00:07;1;1", "off the grid"),
        ("MKS1;02.03.1999 00:15;1;1", "too old"),
        ("MKS1;02.03.2099 00:15;1;1", "ahead"),
        ("MKS1;dün;1;1", "no time"),
        ("MKS1;02.03.2026 00:15;-1;1", "negative"),
        ("MKS1;02.03.2026 00:15;1.234;1", "which number"),
        ("MKS1;02.03.2026 00:15;0,0005;1", "too fine"),
        ("MKS1;02.03.2026 00:15;1000000;1", "too much"),
        ("MKS1;02.03.2026 00:15;1" + "0" * 40 + ";1", "too much"),
        ("MKS1;02.03.2026 00:15;#YOK;1", "no number"),
        ("MKS1;02.03.2026 00:15;1e3;1", "no number"),
        ("MKS1;02.03.2026 00:15;NaN;1", "no number"),
        ("MKS1;02.03.2026 00:15;٣٤٥;1", "no number"),
        ("MKS1;02.03.2026 00:15;;1", "partly empty"),
        (";02.03.2026 00:15;1;1", "nobody"),
        ("MKS1;02.03.2026 00:15;1", "cells"),
        ('MKS1;"02.03.2026 00:15;1;1', "quotes"),
        ("MKS1;02.03.2026 00:15;1;" + "9" * 20_000, "long"),
    ],
)
def test_a_line_that_cannot_be_taken_says_why_and_what_to_do(line: str, code: str) -> None:
    data = f"{REGISTERS}\n{line}\nMKS1;02.03.2026 00:15;7,5;1\n".encode()
    found = read(data, last_label=label("2026-03-03T00:00"))
    assert [(one.line, one.code) for one in found.problems] == [(2, code)]
    assert [row.line for row in found.rows] == [3], "the lines beside it are taken"
    assert ";" in found.problems[0].words("tr") and ";" in str(found.problems[0])


@pytest.mark.parametrize(
    ("whole", "cut"),
    [("100,500", "100,5"), ("100,500", "100,"), ("100,500", "100"), ("1234", "12"), ("1.234,500", "1.234,5")],
)
def test_the_last_number_of_a_file_that_was_cut_off_is_not_believed(whole: str, cut: str) -> None:
    """100,5 of 100,500 would be the very same; 100,1 of 100,125 would not, and nobody can tell."""
    head = f"{REGISTERS}\nMKS1;02.03.2026 00:15;1;{whole}\nMKS1;02.03.2026 00:30;1;"
    found = read(f"{head}{cut}".encode(), decimal=",")
    assert [row.line for row in found.rows] == [2]
    assert [one.code for one in found.problems] in (["cut off"], ["no number"])
    assert all("None" not in one.words(language) for one in found.problems for language in ("tr", "en"))
    for end in (f"{whole}", f"{cut}\n" if cut[-1] != "," else f"{whole}\n"):
        assert len(read(f"{head}{end}".encode(), decimal=",").rows) == 2, end


def test_a_line_without_any_value_says_nothing_and_is_no_fault() -> None:
    found = read(f"{REGISTERS}\nMKS1;02.03.2026 00:15;;\n;;;\n\n".encode())
    assert (found.rows, found.problems, found.empty) == ([], [], 1)


def test_before_clocks_were_fixed_an_energy_must_say_which_clock() -> None:
    with pytest.raises(BadCell) as refused:
        label_of("25.10.2015 03:30", wall=False)
    assert refused.value.code == "which clock"
    summer = label_of("2015-10-25T03:30+03:00", wall=False)
    winter = label_of("2015-10-25T03:30+02:00", wall=False)
    assert winter - summer == 60, "the two hours that both were called three are two hours"
    assert label_of("25.10.2015 03:30", wall=True) == summer, "a meter's label is kept as it printed it"


def test_a_group_of_three_is_unclear_only_where_it_may_be_thousands() -> None:
    facts = {"power": 3, "column": "x", "unit": "Wh", "digits": 3}
    assert whole_of("1.234", decimal=".", **facts) == 1234
    assert whole_of("1.234", decimal=",", **facts) == 1_234_000
    assert whole_of("1.234", decimal="point", **facts) == 1234
    assert whole_of("0.125", decimal="auto", **facts) == 125
    assert whole_of("123456.789", decimal="auto", **facts) == 123_456_789
    assert whole_of("1 234,5", decimal="auto", **facts) == 1_234_500


@given(
    rows=st.lists(
        st.tuples(
            st.integers(0, 10**8), st.integers(0, 40_000_000 // 15), st.integers(0, 10**9 - 1), st.booleans()
        ),
        max_size=12,
    ),
    lines=st.integers(1, 7),
    ending=st.sampled_from(("\n", "\r\n")),
    sign=st.sampled_from((",", ".")),
)
def test_what_was_written_is_read_again_whatever_the_portions(rows, lines, ending, sign) -> None:
    written = [REGISTERS]
    for serial, quarter, wh, turkish in rows:
        moment = EPOCH + timedelta(minutes=15 * quarter)
        when = f"{moment:%d.%m.%Y %H:%M}" if turkish else f"{moment:%Y-%m-%dT%H:%M:%S}"
        written.append(f"{serial:09d};{when};{Decimal(wh) / 1000:.3f};0".replace(".000;0", ".000;0"))
        head, _, value = written[-1].rpartition(";0")[0].rpartition(";")
        written[-1] = f"{head};{value.replace('.', sign)};0"
    found = read(ending.join(written).encode(), decimal=sign, lines=lines)
    assert not found.problems
    assert [(row.who, row.label, row.values) for row in found.rows] == [
        (f"{serial:09d}", 15 * quarter, (wh, 0)) for serial, quarter, wh, _ in rows
    ]


def test_a_kept_portion_tells_the_same_again() -> None:
    file = io.BytesIO(GOOD)
    started = start_of(file)
    portions = list(portions_of(file, started, lines=2))
    assert b"".join([GOOD[: started.offset], *(one.data for one in portions)]) == GOOD, "every byte is kept"
    header = header_of(header_text(started.header))
    for portion in portions:
        again = of_kept(portion.kept)
        assert rows_of(again, header) == rows_of(portion, header)


def mutated(chance: random.Random) -> bytes:
    data = bytearray(GOOD)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(data))
        act = chance.randrange(4)
        if act == 0:
            data[place] = chance.randrange(256)
        elif act == 1:
            del data[place : place + chance.randint(1, 9)]
        elif act == 2:
            data[place:place] = chance.choice(
                (b";", b'"', b"\n", b"\r", b"\0", b"-", b",", b"99", b"\xff\xfe")
            )
        else:
            data[place:place] = data[: chance.randint(1, 60)]
        if not data:
            return b""
    return bytes(data)


def check_mutants(count: int) -> None:
    chance = random.Random(20260302)
    for _ in range(count):
        data = mutated(chance)
        try:
            found = read(data, last_label=label("2027-01-01T00:00"))
        except NotAHeader as refused:
            assert str(refused) and refused.tr
            continue
        for row in found.rows:
            assert 0 <= row.label <= label("2027-01-01T00:00") and row.label % 15 == 0
            assert all(0 <= value < 10**9 for value in row.values)
        for one in found.problems:
            assert one.code in LINE_WORDS and one.words("tr") and one.words("en")


def test_five_thousand_damaged_files_are_read_or_refused_by_name() -> None:
    check_mutants(5_000)


@pytest.mark.long
def test_a_hundred_thousand_damaged_files_are_read_or_refused_by_name() -> None:
    check_mutants(100_000)


def test_a_file_without_line_ends_stays_in_bounds() -> None:
    data = REGISTERS.encode() + b"\n" + b"7" * 300_000
    found = read(data)
    assert [one.code for one in found.problems] == ["long"]
    assert Portion(number=1, first_line=2, header=b"h", data=b"x", end=1).kept == b"2\nh\nx"


class OneLineFor(io.RawIOBase):
    """A file of a good line and then sevens without an end; it counts what was read of it."""

    def __init__(self) -> None:
        self.head = io.BytesIO(b"MKS123456789;02.03.2026 00:15;1,5;2,5\n")
        self.read_bytes = 0

    def readline(self, size: int | None = -1, /) -> bytes:
        found = self.head.readline() or b"7" * (size or 0)
        self.read_bytes += len(found)
        return found

    def tell(self) -> int:
        return self.read_bytes


def test_a_line_that_never_ends_is_named_and_what_stands_before_it_is_read() -> None:
    file = OneLineFor()
    portions = portions_of(file, Started(1, REGISTERS.encode(), 0))  # type: ignore[arg-type]  # all it asks of a file
    assert next(portions).data == b"MKS123456789;02.03.2026 00:15;1,5;2,5\n"
    with pytest.raises(EndlessLine) as endless:
        next(portions)
    assert endless.value.line == 3 and file.read_bytes < ENDLESS + 2 * LONGEST
