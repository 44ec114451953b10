"""HB: does the meter do everything on its external supply, and is it undisturbed by it? (M-3, M-8)"""

from datetime import timedelta

from osos.conformity.bench import Bench, Port
from osos.conformity.checks.common import (
    grown,
    is_minute,
    is_near,
    is_open_since,
    month_end,
    read_wh,
    told,
    watts,
)
from osos.conformity.checks.ports import expected_codes
from osos.conformity.packets import count, span
from osos.conformity.steps import step

VOLTS = (24, 48, 110)


def _works(b: Bench) -> list[str]:
    """What of display, warnings and communication does not work; nothing: all does."""
    wrong = []
    b.wait(seconds=5)
    seen = b.look("screen")
    b.wait(seconds=6)
    later = b.look("screen")
    if seen.menu != "automatic" or seen.index == later.index:
        wrong.append("display")
    if not b.answers("optical"):
        wrong.append("optical port")
    if b.device.has_rs485 and not b.answers("rs485"):
        wrong.append("RS-485 port")
    b.rig.terminal_cover(open_=True)
    b.wait(seconds=2)
    if b.look("terminal_cover").icon("terminal_cover") != "blink":
        wrong.append("warning of the terminal cover")
    b.rig.terminal_cover(open_=False)
    b.rig.press()
    b.wait(seconds=1)
    if b.look("screen").menu != "button":
        wrong.append("button")
    return wrong


@step("HB-01")
def fed_from_outside(b: Bench) -> None:
    """The batteries are out, so that nothing else can feed it; more reads than a battery allows."""
    b.rig.external(VOLTS[0])
    b.rig.supply(on=False)
    b.rig.battery("system", fitted=False)
    for volts in VOLTS:
        b.rig.external(volts)
        b.wait(minutes=2)
        for turn in range(2):
            wrong = _works(b)
            b.check(
                1, not wrong, saw=wrong or "all works", expected="all works", case=f"{volts} V, {turn + 1}"
            )
            b.wait(minutes=1)
    b.rig.battery("system", fitted=True)
    b.rig.supply()


@step("HB-02")
def both_supplies(b: Bench) -> None:
    b.rig.supply()
    b.rig.external(48)
    b.rig.load(b.device.basic_ma)
    b.wait(seconds=10)
    before, began = read_wh(b, "1.8.0"), b.stage.seconds
    b.wait(minutes=30)
    found = grown(before, read_wh(b, "1.8.0"))["1.8.0"]
    expected = round(watts(b) * (b.stage.seconds - began) / 3600)
    wrong = [] if is_near(found, expected, per_cent=0.5) else [f"{found} Wh, drawn {expected} Wh"]
    wrong += _works(b)
    b.check(1, not wrong, saw=wrong or f"{found} Wh, all works", expected=f"{expected} Wh, all works")
    b.rig.no_load()


@step("HB-03")
def main_supply_cut(b: Bench) -> None:
    port: Port = "rs485" if b.device.has_rs485 else "optical"
    b.rig.external(48)
    b.rig.supply()
    b.wait(minutes=5)
    before = b.packet("9", port=port).values()
    b.rig.supply(on=False)
    at = b.now
    b.wait(minutes=1)
    found = b.packet("9", port=port)
    values = found.values()
    row = values.get("96.77.0*1", "")
    wrong = [] if list(found.codes) == expected_codes(b, "9") else ["lines missing or out of order"]
    if not row or not is_open_since(row, at):
        wrong.append(f"96.77.0*1{row}")
    if count(values["96.7.0"]) != count(before["96.7.0"]) + 1:
        wrong.append(f"96.7.0{values['96.7.0']}")
    b.wait(minutes=4)
    b.rig.supply()
    back = b.now
    b.wait(seconds=10)
    closed = span(b.packet("9", port=port).value("96.77.0*1"))
    if not (is_minute(closed.start, at) and is_minute(closed.end, back)):
        wrong.append(f"closed as {closed}")
    b.check(
        1, not wrong, saw=wrong or f"{len(found.codes)} lines, {row}", expected=f"complete, {told(at)} open"
    )


@step("HB-04")
def month_end_on_external_supply(b: Bench) -> None:
    b.rig.external(48)
    b.rig.supply()
    b.rig.load(b.device.basic_ma)
    b.wait(minutes=20)
    b.rig.no_load()
    ends = month_end(b.now)
    b.set_clock(ends - timedelta(minutes=4))
    before = {**b.packet("6").values(), **b.packet("7").values()}
    b.rig.supply(on=False)
    b.wait_until(ends + timedelta(minutes=2))
    after = b.packet("7").values()
    current = [code for code in before if f"{code}*1" in after]
    wrong = [
        f"{code}*1{after[f'{code}*1']}, was {before[code]}"
        for code in current
        if after[f"{code}*1"] != before[code]
    ]
    wrong += [
        f"{code}*{row + 1} did not shift"
        for code in current
        for row in range(1, 12)
        if after.get(f"{code}*{row + 1}") != before.get(f"{code}*{row}")
    ]
    b.rig.supply()
    b.check(
        1,
        bool(current) and not wrong,
        saw=wrong[:3] or f"{len(current)} codes stored",
        expected="stored and shifted",
    )
