# ruff: noqa: ARG001  # a hook takes all that its place tells
"""Which faults have the two ports, the password and the packets? (SP, OP)"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from osos.iec62056 import Action, Write
from osos.simulator.meter.changing import Attempt
from osos.simulator.meter.faults.fault import Fault
from osos.simulator.meter.faults.tools import (
    Hooks,
    forgets,
    icon,
    packet_lacks,
    packet_turned,
    refuses,
    rewrites,
    takes,
)
from osos.simulator.meter.metrology import MeteredDay
from osos.simulator.meter.settings import Settings
from osos.simulator.meter.spec import MeterSpec

if TYPE_CHECKING:
    from osos.simulator.meter.answering import Line
    from osos.simulator.meter.port_side import PortSide
    from osos.simulator.meter.snapshot import Snapshot

_CLOCK = ("0.9.1", "0.9.2")
_BLIND_S = 120
_PACKETS = {"6": "short", "0": "long", "8": "alert", "7": "history", "9": "interruption"}
_PACKETS_TR = {"6": "kısa", "0": "uzun", "8": "alarm", "7": "geçmiş", "9": "kesinti"}
# A line of each packet that every kind has, and a code of M-55 with an argument's beginning for families.
_OWN_LINE = {"6": "1.8.2", "0": "96.77.0", "8": "96.70", "7": "0.1.2", "9": "96.77.1"}
# Steps of other groups that program one of these as well.
_SEEN_BY = {"96.61": ("TR-05", "TR-07"), "96.90.2": ("YS-12", "YS-13", "YS-15")}
_PARAMETERS = ("0.9.1", "0.9.2", "0.9.9", "F.A.0", "96.61", "96.90.2")


def _blind_while_reading(port: str) -> Hooks:
    """Reading the load profile over this port costs two minutes of energy."""

    def scarred(found: Settings, _before: Settings, second: int, what: str) -> Settings:
        if not (what.startswith("R2 P.") and what.endswith(port)):
            return found
        return replace(found, scars=(*found.scars, ("blind", second)))

    def blind(day: MeteredDay, pieces: list[tuple[int, Settings]], _spec: MeterSpec) -> MeteredDay:
        if day.starts_s is None:
            return day
        rate = day.rate.copy()
        for start_s, settings in pieces:
            if settings.scars and start_s:
                rate[:, (day.starts_s >= start_s) & (day.starts_s < start_s + _BLIND_S)] = 0
        return replace(day, rate=rate)

    return ("after", scarred), ("metered", blind)


class _Both:
    """What the sides of one meter's two ports know of each other: only a faulty meter has such a thing."""

    def __init__(self) -> None:
        self.leaked: dict[str, bytes] = {}
        self.heard: dict[str, bool] = {}


def _per_meter(make: Callable[[_Both], Callable[..., list[Action]]]) -> Hooks:
    known: dict[int, _Both] = {}

    def hook(actions: list[Action], side: "PortSide", data: bytes) -> list[Action]:
        both = known.setdefault(id(side.meter), _Both())
        return make(both)(actions, side, data)

    return (("side", hook),)


def _leaks(source: str) -> Hooks:
    """What is sent on one port comes out of the other as well, when that one next wakes."""

    def make(both: _Both) -> Callable[..., list[Action]]:
        def hook(actions: list[Action], side: "PortSide", data: bytes) -> list[Action]:
            if side.name == source:
                sent = b"".join(one.data for one in actions if isinstance(one, Write))
                both.leaked[source] = both.leaked.get(source, b"") + sent[:64]
                return actions
            spilt = both.leaked.pop(source, b"")
            return [Write(spilt, 0.0), *actions] if spilt else actions

        return hook

    return _per_meter(make)


def _corrupted(actions: list[Action], side: "PortSide", data: bytes, both: _Both) -> list[Action]:
    """Bytes heard on the optical port spoil what RS-485 sends next."""
    if side.name == "optical":
        both.heard["optical"] = both.heard.get("optical", False) or bool(data)
        return actions
    long = [one for one in actions if isinstance(one, Write) and len(one.data) > 200]
    if not long or not both.heard.pop("optical", False):
        return actions
    spoilt = bytearray(long[0].data)
    spoilt[len(spoilt) // 2] ^= 0x01
    return [replace(one, data=bytes(spoilt)) if one is long[0] else one for one in actions]


def _deaf_while_the_other_talks() -> Hooks:
    """RS-485 does not answer while the optical port is in session."""
    known: dict[str, PortSide | None] = {"optical": None, "rs485": None}

    def hook(actions: list[Action], side: "PortSide", _data: bytes) -> list[Action]:
        if side.name == "rs485" and known["rs485"] is not side:
            known["optical"] = None  # cables were plugged anew: what the other port did before is over
        known[side.name] = side
        other = known["optical"]
        deaf = side.name == "rs485" and other is not None and other.in_session
        return [one for one in actions if not isinstance(one, Write)] if deaf else actions

    return (("side", hook),)


def _another_flag(line: bytes, _spec: MeterSpec) -> bytes:
    return b"/XXX" + line[4:]


def _offers_on(port: str, character: bytes) -> Hooks:
    """This port alone offers a lower speed."""

    def hook(actions: list[Action], side: "PortSide", _data: bytes) -> list[Action]:
        if side.name != port:
            return actions
        return [
            replace(one, data=one.data[:4] + character + one.data[5:])
            if isinstance(one, Write) and one.data[:1] == b"/"
            else one
            for one in actions
        ]

    return (("side", hook),)


def _serial(lines: list["Line"], shot: "Snapshot", y: str, port: str | None) -> list["Line"]:
    if port != "rs485":
        return lines
    return [line._replace(brackets="(000000000)") if line.code == "0.0.0" else line for line in lines]


def _another_month(found: Settings | None, attempt: Attempt) -> Settings | None:
    """The password may be changed as often as one likes."""
    fits = attempt.argument.isdecimal() and len(attempt.argument) == 8
    if attempt.code != "96.96" or not attempt.is_allowed or found or not fits:
        return found
    return replace(attempt.settings, password=attempt.argument)


def _never_again(found: Settings | None, attempt: Attempt) -> Settings | None:
    return None if attempt.code == "96.96" and attempt.settings.password_month else found


def _lock_ignored(attempt: Attempt) -> Attempt:
    """A locked meter lets the right password through."""
    return replace(attempt, locked=False)


def _wrong_after_the_lock(attempt: Attempt) -> Attempt:
    """Once locked and free again it no longer looks at the password."""
    been = attempt.settings.locked_until_s
    return replace(attempt, trusted=True) if 0 < been <= attempt.second else attempt


def _same_password(first: Settings, _spec: MeterSpec) -> Settings:
    return replace(first, password="12345678")  # noqa: S106  # the fault is that every meter has it


def _r2_differs(lines: list["Line"], _shot: "Snapshot", y: str, _port: str | None) -> list["Line"]:
    """In programming mode energies lack their unit."""
    if y != "R2":
        return lines
    return [line._replace(brackets=line.brackets.replace("*kWh", "")) for line in lines]


def _of_packet(y: str) -> tuple[Fault, ...]:
    return (
        Fault(
            name=f"{_PACKETS[y]}-packet-lacks-a-line",
            breaks="M-30",
            step="OP-01",
            also=("UG-07", "HB-03") if y == "9" else (),
            tr=f"{_PACKETS_TR[y].capitalize()} pakette {_OWN_LINE[y]} satırı yoktur",
            en=f"the {_PACKETS[y]} packet lacks {_OWN_LINE[y]}",
            hooks=packet_lacks(y, _OWN_LINE[y]),
        ),
        Fault(
            name=f"{_PACKETS[y]}-packet-is-out-of-order",
            breaks="M-30",
            step="OP-01",
            also=("HB-03",) if y == "9" else (),  # which asks for the whole packet in order
            tr=f"{_PACKETS_TR[y].capitalize()} paketin ilk iki satırı yer değiştirmiştir",
            en=f"the first two lines of the {_PACKETS[y]} packet have changed places",
            hooks=packet_turned(y),
        ),
    )


def _of_parameter(code: str) -> tuple[Fault, ...]:
    return (
        Fault(
            name=f"{code}-is-refused",
            breaks="M-55",
            step="OP-05",
            also=_SEEN_BY.get(code, ()),
            tr=f"{code} doğru şifreyle de yazılamaz",
            en=f"{code} is refused with the right password too",
            hooks=refuses(code, when=lambda attempt: attempt.port == "optical"),
        ),
        Fault(
            name=f"{code}-is-not-kept",
            breaks="M-44",
            step="OP-05",
            also=_SEEN_BY.get(code, ()),
            tr=f"{code} onaylanır ama saklanmaz",
            en=f"writing {code} is acknowledged and not kept",
            hooks=forgets(code, when=lambda attempt: attempt.port == "optical"),
        ),
    )


FAULTS = (
    Fault(
        name="identification-has-another-flag",
        breaks="M-12",
        step="SP-01",
        tr="Tanıtımdaki üretici kodu sayacınki değildir",
        en="the identification has another maker's FLAG",
        hooks=(("identification", _another_flag),),
    ),
    Fault(
        name="rs485-tells-no-serial-number",
        breaks="M-6",
        step="SP-01",
        tr="RS-485'ten okunan seri numarası sıfırdır",
        en="the serial number read over RS-485 is zero",
        hooks=(("lines", _serial),),
    ),
    Fault(
        name="rs485-deaf-while-the-optical-port-talks",
        breaks="M-7",
        step="SP-02",
        tr="Optik port konuşurken RS-485 cevap vermez",
        en="RS-485 does not answer while the optical port is in session",
        hooks=_deaf_while_the_other_talks(),
    ),
    Fault(
        name="rs485-sets-the-clock-with-the-cover-open",
        breaks="M-47",
        step="SP-03",
        tr="Klemens kapağı açıkken saat RS-485'ten ayarlanır",
        en="the clock can be set over RS-485 with the terminal cover open",
        hooks=takes(*_CLOCK, without="cover_fits", when=lambda attempt: attempt.port == "rs485"),
    ),
    Fault(
        name="rs485-sets-the-clock-without-the-password",
        breaks="M-47",
        step="SP-04",
        tr="Saat RS-485'ten yanlış şifreyle ayarlanır",
        en="the clock can be set over RS-485 with a wrong password",
        hooks=takes(*_CLOCK, without="trusted", when=lambda attempt: attempt.port == "rs485"),
    ),
    Fault(
        name="rs485-does-not-set-the-clock",
        breaks="M-55",
        step="SP-05",
        tr="RS-485'ten saat ayarı onaylanır ama yapılmaz",
        en="setting the clock over RS-485 is acknowledged and not done",
        hooks=forgets(*_CLOCK, when=lambda attempt: attempt.port == "rs485"),
    ),
    Fault(
        name="rs485-profile-read-costs-energy",
        breaks="M-7",
        step="SP-06",
        tr="RS-485'ten yük profili okunurken enerji sayılmaz",
        en="energy is missed while the load profile is read over RS-485",
        hooks=_blind_while_reading("rs485"),
    ),
    Fault(
        name="reading-icon-stays-off",
        breaks="M-18",
        step="SP-07",
        tr="Okuma simgesi yanmaz",
        en="the reading icon stays off",
        hooks=icon(("reading",), "off"),
    ),
    Fault(
        name="rs485-offers-9600",
        breaks="M-12",
        step="SP-08",
        tr="RS-485 19200 sunmaz",
        en="RS-485 does not offer 19200",
        hooks=_offers_on("rs485", b"5"),
    ),
    Fault(
        name="rs485-leaks-to-the-optical-port",
        breaks="M-7",
        step="SP-09",
        also=("SP-02", "SP-15", "SP-16"),
        tr="RS-485'te gönderilen optik porttan da çıkar",
        en="what RS-485 sends comes out of the optical port too",
        hooks=_leaks("rs485"),
    ),
    Fault(
        name="optical-port-leaks-to-rs485",
        breaks="M-7",
        step="SP-10",
        also=("SP-01", "SP-02", "SP-05", "SP-15", "SP-16", "MA-07", "SP-12", "SP-13", "SP-14", "SP-18"),
        tr="Optik portta gönderilen RS-485'ten de çıkar",
        en="what the optical port sends comes out of RS-485 too",
        hooks=_leaks("optical"),
    ),
    Fault(
        name="optical-noise-corrupts-rs485",
        breaks="M-7",
        step="SP-11",
        also=("SP-02",),
        tr="Optik porta gelen baytlar RS-485 paketini bozar",
        en="bytes on the optical port corrupt the packet of RS-485",
        hooks=_per_meter(lambda both: lambda actions, side, data: _corrupted(actions, side, data, both)),
    ),
    Fault(
        name="rs485-password-is-not-kept",
        breaks="M-51",
        step="SP-12",
        also=("SP-13", "SP-14", "SP-18"),
        tr="RS-485'ten yazılan şifre onaylanır ama saklanmaz",
        en="a password written over RS-485 is acknowledged and not kept",
        hooks=forgets("96.96", when=lambda attempt: attempt.port == "rs485"),
    ),
    Fault(
        name="password-changes-twice-a-month",
        breaks="M-51",
        step="SP-13",
        tr="Şifre aynı ayda ikinci kez değişir",
        en="the password can be changed twice a month",
        hooks=(("verdict", _another_month),),
    ),
    Fault(
        name="password-changes-once-for-ever",
        breaks="M-51",
        step="SP-14",
        also=("OP-04",),
        tr="Şifre ay değişse de ikinci kez değişmez",
        en="the password can be changed only once in a life",
        hooks=(("verdict", _never_again),),
    ),
    Fault(
        name="wrong-password-changes-the-saturday-tariff",
        breaks="M-47",
        step="SP-15",
        also=("SP-17", "TR-03"),
        tr="RS-485'ten yanlış şifreyle tarife değişir",
        en="tariffs can be changed over RS-485 with a wrong password",
        hooks=takes(
            "96.50",
            "96.51",
            "96.52",
            "96.60",
            "96.61",
            "96.62",
            without="trusted",
            when=lambda attempt: attempt.port == "rs485",
        ),
    ),
    Fault(
        name="three-wrong-passwords-do-not-lock",
        breaks="M-50",
        step="SP-16",
        tr="Üç yanlış şifre sayacı kilitlemez",
        en="three wrong passwords do not lock the meter",
        numbers={"tries": 10**6},
    ),
    Fault(
        name="locked-meter-takes-the-right-password",
        breaks="M-50",
        step="SP-16",
        tr="Kilitli sayaç doğru şifreyi kabul eder",
        en="a locked meter takes the right password",
        hooks=(("attempt", _lock_ignored),),
    ),
    Fault(
        name="wrong-password-taken-after-the-lock",
        breaks="M-50",
        step="SP-17",
        tr="Kilit süresi dolunca yanlış şifre de kabul edilir",
        en="once the lock is over a wrong password is taken too",
        hooks=(("attempt", _wrong_after_the_lock),),
    ),
    Fault(
        name="locked-for-a-day",
        breaks="M-50",
        step="SP-18",
        tr="Kilit 6 yerine 24 saat sürer",
        en="the lock lasts 24 h, not 6 h",
        numbers={"locked_s": 24 * 3600},
    ),
    *(fault for y in _PACKETS for fault in _of_packet(y)),
    Fault(
        name="register-reads-differ-from-packets",
        breaks="M-43",
        step="OP-02",
        tr="Programlama modunda endekslerin birimi yoktur",
        en="in programming mode energies lack their unit",
        hooks=(("lines", _r2_differs),),
    ),
    Fault(
        name="firmware-version-lost-its-v",
        breaks="M-30",
        step="OP-01",
        tr="0.2.0 Vdd.dd biçiminde değildir",
        en="0.2.0 is not of the form Vdd.dd",
        hooks=rewrites("0.2.0", lambda text: text.replace("V", "")),
    ),
    Fault(
        name="optical-port-offers-9600",
        breaks="M-12",
        step="OP-03",
        tr="Optik port 19200 sunmaz",
        en="the optical port does not offer 19200",
        hooks=_offers_on("optical", b"5"),
    ),
    Fault(
        name="optical-password-is-not-kept",
        breaks="M-51",
        step="OP-04",
        tr="Optik porttan yazılan şifre onaylanır ama saklanmaz",
        en="a password written over the optical port is acknowledged and not kept",
        hooks=forgets("96.96", when=lambda attempt: attempt.port == "optical"),
    ),
    *(fault for code in _PARAMETERS for fault in _of_parameter(code)),
    Fault(
        name="optical-profile-read-costs-energy",
        breaks="M-7",
        step="OP-06",
        tr="Optik porttan yük profili okunurken enerji sayılmaz",
        en="energy is missed while the load profile is read over the optical port",
        hooks=_blind_while_reading("optical"),
    ),
    Fault(
        name="all-samples-have-one-password",
        breaks="M-54",
        step="OP-07",
        tr="Bütün numunelerin şifresi aynıdır",
        en="all samples have the same password",
        hooks=(("first", _same_password),),
    ),
)
