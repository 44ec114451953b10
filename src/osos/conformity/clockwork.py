"""How is a meter's clock set where the step is about something else? (M-47)

One bad port is the trouble of the steps that are about that port: here the meter is asked over the other one
as well, with the terminal cover as that one's rule wants it, and what was taken is looked at.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from osos.conformity.trouble import MeterTrouble, Unprepared

if TYPE_CHECKING:
    from osos.conformity.bench import Bench, Port

NEAR = timedelta(minutes=1)  # a slow port's session lies between setting and looking
HOUR = timedelta(hours=1)


def set_by_any_port(b: "Bench", shown: datetime) -> None:
    """Raises Unprepared where the clock goes on as before, MeterTrouble where no port lets itself be used."""
    silent: list[MeterTrouble] = []
    ways = _ways(b)
    for port in ways:
        before = b.now
        try:
            with cover_for(b, port):
                took = _try(b, shown, port, before)
        except MeterTrouble as trouble:
            silent.append(trouble)
            took = False
        if took:
            return
        b.sets_no_clock.add(port)
        b.notes.append(f"{port}: the clock was not set to {shown:%y-%m-%d %H:%M:%S}")
    if len(silent) == len(ways):
        raise silent[0]
    raise Unprepared(f"the clock is to show {shown:%y-%m-%d %H:%M:%S} and no port sets it")


def _try(b: "Bench", shown: datetime, port: "Port", before: datetime) -> bool:
    """True: the clock shows it; or an hour beside it, whatever the meter makes of its summer time."""
    began = b.stage.now
    accepted = b.set_clock(shown, port=port)
    gone_on = b.stage.now - began
    found = b.shown_clock() - gone_on
    if abs(found - shown) < NEAR:
        return True
    by_an_hour = abs(abs(found - shown) - HOUR) < NEAR
    return accepted and by_an_hour and abs(found - before) >= NEAR


def _ways(b: "Bench") -> list["Port"]:
    """The port that fits the cover as it is first, one that has failed in this group last."""
    usual: list[Port] = ["optical", "rs485"] if b.rig.terminal_open else ["rs485", "optical"]
    there = [port for port in usual if port == "optical" or b.device.has_rs485]
    return sorted(there, key=lambda port: port in b.sets_no_clock)


@contextmanager
def cover_for(b: "Bench", port: "Port") -> Iterator[None]:
    """M-47: RS-485 programs with the cover closed, the optical port with it open; then it is as it was."""
    was, wanted = b.rig.terminal_open, port == "optical"
    if was != wanted:
        b.rig.terminal_cover(open_=wanted)
    try:
        yield
    finally:
        if was != wanted:
            b.rig.terminal_cover(open_=was)
