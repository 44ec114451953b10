"""Which faults have the relay and its load limit? (RL)"""

from dataclasses import replace
from typing import TYPE_CHECKING

from osos.simulator.meter.faults.fault import Fault, Need
from osos.simulator.meter.faults.tools import (
    Hooks,
    after,
    forgets,
    icon,
    icon_shown_as,
    refuses,
    says,
    takes,
)
from osos.simulator.meter.parameters import RELAY_CODES
from osos.simulator.meter.relay import LIMIT_W, Relay, commanded, limit, limit_period, relay_state
from osos.simulator.meter.settings import Settings
from osos.simulator.meter.timeline import Epoch

if TYPE_CHECKING:
    from osos.simulator.meter.changing import Attempt
    from osos.simulator.meter.snapshot import Snapshot

_RELAY: tuple[Need, ...] = ("relay",)
_WARNINGS = ("flow", "borc", "baS")
_SOON_S = 10 * 60


def _state(shot: "Snapshot") -> Relay:
    return relay_state(shot.settings)


def _factory_after_power(found: Settings, before: Settings, _second: int) -> Settings:
    """The limit falls back to the factory's when power returns."""
    if before.powered or not found.powered or relay_state(found) is not Relay.ARMED:
        return found
    return replace(found, limit_w=LIMIT_W["3p"] + 1000)


def _closes_at_power_up(found: Settings, before: Settings, _second: int) -> Settings:
    back = found.powered and not before.powered
    return commanded(found, closed=True) if back and relay_state(found) is Relay.CUT else found


def _closes_when_cut(found: Settings, before: Settings, _second: int) -> Settings:
    """Five seconds on the button close the relay although it was cut."""
    held = found.presses[-1:] and found.presses[-1][1]
    return commanded(found, closed=True) if held and relay_state(before) is Relay.CUT else found


def _stays_ready(found: Settings, before: Settings, _second: int) -> Settings:
    return before if relay_state(before) is Relay.READY else found


def _opens_soon(passing: int | None, epoch: Epoch) -> int | None:
    """An armed relay opens after ten minutes, whatever flows."""
    if relay_state(epoch.settings) is not Relay.ARMED or not epoch.settings.powered:
        return passing
    at = epoch.start_s + _SOON_S
    return min(at, passing or at) if at < epoch.end_s else passing


def _limit_taken_unarmed(found: Settings | None, attempt: "Attempt") -> Settings | None:
    if found or not attempt.is_allowed or attempt.settings.limiting or "relay" not in attempt.spec.options:
        return found
    change = {"96.3.12": limit, "96.3.13": limit_period}.get(attempt.code)
    armed = replace(attempt.settings, limiting=True)
    done = change(armed, attempt.argument) if change else None
    return replace(done, limiting=False) if done else None


def _closes_at_once(found: Settings | None, attempt: "Attempt") -> Settings | None:
    """96.3.10 = 0 closes without the customer's button."""
    ready = found and attempt.code == "96.3.10" and relay_state(found) is Relay.READY
    return commanded(found, closed=True) if found and ready else found


def _wants_cover_closed() -> Hooks:
    return refuses(*RELAY_CODES, when=lambda attempt: attempt.settings.rig.terminal_open)


FAULTS = (
    Fault(
        name="limiting-reads-1-from-the-factory",
        breaks="M-143",
        step="RL-01",
        needs=_RELAY,
        tr="96.3.10 fabrikadan 1 okunur",
        en="96.3.10 reads 1 as it leaves the factory",
        hooks=says("96.3.10", "(1)", when=lambda shot: not shot.settings.limiting),
    ),
    Fault(
        name="limiting-armed-without-the-password",
        breaks="M-48",
        step="RL-02",
        needs=_RELAY,
        tr="96.3.10 yanlış şifreyle yazılır",
        en="96.3.10 can be written with a wrong password",
        hooks=takes("96.3.10", without="trusted"),
    ),
    Fault(
        name="limiting-cannot-be-armed",
        breaks="M-48",
        step="RL-03",
        also=(
            "RL-04",
            "RL-05",
            "RL-06",
            "RL-07",
            "RL-08",
            "RL-09",
            "RL-10",
            "RL-11",
            "RL-12",
            "RL-15",
            "OP-05",
        ),
        needs=_RELAY,
        tr="96.3.10=1 doğru şifreyle de reddedilir",
        en="96.3.10 = 1 is refused with the right password too",
        hooks=refuses("96.3.10", when=lambda attempt: attempt.argument == "1"),
    ),
    Fault(
        name="load-limit-is-not-kept",
        breaks="M-44",
        step="RL-04",
        also=("RL-07", "RL-08", "RL-09", "RL-10", "RL-11", "RL-12", "RL-15", "OP-05"),
        needs=_RELAY,
        tr="96.3.12 onaylanır ama saklanmaz",
        en="writing 96.3.12 is acknowledged and not kept",
        hooks=forgets("96.3.12"),
    ),
    Fault(
        name="armed-relay-opens-below-the-limit",
        breaks="M-140",
        step="RL-05",
        also=("RL-06", "RL-07"),
        needs=_RELAY,
        tr="Güç sınırın altındayken röle açar",
        en="the relay opens although the power is below the limit",
        hooks=(("passing", _opens_soon),),
    ),
    Fault(
        name="armed-relay-does-not-blink",
        breaks="M-140",
        step="RL-05",
        also=("RL-06", "RL-07"),
        needs=_RELAY,
        tr="Sınır devredeyken borc ve enerji akışı yanıp sönmez",
        en="borc and the energy-flow icon do not blink while limiting is armed",
        hooks=icon_shown_as(_WARNINGS, {"blink": "on"}),
    ),
    Fault(
        name="armed-warnings-gone-unpowered",
        breaks="M-140",
        step="RL-06",
        needs=_RELAY,
        tr="Enerjisizken borc uyarısı görünmez (sınır devrede)",
        en="unpowered, the warnings of an armed relay are gone",
        hooks=icon(
            _WARNINGS, "off", when=lambda shot: not shot.settings.powered and _state(shot) is Relay.ARMED
        ),
    ),
    Fault(
        name="load-limit-forgotten-in-a-power-cut",
        breaks="M-143",
        step="RL-07",
        also=("RL-08",),
        needs=_RELAY,
        tr="Enerji gidip gelince 96.3.12 değişir",
        en="96.3.12 changes in a power cut",
        hooks=after("rig", _factory_after_power),
    ),
    Fault(
        name="relay-does-not-open",
        breaks="M-140",
        step="RL-08",
        also=("RL-09", "RL-10", "RL-11", "RL-12", "RL-13"),
        needs=_RELAY,
        tr="Sınır aşılınca röle açmaz",
        en="the relay does not open although the limit is passed",
        hooks=(("passing", lambda _found, _epoch: None),),
    ),
    Fault(
        name="cut-warnings-gone-unpowered",
        breaks="M-140",
        step="RL-09",
        needs=_RELAY,
        tr="Enerjisizken borc uyarısı görünmez (röle açık)",
        en="unpowered, the warnings of an open relay are gone",
        hooks=icon(
            _WARNINGS, "off", when=lambda shot: not shot.settings.powered and _state(shot) is Relay.CUT
        ),
    ),
    Fault(
        name="cut-relay-closes-at-power-up",
        breaks="M-140",
        step="RL-10",
        also=("RL-11",),
        needs=_RELAY,
        tr="Açmış röle enerji gelince kapanır",
        en="a relay that was cut closes at power-up",
        hooks=after("rig", _closes_at_power_up),
    ),
    Fault(
        name="button-closes-a-cut-relay",
        breaks="M-140",
        step="RL-11",
        needs=_RELAY,
        tr="Borçlu durumda buton röleyi kapatır",
        en="the button closes a relay that was cut",
        hooks=after("press", _closes_when_cut),
    ),
    Fault(
        name="released-relay-goes-on-showing-borc",
        breaks="M-140",
        step="RL-12",
        needs=_RELAY,
        tr="96.3.10=0 yazılınca borc sönmez",
        en="borc stays when 96.3.10 = 0 is written",
        hooks=icon(("borc",), "on", when=lambda shot: _state(shot) is Relay.READY),
    ),
    Fault(
        name="released-relay-closes-by-itself",
        breaks="M-142",
        step="RL-12",
        needs=_RELAY,
        tr="96.3.10=0 yazılınca röle butonsuz kapanır",
        en="the relay closes without the button when 96.3.10 = 0 is written",
        hooks=(("verdict", _closes_at_once),),
    ),
    Fault(
        name="button-does-not-close-a-ready-relay",
        breaks="M-140",
        step="RL-13",
        needs=_RELAY,
        tr="baS gösterilirken buton röleyi kapatmaz",
        en="the button does not close a relay that is ready",
        hooks=after("press", _stays_ready),
    ),
    Fault(
        name="load-limit-taken-while-not-armed",
        breaks="M-48",
        step="RL-14",
        needs=_RELAY,
        tr="96.3.10=0 iken 96.3.12 ve 96.3.13 yazılır",
        en="96.3.12 and 96.3.13 are taken while 96.3.10 is 0",
        hooks=(("verdict", _limit_taken_unarmed),),
    ),
    Fault(
        name="relay-wants-the-cover-closed",
        breaks="M-48",
        step="RL-15",
        also=("OP-05",),
        needs=_RELAY,
        tr="Klemens kapağı açıkken röle programlanamaz",
        en="the relay cannot be programmed with the terminal cover open",
        hooks=_wants_cover_closed(),
    ),
)
