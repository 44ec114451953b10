"""Which acts of the event log have words in both languages? Others show as they were written."""

import re
from collections.abc import Callable

from osos.console.questions import DIRECTIVES

ACTS = frozenset(
    {
        "modem admitted",
        "meter put behind modem",
        "meter installed",
        "modem registered",
        "another meter answered",
        "asked for a read",
        "asked for an estimate",
        "brought a reading of an unknown meter",
        "meter exchanged",
        "meter taken down",
        "multiplier put right",
        "session taken over",
        "signed in",
        "plain link changed",
        "listening address changed",
        "maker named",
        "multiplier changed",
        "modem identified",
        "meter identified",
        "meter contradicts itself",
        "service point described",
        "terms changed",
        "customer changed",
        "customer corrected",
        "supplier changed",
        "modem quarantined",
        "account made",
        "account disabled",
        "link given",
        "password set",
        "roles changed",
        "month closed",
        "correction decided",
        "storm mode on",
        "storm mode off",
        "place of the network described",
        "point hung in the network",
        "suspicion decided",
    }
)

_READ = re.compile(r"read (\w+)(?: (.+))?")
_TOLD = re.compile(r"directive add (\w+)")
_WHOLE = {"schedule add": "o.what.schedules", "configuration": "o.what.configuration"}


def what_words(what: str, t: Callable[..., str]) -> str:
    """What was asked of a modem, as the reader calls it; what has no words shows as it was written."""
    if (read := _READ.fullmatch(what)) is not None and read[1] in DIRECTIVES:
        return " ".join(filter(None, (t(f"o.directive.{read[1]}"), read[2])))
    if (told := _TOLD.fullmatch(what)) is not None:
        name = t(f"o.directive.{told[1]}") if told[1] in DIRECTIVES else told[1]
        return t("o.what.directive", name=name)
    return t(_WHOLE[what]) if what in _WHOLE else what
