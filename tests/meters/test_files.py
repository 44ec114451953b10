"""Does a file say the same, however somebody wrote the meter's output down?"""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.iec62056 import DataBlock
from osos.iec62056.block_check import crc16
from osos.meters import KINDS
from osos.meters.elektromed_frames import kermit
from osos.meters.files import bytes_of_file, read_file
from osos.meters.hex_text import bytes_of_hex

IDENT = b"/MKS6<2>ADM(M550.2251)\r\n"
LINES = b"0.0.0(123456789)\r\n0.9.1(10:29:08)\r\n0.9.2(26-05-10)\r\n1.8.0(062846.236*kWh)\r\n"
WHOLE = IDENT + DataBlock(LINES + b"!\r\n").framed()
P1_LINES = b"/KFM5KAIFA-METER\r\n\r\n0-0:1.0.0(160303164347W)\r\n1-0:1.8.1(001073.079*kWh)\r\n!"
P1 = P1_LINES + f"{crc16(P1_LINES):04X}\r\n".encode()


def codes(found):
    return [one.code for one in found.complaints]


def spelt(data: bytes, between: str = " ") -> str:
    return between.join(f"{byte:02X}" for byte in data)


def rows(data: bytes, size: int = 16) -> list[bytes]:
    return [data[k : k + size] for k in range(0, len(data), size)]


def dumped(data: bytes, *, bars: bool) -> str:
    text = ""
    for number, row in enumerate(rows(data)):
        shown = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        pairs = [spelt(row[k : k + 2], "").lower() for k in range(0, len(row), 2)]
        plain = f"{number * 16:08x}: {' '.join(pairs):<39}  {shown}\n"
        halves = f"{spelt(row[:8]).lower()}  {spelt(row[8:]).lower()}"
        text += f"{number * 16:08x}  {halves:<48}  |{shown}|\n" if bars else plain
    return text


WRITTEN = {
    "blanks": spelt(WHOLE),
    "colons": spelt(WHOLE, ":"),
    "dashes": spelt(WHOLE, "-"),
    "nothing between": spelt(WHOLE, ""),
    "as in C": ", ".join(f"0x{byte:02x}" for byte in WHOLE),
    "times and a way": "".join(f"[10:29:08.123] RX: {spelt(row)}\n" for row in rows(WHOLE)),
    "dates and arrows": "".join(f"2026-05-10 10:29:08,1 <-- {spelt(row)}\n" for row in rows(WHOLE)),
    "instants": "".join(f"2026-05-10T10:29:08.123+03:00 << {spelt(row).lower()}\n" for row in rows(WHOLE)),
    "remarks": "# okuma, 10 Mayıs\n" + "".join(f"{spelt(row)}\n" for row in rows(WHOLE)),
    "xxd": dumped(WHOLE, bars=False),
    "hexdump": dumped(WHOLE, bars=True),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_hex_text_spells_the_same_bytes_however_it_is_written(name):
    assert bytes_of_file(WRITTEN[name].encode()) == WHOLE
    assert codes(read_file(WRITTEN[name].encode())) == []


def test_a_hex_file_that_ends_within_a_byte_gives_the_bytes_before():
    assert bytes_of_hex(b"2F 4D 4B 53 36 3C 32 3E 0D 0") == b"/MKS6<2>\r"


@pytest.mark.parametrize(
    "text", ["10:29:08", "12345678 abc", "0.0.0(1)", "#00603~L1", "2F 4D x", "26-05-10\n26-05-11"]
)
def test_what_is_no_hex_text_stays_as_it_is(text):
    assert bytes_of_file(text.encode()) == text.encode()


OTHERWISE = {
    "mark of UTF-8": b"\xef\xbb\xbf" + WHOLE,
    "UTF-16": WHOLE.decode("latin-1").encode("utf-16"),
    "names in angles": WHOLE.replace(b"\r\n", b"<CR><LF>\n")
    .replace(b"\x02", b"<STX>")
    .replace(b"\x03", b"<ETX>"),
    "names in brackets": WHOLE.replace(b"\r\n", b"[CR][LF]")
    .replace(b"\x02", b"[STX]")
    .replace(b"\x03", b"[ETX]"),
    "escapes": WHOLE.replace(b"\r\n", b"\\r\\n").replace(b"\x02", b"\\x02").replace(b"\x03", b"\\x03"),
    "a time before each line": b"".join(b"10:29:08.12 " + line for line in WHOLE.splitlines(keepends=True)),
}


@pytest.mark.parametrize("name", OTHERWISE)
def test_what_a_terminal_added_is_taken_off(name):
    assert bytes_of_file(OTHERWISE[name]) == WHOLE


def test_every_telegram_of_a_file_is_read_and_said_where_it_begins():
    other = WHOLE.replace(b"123456789", b"987654321")
    plain = b"0.0.0(5)\r\n1.8.0(000001.000*kWh)\r\n!\r\n"
    for parts in ([P1, P1, P1], [plain, plain.replace(b"(5)", b"(6)")], [IDENT + plain, IDENT + plain]):
        alone = [read_file(part) for part in parts]
        told = read_file(b"".join(parts))
        assert told.readings == [one for each in alone for one in each.readings]
        nexts = [one for one in told.complaints if one.code == "next-telegram"]
        assert [one.offset for one in nexts] == [sum(map(len, parts[:k])) for k in range(1, len(parts))]
        assert len(told.complaints) == len(nexts) + sum(len(each.complaints) for each in alone)
    assert {one.text for one in read_file(WHOLE + other).readings} >= {"123456789", "987654321"}


def test_a_damaged_second_telegram_spoils_its_own_values_only():
    told = read_file(P1 + P1.replace(b"1073", b"1074"))
    assert codes(told) == ["next-telegram", "crc16-wrong"]
    assert [one.quality.name for one in told.readings] == ["MEASURED"] * 2 + ["SUSPECT"] * 2
    assert told.check.ok is False
    assert told.complaints[1].offset > len(P1)


def test_pushes_one_after_another_are_all_read():
    grp = b"<M2;GRP15000;AEL21000574;AEL5[1]AEL.TF.21;17:22:26;18-04-11;000000.569;000000.170;000000.353;"
    grp += b"000000.006;000000.000;000.004;18-04-11,20:00;000000.000;000015.432>"
    told = read_file(grp + b"\r\n" + grp.replace(b"574", b"575") + b"\r\n<U2;GRP15000;15>")
    assert codes(told) == ["next-telegram"] * 2
    assert [one.text for one in told.readings if one.obis.code == "0.0.0"] == ["21000574", "21000575"]
    assert read_file(b"<U2;GRP15000;15>").complaints == []
    viko = b"#00603~L12345604000000000010262790X0.0.PX0.0.0(600065257)\r\n72.7.0(230.8)!$"
    both = read_file(b"#02000000000010262790050$" + viko)
    assert (both.kind, both.complaints, len(both.readings)) == ("push", [], 2)


def test_values_whose_line_end_was_lost_are_lines_of_their_own():
    told = read_file(LINES.replace(b"\r\n", b";"))
    assert [str(one.obis) for one in told.readings] == ["0.0.0", "0.9.1", "0.9.2", "1.8.0"]
    assert codes(told)[0] == "lines-glued"


@pytest.mark.parametrize("whole", [P1, WHOLE])
def test_a_check_that_fits_once_the_lost_carriage_returns_are_back_is_believed(whole):
    told = read_file(whole.replace(b"\r\n", b"\n"))
    assert told.check.ok is True
    assert codes(told) in (["line-ends"], [])  # an even number of CR leaves an XOR as it was
    assert (
        read_file(
            whole.replace(b"\r\n", b"\n").replace(b"62846", b"62847").replace(b"1073", b"1074")
        ).check.ok
        is False
    )


@pytest.mark.parametrize(
    ("line", "sound"),
    [
        (b"P.98(1260826235646)(00008020)()(2)(0.9.1)()(0.9.2)()(1235703)(1260826)", True),
        (b"P.99(1260901000000)(00000010)()(0)", True),
        (b"P.210(1260826235646)(1)()(1)(C.2.1)()(12)", True),
        (b"1-1:P.98(1260906115553)(00000080)()(0)", True),
        (b"P.98(1261399235646)(00000080)()(0)", False),  # no such day
        (b"P.98(1260826235646)(00008020)()(2)(0.9.1)()(0.9.2)()(1235703)", False),  # one of two
    ],
)
def test_an_entry_of_an_event_log_is_whole_or_named(line, sound):
    told = read_file(b"P.98(1260906115553)(00000080)()(0)\r\n" + line + b"\r\n")
    assert told.kind == "profile"
    assert len(told.readings) >= 2
    assert codes(told) == ([] if sound else ["record-damaged"])
    assert [one.line for one in told.complaints] == ([] if sound else [2])


def test_a_load_profile_may_name_its_columns_in_full():
    told = read_file(b"1-1:P.01(1260823161500)(00)(15)(2)(1-1:1.5.0)(kW)(1-1:2.5.0)(kW)\r\n(0.1)(0.2)\r\n")
    assert [(one.obis.prefix, one.obis.code, one.unit) for one in told.readings] == [
        ("1-1", "1.5.0", "kW"),
        ("1-1", "2.5.0", "kW"),
    ]
    assert told.complaints == []


def framed(body: bytes) -> bytes:
    head = (len(body) + 2).to_bytes(2, "big") + body
    return head + kermit(head).to_bytes(2, "big")


HEADER = b"ANK:7:12345678:V2.01:1:0:123456:22-06-2026-07-20-34:25:0"
TEXT = b"|ELM12345678\r\n22.6.26 7:20\r\n8.0.0.0(12345678)\r\n8.1.8.0(17*m3)\r\n"


def test_a_frame_of_an_elektromed_unit_is_checked_and_named():
    alone, whole = read_file(framed(HEADER)), read_file(framed(HEADER + TEXT))
    assert (alone.kind, alone.identification, alone.check.ok, alone.complaints) == (
        "push",
        "12345678",
        True,
        [],
    )
    assert (whole.identification, len(whole.readings), whole.complaints) == ("ELM12345678", 2, [])
    broken = read_file(framed(HEADER + TEXT)[:-1] + b"\x00")
    assert codes(broken) == ["crc16-wrong"]
    assert {one.quality.name for one in broken.readings} == {"SUSPECT"}
    assert codes(read_file(framed(HEADER)[:-3])) == ["push-damaged"]


PIECES = [
    WHOLE,
    P1,
    LINES,
    b"/ABC5X\r\n",
    b"<U2;1;2>",
    b"0.0.0(1)\r\n!\r\n",
    framed(HEADER),
    b"\xef\xbb\xbf",
    b"<STX>",
    b"0D 0A ",
]


@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=12), max_size=8))
def test_any_pieces_in_a_row_become_a_telegram_with_real_places(pieces):
    data = b"".join(pieces)
    meant, told = bytes_of_file(data), read_file(data)
    assert told.kind in KINDS
    assert all(0 <= one.offset <= len(meant) for one in told.complaints)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("count", [5_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_mutants_of_files_become_telegrams(count):
    chance = random.Random(count)
    material = [*(text.encode() for text in WRITTEN.values()), *OTHERWISE.values(), *PIECES]
    for k in range(count):
        data = bytearray(material[k % len(material)])
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(data) + 1)
            other = chance.choice(material)
            data[at : at + chance.randint(0, 20)] = other[chance.randrange(len(other)) :][
                : chance.randint(0, 40)
            ]
        told = read_file(bytes(data))
        assert told.kind in KINDS
