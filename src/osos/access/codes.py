"""Is this the code an authenticator shows now, and was it not used before?"""

from datetime import UTC, datetime

import pyotp

from osos.access.tokens import same

STEP_S = 30
AROUND = (-1, 0, 1)  # clocks of telephones may be half a minute off (G25)


def step_of(now: datetime) -> int:
    return int(now.timestamp()) // STEP_S


def fitting_step(secret: str | None, code: str, *, now: datetime, after: int | None) -> int | None:
    """The step this code is of; None when it is of none near now, or of one not after the last used."""
    given = code.replace(" ", "")
    if secret is None or len(given) != 6 or not (given.isascii() and given.isdigit()):
        return None
    steps = (step_of(now) + off for off in AROUND)
    fitting = [step for step in steps if same(code_of(secret, step), given)]
    return next((step for step in fitting if after is None or step > after), None)


def code_of(secret: str, step: int) -> str:
    return pyotp.TOTP(secret).at(datetime.fromtimestamp(step * STEP_S, UTC))
