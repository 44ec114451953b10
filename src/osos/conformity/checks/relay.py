"""RL: does the relay open and close by its own rules, and show how it stands? (M-140…M-145)"""

from osos.conformity.bench import Bench
from osos.conformity.checks.common import energy_codes, grown, load_of, read_wh
from osos.conformity.checks.tariffs import open_cover
from osos.conformity.steps import step

ARM, LIMIT, PERIOD = "96.3.10", "96.3.12", "96.3.13"
SETTINGS = (ARM, LIMIT, PERIOD)
ICONS = ("flow", "borc", "baS")
NORMAL, ARMED, CUT, READY = (
    ("on", "off", "off"),
    ("blink", "blink", "off"),
    ("off", "on", "off"),
    ("off", "off", "on"),
)
LONG_S = 5.0


def shown(b: Bench) -> tuple[str, ...]:
    return b.look(*ICONS).all(*ICONS)


def flows(b: Bench) -> int:
    """What is counted in six minutes, in Wh."""
    before = read_wh(b, *energy_codes(b))
    b.wait(minutes=6)
    return sum(grown(before, read_wh(b, *energy_codes(b))).values())


def _arm(b: Bench) -> None:
    """ARMED with 2 kW and 15 min, whatever the steps before left."""
    b.rig.supply()
    if b.read(ARM) != "(1)":
        b.accepts(ARM, "1")
    if b.read_all(LIMIT, PERIOD) != {LIMIT: "(002.000*kW)", PERIOD: "(15*min)"}:
        b.program((LIMIT, "002.000*kW"), (PERIOD, "15*min"))


def _cut_off(b: Bench) -> None:
    _arm(b)
    if shown(b) != CUT:
        b.rig.load(load_of(b, 3000))
        b.wait(minutes=20)


@step("RL-01")
def off_at_first(b: Bench) -> None:
    saw = b.read(ARM), *shown(b)
    b.equal(1, saw, ("(0)", *NORMAL))


@step("RL-02")
def wrong_password(b: Bench) -> None:
    was = b.read(ARM)
    accepted = b.accepts(ARM, "1", proof="wrong")
    found = b.read(ARM)
    b.check(1, not accepted and found == was, saw=f"accepted {accepted}, {found}", expected=f"refused, {was}")


@step("RL-03")
def right_password(b: Bench) -> None:
    saw = b.accepts(ARM, "1"), b.read(ARM)
    b.equal(1, saw, (True, "(1)"))


@step("RL-04")
def limit_programmed(b: Bench) -> None:
    if b.read(ARM) != "(1)":
        b.accepts(ARM, "1")
    accepted = b.program((LIMIT, "002.000*kW"), (PERIOD, "15*min"))
    saw = accepted, b.read_all(LIMIT, PERIOD)
    b.equal(1, saw, ([True, True], {LIMIT: "(002.000*kW)", PERIOD: "(15*min)"}))


@step("RL-05")
def below_the_limit(b: Bench) -> None:
    _arm(b)
    b.rig.load(load_of(b, 1500))
    b.wait(minutes=14)
    flow = flows(b)
    saw = shown(b)
    b.check(1, flow > 100 and saw == ARMED, saw=f"{flow} Wh, {saw}", expected=f"about 150 Wh, {ARMED}")


def _woken(b: Bench) -> None:
    """The same warnings as before the cut."""
    was = shown(b)
    b.rig.supply(on=False)
    b.wait(seconds=45)
    b.rig.press()
    b.wait(seconds=2)
    saw = shown(b)
    b.check(1, (saw == was and "blink" in saw + was) or saw == was == CUT, saw=saw, expected=was)
    b.kept["was"] = was


@step("RL-06")
def woken_while_armed(b: Bench) -> None:
    _arm(b)
    _woken(b)


def _powered_again(b: Bench, expected: tuple[str, ...]) -> None:
    b.wait(minutes=5)
    b.rig.supply()
    b.wait(seconds=5)
    saw = shown(b), b.read_all(*SETTINGS)
    b.equal(1, saw, (expected, {ARM: "(1)", LIMIT: "(002.000*kW)", PERIOD: "(15*min)"}))


@step("RL-07")
def powered_while_armed(b: Bench) -> None:
    _powered_again(b, ARMED)


@step("RL-08")
def above_the_limit(b: Bench) -> None:
    _arm(b)
    b.rig.load(load_of(b, 3000))
    b.wait(minutes=20)
    flow = flows(b)
    saw = shown(b)
    b.check(1, flow == 0 and saw == CUT, saw=f"{flow} Wh, {saw}", expected=f"0 Wh, {CUT}")


@step("RL-09")
def woken_while_cut(b: Bench) -> None:
    _cut_off(b)
    _woken(b)


@step("RL-10")
def powered_while_cut(b: Bench) -> None:
    _powered_again(b, CUT)


@step("RL-11")
def held_while_cut(b: Bench) -> None:
    _cut_off(b)
    b.rig.press(LONG_S)
    b.wait(seconds=5)
    flow = flows(b)
    saw = shown(b)
    b.check(1, flow == 0 and saw == CUT, saw=f"{flow} Wh, {saw}", expected=f"0 Wh, {CUT}")


def _ready(b: Bench) -> None:
    if shown(b) != READY:
        _cut_off(b)
        b.accepts(ARM, "0")
        b.wait(seconds=2)


@step("RL-12")
def reconnection_allowed(b: Bench) -> None:
    _cut_off(b)
    accepted = b.accepts(ARM, "0")
    b.wait(seconds=2)
    saw = shown(b)
    b.check(1, accepted and saw == READY, saw=f"accepted {accepted}, {saw}", expected=READY)


@step("RL-13")
def held_while_ready(b: Bench) -> None:
    _ready(b)
    b.rig.load(load_of(b, 1500))
    b.rig.press(LONG_S)
    b.wait(seconds=5)
    flow = flows(b)
    saw = shown(b)
    b.check(1, flow > 100 and saw == NORMAL, saw=f"{flow} Wh, {saw}", expected=f"about 150 Wh, {NORMAL}")


@step("RL-14")
def limit_while_off(b: Bench) -> None:
    if b.read(ARM) != "(0)":
        b.accepts(ARM, "0")
    was = b.read_all(LIMIT, PERIOD)
    accepted = [b.accepts(LIMIT, "003.000*kW"), b.accepts(PERIOD, "30*min")]
    found = b.read_all(LIMIT, PERIOD)
    b.check(
        1, not any(accepted) and found == was, saw=f"accepted {accepted}, {found}", expected=f"refused, {was}"
    )


@step("RL-15")
def any_cover(b: Bench) -> None:
    b.rig.no_load()
    for open_ in (True, False):
        if open_:
            open_cover(b)
        else:
            b.rig.terminal_cover(open_=False)
            b.wait(seconds=2)
        wanted = {ARM: "1", LIMIT: f"00{4 + open_}.000*kW", PERIOD: f"{20 + 10 * open_}*min"}
        accepted = b.program(*wanted.items())
        found = b.read_all(*wanted)
        ok = all(accepted) and found == {code: f"({text})" for code, text in wanted.items()}
        b.check(
            1, ok, saw=f"accepted {accepted}, {found}", expected=wanted, case="open" if open_ else "closed"
        )
    b.accepts(ARM, "0")
