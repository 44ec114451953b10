"""Would the meter take this value for this parameter? (M-55, M-83)"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

SECRET = re.compile(r"96\.96(?:\.[123])?")  # a password is never shown
MASK = "********"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a value has to be, in words for who typed it."""

    fits: Callable[[str], bool]
    tr: str
    en: str


def _form(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


def _clock(form: str) -> Callable[[str], bool]:
    def fits(text: str) -> bool:
        try:
            return datetime.strptime(text, form).strftime(form) == text  # noqa: DTZ007  # a wall clock
        except ValueError:
            return False

    return fits


def _number(low: float, high: float, unit: str, *, whole: bool = True) -> Callable[[str], bool]:
    """A unit may be left out by the writer."""
    fraction = "" if whole else r"(?:\.\d{1,3})?"
    pattern = re.compile(rf"(\d{{1,3}}{fraction})(?:\*{unit})?")

    def fits(text: str) -> bool:
        found = pattern.fullmatch(text)
        return found is not None and low <= float(found[1]) <= high

    return fits


def _one_of(*numbers: int) -> Callable[[str], bool]:
    return _form(rf"(?:{'|'.join(map(str, numbers))})(?:\*min)?")


def _hours(text: str) -> bool:
    """Times that ascend, 9999 at the end only (M-83); 28 digits are padded by the meter."""
    if not re.fullmatch(r"\d{28}(?:\d{4})?", text):
        return False
    times = [text[at : at + 4] for at in range(0, len(text), 4)]
    used = [time for time in times if time != "9999"]
    real = all(int(time[:2]) < 24 and int(time[2:]) < 60 for time in used)
    return real and times[: len(used)] == used and used == sorted(set(used))


def _slices(text: str) -> bool:
    return re.fullmatch(r"[1-4]{0,8}0*", text) is not None and len(text) == 8


_STAMP = _clock("%y-%m-%d,%H:%M")


def _summer(text: str) -> bool:
    """`+01:00,26-03-29,03:00;26-10-25,04:00`: a shift of ±00:15 … ±02:00, back later than forward."""
    found = re.fullmatch(r"[+-](\d\d):(\d\d),([^;]{14});([^;]{14})", text)
    if found is None or not (_STAMP(found[3]) and _STAMP(found[4])):
        return False
    return 15 <= int(found[1]) * 60 + int(found[2]) <= 120 and int(found[2]) < 60 and found[3] < found[4]


# By code where it has a rule of its own, else by the layout the catalogue names for the argument.
RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "0.8.0": Rule(_one_of(15, 30, 60), "15, 30 ya da 60 dakika", "15, 30 or 60 minutes"),
        "0.8.4": Rule(  # 1: test samples, and gen3 with technical quality
            _one_of(1, 15, 30, 60),
            "15, 30 ya da 60 dakika (bazılarında 1)",
            "15, 30 or 60 minutes (1 in some)",
        ),
        "96.3.13": Rule(_number(1, 60, "min"), "1-60 tam dakika", "1 to 60 whole minutes"),
        "time": Rule(_clock("%H:%M:%S"), "saat: 13:30:35", "a time: 13:30:35"),
        "date": Rule(_clock("%y-%m-%d"), "tarih: 26-06-30", "a date: 26-06-30"),
        "weekday": Rule(_form("[1-7]"), "1 (pazartesi) … 7 (pazar)", "1 (Monday) to 7 (Sunday)"),
        "hours32": Rule(
            _hours,
            "artan sekiz ssdd, kullanılmayan 9999: 32 hane",
            "eight ascending hhmm, unused 9999: 32 digits",
        ),
        "slices8": Rule(
            _slices,
            "dilim başına tarife 1-4, kullanılmayan 0: 8 hane",
            "a tariff 1-4 a slice, unused 0 at the end: 8 digits",
        ),
        "power": Rule(_number(0, 999.999, "kW", whole=False), "0 – 999.999 kW", "0 to 999.999 kW"),
        "seconds": Rule(_number(1, 999, "sec"), "1-999 saniye", "1 to 999 seconds"),
        "flag": Rule(_form("[01]"), "0 ya da 1", "0 or 1"),
        "password": Rule(_form(r"\d{8}"), "8 rakam", "8 digits"),
        "bits64": Rule(
            _form(r"[01]{64}|[0-9A-Fa-f]{16}"),
            "64 tane 0/1 ya da 16 onaltılık hane",
            "64 times 0/1 or 16 hex digits",
        ),
        "dst": Rule(
            _summer, "+01:00,26-03-29,03:00;26-10-25,04:00 gibi", "like +01:00,26-03-29,03:00;26-10-25,04:00"
        ),
        "none": Rule(_form(""), "değer verilmez", "no value"),
    }
)


def bare(value: str) -> str:
    """What stands between the brackets, whether they were typed or not."""
    text = value.strip()
    return text[1:-1] if text.startswith("(") and text.endswith(")") else text


def rule_for(code: str, layout: str) -> Rule | None:
    return RULES.get(code) or RULES.get(layout)


def shown(code: str, value: str | None) -> str | None:
    return MASK if value is not None and SECRET.fullmatch(code) else value


def is_same(asked: str, read: str, *, layout: str) -> bool:
    """Does the meter now read what was asked, however either is written?"""
    if layout == "bits64":
        return _bits(asked) == _bits(read)
    if layout == "hours32":
        return asked.ljust(32, "9") == read.ljust(32, "9")
    return _plain(asked) == _plain(read)


def _bits(text: str) -> int:
    return int(text, 2 if len(text) == 64 else 16) if re.fullmatch(r"[0-9A-Fa-f]+", text) else -1


def _plain(text: str) -> str | float:
    number = re.fullmatch(r"(\d+(?:\.\d+)?)\*[A-Za-z]+", text) or re.fullmatch(
        r"(\d{1,3}(?:\.\d{1,3})?)", text
    )
    return float(number[1]) if number else text.replace(" ", "")
