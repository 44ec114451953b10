"""Is every message written and read alike, whole, byte by byte and with a tail?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.iec62056 import (
    BREAK,
    Command,
    DataBlock,
    OptionSelect,
    Request,
    parse_identification,
    readout_message,
)
from osos.iec62056.errors import (
    CannotBeSent,
    ChecksumMismatch,
    LineTooLong,
    MessageTooLong,
    Noise,
    NotAMessage,
    NotAnIdentification,
    ProtocolError,
)
from osos.iec62056.message_reader import MessageReader
from osos.iec62056.messages import Ack, IdentificationLine, Nak

# One table for both directions: who hears it, the message, its bytes. Hex check characters are those of the
# printed dialogues (M-25, M-45; MASS v11 2.1.1.1; a live gen3 session).
CASES = [
    ("reader", Request(), b"/?!\r\n"),
    ("reader", Request("MKS123456789"), b"/?MKS123456789!\r\n"),
    ("reader", OptionSelect("5", "0"), b"\x06050\r\n"),
    ("reader", OptionSelect("6", "1"), b"\x06061\r\n"),
    ("reader", Command("R", "2", b"0.0.0()"), b"\x01R2\x020.0.0()\x03\x50"),
    ("reader", Command("R", "2", b"0.9.2()"), b"\x01R2\x020.9.2()\x03\x5b"),
    ("reader", Command("W", "2", b"96.96.3(09876543)"), b"\x01W2\x0296.96.3(09876543)\x03\x54"),
    ("reader", BREAK, b"\x01B0\x03\x71"),
    ("reader", Nak(), b"\x15"),
    (
        "meter",
        IdentificationLine(parse_identification(b"/MAS5<3>VAN(M1.R1)")),
        b"/MAS5<3>VAN(M1.R1)\r\n",
    ),
    ("meter", Ack(), b"\x06"),
    ("meter", Nak(), b"\x15"),
    ("meter", Command("P", "0", b"(T9t4CNektA5fnzEG5w==)"), b"\x01P0\x02(T9t4CNektA5fnzEG5w==)\x03\x7c"),
    ("meter", DataBlock(b"0.0.0(00000002)"), b"\x020.0.0(00000002)\x03\x30"),
    ("meter", DataBlock(b""), b"\x02\x03\x03"),  # M-108: nothing in range
    ("meter", DataBlock(b"1.8.0(000000.001*kWh)\r\n!\r\n"), readout_message(b"1.8.0(000000.001*kWh)\r\n")),
]
ids = [f"{hears}-{raw!r}" for hears, _, raw in CASES]


@pytest.mark.parametrize(("hears", "message", "raw"), CASES, ids=ids)
def test_a_message_is_written_as_printed(hears, message, raw):
    assert message.render() == raw


@pytest.mark.parametrize(("hears", "message", "raw"), CASES, ids=ids)
def test_a_message_is_read_whole(hears, message, raw):
    assert MessageReader(hears).feed(raw) == [message]


@pytest.mark.parametrize(("hears", "message", "raw"), CASES, ids=ids)
def test_a_message_is_read_byte_by_byte_and_not_before_its_last_byte(hears, message, raw):
    reader = MessageReader(hears)
    for byte in raw[:-1]:
        assert reader.feed(bytes([byte])) == []
    assert reader.feed(raw[-1:]) == [message]
    assert reader.pending == 0


@pytest.mark.parametrize(("hears", "message", "raw"), CASES, ids=ids)
def test_a_message_is_read_with_a_tail(hears, message, raw):
    reader = MessageReader(hears)
    assert reader.feed(raw + b"/M") == [message]
    assert reader.pending == 2


@pytest.mark.parametrize("hears", ["reader", "meter"])
def test_messages_glued_together_come_in_order(hears):
    of_one_side = [(message, raw) for side, message, raw in CASES if side == hears]
    raw = b"".join(raw for _, raw in of_one_side)
    assert MessageReader(hears).feed(raw) == [message for message, _ in of_one_side]


def test_a_lone_acknowledge_of_the_reader_waits_for_what_may_follow():
    reader = MessageReader("reader")
    assert reader.feed(b"\x06") == []
    assert reader.feed(b"05") == []
    assert reader.feed(b"\x15") == [Ack(), Noise(b"05"), Nak()]
    assert reader.feed(b"\x06") == []
    assert reader.flush() == [Ack()]


def test_bytes_before_the_slash_of_a_request_are_ignored():
    assert MessageReader("reader").feed(b"\x00\xff05/?MKS1!\r\n")[-1] == Request("MKS1")


def test_a_request_begun_anew_is_the_one_that_counts():
    assert MessageReader("reader").feed(b"/?MK/?MKS1!\r\n") == [Noise(b"/?MK"), Request("MKS1")]


def test_a_block_whose_end_is_lost_does_not_swallow_the_next():
    heard = MessageReader("meter").feed(b"\x021.8.0(1" + DataBlock(b"1.8.0(1)").render())
    assert heard == [Noise(b"\x021.8.0(1"), DataBlock(b"1.8.0(1)")]


def test_a_wrong_check_character_is_told_with_both_numbers_and_the_data():
    (error,) = MessageReader("meter").feed(b"\x020.0.0(00000002)\x03\x31")
    assert error == ChecksumMismatch(expected=0x30, got=0x31, data=b"\x020.0.0(00000002)\x03\x31")
    assert "31" in str(error)
    assert "30" in str(error)


def test_a_check_character_may_look_like_any_control_character():
    for last in range(0x20, 0x7F):
        raw = DataBlock(bytes([last])).render()
        assert MessageReader("meter").feed(raw + b"\x06") == [DataBlock(bytes([last])), Ack()]


def test_endless_lines_blocks_and_noise_are_bounded():
    reader = MessageReader("reader", max_message=1000)
    assert isinstance(reader.feed(b"/?" + b"A" * 100)[0], LineTooLong)
    reader.flush()
    assert isinstance(reader.feed(b"\x01W2\x02" + b"A" * 2000)[0], MessageTooLong)
    for _ in range(100):
        reader.feed(b"A" * 1000)
        assert reader.pending < 5000


CANNOT = [
    lambda: Request("A!B").render(),
    lambda: Request("A" * 33).render(),
    lambda: Request("ı").render(),
    lambda: OptionSelect("55", "0").render(),
    lambda: OptionSelect("x", "0").render(),
    lambda: Command("r", "2").render(),
    lambda: Command("R", "2", b"\x03").render(),
    lambda: Command.for_code("R2", "1.8.0)"),
    lambda: Command.for_code("R2", ""),
    lambda: Command.for_code("W2", "0.9.1", "a\rb"),
    lambda: DataBlock(b"\x02").render(),
    lambda: readout_message(b"\xff\r\n"),
]


@pytest.mark.parametrize("send", CANNOT)
def test_what_would_break_its_own_message_is_not_sent(send):
    with pytest.raises(CannotBeSent) as told:
        send()
    assert "cannot be sent" in str(told.value)


NOT_THIS = [
    (Request.parse, b"/?A\r\n"),
    (OptionSelect.parse, b"\x06050"),
    (Command.parse, b"\x01R2"),
    (DataBlock.parse, b"\x02abc"),
    (DataBlock.parse, b"\x02a\x03bc"),
]


@pytest.mark.parametrize(("parse", "raw"), NOT_THIS)
def test_what_is_no_message_is_told_with_what_was_expected(parse, raw):
    with pytest.raises(NotAMessage) as told:
        parse(raw)
    assert told.value.data == raw
    assert "expected" in str(told.value)


@pytest.mark.parametrize("parse", [Command.parse, DataBlock.parse])
def test_a_missing_check_character_is_a_mismatch(parse):
    with pytest.raises(ChecksumMismatch) as told:
        parse(b"\x01B0\x03" if parse == Command.parse else b"\x02a\x03")
    assert told.value.got is None
    assert "nothing" in str(told.value)


def test_a_command_is_taken_apart_into_code_and_argument():
    assert Command("W", "2", b"96.90.1 (+01:00)").dataset() == ("96.90.1", "+01:00")  # M-55
    assert Command("R", "2", b"P.12(a;b)(Y101,Y105)").dataset() == ("P.12", "a;b)(Y101,Y105")  # M-109
    assert Command("R", "2", b"1.8.0").dataset() is None
    assert Command("P", "1", b"(12345678)").bracket() == "12345678"
    assert Command("P", "1", b"12345678").bracket() is None


def test_an_error_message_is_told_from_data():
    assert DataBlock(b"(ER07)").refusal() == "ER07"
    assert DataBlock(b"1.8.0(ER07)").refusal() is None


LINES = [
    (b"/MKS6<2>TED(M550.2251)\r\n", ("MKS", "6", 2, "TED(M550.2251)", 19200)),
    (b"/AEL4<1>AEL.MF.14 \r\n", ("AEL", "4", 1, "AEL.MF.14", 4800)),
    (b"/AEL5[1]AEL.TF.21", ("AEL", "5", 1, "AEL.TF.21", 9600)),
    (b"/ISk5\\2MT382-1008\r\n", ("ISk", "5", None, "MT382-1008", 9600)),
    (b"/ELS5\\@V9.30 \r\n", ("ELS", "5", None, "V9.30", 9600)),
    (b"/KAM5\r\n", ("KAM", "5", None, "", 9600)),
    (b"/LGZ52ZMD120APt.G03\r\n", ("LGZ", "5", None, "2ZMD120APt.G03", 9600)),
    (b"/ABCBmodeB\r\n", ("ABC", "B", None, "modeB", None)),
]


@pytest.mark.parametrize(("line", "parts"), LINES)
def test_an_identification_is_taken_apart(line, parts):
    read = parse_identification(line)
    assert (read.flag, read.baud_char, read.generation, read.model, read.baud) == parts
    assert str(read) == line.decode().strip()


@pytest.mark.parametrize("line", [b"", b"/", b"/AB5x", b"?ABC5", b"/ABC5" + b"x" * 60, b"/ABC-x\r\n"])
def test_what_is_no_identification_is_told(line):
    with pytest.raises(NotAnIdentification) as told:
        parse_identification(line)
    assert told.value.line == line
    assert "not an identification" in str(told.value)


# What no code writes by hand: any messages, any bytes.

printable = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=30)
without_brackets = printable.map(lambda text: text.translate(dict.fromkeys(map(ord, "()/!"))))
messages_of_a_reader = st.one_of(
    st.builds(Request, without_brackets),
    st.builds(OptionSelect, st.sampled_from("0123456"), st.sampled_from("0156789")),
    st.builds(Command, st.sampled_from("RWEP"), st.sampled_from("0123459"), printable.map(str.encode)),
    st.just(BREAK),
    st.just(Nak()),
)
messages_of_a_meter = st.one_of(
    st.builds(DataBlock, printable.map(str.encode)),
    st.builds(Command, st.just("P"), st.just("0"), printable.map(str.encode)),
    st.sampled_from([Ack(), Nak()]),
)


@given(st.lists(messages_of_a_reader), st.data())
def test_what_a_reader_writes_a_meter_reads_however_it_is_cut(messages, data):
    assert _fed_in_pieces(data, "reader", b"".join(each.render() for each in messages)) == messages


@given(st.lists(messages_of_a_meter), st.data())
def test_what_a_meter_writes_a_reader_reads_however_it_is_cut(messages, data):
    assert _fed_in_pieces(data, "meter", b"".join(each.render() for each in messages)) == messages


def _fed_in_pieces(data, hears, raw):
    reader, heard = MessageReader(hears), []
    while raw:
        size = data.draw(st.integers(1, len(raw)))
        heard += reader.feed(raw[:size])
        raw = raw[size:]
    return heard


bits_of_mode_c = st.sampled_from(
    [
        b"/?",
        b"!\r\n",
        b"\x01",
        b"\x02",
        b"\x03",
        b"\x06",
        b"\x15",
        b"/MKS5<2>x\r\n",
        b"R2",
        b"050\r\n",
        b"\x01B0\x03q",
        b"1.8.0(1)\r\n",
        b"(",
        b"/",
        b"\xff",
        b"\r\n",
    ]
)


@given(st.sampled_from(["reader", "meter"]), st.lists(bits_of_mode_c | st.binary(max_size=3)).map(b"".join))
def test_any_bytes_give_messages_or_our_own_errors_the_same_whole_and_byte_by_byte(hears, raw):
    whole, bytewise = MessageReader(hears), MessageReader(hears)
    heard = whole.feed(raw)
    assert [item for byte in raw for item in bytewise.feed(bytes([byte]))] == heard
    known = (Request, OptionSelect, Command, DataBlock, Ack, Nak, IdentificationLine, *ProtocolError.__args__)
    assert all(isinstance(item, known) for item in [*heard, *whole.flush()])
    assert all(str(item) for item in heard)
    assert whole.pending == 0
