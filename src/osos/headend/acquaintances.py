"""Who is it, without asking the registry for every frame?"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from osos import registry
from osos.headend.actions import ModemFacts
from osos.headend.plan import MeterBehindModem
from osos.headend.tables import modem_plans
from osos.quantities import DeviceId
from osos.registry import MeterBehind

FRESH_S = 5.0  # a change in the registry counts after so long; a modem newly let in counts at once
_MOST = 50_000  # modems one process serves, and some
SEEN_EVERY = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """An admitted modem as the registry had it a moment ago."""

    facts: ModemFacts
    plain_until: datetime | None
    behind: tuple[MeterBehind, ...]
    looked_up: float

    def may_be_plain(self, at: datetime) -> bool:
        """Whether a link without encryption is taken from it still (H-2)."""
        return self.plain_until is not None and at < self.plain_until


@dataclass(slots=True)
class Acquaintances:
    """Lives in the committer's thread alone. Strangers are not remembered: they may be let in any moment."""

    fresh_s: float = FRESH_S
    _known: dict[DeviceId, Acquaintance] = field(default_factory=dict)

    def find(self, conn: Connection, device: DeviceId, *, at: datetime, now: float) -> Acquaintance | None:
        """The modem of this name, or None: nobody has let it in."""
        known = self._known.get(device)
        if known is not None and now - known.looked_up < self.fresh_s:
            return known
        found = _look_up(conn, device, at, now)
        if found is None:
            self._known.pop(device, None)
            return None
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[device] = found
        return found

    def forget(self, device: DeviceId) -> None:
        """Something about it has just been written."""
        self._known.pop(device, None)


def _look_up(conn: Connection, device: DeviceId, at: datetime, now: float) -> Acquaintance | None:
    modem = registry.find_modem(conn, device)
    if modem is None:
        return None
    if modem.last_seen is None or at - modem.last_seen >= SEEN_EVERY:
        registry.note_seen(conn, modem.id, at)
    behind = tuple(registry.meters_behind(conn, modem.id, at))
    facts = ModemFacts(
        modem_id=modem.id,
        device=modem.device,
        registered=modem.state == "registered",
        plan=conn.scalar(select(modem_plans.c.fingerprint).where(modem_plans.c.modem_id == modem.id)),
        meters=tuple(MeterBehindModem.of(each) for each in behind),
    )
    return Acquaintance(facts, modem.plain_until, behind, now)
