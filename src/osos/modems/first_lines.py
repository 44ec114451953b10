"""Which modems say who they are in a line of their own? (X-41: "pattern per model in the registry")

Such a modem waits for no `@OK`; it is admitted, refused and quarantined like any other. Two patterns are
known without being told, both **chosen**: no source prints one. Others are an operator's, from admission.
"""

import re
import warnings
from dataclasses import dataclass
from functools import lru_cache

LONGEST_PATTERN = 200
MAY_GO_ON = re.compile(rb"[A-Z0-9 ;,:#-]{0,64}")  # a line that could still become one of ours
PRINTABLE = re.compile(rb"[ -.0-~][ -~]{0,127}|")  # or one of an operator's; a meter's begins with `/`

# A hostile line must not keep the head-end busy: no repeat within a repeat, few that may go on and on.
_OPEN_REPEATS_MOST = 3
_NOT_PLAIN = re.compile(r"\\.|\[\^?\]?[^\]]*\]")
_OPEN_REPEAT = re.compile(r"[*+]|\{\d*,\d*\}")
_FORBIDDEN = (
    (
        re.compile(r"\(\?(?!:|P<(?:flag|serial|imei)>)"),
        "it has a group that is none of ours",
        "use (?P<flag>…), (?P<serial>…), (?P<imei>…) and (?:…)",
    ),
    (re.compile(r"\)[*+{]"), "it repeats a group", "repeat single characters or classes, like [0-9]{15}"),
    (re.compile(r"[*+?}]\+"), "it has a repeat that never gives back", "leave out the second +"),
    (re.compile(r"\\[0-9]"), "it refers back to a group", "write out what is meant"),
)


class BadFirstLine(ValueError):
    """A pattern that the head-end cannot use; `what` is wrong with it and what to `do`, in words."""

    def __init__(self, what: str, do: str) -> None:
        super().__init__(f"{what}; {do}")
        self.what, self.do = what, do


@dataclass(frozen=True, slots=True)
class FirstLine:
    """`pattern` matches the whole line without its end; its groups are flag, serial, imei, as far as told."""

    name: str
    pattern: re.Pattern[bytes]
    may_go_on: re.Pattern[bytes] = MAY_GO_ON


FIRST_LINES = (
    FirstLine(
        "flag-serial",  # ABC100200300400500, ABC-42;350000000000001
        re.compile(
            rb"(?P<flag>[A-Z]{3})[ ;,:#-]?(?P<serial>[0-9]{1,20})(?:[;,](?P<imei>[0-9]{15}))?[ ;,]{0,4}"
        ),
    ),
    FirstLine(
        "imei-flag-serial",  # 350000000000001;ABC;42
        re.compile(rb"(?:IMEI[:#])?(?P<imei>[0-9]{15})[;,](?P<flag>[A-Z]{3})[;,]?(?P<serial>[0-9]{1,20})"),
    ),
)


@lru_cache(maxsize=256)
def own_line(text: str) -> FirstLine:
    r"""An operator's pattern, as it stands in the registry. Raises BadFirstLine.

    >>> own_line(r"IMEI=(?P<imei>\d{15})").pattern.fullmatch(b"IMEI=350000000000001")["imei"]
    b'350000000000001'
    """
    if not 1 <= len(text) <= LONGEST_PATTERN or not text.isascii() or not text.isprintable():
        raise BadFirstLine(
            f"it is not 1 to {LONGEST_PATTERN} printable ASCII characters", "write a shorter pattern, or none"
        )
    for found, what, do in _FORBIDDEN:
        if found.search(text):
            raise BadFirstLine(what, do)
    if len(_OPEN_REPEAT.findall(_NOT_PLAIN.sub("x", text))) > _OPEN_REPEATS_MOST:
        raise BadFirstLine(
            f"more than {_OPEN_REPEATS_MOST} of its repeats have no fixed length", "write lengths, like {15}"
        )
    return FirstLine(text, _compiled(text), PRINTABLE)


def _compiled(text: str) -> re.Pattern[bytes]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)  # a set in a set means something else one day
            pattern = re.compile(text.encode("ascii"))
    except (re.error, FutureWarning) as error:
        raise BadFirstLine(f"it is no regular expression: {error}", "correct it at that place") from None
    names = set(pattern.groupindex)
    if pattern.groups != len(names):
        raise BadFirstLine("it has a group without a name", "write (?:…)")
    if not names & {"serial", "imei"}:
        raise BadFirstLine("it names no modem", "add (?P<serial>…) or (?P<imei>…)")
    if pattern.fullmatch(b"") is not None:
        raise BadFirstLine("it fits an empty line", "say what every such line holds")
    return pattern
