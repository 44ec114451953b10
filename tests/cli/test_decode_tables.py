"""Do the tables of `osos decode` hold what its JSON holds, and nothing that a spreadsheet would run?"""

import csv
import io
import json
import subprocess
import sys
import zipfile
from datetime import datetime, timedelta
from xml.etree import ElementTree as ET  # reads back what we wrote

import pytest

from osos.cli import decode_xlsx, main

READOUT = (
    b"0.0.0(80099921)\r\n0.9.1(10:29:26)\r\n1.8.0(062846.236*kWh)\r\n1.6.0(000.060*kW)(18-12-13,17:15)\r\n"
    b"1-0:2.8.0*255(000000.043*MWh)\r\n33.7.0(-1.000)\r\n!\r\n"
)
DAMAGED = b"1.8.0(062846.236*kWh)\r\n1.8.1(0628\r\n!\r\n"
PROFILE = b"(26-03-01,00:15)(001234.567,000000.001,000000.002,000.003)\r\n" * 3
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Ran:
    def __init__(self, code: int, out: bytes, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def rows(self) -> list[dict]:
        return list(csv.DictReader(io.StringIO(self.out.decode("utf-8"), newline="")))


@pytest.fixture
def decode(capfdbinary):
    def run(*arguments: str) -> Ran:
        with pytest.raises(SystemExit) as ended:
            main(["decode", *arguments])
        out, err = capfdbinary.readouterr()
        return Ran(ended.value.code or 0, out, err.decode("utf-8"))

    return run


@pytest.fixture
def file(tmp_path):
    def write(data: bytes) -> str:
        path = tmp_path / "okuma.txt"
        path.write_bytes(data)
        return str(path)

    return write


class Book:
    """A workbook as a spreadsheet program sees it: cells by sheet, row and column; formats by cell."""

    def __init__(self, data: bytes) -> None:
        self._zip = zipfile.ZipFile(io.BytesIO(data))
        self.names = [one.get("name") for one in self._part("workbook").iter(f"{_MAIN}sheet")]
        forms = {
            one.get("numFmtId"): one.get("formatCode") for one in self._part("styles").iter(f"{_MAIN}numFmt")
        }
        styles = self._part("styles").find(f"{_MAIN}cellXfs")
        self._forms = [forms.get(one.get("numFmtId"), one.get("numFmtId")) for one in styles]
        self.sheets = [self._cells(k + 1) for k in range(len(self.names))]

    def _part(self, name: str) -> ET.Element:
        return ET.fromstring(self._zip.read(f"xl/{name}.xml"))  # our own file

    def _cells(self, number: int) -> list[dict[str, tuple[object, str | None]]]:
        rows = []
        sheet = self._part(f"worksheets/sheet{number}")
        assert sheet.find(f".//{_MAIN}f") is None  # no formula anywhere
        for row in sheet.iter(f"{_MAIN}row"):
            cells = {}
            for cell in row:
                kind, text = cell.get("t"), "".join(cell.itertext())
                value = text if kind == "inlineStr" else bool(int(text)) if kind == "b" else float(text)
                cells[cell.get("r").rstrip("0123456789")] = (value, self._forms[int(cell.get("s", 0))])
            rows.append(cells)
        return rows


def test_csv_has_the_values_of_the_json_one_row_a_value(decode, file):
    for text in (READOUT, PROFILE):
        name = file(text)
        rows = decode(name, "--format", "csv").rows
        values = json.loads(decode(name, "--format", "json").out)["values"]
        assert rows == [{key: "" if it is None else str(it) for key, it in one.items()} for one in values]
        assert len(rows) == len(values) > 0


def test_csv_keeps_complaints_out_of_the_rows_and_ends_with_exit_code_1(decode, file):
    ran = decode(file(DAMAGED), "--format", "csv", "--lang", "en")
    assert (ran.code, [row["value"] for row in ran.rows]) == (1, ["062846.236"])
    assert "line 2, byte 23" in ran.err


def test_csv_never_hands_a_formula_to_a_spreadsheet(decode, file):
    text = b"0.0.0(=1+2)\r\n0.2.0(@SUM(1)\r\n0.2.1(-cmd|x)\r\n33.7.0(-1.000)\r\n2.7.0(+1.0*kW)\r\n!\r\n"
    rows = {row["code"]: row["value"] for row in decode(file(text), "--format", "csv").rows}
    assert rows["0.0.0"] == "'=1+2"
    assert rows["0.2.1"] == "'-cmd|x"
    assert (rows["33.7.0"], rows["2.7.0"]) == ("-1.000", "+1.0")


def test_the_workbook_holds_real_numbers_and_times_and_text_stays_text(decode, file):
    book = Book(decode(file(READOUT), "--format", "xlsx").out)
    assert book.names == ["values", "complaints", "telegram"]
    head, *rows = book.sheets[0]
    assert [value for value, _ in head.values()][:5] == ["code", "prefix", "history", "index", "value"]
    by_code = {row["A"][0]: row for row in rows if row["D"][0] == 0}
    assert by_code["0.0.0"]["E"] == ("80099921", "0")  # a serial is no number
    assert by_code["1.8.0"]["E"] == (62846.236, "#,##0.000")
    assert by_code["1.8.0"]["H"][0] == "062846.236*kWh"
    assert by_code["2.8.0"]["C"][0] == 255.0
    serial, form = by_code["1.6.0"]["G"]
    assert datetime(1899, 12, 30) + timedelta(seconds=round(serial * 86400)) == datetime(2018, 12, 13, 17, 15)
    assert form == "dd.mm.yyyy hh:mm:ss"


def test_the_second_sheet_lists_the_complaints(decode, file):
    ran = decode(file(DAMAGED), "--format", "xlsx")
    head, only = Book(ran.out).sheets[1]
    assert ran.code == 1
    assert [value for value, _ in head.values()] == ["code", "offset", "line", "found", "expected", "message"]
    assert [only[column][0] for column in "ABC"] == ["line-broken", 23, 2]


def test_the_workbook_has_as_many_rows_as_the_json_has_values(decode, file):
    name = file(PROFILE)
    values = json.loads(decode(name, "--format", "json").out)["values"]
    _, *rows = Book(decode(name, "--format", "xlsx").out).sheets[0]
    assert [row["E"][0] for row in rows] == [float(one["value"]) for one in values]


def test_a_number_too_long_for_a_double_keeps_its_characters(decode, file):
    text = b"1.8.0(123456789012.3456*kWh)\r\n1.8.1(00000000012.3456*kWh)\r\n!\r\n"
    _, first, second = Book(decode(file(text), "--format", "xlsx").out).sheets[0]
    assert (first["E"][0], second["E"][0]) == ("123456789012.3456", 12.3456)


def test_what_a_meter_prints_is_never_a_formula_a_link_or_broken_xml(decode, file):
    text = b"0.0.0(=1+2)\r\n0.2.0(http://a.b)\r\n0.2.1(a<b&c\x01\x0b_x0041_)\r\n!\r\n"
    book = Book(decode(file(text), "--format", "xlsx").out)
    assert [row["E"][0] for row in book.sheets[0][1:3]] == ["=1+2", "http://a.b"]


def test_more_values_than_a_sheet_has_rows_go_on_on_the_next(decode, file, monkeypatch):
    monkeypatch.setattr(decode_xlsx, "ROWS_MAX", 8)
    book = Book(decode(file(PROFILE), "--format", "xlsx").out)
    assert book.names == ["values", "values 2", "complaints", "telegram"]
    assert [len(sheet) for sheet in book.sheets[:2]] == [8, 6]


@pytest.mark.parametrize("data", [b"", b"\x00\xff\x02\x03", b"hello"])
def test_a_file_that_says_nothing_gives_empty_tables_and_complaints(decode, file, data):
    ran = decode(file(data), "--format", "csv")
    assert (ran.code, ran.rows) == (1, [])
    assert ran.err != ""
    book = Book(decode(file(data), "--format", "xlsx").out)
    assert (len(book.sheets[0]), len(book.sheets[1]) > 1) == (1, True)


@pytest.mark.parametrize(
    ("name", "begins"), [("a.csv", b"code,"), ("a.xlsx", b"PK"), ("a.json", b"{"), ("a.txt", b"Kaynak")]
)
def test_output_writes_a_file_in_the_format_its_name_says(decode, file, tmp_path, name, begins):
    ran = decode(file(READOUT), "--output", str(tmp_path / name))
    assert (ran.code, ran.out) == (0, b"")
    assert (tmp_path / name).read_bytes().startswith(begins)


def test_an_output_that_cannot_be_written_is_said_and_ends_with_exit_code_2(decode, file, tmp_path):
    ran = decode(file(READOUT), "--output", str(tmp_path / "yok" / "a.csv"))
    assert (ran.code, ran.out) == (2, b"")
    assert "dosya yazılamıyor / cannot write the file" in ran.err


def test_the_input_is_never_overwritten(decode, file, tmp_path):
    name = file(READOUT)
    assert decode(name, "--format", "csv", "--output", name).code == 2
    assert (tmp_path / "okuma.txt").read_bytes() == READOUT


def test_a_workbook_is_not_thrown_at_a_terminal(decode, file, monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    ran = decode(file(READOUT), "--format", "xlsx")
    assert (ran.code, ran.out) == (2, b"")
    assert "--output" in ran.err


def test_the_workbook_writer_is_loaded_only_for_workbooks(file):
    code = (
        "import sys, atexit\n"
        "atexit.register(lambda: print('xlsxwriter' in sys.modules, file=sys.stderr))\n"
        f"from osos.cli import main; main(['decode', {file(READOUT)!r}, '--format', 'csv'])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=110
    )
    assert (ran.returncode, ran.stderr) == (0, "False\n")


@pytest.mark.captures
def test_every_capture_has_the_same_number_of_values_in_every_form(decode, captures):
    for path in sorted(captures.iterdir()):
        if path.suffix == ".md":
            continue
        told = json.loads(decode(str(path), "--format", "json").out)
        rows = decode(str(path), "--format", "csv").rows
        book = Book(decode(str(path), "--format", "xlsx").out)
        assert len(rows) == len(told["values"]) == len(book.sheets[0]) - 1, path.name
        assert len(book.sheets[1]) - 1 == len(told["complaints"]), path.name
