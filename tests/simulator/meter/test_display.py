"""Does the display show what the menus and icons of the requirements tell? (M-150…M-156)"""

from datetime import timedelta

import pytest

from osos.simulator.load import Steady

LOAD = Steady(power_w=(1000, 600, 400), reactive_var=(100, 100, 100))
DEAD = (False,) * 3


@pytest.fixture
def at(local):
    return local(2026, 2, 10, 12, 0, 20)


def after(at, seconds):
    return at + timedelta(seconds=seconds)


def shown(one, at) -> tuple[str, str, str]:
    screen = one.display(at=at)
    return screen.menu, screen.code, screen.text


def menu_codes(one, at, count) -> list[str]:
    return [one.display(at=after(at, 5 * item)).code for item in range(count)]


def test_the_automatic_menu_turns_every_five_seconds(meter, at):  # M-151
    one = meter("combi", 2, load=LOAD)
    codes = ["0.9.2", "0.9.1", "1.8.0", "1.8.1", "1.8.2", "1.8.3", "2.8.0", "2.8.1", "2.8.2", "2.8.3"]
    codes += ["5.8.0", "8.8.0", "6.8.0", "7.8.0", "1.6.0", "1.6.0", "2.6.0", "2.6.0"]
    start = one.spec.since + timedelta(seconds=5 * len(codes) * 20_000)
    assert menu_codes(one, start, len(codes) + 1) == [*codes, "0.9.2"]
    screens = [one.display(at=after(start, 5 * item)) for item in range(len(codes))]
    assert screens[0].text == f"{start:%Y-%m-%d}"
    assert screens[1].text == f"{after(start, 5):%H:%M:%S}"
    assert one.display(at=after(start, 6)).text == f"{after(start, 6):%H:%M:%S}"  # seconds move
    assert len(screens[2].text) == 10
    assert (screens[2].unit, screens[10].unit, screens[14].unit) == ("kWh", "kvarh", "kW")
    assert screens[15].text[4] == "-"
    assert screens[15].text[10] == ","


def test_one_way_meters_and_unused_tariffs_show_less(meter, at):  # M-151, M-155
    one = meter("1p", 1)
    codes = ["0.9.2", "0.9.1", "1.8.0", "1.8.1", "1.8.2", "1.8.3", "1.6.0", "1.6.0"]
    start = one.spec.since + timedelta(seconds=5 * len(codes) * 1000)
    assert menu_codes(one, start, len(codes)) == codes
    for table in (0, 1, 2):
        one.write(f"96.6{table}", "41140000", port="rs485", at=start, trusted=True)
    assert {"1.8.2", "1.8.3"} & {one.display(at=after(start, s)).code for s in range(0, 90, 5)} == set()
    assert "1.8.4" in {one.display(at=after(start, s)).code for s in range(0, 90, 5)}


def test_the_button_menu_shows_what_the_last_reset_stored(meter, at):  # M-152
    one = meter("combi", 1, load=LOAD)
    stored = one.month_rows(at)[0]
    texts = []
    for press in range(12):
        one.press(at=after(at, 2 * press))
        texts.append(shown(one, after(at, 2 * press))[1:])
    assert [code for code, _ in texts] == [
        *("0.9.2", "0.9.1", "1.8.0", "1.8.1", "1.8.2", "1.8.3", "5.8.0", "8.8.0", "1.6.0", "1.6.0"),
        *("test", "0.9.2"),
    ]
    whole, part = divmod(stored.registers["1.8.0"], 1000)
    assert texts[2][1] == f"{whole:06d}.{part:03d}"
    assert texts[9][1][:8] == "26-01-15"


def test_the_time_of_a_demand_comes_by_itself_after_five_seconds(meter, at):  # M-152
    one = meter("combi", 1, load=LOAD)
    for press in range(9):
        one.press(at=after(at, press))
    value = one.display(at=after(at, 12))
    assert (value.code, value.unit) == ("1.6.0", "kW")
    assert one.display(at=after(at, 13)).text[2] == "-"
    one.press(at=after(at, 14))
    assert one.display(at=after(at, 14)).code == "test"
    assert set(one.display(at=after(at, 14)).icons.values()) == {"on"}


def test_a_long_press_opens_the_sub_menu_and_another_leaves_it(meter, at):  # M-153
    one = meter("3p", 1, load=LOAD)
    one.press(at=at, held_s=5)
    codes = [shown(one, at)[1]]
    for press in range(1, 12):
        one.press(at=after(at, press))
        codes.append(shown(one, after(at, press))[1])
    volts, amperes, cos = (["3" + tail, "5" + tail, "7" + tail] for tail in ("2.7.0", "1.7.0", "3.7.0"))
    assert codes == ["0.0.0", "0.2.0", *volts, *amperes, "14.7.0", *cos]
    assert shown(one, after(at, 11))[0] == "sub"
    one.press(at=after(at, 12), held_s=5)
    assert shown(one, after(at, 12))[0] == "button"


def test_recorded_covers_stand_in_the_sub_menu(meter, at):  # M-153
    one = meter("3p", 1, load=LOAD)
    one.rig(at=at, terminal_open=True, top_open=True)
    one.press(at=at, held_s=5)
    texts = []
    for press in range(1, 3):
        one.press(at=after(at, press))
        texts.append(shown(one, after(at, press))[1:])
    assert texts == [("96.70", "2026-02-10,12:00"), ("96.71", "2026-02-10,12:00")]  # EG-07: the whole year


def test_thirty_seconds_without_a_press_bring_the_automatic_menu_or_sleep(meter, at):  # M-154
    one = meter("combi", 1, load=LOAD)
    one.press(at=at)
    assert one.display(at=after(at, 29)).menu == "button"
    assert one.display(at=after(at, 29)).backlight  # M-155
    assert one.display(at=after(at, 30)).menu == "automatic"
    assert not one.display(at=after(at, 30)).backlight
    one.rig(at=after(at, 60), supply=DEAD)
    assert shown(one, after(at, 60)) == ("sleep", "", "")
    one.press(at=after(at, 70))
    assert shown(one, after(at, 71))[:2] == ("button", "0.9.2")
    assert not one.display(at=after(at, 71)).backlight
    assert one.display(at=after(at, 100)).menu == "sleep"
    one.rig(at=after(at, 200), terminal_open=True)
    assert shown(one, after(at, 201))[:2] == ("button", "0.9.2")  # an opened cover wakes it (M-122)


def test_without_its_battery_an_unpowered_display_stays_dark(meter, at):  # M-127
    one = meter("combi", 1, load=LOAD)
    one.rig(at=at, supply=DEAD, system_battery=False)
    one.press(at=after(at, 1))
    assert one.display(at=after(at, 1)).menu == "sleep"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, {}),
        ({"terminal_open": True}, {"terminal_cover": "blink"}),
        ({"top_open": True}, {"top_cover": "blink"}),
        ({"magnet_mt": 500}, {"magnet": "blink"}),
        ({"system_battery": False}, {"system_battery": "on"}),
        ({"clock_battery": False}, {"clock_battery": "on"}),
        ({"supply": (False, True, True)}, {"l1": "off", "i1": "off"}),
        ({"wrong_order": True}, {"l1": "blink", "l2": "blink", "l3": "blink"}),
        ({"reversed_current": (False, True, False)}, {"i2": "blink", "i2_back": "on"}),
        (
            {"currents_shifted": 1},
            {f"i{k}": "blink" for k in (1, 2, 3)} | {f"i{k}_back": "on" for k in (1, 2, 3)},
        ),
    ],
)
def test_each_icon_shows_its_own_state(meter, at, change, expected):  # M-156
    one = meter("3p", 1, load=LOAD)
    before = one.display(at=at).icons
    one.rig(at=at, **change)
    now = one.display(at=at).icons
    assert {name: state for name, state in now.items() if state != before[name]} == expected
    assert before | expected == now


def test_icons_of_tariff_quadrant_reading_and_relay(meter, at):  # M-156
    one = meter("combi", 1, load=LOAD, options=frozenset({"rs485", "relay"}))
    icons = one.display(at=at, reading=True).icons
    assert [icons[f"t{n}"] for n in range(1, 5)] == ["on", "off", "off", "off"]
    assert (icons["q1"], icons["+ri"], icons["-rc"], icons["reading"]) == ("on", "on", "off", "on")
    assert (icons["flow"], icons["borc"], icons["baS"]) == ("on", "off", "off")
    for code, argument, flow, owes, ready in (
        ("96.3.10", "1", "blink", "blink", "off"),
        ("96.3.12", "000.000", "off", "on", "off"),
        ("96.3.10", "0", "off", "off", "on"),
    ):
        one.write(code, argument, port="rs485", at=at, trusted=True)
        icons = one.display(at=at).icons
        assert (icons["flow"], icons["borc"], icons["baS"]) == (flow, owes, ready)  # M-140


def test_a_lost_clock_blinks_in_every_tariff(meter, at):  # M-128
    one = meter("combi", 1, load=LOAD)
    one.rig(at=at, supply=DEAD, clock_battery=False)
    one.rig(at=after(at, 5), supply=(True,) * 3, clock_battery=True)
    icons = one.display(at=after(at, 6)).icons
    assert icons["clock_fault"] == "on"
    assert icons["clock_battery"] == "off"
    assert {icons[f"t{n}"] for n in range(1, 5)} == {"blink"}
