"""Does a first-generation meter of each maker say its lines in its maker's order and layout? (M-163)"""

import re
from datetime import datetime

import pytest

from osos.iec62056 import Command, Write
from osos.meters import profile_named, read
from osos.quantities import TURKIYE, DeviceId
from osos.simulator.meter import MeterSpec, VirtualMeter
from osos.simulator.meter.gen1 import DIALECTS

SINCE = datetime(2025, 1, 3, 8, tzinfo=TURKIYE)
NOW = datetime(2026, 3, 5, 12, 34, 56, tzinfo=TURKIYE)
FLAGS = {"makel": "MSY", "luna": "LUN", "viko": "VIK", "kohler": "AEL"}
MODELS = {"makel": "C500.KMY.2556", "luna": "LUN70000130", "viko": "VEMM12345678", "kohler": "AEL.TF.21"}
CAPTURES = {
    "makel": ("tr_makel_c500_80099921_readout.txt", "combi", 1),
    "luna": ("tr_luna_70000130_kombi_readout.txt", "combi", 1),
    "kohler": ("tr_kohler_ael_21005763_full_readout.txt", "combi", 2),
}
MAKERS = tuple(DIALECTS)


@pytest.fixture(scope="module")
def made(thrown, same_day):
    def build(maker, kind="combi", ways=1) -> VirtualMeter:
        spec = MeterSpec(
            device=DeviceId(FLAGS[maker], "70000130"),
            kind=kind,
            ways=ways,
            since=SINCE,
            produced=SINCE.date(),
            model=MODELS[maker],
            profile=profile_named(maker),
        )
        return VirtualMeter(spec, thrown(3, phases=1) if kind == "1p" else same_day)

    return build


def shape(line: str) -> tuple[str, str]:
    """A line's code, and its brackets with every digit as 9; what is empty or signed alike."""
    code, _, brackets = line.partition("(")
    masked = re.sub(r"[0-9]", "9", f"({brackets}")
    return code, re.sub(r"[ +-](9\.99+\))", r"±\1", masked)


@pytest.mark.captures
@pytest.mark.parametrize("maker", CAPTURES)
def test_each_line_of_a_real_readout_comes_in_its_place_and_layout(captures, made, maker):
    name, kind, ways = CAPTURES[maker]
    text = (captures / name).read_bytes().decode("latin-1")
    real = [line for line in text.split("\r\n") if "(" in line and not line.startswith("/")]
    ours = made(maker, kind, ways).packet("0", at=NOW).decode().split("\r\n")
    waiting = iter([line for line in ours if line] + [""])
    for line in real:
        code, layout = shape(line.removesuffix("!"))
        said = next((one for one in waiting if one.partition("(")[0] == code), None)
        assert said is not None, f"{code} is missing or comes too early"
        if maker == "kohler" and code in {"0.2.0", "35.7.1", "55.7.1", "75.7.1"}:
            continue  # free text
        assert shape(said)[1] == layout.replace("MWh", "MWh"), line


@pytest.mark.captures
@pytest.mark.parametrize("maker", CAPTURES)
def test_no_line_is_said_that_the_real_meter_does_not_say(captures, made, maker):
    name, kind, ways = CAPTURES[maker]
    text = (captures / name).read_bytes().decode("latin-1")
    real = {line.partition("(")[0].partition("*")[0] for line in text.split("\r\n") if "(" in line}
    ours = made(maker, kind, ways).packet("0", at=NOW).decode().split("\r\n")
    assert {line.partition("(")[0].partition("*")[0] for line in ours if line} - real == set()


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize("kind", ["1p", "3p", "combi"])
def test_a_readout_is_understood_by_the_reader_as_that_maker(made, maker, kind):
    meter = made(maker, kind)
    message = meter.identification() + b"\x02" + meter.packet("0", at=NOW) + b"!\r\n\x03"
    found = read(message)
    shown = next(one for one in found.readings if str(one.obis).endswith("1.8.0"))
    registers = meter.registers(NOW)
    assert shown.amount in {registers["1.8.0"], registers["1.8.0"] % 10**8}
    assert shown.base_unit == "Wh"
    assert not [one for one in found.complaints if "layout" in str(one)]


def test_luna_glues_the_end_to_its_last_line(made):
    side = made("luna").port("optical", now=lambda: NOW).side(300, reaction_s=0.0)
    assert said(side, b"/?70000130!\r\n") == b"/LUN5<1>LUN70000130\r\n"
    assert said(side, b"\x06050\r\n").endswith(b"96.7.5(0000)(00:00:00)!\r\n\x03" + b"%c" % side_bcc(side))


def said(side, data: bytes) -> bytes:
    found = side.receive(data, baud=None, now=0.0)
    side.last = b"".join(one.data for one in found if isinstance(one, Write))
    return side.last


def side_bcc(side) -> int:
    return side.last[-1]


@pytest.mark.parametrize(
    ("maker", "command"),
    [
        ("makel", Command.for_code("R2", "P.01", "2603051000;2603051100")),
        ("luna", Command.for_code("R5", "P1", "260305;260305)(")),
        ("viko", Command.for_code("R5", "P.01", "2603051000;2603051100")),
        ("kohler", Command.for_code("R2", "128.12.0003", "")),
    ],
)
def test_a_load_profile_is_read_in_the_makers_own_words(made, maker, command):
    meter = made(maker)
    side = meter.port("optical", now=lambda: NOW).side(300, reaction_s=0.0)
    said(side, b"/?!\r\n")
    assert said(side, b"\x06051\r\n") == b"\x06"  # M-40: gen1 sends no P0
    records = said(side, command.render())[1:-2].decode().splitlines()
    if maker == "kohler":
        assert records == meter.read("P.01", ";", at=NOW).decode().splitlines()[-3:-2]
    elif maker == "luna":
        assert len(records) == 12 * 4 + 3
        assert records[0].startswith("(26-03-05,00:00)")
    else:
        assert [record[1:15] for record in records] == [
            f"26-03-05,{label}" for label in ("10:00", "10:15", "10:30", "10:45", "11:00")
        ]


def test_kohler_leaves_months_it_never_saw_unsaid(made):
    early = made("kohler").packet("0", at=datetime(2025, 2, 5, tzinfo=TURKIYE))
    assert b"1.8.0*1(" in early
    assert b"1.8.0*2(" not in early


def test_makel_writes_an_open_end_as_nines(made):
    meter = made("makel")
    meter.rig(at=NOW.replace(hour=10), supply=(True, False, True))
    assert b"96.77.2*1(26-03-05,10:34,99-99-99,99:99)" in meter.packet("0", at=NOW)
    meter.rig(at=NOW, supply=(True,) * 3)
    assert b"96.77.2*1(26-03-05,10:34,26-03-05,12:34)" in meter.packet("0", at=NOW)


def test_a_record_number_beyond_the_memory_brings_nothing(made):
    meter = made("kohler")
    young = SINCE.replace(hour=9)
    assert meter.read("128.12.2048", "", at=young) == b""
    assert meter.read("128.12.2049", "", at=young) is None
    assert meter.read("128.12.0000", "", at=young) is None


@pytest.mark.parametrize("maker", MAKERS)
def test_only_the_whole_readout_is_offered(made, maker):
    meter = made(maker)
    assert all(meter.packet(y, at=NOW) is None for y in "56789")
