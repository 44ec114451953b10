"""Is every line of a list either understood exactly or named with its number and what to do?"""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.quantities import DeviceId
from osos.registry import decode_sheet, parse_admissions

MODEM = DeviceId("ELM", "867000000000001")
YEAR_END = datetime(2026, 12, 30, 21, tzinfo=UTC)

ALIKE = [
    "ELM,867000000000001,MKS111;222,40,2026-12-31",
    "elm , 867000000000001 , mks111 ; 222 , 40.0 , 31.12.2026",
    'ELM;867000000000001;"MKS111;222";40;31.12.2026',
    'ELM;867000000000001;"MKS111;222";"40,0";31/12/2026',
    'ELM, 867000000000001, "MKS111;222", "40;40", "2026-12-31T00:00"',
    "ELM\t867000000000001\tMKS111;222\t40,00\t2026-12-31T00:00:00+03:00",
    "ELM;867000000000001;MKS111|222;40;31.12.2026;;;",
    "ELM,867000000000001,MKS111 222,40,2026-12-30T21:00Z",
    "ELM,867000000000001,;MKS111;222;,40,31.12.2026,,",
]


@pytest.mark.parametrize("line", ALIKE)
def test_many_ways_of_writing_one_line(line: str) -> None:
    (admission,), problems = parse_admissions(line)
    assert problems == []
    assert admission.modem == MODEM
    assert [str(meter) for meter in admission.meters] == ["MKS111", "222"]
    assert admission.multipliers == (Decimal(40), Decimal(40))
    assert str(admission.multipliers[0]) == "40"
    assert admission.plain_until == YEAR_END


def test_the_multiplier_is_one_and_a_plain_link_refused_when_nothing_is_said() -> None:
    (admission,), _ = parse_admissions("ELM,1,111")
    assert (admission.multipliers, admission.plain_until) == ((Decimal(1),), None)


HEADERS = [
    "flag,serial,meters,multiplier,plain_until\nELM,1,111,40,2026-12-31",
    "FLAG;SERIAL;METERS;MULTIPLIER;PLAIN_UNTIL\nELM;1;111;40;2026-12-31",
    "sep=;\nMarka;Seri No.;Sayaçlar;Çarpan;Şifresiz son gün\nELM;1;111;40;31.12.2026",
    "plain_until;multiplier;meters;serial;flag;\n31.12.2026;40;111;1;ELM;",
]


@pytest.mark.parametrize("text", HEADERS)
def test_a_header_names_the_columns_in_its_own_order(text: str) -> None:
    (admission,), problems = parse_admissions(text)
    assert problems == []
    assert (admission.modem, admission.multipliers, admission.plain_until) == (
        DeviceId("ELM", "1"),
        (Decimal(40),),
        YEAR_END,
    )


def test_below_a_header_that_leaves_columns_open_nothing_is_read() -> None:
    admissions, (problem,) = parse_admissions("flag,serial,counter\nELM,1,111")
    assert admissions == []
    assert (problem.line, "strange: ['counter'], missing: ['meters']" in problem.what) == (1, True)
    assert problem.do == "correct the header or take it out; nothing below it was read"


BAD = [
    ("ELM", "serial, meters not there"),
    ("ELM,,111", "the serial of the modem is missing"),
    (",1,111", "the flag of the modem is missing"),
    ("ELM,1", "meters not there"),
    ("ELMA,1,111", "'ELMA 1' names no device"),
    ("ÇLM,1,111", "'ÇLM 1' names no device"),
    ("ELM,8.67E+14,111", "the sheet has rounded the serial to 8.67E+14"),
    ('ELM;"8,67E+14";111', "the sheet has rounded the serial to 8,67E+14"),
    ("ELM,1,1.1E+8", "the sheet has rounded a meter's serial to 1.1E+8"),
    ("ELM,1,11-1", "'11-1' names no device"),
    ("ELM,1,111;111", "meter 111 stands twice on this line"),
    ("ELM,1,111,0", "'0' is not a multiplier"),
    ("ELM,1,111,-4", "'-4' is not a multiplier"),
    ("ELM,1,111,NaN", "'NaN' is not a multiplier"),
    ("ELM,1,111,4e9", "'4e9' is not a multiplier"),
    ("ELM,1,111;222;333,40;1", "2 multipliers for 3 meters"),
    ("ELM,1,111,40,31.02.2026", "'31.02.2026' is not a day"),
    ("ELM,1,111,40,46022", "'46022' is not a day"),
    ("ELM,1,111,40,0001-01-01", "'0001-01-01' is not a day"),
    ("ELM;1;111;222;40;31.12.2026", "it has 6 cells where 5 are expected"),
    ('ELM;1;"111;222;40', "its quotes do not pair"),
]


@pytest.mark.parametrize(("line", "what"), BAD)
def test_a_bad_line_is_named_and_its_neighbours_are_read(line: str, what: str) -> None:
    admissions, (problem,) = parse_admissions(f"ELM,8,88\r\n\r\n# a remark\r\n{line}\r\nELM,9,99\r\n")
    assert [admission.line for admission in admissions] == [1, 5]
    assert (problem.line, problem.what) == (4, what)
    assert problem.do
    assert str(problem) == f"line 4: {what}; {problem.do}"


def test_lines_of_every_system_are_lines() -> None:
    for end in ("\n", "\r\n", "\r"):
        admissions, problems = parse_admissions(end.join(["ELM,1,111", "", "ELM,2,222", ";;;;", ""]))
        assert ([admission.line for admission in admissions], problems) == ([1, 3], [])


SAVED = [
    ("utf-8", b""),
    ("utf-8-sig", b""),
    ("utf-16", b""),
    ("utf-16-be", b"\xfe\xff"),
    ("cp1254", b""),
]


@pytest.mark.parametrize(("encoding", "mark"), SAVED)
def test_files_as_turkish_spreadsheets_save_them(encoding: str, mark: bytes) -> None:
    text = "Marka;Seri No;Sayaçlar;Çarpan;Şifresiz son gün\r\nELM;1;111;40;31.12.2026\r\n"
    (admission,), problems = parse_admissions(decode_sheet(mark + text.encode(encoding)))
    assert (problems, admission.multipliers) == ([], (Decimal(40),))


@given(st.binary(max_size=300))
def test_any_bytes_give_lines_or_problems(data: bytes) -> None:
    admissions, problems = parse_admissions(decode_sheet(data))
    assert all(problem.what and problem.do and len(problem.text) <= 200 for problem in problems)
    assert all(len(one.meters) == len(one.multipliers) for one in admissions)


@given(st.text(alphabet='ELM,;\t\n\r"123. -flagserimt', max_size=120))
def test_anything_like_a_list_gives_lines_or_problems(text: str) -> None:
    parse_admissions(text)


@given(
    st.lists(st.from_regex(r"([A-Z]{3})?[0-9]{4,9}", fullmatch=True), unique=True, max_size=6),
    st.integers(1, 99_999_999).map(lambda n: Decimal(n) / 1000),
    st.sampled_from([",", ";", "\t"]),
)
def test_what_is_written_is_read(meters: list[str], multiplier: Decimal, delimiter: str) -> None:
    text = format(multiplier, "f")
    row = ["ELM", "1", f'"{";".join(meters)}"', f'"{text}"', "2026-12-31"]
    (admission,), problems = parse_admissions(delimiter.join(row))
    assert problems == []
    assert [str(meter) for meter in admission.meters] == meters
    assert admission.multipliers == (multiplier,) * len(meters)
