"""Does what odd meters of the field print arrive in the store exactly, or with a word? (M-171 … M-173)"""

import pytest

from osos.headend import list_outcomes

# What a line prints, and what the store is to hold of it: Wh, or the meter's own text.
LINES = {
    "1.8.0(12345.678*kWh)": 12345678,
    "1.8.1(012345.678*kWh)": 12345678,
    "1.8.2(0012345.678*kWh)": 12345678,
    "2.8.0(000000.043*MWh)": 43000,
    "1.8.3 ( 000001.000*kWh)": 1000,
    "1.8.4(000002.000*kWh)": 2000,
    "33.7.0(+1.00)": None,
    "53.7.0( 0.97)": None,
    "96.77.0*1(00-00-00,00:00,00-00-00,00:00)": None,
    "96.77.0*2(99-99-99,99:99,99-99-99,99:99)": None,
    "96.90()": None,
}


@pytest.mark.parametrize("end", ["\r\n!\r\n", "!\r\n"])
@pytest.mark.parametrize(
    ("date", "quality"),
    [("26-03-02", "measured"), ("99-12-31", "suspect"), ("00-01-01", "suspect"), ("99-99-99", "measured")],
)
def test_odd_lines_are_kept_exactly_and_an_impossible_clock_is_a_doubt(
    live_here, meter_says, date, quality, end
) -> None:
    """A clock of 1999 or 2099 makes what it stamped doubtful; none at all leaves the time of receiving."""
    first = f"0.0.0(123456789)\r\n0.9.1(00:05:00)\r\n0.9.2({date})\r\n"
    # A line that is repeated is one reading.
    text = first + "\r\n".join([*LINES, "1.8.4(000002.000*kWh)"]) + end
    raw = meter_says.telegram(text, ident="/LUN5<1>LUN123456789\r\n")

    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        modem.read_result(raw, reference="r-1")
        assert (await modem.hear()).response is None  # acknowledged, nothing refused
        rows = centre.rows("SELECT code, amount, scale, base_unit, quality FROM readings WHERE history = 0")
        kept = {code: (amount, scale, unit) for code, amount, scale, unit, _ in rows}
        wanted = {line.partition("(")[0].strip(): wh for line, wh in LINES.items() if wh is not None}
        assert {code: kept[code] for code in wanted} == {code: (wh, 0, "Wh") for code, wh in wanted.items()}
        assert [code for code, *_ in rows].count("1.8.4") == 1
        suspect = {quality_ for *_, quality_ in rows}
        assert len(suspect) == 1
        with centre.store.read() as conn:
            said = [one.en for one in list_outcomes(conn) if one.reference == "r-1"]
        assert said == []
        assert (quality == "suspect") == (suspect != {0})

    live_here(story)
