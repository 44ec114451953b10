"""Which acts of the event log have words in both languages? Others show as they were written."""

ACTS = frozenset(
    {
        "modem admitted",
        "meter put behind modem",
        "meter installed",
        "modem registered",
        "another meter answered",
        "asked for a read",
        "brought a reading of an unknown meter",
        "meter exchanged",
        "multiplier put right",
        "session taken over",
        "signed in",
        "plain link changed",
        "listening address changed",
        "maker named",
        "multiplier changed",
        "modem identified",
    }
)
