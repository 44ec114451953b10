"""What may be changed over a port, and by whom? (M-41…M-54)"""

import hmac
from dataclasses import dataclass, replace

from osos.simulator.meter.act import PortName
from osos.simulator.meter.body import Body, month_of
from osos.simulator.meter.parameters import RELAY_CODES, SPEED_CODE, Write, changed
from osos.simulator.meter.settings import Settings
from osos.simulator.meter.spec import MeterSpec

TRIES = 3  # wrong passwords in a row (M-50)
LOCKED_S = 6 * 3600  # M-50


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A W2 and all that decides whether it may be done; what it asks for is judged after this."""

    spec: MeterSpec
    settings: Settings
    second: int
    port: PortName
    code: str
    argument: str
    trusted: bool  # the right password was given (M-42), of the right level (M-53)
    locked: bool  # M-50
    cover_fits: bool  # M-47, M-48
    month_left: bool  # gen3 over RS-485 (M-53)

    @property
    def is_allowed(self) -> bool:
        return self.trusted and not self.locked and self.cover_fits and self.month_left


def write(body: Body, attempt: Attempt) -> bool:
    """Kept at this instant, or refused and nothing changed (M-44)."""
    attempt = body.seams.through("attempt", attempt)
    asked = Write(attempt.spec, attempt.settings, attempt.second, attempt.argument)
    found = changed(attempt.code, asked) if attempt.is_allowed else None
    found = body.seams.through("verdict", found, attempt)
    if found is None:
        return False
    if _limit(attempt.spec, attempt.port, attempt.code):
        change = _change(attempt.code, attempt.second, attempt.settings)
        kept = [one for one in attempt.settings.rs485_changes if one[1:] == change[1:]]
        found = replace(found, rs485_changes=(*kept, change))
    body.act(attempt.second, found, what=f"W2 {attempt.code}")
    return True


def attempt_of(
    body: Body, code: str, argument: str, *, port: PortName, second: int, trusted: bool, level: int | None
) -> Attempt:
    """`level`: of the password, gen3; a higher one does not include a lower (M-53)."""
    spec, settings = body.spec, body.settings(second)
    limit = _limit(spec, port, code)
    return Attempt(
        spec=spec,
        settings=settings,
        second=second,
        port=port,
        code=code,
        argument=argument,
        trusted=trusted and _may_be_written(spec, code, level),
        locked=body.is_locked(second),
        cover_fits=code in RELAY_CODES or _cover_allows(spec, port, settings),
        month_left=not limit or settings.rs485_changes.count(_change(code, second, settings)) < limit,
    )


def _may_be_written(spec: MeterSpec, code: str, level: int | None) -> bool:
    if code == SPEED_CODE:
        return True
    entry = spec.profile.entry(code)
    if entry is None or entry.write is None:
        return False
    return not level or entry.write.gen3_level in {level, None}


def _limit(spec: MeterSpec, port: PortName, code: str) -> int:
    """Changes of a code over RS-485 a calendar month; 0: as many as one likes (M-53)."""
    limit = spec.profile.value("rs485.monthly_limit")
    return int(limit) if limit and port == "rs485" and code not in RELAY_CODES else 0


def _change(code: str, second: int, settings: Settings) -> tuple[str, int, int]:
    return (code, *month_of(second + settings.offset_s))


def _cover_allows(spec: MeterSpec, port: PortName, settings: Settings) -> bool:
    """Optical wants the terminal cover open, RS-485 closed (M-47)."""
    if port == "rs485" and spec.profile.generation == 3:
        return True
    return settings.rig.terminal_open == (port == "optical")


def may_reset(body: Body, second: int, *, way: str) -> bool:
    """Once a calendar month, and over a port not while locked (M-49, M-72)."""
    settings = body.settings(second)
    month = month_of(second + settings.offset_s)
    closed = any(month_of(one + body.settings(one).offset_s) == month for one in settings.resets)
    locked = way != "button" and body.is_locked(second)
    refused = closed or locked or (way == "button" and not settings.button_resets)
    return body.seams.through("reset", not refused, settings, second, way)


def reset(body: Body, second: int, *, way: str) -> bool:
    if not may_reset(body, second, way=way):
        return False
    settings = body.settings(second)
    body.act(second, replace(settings, resets=(*settings.resets, second)), what="reset")
    return True


def password_is_right(body: Body, text: str, *, second: int, level: int, seed: str) -> bool:
    """Three wrong ones in a row, both ports together, lock all changes for 6 h (M-50)."""
    settings = body.settings(second)
    told = (settings.password, *settings.higher)[level - 1]
    if body.spec.profile.value("auth") == "hmac":  # M-41
        told = hmac.digest(told.encode(), seed.encode(), "sha256").hex().upper()
    right = hmac.compare_digest(text.encode(), told.encode())
    right = body.seams.through("password", right, text, told, settings, second)
    if not body.is_locked(second):
        body.act(second, _counted(body, settings, second, right=right), what="password")
    return right


def _counted(body: Body, settings: Settings, second: int, *, right: bool) -> Settings:
    tries = 0 if right else settings.wrong_tries + 1
    if tries < body.seams.number("tries", TRIES):
        return replace(settings, wrong_tries=tries)
    locked_s = body.seams.number("locked_s", LOCKED_S)
    return replace(settings, wrong_tries=0, locked_until_s=second + locked_s)
