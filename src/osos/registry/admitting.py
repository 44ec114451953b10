"""How does a list of modems and meters become part of the registry?"""

import base64
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection

from osos.quantities import DeviceId
from osos.registry.admissions import Admission
from osos.registry.known import Known, KnownMeter, KnownModem, look_up
from osos.registry.problems import LineProblem
from osos.registry.writing import Changes, write
from osos.store import alone


@dataclass(frozen=True, slots=True)
class AdmitReport:
    """What a list changed, in numbers, and which of its lines were refused."""

    modems_new: int = 0
    modems_changed: int = 0
    modems_unchanged: int = 0
    meters_new: int = 0
    meters_changed: int = 0
    problems: list[LineProblem] = field(default_factory=list)


def random_public_id() -> str:
    """Sixteen letters and digits nobody guesses (80 bits): a point's name in addresses of pages."""
    return base64.b32encode(secrets.token_bytes(10)).decode("ascii").lower()


def admit(
    conn: Connection,
    admissions: Sequence[Admission],
    *,
    by: str,
    now: datetime,
    since: datetime,
    new_public_id: Callable[[], str] = random_public_id,
) -> AdmitReport:
    """Let these modems in, with a metering point for each meter new to us, installed since `since`.

    A line with a meter that cannot be where it says is refused whole; every other line is admitted. The same
    list again changes nothing. Each change leaves an event.
    """
    alone(conn, "registry.admit")
    serials = (meter.serial for admission in admissions for meter in admission.meters)
    imeis = (one.imei for one in admissions if one.imei is not None)
    known = look_up(conn, (admission.modem for admission in admissions), serials, imeis)
    changes = Changes()
    problems: list[LineProblem] = []
    unchanged: set[DeviceId] = set()
    for admission in admissions:
        problem = _objection(known, admission, since)
        if problem is not None:
            problems.append(problem)
        elif not _plan(known, changes, admission, since, new_public_id):
            unchanged.add(admission.modem)
    write(conn, changes, by=by, now=now, since=since)
    changed = set(changes.plain_until) | set(changes.listens) | set(changes.introduces)
    touched = {modem.device for modem in changes.new_modems} | changed
    return AdmitReport(
        modems_new=len(changes.new_modems),
        modems_changed=len(changed),
        modems_unchanged=len(unchanged - touched),
        meters_new=len(changes.new_meters),
        meters_changed=len(changes.new_flags) + len(changes.new_multipliers),
        problems=problems,
    )


def _objection(known: Known, admission: Admission, since: datetime) -> LineProblem | None:
    """Why this line cannot be admitted, or None."""
    modem = known.modems.get(admission.modem)
    if modem is not None and modem.line and modem.plain_until != admission.plain_until:
        return LineProblem(
            admission.line,
            str(admission.modem),
            f"modem {modem.device} stands on line {modem.line} too, with another plain_until",
            "give it the same one on all of its lines",
        )
    owner = known.imeis.get(admission.imei or "")
    if owner not in {None, admission.modem}:
        return LineProblem(
            admission.line,
            str(admission.modem),
            f"IMEI {admission.imei} is modem {owner}'s",
            "see which of the two is right",
        )
    for wanted, multiplier in zip(admission.meters, admission.multipliers, strict=True):
        meter = known.meter(wanted, modem=admission.modem)
        words = None if meter is None else _misplaced(meter, admission.modem, multiplier, since)
        if words is not None:
            return LineProblem(admission.line, str(admission.modem), *words)
    return None


def _misplaced(
    meter: KnownMeter, modem: DeviceId, multiplier: Decimal, since: datetime
) -> tuple[str, str] | None:
    if meter.behind not in {None, modem}:
        return (
            f"meter {meter.device} is already behind modem {meter.behind}",
            f"take it off that modem first, or correct the serial (or write its maker's letters before it, "
            f"if another maker's meter {meter.device.serial} is meant)",
        )
    if meter.since is not None and meter.multiplier != multiplier and since <= meter.since:
        return (
            f"meter {meter.device} has multiplier {meter.multiplier} since {meter.since.isoformat()}, "
            f"and {multiplier} cannot hold from {since.isoformat()} on",
            "say with --since from when the new multiplier holds, later than that",
        )
    return None


def _plan(
    known: Known,
    changes: Changes,
    admission: Admission,
    since: datetime,
    new_public_id: Callable[[], str],
) -> bool:
    """Note what this line changes, here and in `known`, so that later lines see it; False when nothing."""
    before = changes.count()
    modem = _plan_modem(known, changes, admission)
    for wanted, multiplier in zip(admission.meters, admission.multipliers, strict=True):
        meter = _plan_meter(known, changes, modem, wanted)
        if meter.multiplier is None:
            meter.public_id, meter.multiplier, meter.since = new_public_id(), multiplier, since
            changes.new_points.append(meter)
        elif meter.multiplier != multiplier:
            changes.new_multipliers.append((meter, meter.multiplier))
            meter.multiplier, meter.since = multiplier, since
    return changes.count() != before


def _plan_modem(known: Known, changes: Changes, admission: Admission) -> KnownModem:
    modem = known.modems.get(admission.modem)
    if modem is None:
        modem = KnownModem(
            admission.modem,
            admission.plain_until,
            listens=admission.listens,
            imei=admission.imei,
            first_line=admission.first_line,
        )
        known.modems[admission.modem] = modem
        changes.new_modems.append(modem)
        if admission.modem in known.quarantined:
            changes.released[admission.modem] = known.quarantined.pop(admission.modem)
    elif modem.plain_until != admission.plain_until:
        changes.plain_until[modem.device] = (modem, modem.plain_until)
        modem.plain_until = admission.plain_until
    _plan_listening(changes, modem, admission)
    _plan_introduction(known, changes, modem, admission)
    modem.line = modem.line or admission.line
    return modem


def _plan_listening(changes: Changes, modem: KnownModem, admission: Admission) -> None:
    """A line without an address says nothing of it; the same modem's other lines may."""
    if admission.listens is None or modem.listens == admission.listens:
        return
    if modem.id:
        changes.listens[modem.device] = (modem, modem.listens)
    modem.listens = admission.listens


def _plan_introduction(known: Known, changes: Changes, modem: KnownModem, admission: Admission) -> None:
    """As with the address: what a line leaves out stays as it is."""
    before = (modem.imei, modem.first_line)
    after = (admission.imei or modem.imei, admission.first_line or modem.first_line)
    if admission.imei is not None:
        known.imeis[admission.imei] = admission.modem
    if before == after:
        return
    if modem.id:
        changes.introduces[modem.device] = (modem, before)
    modem.imei, modem.first_line = after


def _plan_meter(known: Known, changes: Changes, modem: KnownModem, wanted: DeviceId) -> KnownMeter:
    meter = known.meter(wanted, modem=modem.device)
    of_this_serial = known.meters.setdefault(wanted.serial, [])
    if meter is None:
        meter = KnownMeter(wanted)
        of_this_serial.append(meter)
        changes.new_meters.append(meter)
    elif wanted.flag and not meter.device.flag and all(one.device != wanted for one in of_this_serial):
        meter.device = wanted
        if meter.id:
            changes.new_flags.append(meter)
    if meter.behind is None:
        meter.behind = modem.device
        changes.new_links.append((meter, modem))
    return meter
