"""Do a reader and a meter understand each other over good and bad lines?"""

import pytest

from osos.iec62056 import (
    Answer,
    Command,
    Failed,
    Finished,
    Identified,
    Line,
    MeterSide,
    Password,
    ProgrammingSession,
    ReadoutReceived,
    ReadoutSession,
    Ready,
    Refused,
    block_check,
    speeds_to_try,
)

GOOD_LINES = ("PlainLine", "OneByteAtATimeLine", "EchoLine")


def of(kind, events):
    return [event for event in events if isinstance(event, kind)]


@pytest.mark.parametrize("name", GOOD_LINES)
@pytest.mark.parametrize("address", ["", "MKS123456", "000123456"])
@pytest.mark.parametrize("parity", [False, True])
def test_a_readout_comes_whole_over_every_good_line(kit, name, address, parity):
    meter = kit.PaperMeter()
    session = ReadoutSession(address, "0", line=Line(parity=parity))
    talk = kit.Conversation(session, MeterSide(meter, parity=parity), getattr(kit, name)())
    events = talk.run()
    assert [type(event) for event in events] == [Identified, ReadoutReceived, Finished]
    readout = events[1].readout
    assert readout.check.ok
    assert readout.complaints == ()
    assert readout.block == meter.packets["0"] + b"!\r\n"
    assert readout.identification.model == "TED(M550.2251)"
    assert talk.closed == "finished"


@pytest.mark.parametrize("name", GOOD_LINES)
def test_values_are_read_written_and_the_demand_reset_in_one_session(kit, name):
    meter = kit.PaperMeter()
    commands = [
        Command.for_code("R2", "1.8.0"),
        Command.for_code("R2", "9.9.9"),
        Command.for_code("W2", "0.9.1", "13:30:35"),
        Command.for_code("E2", "1.6.0"),
        Command.for_code("R2", "P.01", "26-03-01,00:00;26-03-02,00:15"),
        Command.for_code("R2", "P.01", ";"),
        Command.for_code("R3", "1.8.0"),
    ]
    side = MeterSide(meter)
    session = ProgrammingSession("MKS123456", commands, password=Password("12345678"))
    events = kit.Conversation(session, side, getattr(kit, name)()).run()
    assert of(Ready, events) == [Ready("0123456789ABCDEF")]
    assert [(a.asked, a.data) for a in of(Answer, events)] == [
        ("P1", b""),
        ("R2 1.8.0()", b"1.8.0(000123.456*kWh)"),
        ("W2 0.9.1(13:30:35)", b""),
        ("E2 1.6.0()", b""),
        (
            "R2 P.01(26-03-01,00:00;26-03-02,00:15)",
            b"(26-03-02,00:15)(000123.456,000001.000,000002.000,001.234)\r\n",
        ),
        ("R2 P.01(;)", b""),
    ]
    assert [(r.asked, r.reason) for r in of(Refused, events)] == [
        ("R2 9.9.9()", "nak"),
        ("R3 1.8.0()", "nak"),
    ]
    assert isinstance(events[-1], Finished)
    assert meter.writes == [("0.9.1", "13:30:35")]
    assert meter.resets == 1
    assert not side.in_session  # the break was heard


def test_a_refused_password_is_tried_once_and_no_write_follows_it(kit):
    meter = kit.PaperMeter()
    commands = [Command.for_code("W2", "0.9.1", "x"), Command.for_code("R2", "0.9.1")]
    session = ProgrammingSession("", commands, password=Password("00000000"))
    events = kit.Conversation(session, MeterSide(meter), kit.PlainLine()).run()
    assert meter.tries == ["00000000"]
    assert [(r.asked, r.reason) for r in of(Refused, events)] == [
        ("P1", "nak"),
        ("W2 0.9.1(x)", "nak"),
    ]
    assert [a.asked for a in of(Answer, events)] == ["R2 0.9.1()"]


def test_a_gen1_meter_acknowledges_programming_mode_and_the_break(kit):
    meter = kit.PaperMeter(first_seed=None, ident=b"/AEL4<1>AEL.MF.14 ")
    side = MeterSide(meter, ack_break=True)
    session = ProgrammingSession("", [Command.for_code("R2", "1.8.0")])
    events = kit.Conversation(session, side, kit.EchoLine()).run()
    assert of(Ready, events) == [Ready(None)]
    assert len(of(Answer, events)) == 1
    assert not side.in_session


def test_another_meters_address_is_met_with_silence(kit):
    talk = kit.Conversation(ReadoutSession("MKS999"), MeterSide(kit.PaperMeter()), kit.PlainLine())
    events = talk.run()
    assert events == [Failed("silent", "peer", "no identification at any speed")]
    assert talk.now < 12


def test_a_meter_that_starts_at_9600_is_found_by_trying_speeds(kit):
    session = ReadoutSession(line=Line(start_bauds=speeds_to_try(300)))
    events = kit.Conversation(session, MeterSide(kit.PaperMeter(), 9600), kit.PlainLine()).run()
    assert of(ReadoutReceived, events)[0].readout.check.ok


def test_a_slow_readers_limit_is_kept(kit):
    session = ReadoutSession(y="6", line=Line(max_baud=2400))
    talk = kit.Conversation(session, MeterSide(kit.PaperMeter()), kit.PlainLine())
    assert of(ReadoutReceived, talk.run())
    assert talk._reader_baud == 2400


def test_a_packet_that_is_not_offered_ends_in_silence_not_in_a_hang(kit):
    talk = kit.Conversation(ReadoutSession(y="9"), MeterSide(kit.PaperMeter()), kit.PlainLine())
    events = talk.run()
    assert of(Failed, events) == [Failed("silent", "peer", "no answer after the option select")]


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("line", ["LossyLine", "GarblingLine", "EchoingGarblingLine"])
def test_over_a_bad_line_every_readout_is_whole_or_failed_by_name(kit, seed, line):
    """Parity sees every turned bit, the check character most losses: not two of the same character."""
    meter = kit.PaperMeter()
    session = ReadoutSession(line=Line(rounds=4, parity=True))
    talk = kit.Conversation(session, MeterSide(meter, parity=True), getattr(kit, line)(seed, one_in=700))
    events = talk.run()
    got = of(ReadoutReceived, events)
    if got and line == "LossyLine":
        assert got[0].readout.check.ok
    elif got:
        assert got[0].readout.block == meter.packets["0"] + b"!\r\n"
    else:
        assert of(Failed, events)[0].reason in {"bcc", "cut-off", "silent", "not-mode-c"}
    assert talk.closed


def test_a_meter_whose_first_message_is_garbled_is_asked_again(kit):
    meter = kit.PaperMeter()

    class BadStartLine(kit.PlainLine):
        carried = 0

        def carry(self, data):
            for byte in data:
                self.carried += 1
                bad = self.carried in {100, 200, 300}
                yield bytes([byte ^ 1 if bad else byte])

    events = kit.Conversation(ReadoutSession(), MeterSide(meter), BadStartLine()).run()
    assert of(ReadoutReceived, events)[0].readout.block == meter.packets["0"] + b"!\r\n"


@pytest.mark.parametrize("kept", [1, 100, 1600, 1602])
def test_a_meter_that_stops_mid_block_is_asked_again(kit, kept):
    meter = kit.PaperMeter()

    class CutOnceLine(kit.PlainLine):
        cut = False

        def carry(self, data):
            if len(data) > 1000 and not self.cut:
                self.cut = True
                data = data[:kept]
            yield from super().carry(data)

    events = kit.Conversation(ReadoutSession(), MeterSide(meter), CutOnceLine()).run()
    assert of(ReadoutReceived, events)[0].readout.block == meter.packets["0"] + b"!\r\n"


@pytest.mark.parametrize("accept", [False, True])
def test_a_readout_always_damaged_is_refused_or_taken_with_its_complaint(kit, accept):
    class AlwaysDamagedLine(kit.PlainLine):
        def carry(self, data):
            yield data.replace(b"(000037.007*kWh)", b"(000937.007*kWh)")

    session = ReadoutSession(accept_bad_bcc=accept)
    events = kit.Conversation(session, MeterSide(kit.PaperMeter()), AlwaysDamagedLine()).run()
    if accept:
        readout = of(ReadoutReceived, events)[0].readout
        assert readout.check.ok is False
        assert [c.code for c in readout.complaints] == ["bcc-wrong"]
    else:
        assert of(Failed, events)[0].reason == "bcc"
        assert of(Failed, events)[0].whose == "line"


@pytest.mark.parametrize("seed", range(40))
def test_over_a_lossy_line_no_wrong_value_is_answered_and_no_write_done_twice(kit, seed):
    meter = kit.PaperMeter()
    commands = [Command.for_code("R2", "1.8.0")] * 8 + [Command.for_code("W2", "0.9.1", "13:30:35")]
    session = ProgrammingSession(
        "", commands, password=Password("12345678"), line=Line(rounds=4, parity=True)
    )
    talk = kit.Conversation(session, MeterSide(meter, parity=True), kit.LossyLine(seed, one_in=150))
    events = talk.run()
    for answer in of(Answer, events):
        assert answer.data in {b"", b"1.8.0(000123.456*kWh)"}
    assert len(meter.writes) <= 1
    assert len(meter.tries) <= 1
    if not of(Failed, events):
        assert len(of(Answer, events)) + len(of(Refused, events)) == 10
    assert talk.closed


def test_an_eighth_bit_in_a_block_whose_check_character_fits_is_taken_with_its_complaint():
    session = ReadoutSession()
    session.start(0.0)
    session.receive(b"/MKS5<2>TED(M550.2251)\r\n", 1.0)
    block = b"1.8.0(00012\xb3.456*kWh)\r\n!\r\n"
    done = session.receive(b"\x02" + block + b"\x03" + bytes([block_check(block + b"\x03")]), 2.0)
    readout = of(ReadoutReceived, done)[0].readout
    assert readout.lines[0].brackets == ("000123.456*kWh",)
    assert [each.code for each in readout.complaints] == ["parity-bit"]
