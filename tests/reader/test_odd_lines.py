"""Does a reader at the meter take what odd meters of the field print? (M-171 … M-173)"""

from decimal import Decimal

import pytest

from osos.meters import read
from osos.reader import read_packet

# What a line prints, and what is to be read of it: register in Wh, text, or time.
ODD = {
    "1.8.0(12345.678*kWh)": 12345678,
    "1.8.1(012345.678*kWh)": 12345678,
    "1.8.2(0012345.678*kWh)": 12345678,
    "2.8.0(000000.043*MWh)": 43000,
    "1.8.3 ( 000001.000*kWh)": 1000,
}
LINES = (
    "0.0.0(100000001)",
    "0.9.1(23:59:59)",
    *ODD,
    "33.7.0(+1.00)",
    "53.7.0( 0.97)",
    "96.77.0*1(00-00-00,00:00,00-00-00,00:00)",
    "96.77.0*2(99-99-99,99:99,99-99-99,99:99)",
    "96.90()",
    "1.8.4(000002.000*kWh)",
    "1.8.4(000002.000*kWh)",
)


class PrintsOddly:
    """A meter of the first generation with habits of its own."""

    def __init__(self, device, date, end):
        self._device, self._date, self._end = device, date, end

    def __getattr__(self, name):
        return getattr(self._device, name)

    def identification(self):
        return b"/LUN5<1>LUN100000001\r\n"

    def packet(self, y):
        return "\r\n".join([*LINES, f"0.9.2({self._date})"]).encode() + self._end


@pytest.mark.parametrize("end", [b"\r\n", b""])  # without: `!` is glued to the last line
@pytest.mark.parametrize("date", ["99-12-31", "00-01-01", "99-99-99"])  # 1999 and 2099 print alike
def test_every_value_of_an_odd_meter_comes_through_a_session(date, end, combi, plugged, linked):
    socket = plugged(combi, answers=lambda device: PrintsOddly(device, date, end))
    got = read_packet(linked(socket), "0")
    assert got.trouble is None
    told = read(got.data)
    assert told.complaints == []
    by_code = {(one.obis.code, one.obis.history): one for one in told.readings}
    for line, wh in ODD.items():
        found = by_code[line.partition("(")[0].strip(), None]
        assert (Decimal(found.amount).scaleb(-found.scale), found.base_unit) == (wh, "Wh")
    assert by_code["0.9.2", None].text == date
    assert [one.obis.code for one in told.readings].count("1.8.4") == 2
    empty = [one.time for one in told.readings if one.obis.code in ("96.77.0", "96.90")]
    assert set(empty) == {None}
