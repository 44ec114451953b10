"""Is every make that the virtual meter can be read whole: packets, registers, profiles, by TCP and pty?"""

import re
from datetime import datetime, timedelta

import numpy as np
import pytest

from osos.iec62056 import parse_identification
from osos.iec62056.numbered_records import Walk
from osos.meters import profile_named, read
from osos.quantities import TURKIYE, DeviceId
from osos.reader import PACKETS, find, program, read_codes, read_packet, read_profile
from osos.simulator.meter import records_text
from osos.simulator.meter.gen1 import MADE

NOW = datetime(2026, 3, 20, 12, 1, tzinfo=TURKIYE)
FIRST, LAST = datetime(2026, 3, 3), datetime(2026, 3, 17)
MAKES = ("gen2", "gen3", *MADE)
PROFILES = {
    **dict.fromkeys(("gen2", "makel", "luna", "viko"), ("P.01", "P.02", "P.03")),
    "gen3": ("P.01", "P.02", "P.12", "P.12(Y101,Y102,Y211)"),
    "kohler": ("P.01",),
}


def given(built, name, kind="combi", ways=1):
    made, more = MADE.get(name), {"profile": profile_named(name)}
    if made:
        device = DeviceId(made.flag, "10000001")
        more |= {"device": device, "model": made.model_of(device)}
    return built(kind, ways, **more)


@pytest.fixture(scope="module")
def meters(built):
    """Meters that are only read."""
    return {name: given(built, name) for name in MAKES}


@pytest.fixture
def at_a_port(plugged):
    def plug(meter, cable=None):
        return plugged(meter, cable, whole=True)

    return plug


def datasets(block):
    return re.findall(rb"^([0-9A-F]{1,3}\.[^(*\r\n]+)(\*\d+)?\(", block, re.MULTILINE)


def stored(meter, name, first=FIRST, last=LAST):
    return meter.profile_records(name.partition("(")[0], first, last, at=NOW)


def same(got, meter, name, first=FIRST, last=LAST):
    telegram = read(got.data)
    expected = stored(meter, name, first, last)
    assert np.array_equal(telegram.records.labels, expected.labels)
    if "(" not in name:
        shown = telegram.records.values[:, : expected.values.shape[1]]
        assert np.array_equal(shown, expected.values)
    return telegram


@pytest.mark.parametrize("name", MAKES)
def test_every_packet_it_offers_is_read_as_that_make_and_without_a_complaint(name, meters, at_a_port, linked):
    meter = meters[name]
    socket = at_a_port(meter)
    offered = PACKETS if name not in MADE else {"0": "long"}
    for y in offered:
        got = read_packet(linked(socket, query=f"?address={meter.spec.device}"), y)
        assert got.trouble is None
        telegram = read(got.data)
        assert (telegram.profile, telegram.complaints) == (name, [])
        assert len(telegram.readings) >= len(datasets(got.block)) > 10


@pytest.mark.parametrize("name", sorted(MADE))
def test_a_packet_a_make_does_not_know_is_said_to_be_one(name, meters, at_a_port, linked):
    got = read_packet(linked(at_a_port(meters[name]), speed=40.0), "6")
    assert got.trouble.name == "no-packet"
    assert "--packet 0" in got.trouble.said("en")


@pytest.mark.parametrize("name", MAKES)
def test_every_register_of_the_readout_is_read_alone_and_alike(name, meters, at_a_port, linked):
    """M-43: every printed code, one row a query; of those with many rows the first and the last."""
    meter = meters[name]
    link = linked(at_a_port(meter))
    lines = {}
    for line in read_packet(link, "0").block.decode("latin-1").replace("\r\n!", "").split("\r\n"):
        code, bracket, value = line.partition("(")
        if bracket and code:
            lines.setdefault(code.partition("*")[0], []).append((code, bracket + value.removesuffix("!")))
    wanted = [one for rows in lines.values() for one in {rows[0], rows[-1]}]
    got = read_codes(link, [code for code, _ in wanted])
    assert got.trouble is None
    said = got.data.decode("latin-1")
    assert [code for code, value in wanted if f"\x02{code}{value}\x03" not in said] == []


@pytest.mark.parametrize("way", ["tcp", "pty"])
@pytest.mark.parametrize(("name", "profile"), [(name, one) for name in MAKES for one in PROFILES[name]])
def test_every_load_profile_comes_whole_in_the_makes_own_words(
    name, profile, way, meters, at_a_port, linked, terminal
):
    meter = meters[name]
    last = LAST if name != "kohler" else FIRST + timedelta(hours=6)  # a record a query
    if way == "tcp":  # so many queries leave a busy machine time to be late
        link = linked(at_a_port(meter), speed=3.0 if name == "kohler" else 10.0)
    else:
        last = FIRST + timedelta(hours=2)
        link = linked(f"serial://{terminal(meter, whole=True).path}", query="?baud=300")
    got = read_profile(link, profile, first=FIRST, last=last)
    assert got.trouble is None
    telegram = same(got, meter, profile, FIRST, last)
    assert telegram.complaints == []
    assert telegram.profile == name


@pytest.mark.parametrize("name", [name for name in MAKES if name != "kohler"])
def test_all_records_of_a_make_come_when_no_label_is_given(name, meters, at_a_port, linked):
    got = read_profile(linked(at_a_port(meters[name])), "P.01")
    assert got.trouble is None
    same(got, meters[name], "P.01", None, None)


@pytest.mark.parametrize("name", MAKES)
@pytest.mark.parametrize("profile", ["P.09", "P.12(Y999)"])
def test_a_profile_a_make_has_not_is_named_and_not_waited_for(name, profile, meters, at_a_port, linked):
    """gen3 says nothing to such a query (M-109); that it hears is asked before that is believed."""
    got = read_profile(linked(at_a_port(meters[name]), speed=40.0), profile, first=FIRST, last=LAST)
    assert got.trouble.name == "no-profile"


@pytest.mark.parametrize("name", MAKES)
def test_a_make_is_found_with_its_address(name, meters, at_a_port, linked):
    found = find(linked(at_a_port(meters[name])))
    assert (found.profile.name, found.address) == (name, str(meters[name].spec.device))
    assert found.trouble is None


@pytest.mark.parametrize("name", MAKES)
def test_a_make_is_found_over_a_serial_port(name, meters, terminal, linked):
    found = find(linked(f"serial://{terminal(meters[name], whole=True).path}"))
    assert (found.profile.name, found.address) == (name, str(meters[name].spec.device))
    assert (found.start_baud, found.parity) == (300, "even")
    assert found.baud == {"gen2": 19200}.get(name, 9600)


@pytest.mark.parametrize("name", MAKES)
def test_a_clock_and_a_demand_reset_are_set_and_seen(name, built, at_a_port, linked):
    meter = given(built, name)
    socket = at_a_port(meter)
    set_ = program(linked(socket), "0.9.1", "12:00:30", password=meter.spec.first_password)
    assert (set_.written, set_.trouble) == (True, None)
    assert set_.before != set_.after
    reset = program(linked(socket), "1.6.0", "", password=meter.spec.first_password)
    assert (reset.written, reset.trouble) == (True, None)


@pytest.mark.parametrize("name", MAKES)
def test_a_wrong_password_changes_nothing_at_any_make(name, built, at_a_port, linked):
    meter = given(built, name)
    done = program(linked(at_a_port(meter)), "0.9.1", "10:00:00", password="00000001")
    assert done.written is False
    assert done.trouble.name in {"password-refused", "write-refused"}


# -- polls: `/@!` and `/*!` --


def test_a_bus_of_real_meters_that_collide_is_told_by_their_answers_to_a_poll(built, plugged, linked):
    """Two whole meters on one line answer at once: garbage. The poll brings both names (M-25, M-29)."""
    one = built("3p", device=DeviceId("MKS", "123456789"))
    other = built("3p", device=DeviceId("LUN", "987654321"), seed=9)
    # Slow enough that a machine with too much to do keeps their answers apart, too.
    found = find(linked(plugged(one, beside=[other], whole=True, speed=4.0), speed=3.0))
    assert set(found.serials) == {"MKS123456789", "LUN987654321"}
    assert "several" in found.unsure


def test_a_meter_with_something_to_report_is_told_by_the_alert_poll(built, plugged, linked):
    """Its word of state comes with its name (M-28); nothing is acknowledged, so nothing is used up."""
    meter = built("combi")
    meter.rig(at=NOW - timedelta(hours=1), top_open=True)
    other = built("3p", device=DeviceId("LUN", "987654321"))
    assert meter.alert_report(at=NOW)  # lives through its days here, and not while somebody waits
    assert not other.alert_report(at=NOW)
    socket = plugged(meter, beside=[other], whole=True, speed=4.0)
    found = find(linked(socket, speed=3.0))
    assert b"/*!\r\n" in b"".join(socket.heard)
    assert not any(data.startswith(b"\x02\x06") for data in socket.heard)
    assert ("OSO100000001", "0" * 56 + "11000000") in found.alerts  # bits 6 and 7
    assert set(found.serials) == {"OSO100000001", "LUN987654321"}


# -- records by number --


def test_a_record_that_is_stored_meanwhile_moves_all_numbers_and_nothing_is_lost_or_doubled():
    shelf = [b"(26-03-20,%02d:%02d)(1)\r\n" % divmod(minute, 60) for minute in range(600, 0, -15)]
    asked = []

    def ask(number):
        asked.append(number)
        if len(asked) in (3, 9, 12, 13):
            hour, minute = divmod(600 + 15 * len(asked), 60)
            shelf.insert(0, b"(26-03-20,%02d:%02d)(1)\r\n" % (hour, minute))
        return shelf[number - 1] if number <= len(shelf) else b""

    walk = Walk(datetime(2026, 3, 20, 5), datetime(2026, 3, 20, 8), 2048)
    walk.run(ask)
    wanted = [b"(26-03-20,%02d:%02d)(1)\r\n" % divmod(minute, 60) for minute in range(480, 299, -15)]
    assert walk.records == wanted


def test_an_answer_that_is_taken_for_the_next_ones_hides_no_record():
    """One that came late, while the beginning was looked for: from there on each answer is the one before."""
    newest = datetime(2026, 3, 20, 12)
    shelf = [_numbered(newest - timedelta(minutes=15) * n) for n in range(2048)]
    for late in range(1, 12):
        said: list[int] = []

        def ask(number, late=late, said=said):
            said.append(number)
            return shelf[said[-2 if len(said) > late else -1] - 1]

        walk = Walk(datetime(2026, 3, 3), datetime(2026, 3, 3, 6), 2048)
        walk.run(ask)
        assert len(walk.records) == 25


def _numbered(label):
    return b"(%s)(1)\r\n" % label.strftime("%y-%m-%d,%H:%M").encode()


def test_a_clock_that_was_set_back_costs_no_numbered_record():
    labels = ["10:15", "10:00", "10:45", "10:30", "10:15", "10:00", "09:45"]
    shelf = [f"(26-03-20,{label})({n})\r\n".encode() for n, label in enumerate(labels)]
    walk = Walk(None, None, 7)
    walk.run(lambda number: shelf[number - 1])
    assert walk.records == shelf


@pytest.mark.parametrize("fallen", [1, 2, 5, 14, 20])
def test_a_line_that_falls_at_any_record_costs_that_record_only(fallen, meters, plugged, linked, cable):
    meter = meters["kohler"]
    last = FIRST + timedelta(hours=3)
    socket = plugged(meter, cable("FallingCable", fallen), whole=True)
    got = read_profile(linked(socket), "P.01", first=FIRST, last=last)
    assert got.trouble is None
    same(got, meter, "P.01", FIRST, last)
    assert socket.peers == 2
    assert b"".join(socket.heard).count(b"128.12.") <= 13 + 11 + 11 + 3


def test_a_line_that_stays_away_leaves_the_newest_numbered_records(meters, plugged, linked, cable):
    meter = meters["kohler"]
    socket = plugged(meter, cable("FallingCable", *range(16, 99)), whole=True)
    got = read_profile(linked(socket), "P.01", first=FIRST, last=FIRST + timedelta(hours=3))
    assert got.trouble.name == "profile-missing"
    (left,) = got.missing
    assert left.first == FIRST
    rest = read_profile(linked(plugged(meter, whole=True)), "P.01", first=left.first, last=left.last)
    assert len(read(got.data).records) + len(read(rest.data).records) == 13


# -- Viko's three ways --


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ("VEMM12345678", b"96.1.8.0(2603030000;2603040000)"),
        ("VEMC12345678", b"96.A.8.0(2603030000;2603040000)"),
        ("M005", b"P.01(2603030000;2603040000)"),
    ],
)
def test_each_model_of_viko_is_asked_in_its_own_words_first(model, says):
    from osos.reader.profile_dialects import dialect_of

    ways = dialect_of(parse_identification(f"/VIK5<1>{model}".encode())).between
    assert ways[0]("P.01", (FIRST, FIRST + timedelta(days=1))).data == says
    assert len(ways) == 3


def test_records_text_is_what_the_reader_takes_apart(meters):
    """The helper of these tests is the virtual meter's own text."""
    rows = stored(meters["gen2"], "P.01", FIRST, FIRST + timedelta(hours=1))
    assert records_text(rows).count(b"\r\n") == 5
