"""Is a readout read whatever was recorded around it, and every damaged place named?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.iec62056 import (
    COMPLAINTS,
    Check,
    Command,
    DataBlock,
    DataLine,
    add_parity,
    block_check,
    crc16,
    datasets,
    is_clean,
    parse_readout,
    readout_message,
    strip_parity,
)
from osos.iec62056.limits import COMPLAINTS_MAX, LINE_MAX

IDENT = b"/MKS6<2>ADM(M550.2251)\r\n"
LINES = b"0.0.0(000123456)\r\n1.8.0(000123.456*kWh)\r\n1.6.0*1(001.234*kW)(26-03-02,00:15)\r\n"
WHOLE = readout_message(LINES)
BCC = WHOLE[-1]
TEXT = LINES + b"!\r\n"
P0 = Command("P", "0", b"(0123456789ABCDEF)").render()
READ = [
    ("0.0.0", None, ("000123456",)),
    ("1.8.0", None, ("000123.456*kWh",)),
    ("1.6.0", 1, ("001.234*kW", "26-03-02,00:15")),
]
P1 = b"/KFM5KAIFA-METER\r\n\r\n" + LINES + b"!"


def block(lines):
    """A framed block of these lines, closed as they close, with a right check character."""
    return b"\x02" + lines + b"\x03" + bytes([block_check(lines + b"\x03")])


# What was recorded, and the code and offset of each complaint.
SAME_LINES = {
    "whole": (IDENT + WHOLE, []),
    "no identification": (WHOLE, []),
    "no framing": (IDENT + TEXT, []),
    "lines alone": (TEXT, []),
    "line feeds alone": (TEXT.replace(b"\r\n", b"\n"), []),
    "carriage returns alone": (TEXT.replace(b"\r\n", b"\r"), []),
    "gen1 acknowledge before": (IDENT + b"\x06" + WHOLE, []),
    "P0 before": (IDENT + P0 + WHOLE, []),
    "blank line after identification": (IDENT + b"\r\n" + TEXT, []),
    "no bang, but a right check character": (block(LINES), []),
    "gateway": (b"#00603~L12345604000000000010262790X0.0.PX" + TEXT[:-2] + b"$", []),
    "blank before bracket": (block(LINES.replace(b"1.8.0(", b"1.8.0 (") + b"!\r\n"), []),
    "unit outside": (block(LINES.replace(b"*kWh)", b")*kWh") + b"!\r\n"), []),
    "unit outside without star": (block(LINES.replace(b"*kWh)", b") kWh") + b"!\r\n"), []),
    "echo": (b"/?!\r\n" + IDENT + b"\x06050\r\n" + WHOLE, [("echo", 0), ("echo", 29)]),
    "twice identified": (IDENT + IDENT + WHOLE, [("identification-twice", 0)]),
    "rest of a stream": (
        b"1.8.0(00)\r\n!\r\n" + IDENT + WHOLE,
        [("text-before-identification", 0)],
    ),
    "noise before": (b"3.456*kWh)\r\n" + IDENT + WHOLE, [("noise", 0)]),
    "glued end": (LINES[:-2] + b"!\r\n", [("end-glued", len(LINES) - 2)]),
    "end missing": (LINES, [("end-missing", len(LINES))]),
    "end and ETX missing": (
        b"\x02" + LINES,
        [("etx-missing", 1 + len(LINES)), ("end-missing", 1 + len(LINES))],
    ),
    "ETX missing": (b"\x02" + TEXT, [("etx-missing", 1 + len(TEXT))]),
    "STX missing": (WHOLE[1:], [("stx-missing", 0)]),
    "no check character": (WHOLE[:-1], [("bcc-missing", len(WHOLE) - 1)]),
    "wrong check character": (WHOLE[:-1] + b"!", [("bcc-wrong", len(WHOLE) - 1)]),
    "padded check character": (WHOLE[:-1] + b"\x00\x00" + WHOLE[-1:], [("bcc-padded", len(WHOLE) - 1)]),
    "check character in hex": (WHOLE[:-1] + b"%02X" % BCC, [("bcc-padded", len(WHOLE) - 1)]),
    "more after the end": (WHOLE + b"25803103\r\n", [("after-end", len(WHOLE))]),
    "another telegram": (
        IDENT + WHOLE + IDENT + WHOLE,
        [("another-telegram", len(IDENT + WHOLE)), ("another-telegram", len(IDENT + WHOLE + IDENT))],
    ),
    "text behind the bracket": (
        block(LINES.replace(b"kWh)", b"kWh);;") + b"!\r\n"),
        [("line-tail", 40)],
    ),
    "a nak": (IDENT + b"\x15" + WHOLE, [("nak", len(IDENT))]),
    "P0 damaged": (IDENT + P0[:-1] + b"!" + WHOLE, [("command-damaged", len(IDENT))]),
    "parity kept": (add_parity(IDENT + WHOLE), [("parity-kept", 0)]),
    "one parity bit": (
        IDENT + WHOLE.replace(b"\x020", b"\x02\xb0"),
        [("parity-bit", len(IDENT) + 1)],
    ),
    "lines broken off": (block(LINES + b"2.8.0(0001\r\n!\r\n"), [("line-broken", 1 + len(LINES))]),
    "a line without brackets": (block(LINES + b"hello\r\n!\r\n"), [("line-broken", 1 + len(LINES))]),
    "a line without end": (
        block(LINES + b"x(" + b"0" * LINE_MAX + b")\r\n!\r\n"),
        [("line-too-long", 1 + len(LINES))],
    ),
    "lines after the bang": (block(TEXT + b"2.8.0(1)\r\n"), [("after-end", 1 + len(TEXT))]),
}


@pytest.mark.parametrize("name", SAME_LINES)
def test_the_same_lines_are_read_from(name):
    raw, complaints = SAME_LINES[name]
    read = parse_readout(raw)
    # "1.8.0 (" and units outside come out as the usual form.
    assert [(line.code, line.history, line.brackets) for line in read.lines] == READ
    assert [(each.code, each.offset) for each in read.complaints] == complaints
    assert all(each.line == raw.count(b"\n", 0, each.offset) + 1 for each in read.complaints)
    assert all(each.message == COMPLAINTS[each.code] for each in read.complaints)
    assert (read.identification is not None) is (b"/MKS6" in strip_parity(raw)[0])


def test_lines_know_where_they_stand():
    raw = IDENT + WHOLE
    read = parse_readout(raw)
    for line in read.lines:
        assert raw[line.offset : line.offset + len(line.raw)].decode() == line.raw
    assert raw[read.block_offset :].startswith(read.block)
    assert read.block == TEXT


def test_checks():
    right = parse_readout(WHOLE)
    assert right.check == Check("bcc", BCC, BCC, ok=True)
    wrong = parse_readout(WHOLE[:-1] + b"!")
    assert wrong.check == Check("bcc", 0x21, BCC, ok=False)
    assert (wrong.complaints[0].found, wrong.complaints[0].expected) == ("21", f"{BCC:02X}")
    assert parse_readout(WHOLE[:-1]).check == Check("bcc", None, BCC, ok=None)
    assert parse_readout(TEXT).check == Check("none", None, None, None)
    assert parse_readout(WHOLE[:-1] + b"\0" + WHOLE[-1:]).check.ok


def test_a_p1_checksum_is_verified_over_the_identification_too():
    computed = crc16(P1)
    good = parse_readout(P1 + b"%04X\r\n" % computed)
    assert good.check == Check("crc16", computed, computed, ok=True)
    assert good.complaints == ()
    bad = parse_readout(P1 + b"%04X\r\n" % (computed ^ 1))
    assert bad.check.ok is False
    assert [(each.code, each.offset) for each in bad.complaints] == [("crc16-wrong", len(P1))]
    assert parse_readout(LINES + b"!AB12\r\n").check.kind == "none"  # no identification: nothing to sum over


CODES = {
    b"1-0:1.8.0*255(1)": ("1-0", "1.8.0", 255, ("1",)),
    b"1.8.1&02(1)": (None, "1.8.1", 2, ("1",)),
    b"96.77.00*12(a;b)": (None, "96.77.00", 12, ("a;b",)),
    b"F(01)": (None, "F", None, ("01",)),
    b"C.51.2*01(x)": (None, "C.51.2", 1, ("x",)),
    b"T.V.1(005)": (None, "T.V.1", None, ("005",)),
    b"8.96.51.0(1)": (None, "8.96.51.0", None, ("1",)),
    b"(00001.001)": (None, "", None, ("00001.001",)),
    b"P.98(1)()(0)": (None, "P.98", None, ("1", "", "0")),
}


@pytest.mark.parametrize("line", CODES)
@pytest.mark.parametrize("tidy", [True, False])
def test_a_code_is_taken_apart_alike_on_the_fast_and_the_tolerant_way(line, tidy):
    read = parse_readout(block(line + (b"\r\n!\r\n" if tidy else b"\r!\r")))
    assert [each[:4] for each in read.lines] == [CODES[line]]
    assert read.lines[0].raw == line.decode()
    assert read.complaints == ()


def test_an_unknown_form_of_code_is_kept_as_text_with_a_complaint():
    read = parse_readout(block(b"1.8.0(1)\r\nhello world(2)\r\n!\r\n"))
    assert read.lines[1] == DataLine(None, "hello world", None, ("2",), 11, "hello world(2)")
    assert [(each.code, each.found) for each in read.complaints] == [("code-odd", "hello world")]


def test_control_characters_are_named_and_kept():
    read = parse_readout(block(b"1.8.0(1)\r\n2.8.0(\x0b2)\r\n!\r\n"))
    assert read.lines[1].brackets == ("\x0b2",)
    assert [(each.code, each.offset, each.found) for each in read.complaints] == [("character", 17, "\x0b")]


def test_nothing_to_read_is_said():
    for raw in (b"", b"\r\n", b"\x06", b"hello", DataBlock(b"").render()):
        assert parse_readout(raw).lines == []
        assert "empty" in [each.code for each in parse_readout(raw).complaints]
    only_name = parse_readout(IDENT)
    assert only_name.identification is not None
    assert [each.code for each in only_name.complaints] == ["empty"]


def test_complaints_without_end_are_counted():
    read = parse_readout(b"(((\r\n" * 500)
    assert len(read.complaints) == COMPLAINTS_MAX + 1
    assert read.complaints[-1].code == "more"
    assert read.complaints[-1].found == str(500 + 2 - COMPLAINTS_MAX)


def test_the_fast_path_gives_address_value_and_unit():
    assert datasets(LINES) == [
        ("0.0.0", "000123456", ""),
        ("1.8.0", "000123.456", "kWh"),
        ("1.6.0*1", "001.234", "kW"),
        ("", "26-03-02,00:15", ""),
    ]


NOT_CLEAN = [
    b"1.8.0(1)",
    b"1.8.0(1)\r\n2.8.0(2",
    b"1.8.0(1)x\r\n",
    b"1.8.0(1)x(2)\r\n",
    b"1.8.0((1))\r\n",
    b"1.8.0(1\r\n)\r\n",
    b"1.8.0(\x0b)\r\n",
    b"1.8.0(\xb0)\r\n",
    b"1.8.0(1)\n",
    b"hello\r\n",
    b"\r\n",
]


@pytest.mark.parametrize("lines", NOT_CLEAN)
def test_what_is_not_clean_goes_the_tolerant_way(lines):
    assert not is_clean(lines)
    assert not is_clean(LINES + lines)
    assert not is_clean(lines + LINES)


def test_clean_lines():
    assert is_clean(LINES)
    assert is_clean(b"")


codes = st.sampled_from(["0.0.0", "1.8.0", "1.8.1*12", "96.77.00*9", "F.F.0", "C.1.0", "1-0:1.8.0*255", "F"])
values = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E, exclude_characters="()"), max_size=20)
lines_of_a_meter = st.lists(
    st.tuples(codes, st.lists(values, min_size=1, max_size=3)), min_size=1, max_size=12
)


@given(lines_of_a_meter)
def test_what_is_rendered_is_read(made):
    text = "".join(code + "".join(f"({value})" for value in values) + "\r\n" for code, values in made)
    read = parse_readout(IDENT + readout_message(text.encode()))
    assert read.complaints == ()
    assert [(line.raw.partition("(")[0], list(line.brackets)) for line in read.lines] == made


@given(lines_of_a_meter, st.data())
def test_one_byte_gone_wrong_never_goes_unnoticed(made, data):
    text = "".join(code + "".join(f"({value})" for value in values) + "\r\n" for code, values in made)
    raw = readout_message(text.encode())
    at = data.draw(st.integers(0, len(raw) - 1))
    bit = 1 << data.draw(st.integers(0, 7))
    read = parse_readout(raw[:at] + bytes([raw[at] ^ bit]) + raw[at + 1 :])
    assert read.complaints


@given(st.binary(max_size=300) | st.text("()/!\r\n\x01\x02\x03*.0Z", max_size=100).map(str.encode))
def test_any_bytes_are_read_with_located_complaints(raw):
    read = parse_readout(raw)
    assert all(0 <= each.offset <= len(raw) for each in read.complaints)
    assert read.lines or read.complaints


def test_an_identification_too_long_by_one_is_complained_of_and_the_lines_still_read():
    raw = b"/MKS5" + b"x" * 60 + b"\n" + WHOLE
    read = parse_readout(raw)
    assert read.identification is None
    assert [each.code for each in read.complaints] == ["identification-damaged"]
    assert len(read.lines) == len(READ)
