"""SP, OP: do both ports read and program as the specification asks, each on its own? (M-7…M-18, M-40…M-55)"""

import re
from collections.abc import Callable
from datetime import timedelta

from osos.conformity.bench import START_BAUDS, Bench, Port, packet_of
from osos.conformity.checks.common import grown, let_month_change, month_end, read_wh, watts
from osos.conformity.checks.tariffs import FULL, HOURS, SLICES, Table, open_cover
from osos.conformity.device import SHELF, SHELF_2, TESTED
from osos.conformity.layouts import layout_pattern
from osos.conformity.steps import step
from osos.conformity.talk import Talk
from osos.iec62056 import Identified
from osos.meters import profile_named, rows

FAST = 19200
LONG = "0"
NAK = b"\x15"
PACKETS = ("6", "0", "8", "7", "9")  # short, long, alert, history, interruption
PASSWORDS = ("48151623", "42108642", "13577531")
ICON = "reading"
CLOCK_CODES = ("0.9.1", "0.9.2")


def close_cover(b: Bench) -> None:
    """With both ports at rest."""
    if b.rig.terminal_open:
        b.rig.terminal_cover(open_=False)
    b.wait(minutes=2)


def _raw_identification(talk: Talk) -> str:
    found = next((each for each in talk.events if isinstance(each, Identified)), None)
    return found.identification.raw.decode("latin-1") if found else ""


@step("SP-01")
def identified(b: Bench) -> None:
    b.wait(minutes=2)
    (talk,), _ = b.readouts(("rs485", b.address, "6"))
    line, serial = _raw_identification(talk), packet_of(talk).value("0.0.0")
    right = line.startswith(f"/{b.address[:3]}") and b.address in line[4:]
    ok = right and serial == f"({b.sample.serial})"
    b.check(1, ok, saw=f"{line} 0.0.0{serial}", expected=f"… {b.address}")


@step("SP-02")
def in_parallel(b: Bench) -> None:
    """Each port asked with an address and without, the other at the same time."""
    for first, second in (("", b.address), (b.address, "")):
        talks, strays = b.readouts(("optical", first, "6"), ("rs485", second, "6"))
        failed = [talk.failed.detail for talk in talks if talk.failed]
        codes = [len(packet_of(talk).codes) for talk in talks if not talk.failed]
        late = [
            f"{talk.port} had to be asked again"
            for talk in talks
            if talk.asked > len(START_BAUDS[talk.port]) or NAK in talk.written
        ]
        ok = not failed and not strays and not late and len(set(codes)) == 1
        case = f"/?{first}! and /?{second}!"
        b.check(1, ok, saw=failed or late or f"{codes} lines", expected="both answered at once", case=case)


def _clock_refused(b: Bench, *, proof: str) -> None:
    shown = b.now + timedelta(hours=2)
    accepted = b.program(("0.9.1", f"{shown:%H:%M:%S}"), proof=proof, port="rs485")  # type: ignore[arg-type]  # right or wrong
    late = abs((b.clock() - shown).total_seconds())
    b.check(
        1, not accepted[0] and late > 3600, saw=f"accepted {accepted[0]}", expected="refused, clock as before"
    )


@step("SP-03")
def cover_open(b: Bench) -> None:
    open_cover(b)
    _clock_refused(b, proof="right")


@step("SP-04")
def wrong_password(b: Bench) -> None:
    close_cover(b)
    _clock_refused(b, proof="wrong")


@step("SP-05")
def cover_closed(b: Bench) -> None:
    close_cover(b)
    shown = b.now + timedelta(days=1, hours=2, minutes=7)
    accepted = b.set_clock(shown, port="rs485")
    b.wait(minutes=3)
    expected = shown + timedelta(minutes=3)
    found = b.clock()
    ok = accepted and abs((found - expected).total_seconds()) < 30
    b.check(1, ok, saw=f"accepted {accepted}, {found}", expected=expected)


def counts_on(port: Port) -> Callable[[Bench], None]:
    """SP-06, OP-06: under a steady load, read as fast as the port allows, nothing is lost or gained."""

    def run(b: Bench) -> None:
        b.rig.load(b.device.basic_ma)
        power = watts(b)
        b.wait(seconds=5)
        before, began = read_wh(b, "1.8.0"), b.stage.seconds
        for _ in range(12):
            b.profile("P.01", b.now - timedelta(hours=6), b.now, port=port)
            b.wait(minutes=5)
        found = grown(before, read_wh(b, "1.8.0"))["1.8.0"]
        expected = power * (b.stage.seconds - began) / 3600
        b.rig.no_load()
        b.check(
            1, abs(found - expected) <= 3 + expected / 500, saw=f"{found} Wh", expected=f"{expected:.0f} Wh"
        )

    return run


@step("SP-07")
def reading_icon(b: Bench) -> None:
    b.wait(minutes=2)
    before = b.look(ICON).icon(ICON)
    during = b.in_session("rs485", lambda: b.look(ICON).icon(ICON))
    b.wait(minutes=2)
    saw = before, during, b.look(ICON).icon(ICON)
    b.equal(1, saw, ("off", "on", "off"))


def fast(port: Port) -> Callable[[Bench], None]:
    """SP-08, OP-03."""

    def run(b: Bench) -> None:
        (talk,), _ = b.readouts((port, b.address, "6"))
        offered = talk.identified.identification.baud if talk.identified else None
        ok = talk.failed is None and offered == FAST and talk.bauds[-1:] == [FAST]
        saw = f"offered {offered}, read at {talk.bauds[-1:]}, {talk.failed or 'whole'}"
        b.check(1, ok, saw=saw, expected=f"{FAST} Bd")

    return run


def silent_beside(reading: Port) -> Callable[[Bench], None]:
    """SP-09, -10: a long read on one port, and the other is listened to."""

    def run(b: Bench) -> None:
        beside: Port = "optical" if reading == "rs485" else "rs485"
        another = b"/?XYZ000000000!\r\n"  # somebody else is asked there: nobody answers
        (talk,), strays = b.readouts((reading, b.address, LONG), meanwhile=[(4.0, beside, another)])
        heard = sum(map(len, strays))
        ok = talk.failed is None and not strays
        b.check(1, ok, saw=f"{heard} bytes beside it, {talk.failed or 'read'}", expected="not a byte")

    return run


@step("SP-11")
def undisturbed(b: Bench) -> None:
    """Sense and nonsense at the optical port all the while."""
    (alone,), _ = b.readouts(("rs485", b.address, LONG))
    noise = [
        b"/?!\r\n",
        b"\x06061\r\n",
        b"\x00\xff\x55!!(((",
        b"/?XYZ123456789!\r\n",
        b"\x01R2\x021.8.0()\x03Z",
    ]
    meanwhile: list[tuple[float, Port, bytes]] = [
        (0.05 + 0.4 * number, "optical", noise[number % len(noise)]) for number in range(40)
    ]
    (talk,), _ = b.readouts(("rs485", b.address, LONG), meanwhile=meanwhile)
    repeated = talk.written.count(NAK)
    found, wanted = packet_of(talk), packet_of(alone)
    ok = talk.failed is None and not repeated and found.codes == wanted.codes and not found.odd
    saw = f"{len(found.codes)} lines, {repeated} repetitions, odd {found.odd[:2]}"
    b.check(1, ok, saw=saw, expected=f"{len(wanted.codes)} lines at the first try")


def _new_password(b: Bench, text: str, *, port: Port) -> tuple[bool, bool, bool]:
    """Accepted; works; and the old one no longer does."""
    old = b.password
    accepted = b.change_password(text, port=port)
    works = _password_works(b, port)
    changed = b.password != old
    if accepted and not works:
        b.password_is(old)  # told as changed, and it is not: the next steps go on with the old one
    return accepted, works, changed


def _password_works(b: Bench, port: Port) -> bool:
    """96.96 can be read under the right password only, and shows it (M-52)."""
    return b.read_proven("96.96", proof="right", port=port) == f"({b.password})"


@step("SP-12")
def password_changed(b: Bench) -> None:
    close_cover(b)
    _month_without_change(b)
    b.equal(1, _new_password(b, PASSWORDS[0], port="rs485"), (True, True, True))


def _month_without_change(b: Bench) -> None:
    if b.rig.terminal_open or b.device.has_rs485:
        b.set_clock(month_end(b.now) + timedelta(days=9, hours=10))


@step("SP-13")
def changed_twice(b: Bench) -> None:
    old = b.password
    accepted = b.change_password(PASSWORDS[1], port="rs485")
    works = _password_works(b, "rs485")
    b.check(1, not accepted and works and b.password == old, saw=f"accepted {accepted}", expected="refused")


@step("SP-14")
def changed_next_month(b: Bench) -> None:
    let_month_change(b)
    b.equal(1, _new_password(b, PASSWORDS[2], port="rs485"), (True, True, True))


def _tariff_tried(b: Bench, *, proof: str, times: int = 1) -> list[bool]:
    """A change of the weekday table, each time another one; undone changes leave it as it was."""
    before = b.read(HOURS[0])
    tried = []
    for _ in range(times):
        b.kept["tables"] = b.kept.get("tables", 0) + 1
        hours = Table((f"{b.kept['tables']:02d}00", "1300"), "123").hours
        tried.append(b.accepts(HOURS[0], hours, proof=proof, port="rs485"))  # type: ignore[arg-type]  # right or wrong
        b.wait(minutes=5)
    return [*tried, b.read(HOURS[0]) != before]


@step("SP-15")
def three_wrong(b: Bench) -> None:
    close_cover(b)
    b.equal(1, _tariff_tried(b, proof="wrong", times=3), [False, False, False, False])
    b.kept["locked"] = b.stage.seconds


@step("SP-16")
def right_but_locked(b: Bench) -> None:
    saw = _tariff_tried(b, proof="right", times=2)
    b.wait(hours=5)
    b.equal(1, [*saw, *_tariff_tried(b, proof="right", times=2)], [False] * 6)


def _after_six_hours(b: Bench) -> None:
    locked = b.kept.get("locked", b.stage.seconds)
    b.wait(seconds=max(0.0, locked + 6 * 3600 + 300 - b.stage.seconds))


@step("SP-17")
def wrong_after_six_hours(b: Bench) -> None:
    _after_six_hours(b)
    b.equal(1, _tariff_tried(b, proof="wrong"), [False, False])


@step("SP-18")
def right_after_six_hours(b: Bench) -> None:
    _after_six_hours(b)
    b.equal(1, _tariff_tried(b, proof="right"), [True, True])


for _name, _run in {
    "SP-06": counts_on("rs485"),
    "SP-08": fast("rs485"),
    "SP-09": silent_beside("rs485"),
    "SP-10": silent_beside("optical"),
    "OP-03": fast("optical"),
    "OP-06": counts_on("optical"),
}.items():
    step(_name)(_run)


# -- the optical port --


def expected_codes(b: Bench, y: str) -> list[str]:
    """What Ek-C prints in this packet of such a meter, in order (M-30)."""
    device = b.device
    catalogue = profile_named("gen2").catalogue
    entries = catalogue.packet(y, kind=device.kind, ways=device.ways, options=device.options)
    return [
        f"{entry.code}" if row is None else f"{entry.code}*{row}" for entry, row in rows(entries, packet=y)
    ]


@step("OP-01")
def packets(b: Bench) -> None:
    for y in PACKETS:
        found = b.packet(y)
        wanted = expected_codes(b, y)
        odd = [*found.odd[:2], *_wrong_layout(found.lines)[:2], *_out_of_place(list(found.codes), wanted)]
        ok = not odd and found.bang and list(found.codes) == wanted
        b.check(
            1,
            ok,
            saw=odd or f"{len(found.codes)} lines",
            expected=f"{len(wanted)} lines of Ek-C",
            case=f"packet {y}",
        )


def _out_of_place(found: list[str], wanted: list[str]) -> list[str]:
    if found == wanted:
        return []
    lost, more = [c for c in wanted if c not in found], [c for c in found if c not in wanted]
    return [f"missing {lost[:3]}, not asked for {more[:3]}" if lost or more else "another order"]


def _wrong_layout(lines: tuple[tuple[str, str], ...]) -> list[str]:
    catalogue = profile_named("gen2").catalogue
    wrong = []
    for code, text in lines:
        bare, star, row = code.partition("*")
        entry = catalogue.find(bare, int(row) if star else None)
        pattern = layout_pattern(entry) if entry else None
        if pattern is None or not re.fullmatch(pattern, text):
            wrong.append(f"{code}{text}")
    return wrong


@step("OP-02")
def queries(b: Bench) -> None:
    """Every line of the short and the alert packet, asked for by its code; and the rows of a history."""
    for y in ("6", "8", "7"):
        found = {code: text for code, text in b.packet(y).lines if code not in CLOCK_CODES}
        read = b.read_all(*found)
        wrong = [f"{code}: {read[code]}, packet {text}" for code, text in found.items() if read[code] != text]
        b.check(
            1,
            not wrong,
            saw=wrong[:3] or f"{len(found)} codes",
            expected="as in the packet",
            case=f"packet {y}",
        )


@step("OP-04")
def password_changed_here(b: Bench) -> None:
    open_cover(b)
    _month_without_change(b)
    b.equal(1, _new_password(b, PASSWORDS[0], port="optical"), (True, True, True))


def changeable(b: Bench) -> dict[str, str]:
    """Every parameter of M-55 but clock, password and summer time's many periods, with a value to try."""
    found = {
        **dict.fromkeys(HOURS, FULL.hours),
        **dict.fromkeys(SLICES, FULL.slices),
        "0.8.4": "30*min",
        "0.9.9": "240*sec",
        "96.90.0": "0",
        **{
            f"96.90.{number}": f"+01:00,{25 + number}-04-0{number % 9 + 1},02:00;{25 + number}-09-21,03:00"
            for number in range(1, 13)
        },
        "F.A.0": "0" * 40 + "1" * 24,
    }
    if b.device.kind == "combi":
        found["0.8.0"] = "30*min"
    if "relay" in b.device.options:
        found |= {"96.3.10": "1", "96.3.12": "012.500*kW", "96.3.13": "20*min"}
    return found


@step("OP-05")
def parameters(b: Bench) -> None:
    open_cover(b)
    wanted = changeable(b)
    was = b.read_all(*wanted)
    for code, text in wanted.items():
        accepted = b.accepts(code, text)
        found = b.read(code)
        b.check(
            1,
            accepted and found == f"({text})",
            saw=f"accepted {accepted}, {found}",
            expected=text,
            case=code,
        )
    shown = b.now + timedelta(days=1, hours=3)  # a date that is not kept is to be seen too
    accepted = b.set_clock(shown, port="optical")
    expected_at = b.now
    found_at = b.clock()
    right = accepted and abs((found_at - expected_at).total_seconds()) < 5
    b.check(1, right, saw=f"accepted {accepted}, {found_at}", expected=expected_at, case="clock")
    b.program(*((code, text[1:-1]) for code, text in was.items()))


@step("OP-07")
def passwords_differ(b: Bench) -> None:
    """Of each sample the one it came with."""
    seen = {}
    for name in (TESTED, SHELF, SHELF_2):
        b.connect(name, purpose="OP-07")
        open_cover(b)
        seen[name] = (_password_works(b, "optical"), b.password)
    all_work = all(works for works, _ in seen.values())
    differ = len({password for _, password in seen.values()}) == len(seen)
    saw = f"all work {all_work}, all differ {differ}"
    b.check(1, all_work and differ, saw=saw, expected="all work, all differ")
