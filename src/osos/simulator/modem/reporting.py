"""Which message carries what a meter said to the centre, and what does the journal keep of it?"""

from osos.modems.mass_json import Message, raw_text
from osos.simulator.journal import Journal, profile_of
from osos.simulator.modem.answers import flat
from osos.simulator.modem.line_work import Outcome
from osos.simulator.modem.unit import ReadOrder, Unit


def report(outcome: Outcome, unit: Unit, *, new_reference: str) -> Message:
    """A `read` (or `profile`) with the run's bytes; a request's reference, or a new one for a schedule."""
    order, heard = outcome.order, outcome.heard
    body = {
        "readDate": unit.wall_now(),
        "directive": order.directive.id,
        "meter": {"brand": order.meter.brand, "serialNumber": order.meter.device.serial},
        "data": {"id": heard.identification, "rawData": raw_text(bytes(heard.raw))},
    }
    if order.schedule_id is not None:
        body["scheduleId"] = order.schedule_id
    return unit.message(order.function, order.reference_id or new_reference, body)


def keep_truth(journal: Journal, outcome: Outcome, unit: Unit, message: Message) -> None:
    """The journal's `made` line."""
    meter, profile = outcome.order.meter, profile_wanted(outcome.order)
    journal.made(
        device=str(unit.settings.device),
        at=unit.clock.now(),
        reference_id=message.reference_id,
        function=message.function,
        meter=str(meter.device),
        raw=bytes(outcome.heard.raw),
        profile=profile,
        columns=meter.columns(profile) if meter.columns is not None and profile is not None else None,
    )


def profile_wanted(order: ReadOrder) -> str | None:
    """The load profile this order asks for, if any: from the bytes its steps send."""
    for step in flat(order.directive.steps):
        if isinstance(step.parameter, tuple):
            sent = bytes(each for each in step.parameter if isinstance(each, int))
            if (found := profile_of(sent)) is not None:
                return found
    return None
