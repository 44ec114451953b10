"""Why may a meter have refused a change? (M-42, M-46 … M-53)

NAK is all a meter says, so these are the reasons it can have had, the likeliest first.
"""

import re

_ALWAYS = (
    ("parola yanlış", "the password is wrong"),
    (
        "3 yanlış denemeden sonra 6 saat kilitli",
        "locked for 6 hours after 3 wrong tries",
    ),
)
_COVER = {
    3: (
        "optik porttan klemens kapağı açık olmalı",
        "over the optical port the terminal cover must be open",
    ),
    None: (
        "optik porttan klemens kapağı açık, RS-485'ten kapalı olmalı",
        "the terminal cover must be open for the optical port, closed for RS-485",
    ),
}
_MONTHLY = ("takvim ayında bir kez yapılabilir", "it is possible once a calendar month")
_TWICE = (
    "RS-485'ten kod başına ayda iki kez değişir",
    "over RS-485 a code changes twice a month at most",
)
_LIMIT = (
    "96.3.12 ve 96.3.13 yalnız 96.3.10 = 1 iken değişir",
    "96.3.12 and 96.3.13 change only while 96.3.10 = 1",
)
_FIXED = (
    "1 ve 3 fazlı sayaçlarda demant süresi değişmez",
    "single- and three-phase meters never change their demand period",
)
_DAY = ("haftanın günü tarihle çelişiyor", "the weekday contradicts the date")


def reasons(code: str, generation: int | None) -> tuple[str, str]:
    """In Turkish and in English."""
    found = list(_ALWAYS)
    if re.fullmatch(r"96\.3\.1[023]", code):
        found += [_LIMIT] if code != "96.3.10" else []
    elif code == "1.6.0":
        found.append(_MONTHLY)
    else:
        found.append(_COVER[3 if generation == 3 else None])
        found += [_TWICE] if generation == 3 else []
    found += [_MONTHLY] if code.startswith("96.96") else []
    found += [_FIXED] if code == "0.8.0" else []
    found += [_DAY] if code == "0.9.5" else []
    return "; ".join(tr for tr, _ in found), "; ".join(en for _, en in found)
