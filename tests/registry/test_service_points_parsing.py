"""Is every line about a point either understood exactly or named with its number and what to do?"""

import random
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.registry import parse_service_points
from osos.registry.eic import check_character, is_eic, is_shaped
from osos.registry.folding import fold, words_of
from osos.registry.point_rows import NOBODY

HEAD = "meter;installation_no;etso;etso_reason;rate;installed_kva;voltage;customer;customer_login;since\n"


def test_a_line_says_what_its_cells_say() -> None:
    (row,), problems = parse_service_points(
        HEAD
        + "mks111;1000000001;40z000200000266h;;Üç;1600,50;og;Örnek  Gıda;ENERJI@Ornek.example;31.1.2026\n"
    )
    assert problems == []
    assert (str(row.meter), row.since) == ("MKS111", datetime(2026, 1, 30, 21, tzinfo=UTC))
    assert row.facts == {
        "installation_no": "1000000001",
        "etso": "40Z000200000266H",
        "etso_reason": NOBODY,
        "rate": "three",
        "installed_kva": Decimal("1600.5"),
        "voltage_level": "medium",
        "customer": "Örnek Gıda",
        "customer_login": "enerji@ornek.example",
    }


def test_an_empty_cell_says_nothing_and_a_hyphen_ends() -> None:
    (row,), problems = parse_service_points("point,title,supplier\nabc,,-\n")
    assert problems == []
    assert (row.point, row.meter, row.facts) == ("abc", None, {"supplier": NOBODY})


@pytest.mark.parametrize(
    "header",
    [
        "meter,installation_no,district",
        "METER;Installation_No;DISTRICT",
        "sep=;\nSayaç Seri No.;TESİSAT NO;İlçe",
        "Sayaç\tHizmet Noktası No\tİLÇE",
        "\ufeffmeter,installation_no,district,,",
    ],
)
def test_a_header_names_columns_in_either_language(header: str) -> None:
    separator = ";" if ";" in header else "\t" if "\t" in header else ","
    (row,), problems = parse_service_points(f"{header}\n{separator.join(['111', '7', 'Darıca'])}\n")
    assert problems == []
    assert row.facts == {"installation_no": "7", "district": "Darıca"}


def test_below_a_header_that_is_none_nothing_is_read() -> None:
    for text in (
        "111,7,Darıca\n111,8,x\n",
        "title,district\nx,y\n",
        "meter,meter\n1,2\n",
        "meter,colour\n1,red\n",
    ):
        rows, (problem,) = parse_service_points(text)
        assert (rows, problem.line) == ([], 1)
        assert "nothing below it was read" in problem.do


BAD = [
    (";1;;;;;;;;", None),
    (";;;;;;;;;", None),  # an empty line is none
    ("111;1,00E+09;;;;;;;;", "the sheet has rounded the number to 1,00E+09"),
    ("1.1E+8;1;;;;;;;;", "the sheet has rounded the serial to 1.1E+8"),
    ("11 1;1;;;;;;;;", "'11 1' names no meter"),
    ("111;x y;;;;;;;;", "'x y' is no installation number"),
    ("111;1;40X000000000002C;;;;;;;", "the check character of 40X000000000002C should be"),
    ("111;1;40X00;;;;;;;", "'40X00' is no ETSO code"),
    ("111;1;;;double;;;;;", "'double' is no rate"),
    ("111;1;;;;-5;;;;", "'-5' is not a power"),
    ("111;1;;;;1e5;;;;", "'1e5' is not a power"),
    ("111;1;;;;;XG;;;", "'XG' is no voltage level"),
    ("111;1;;;;;;;a@b;", "the customer has a kind or a login but no name"),
    ("111;1;;;;;;Ali;a b@c;", "'a b@c' is no e-mail address"),
    ("111;1;;;;;;;;31.2.2026", "'31.2.2026' is not a day"),
    (f"111;1;;;;;;{'x' * 201};;", "a cell has 201 characters"),
    ("111;1;;;;;;;;;more", "it has 11 cells below 10 columns"),
    ('111;"1;;;;;;;;', "its quotes do not pair"),
]


@pytest.mark.parametrize(("line", "what"), BAD)
def test_a_bad_line_is_named(line: str, what: str | None) -> None:
    rows, problems = parse_service_points(HEAD + line + "\n222;2;;;;;;;;\n")
    assert rows[-1].facts["installation_no"] == "2"
    assert [problem.line for problem in problems] == ([] if what is None else [2])
    if what is not None:
        assert what in problems[0].what
        assert problems[0].do


def test_a_wrong_check_character_passes_with_a_reason() -> None:
    (row,), problems = parse_service_points(HEAD + "111;1;40X000000000002C;as EPİAŞ lists it;;;;;;\n")
    assert problems == []
    assert (row.facts["etso"], row.facts["etso_reason"]) == ("40X000000000002C", "as EPİAŞ lists it")


def test_a_line_that_names_no_point_is_refused() -> None:
    rows, (problem,) = parse_service_points("meter,installation_no,title\n,,x\n")
    assert (rows, problem.line, "names no point" in problem.what) == ([], 2, True)


@given(st.text())
def test_any_text_ends_in_rows_and_problems(text: str) -> None:
    parse_service_points(text)
    rows, problems = parse_service_points(HEAD + text)
    for problem in problems:
        assert problem.line >= 2 and problem.what and problem.do
    assert all(row.line >= 2 for row in rows)


def mutants(count: int) -> None:
    chance = random.Random(6)
    good = HEAD + "MKS111;1000000001;40Z000200000266H;;three;1600;OG;Örnek;a@ornek.example;2026-01-01\n" * 3
    for _ in range(count):
        letters = list(good)
        for _ in range(chance.randint(1, 6)):
            place = chance.randrange(len(letters))
            letters[place] = chance.choice(
                ["", "\0", '"', ";", ",", "\n", "\ud800", "İ", "-", "9", letters[place] * 3]
            )
        parse_service_points("".join(letters))


def test_five_thousand_spoilt_lists_are_survived() -> None:
    mutants(5_000)


@pytest.mark.long
def test_a_hundred_thousand_spoilt_lists_are_survived() -> None:
    mutants(100_000)


CODES = ["40Z000200000266H", "10X1001A1001A450", "10YBE----------2", "10YCB-GERMANY--8", "10YFR-RTE------C"]


@pytest.mark.parametrize("code", [*CODES, "10YTR-TEIAS----W"])
def test_published_codes_check(code: str) -> None:
    assert is_eic(code)


@given(st.sampled_from(CODES), st.integers(0, 15), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"))
def test_one_wrong_character_is_always_seen(code: str, place: int, letter: str) -> None:
    spoilt = code[:place] + letter + code[place + 1 :]
    assert is_eic(spoilt) is (spoilt == code)


@given(st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-", min_size=15, max_size=15))
def test_a_made_code_checks_unless_none_can_exist(first: str) -> None:
    assert is_eic(first + check_character(first)) is (check_character(first) != "-")


def test_what_is_no_code_is_not_shaped_like_one() -> None:
    assert not any(
        map(is_shaped, ("", "x" * 16, "40Z00020000026-", "40Z000200000266h", "40Z000200000266H\n"))
    )


@pytest.mark.parametrize(
    "text", ["IŞIK İĞDIR", "ışık iğdır", "Işık İğdır", "isik igdir", "I\u015eIK I\u0307G\u0306DIR"]
)
def test_four_letters_i_are_one_to_a_searcher(text: str) -> None:
    assert fold(text) == "isik igdir"


@given(st.text())
def test_folding_twice_is_folding_once_and_words_are_its_parts(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert all(word and word in once and word.isalnum() for word in words_of(text))
