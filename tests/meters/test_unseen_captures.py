"""Do readouts nobody has captured yet decode as well as those that were? (M-171 … M-173)

Written from the requirements alone: a few lines of each family, and what happens to telegrams on their way.
"""

import pytest

from osos.iec62056 import add_parity, block_check
from osos.meters import read
from osos.quantities import Quality

SHIFTED = "96.77.0*1(26-02-01,10:00;26-02-01,11:30)"
FAMILIES = {
    "gen2": (
        "/MKS6<2>TED(M600.1)",
        ("0.0.0(123456789)", "0.9.1(13:30:35)", "0.9.2(99-12-31)", "1.8.0(123456.789*kWh)"),
        ("1.6.0(012.345*kW)(26-03-01,18:30)", "5.8.0(000012.345*kVArh)", "33.7.0(0.98)", SHIFTED),
        ("96.71(00-00-00,00:00)(00)", "1.8.1*1(000100.000*kWh)"),
    ),
    "luna": (
        "/LUN5<1>LUN70000130",
        ("0.0.0(70000130)", "0.9.1(10:00:00)", "0.9.2(00-01-01)", "1.8.0(0012345.678*kWh)"),
        ("1.6.0(001.234*kW)(26-03-01,18:30)", "33.7.0(+1.00)"),
        ("96.77.0*1(26-02-01,10:00,00-00-00,00:00)", "96.77.0*2(99-99-99,99:99,99-99-99,99:99)"),
    ),
    "makel": (
        "/MSY5<1>C500.KMY.2556",
        ("0.0.0(80099921)", "0.8.0(15*min)", "1.8.0(012345.678*kWh)", "31.7.0(00.007*A)"),
        ("32.7.0(230.35*V)", "96.77.0*1(26-02-01,10:00,99-99-99,99:99)", "96.90(00-00-00,00:00)"),
    ),
    "viko": (
        "/VIK5<1>VEMM12345678",
        ("0.0.0(12345678)", "1.8.0(12345.678*kWh)", "32.7.0(00218.837*V)", "21.7.0(00001.250*kW)"),
    ),
    "kohler": (
        "/AEL5<1>AEL.TF.21",
        ("0.0.0(21005763)", "1.8.0(000123.456*kWh)", "2.8.0(000000.043*MWh)", "5.8.0(000001.000*kVarh)"),
        ("33.7.0(-1.000)", "1.6.0(001.000*kW)(26-02-01,10:00)"),
    ),
    "gen3": (
        "/MAS5<3>VAN(M1.R1)",
        ("0.0.0(510095849)", "0.9.1(13:30:35)", "0.9.2(26-03-02)", "1.8.0(000123.456*kWh)"),
        ("32.7.0(230.45)", "96.77.20*1(26-02-01,10:00:10;26-02-01,11:30:20)"),
    ),
}


def framed(head: str, body: str) -> bytes:
    block = body.encode() + b"\x03"
    return head.encode() + b"\r\n\x02" + block + bytes([block_check(block)])


def printed(head: str, lines: list[str]) -> bytes:
    return framed(head, "\r\n".join(lines) + "\r\n!\r\n")


# What happens to it → the telegram, and the complaints that have to be heard, each with its line.
WAYS = {
    "as printed": (printed, []),
    "only carriage returns": (lambda h, ls: f"{h}\r".encode() + ("\r".join(ls) + "\r!\r").encode(), []),
    "only line feeds": (lambda h, ls: f"{h}\n".encode() + ("\n".join(ls) + "\n!\n").encode(), []),
    "parity bits left in": (lambda h, ls: add_parity(printed(h, ls)), ["parity-kept"]),
    "blanks before brackets and at line ends": (
        lambda h, ls: printed(h, [each.replace("(", " (", 1) + "  " for each in ls]),
        [],
    ),
    "no end": (lambda h, ls: f"{h}\r\n".encode() + ("\r\n".join(ls) + "\r\n").encode(), ["end-missing"]),
    "the request and its own name before it": (
        lambda h, ls: f"/?!\r\n{h}\r\n".encode() + printed(h, ls),
        ["echo", "identification-twice"],
    ),
    "the end of another one before it": (
        lambda h, ls: b"0.0)\r\n1.8.9(000\r\n!\r\n\x03\x11" + printed(h, ls),
        ["text-before-identification"],
    ),
    "a wrong check character": (lambda h, ls: printed(h, ls)[:-1] + b"\x7f", ["bcc-wrong"]),
}


def values(telegram) -> list[tuple]:
    return [
        (one.obis.code, one.obis.history, one.index, one.text, one.amount, one.base_unit, one.time)
        for one in telegram.readings
    ]


def of(family: str) -> tuple[str, list[str]]:
    head, *parts = FAMILIES[family]
    return head, [line for part in parts for line in part]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("family", FAMILIES)
def test_every_value_comes_and_what_was_done_to_it_is_said_with_its_place(family, way):
    head, lines = of(family)
    make, complaints = WAYS[way]
    telegram, wanted = read(make(head, lines)), read(printed(head, lines))
    assert (telegram.kind, telegram.profile) == ("readout", family)
    assert values(telegram) == values(wanted)
    assert len(wanted.readings) >= len(lines)
    assert wanted.complaints == []
    assert [one.code for one in telegram.complaints] == complaints
    assert all(one.line is not None and one.message for one in telegram.complaints)
    doubted = {one.quality for one in telegram.readings} == {Quality.SUSPECT}
    assert doubted == (way == "a wrong check character")  # M-172


@pytest.mark.parametrize("family", FAMILIES)
def test_an_end_glued_to_the_last_line_costs_nothing_and_is_odd_where_it_is_no_habit(family):
    head, lines = of(family)
    telegram = read(framed(head, "\r\n".join(lines) + "!\r\n"))
    assert values(telegram) == values(read(printed(head, lines)))
    assert [one.code for one in telegram.complaints] == ([] if family == "luna" else ["end-glued"])


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("place", range(0, 12, 3))
def test_one_broken_line_costs_that_line_and_no_other(family, place):
    head, lines = of(family)
    place %= len(lines)
    broken = [*lines[:place], lines[place].replace("(", "", 1).replace(")", ""), *lines[place + 1 :]]
    telegram = read(printed(head, broken))
    whole = read(printed(head, [*lines[:place], *lines[place + 1 :]]))
    assert values(telegram) == values(whole)
    (said,) = [one for one in telegram.complaints if one.code == "line-broken"]
    assert said.line == place + 2  # after the identification
    assert said.found is not None


def test_clocks_of_other_centuries_and_empty_stamps_are_times_only_where_they_name_one():
    found = {one.obis.code: one for one in read(printed(*of("luna"))).readings}
    assert found["0.9.2"].text == "00-01-01"
    empty = [one.time for one in read(printed(*of("luna"))).readings if one.obis.code == "96.77.0"]
    assert [one is None for one in empty] == [False, True, True, True]
