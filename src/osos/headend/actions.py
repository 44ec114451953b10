"""What does a session want done, and what does it get told when that is done?"""

from dataclasses import dataclass, field
from datetime import datetime, timezone

from osos.headend import outcomes
from osos.headend.codes_told import Told
from osos.headend.conversation import Ended, Request
from osos.headend.outcomes import Finding
from osos.headend.plan import MeterBehindModem
from osos.modems.mass_json import Message
from osos.quantities import TURKIYE, DeviceId


@dataclass(frozen=True, slots=True, kw_only=True)
class ModemFacts:
    """What the registry says of the modem at the other end."""

    modem_id: int
    device: DeviceId
    registered: bool
    plan: str | None  # fingerprint of the plan it has acknowledged last
    meters: tuple[MeterBehindModem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One message, or bytes that are none, to be kept before anything else happens to it (X-4, H-4)."""

    number: int
    frames: tuple[bytes, ...]  # as they stood on the wire; more than one when it came in parts
    received_at: datetime
    address: str
    link_time: float
    device: DeviceId | None = None  # None: not readable
    speaker: DeviceId | None = None  # the known modem whose connection it came on
    message: Message | None = None  # whole; None: not understood
    parts: tuple[int | None, ...] = (None,)
    reference: str = ""
    fault: Finding | None = None
    asked: Request | None = None  # the request it answers
    zone: timezone = TURKIYE  # the wall its times are on
    link: str = "tcp"  # the kind of link it came on, as the ledger calls it

    @property
    def size(self) -> int:
        return sum(len(frame) for frame in self.frames)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What committing an entry found; from here on its bytes are safe."""

    finding: Finding = field(default_factory=lambda: Finding(outcomes.DONE))
    facts: ModemFacts | None = None  # None: the device is not admitted
    reply: bytes | None = None  # the acknowledgement as it goes on the wire, kept in the same transaction
    repeated: bool = False
    readings_new: int = 0
    intervals_new: int = 0
    answered: bytes = b""  # of a raw exchange: what the meter said
    told: Told = ()  # of a register read: code by code
    close: bool = False


@dataclass(frozen=True, slots=True)
class Keep:
    """Commit this entry, then tell the session `kept` or `not_kept`."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes for the wire, already kept."""

    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Keep these outgoing frames in the ledger, then write them; `again`: they are there already."""

    frames: tuple[bytes, ...]
    message: Message
    again: bool


@dataclass(frozen=True, slots=True)
class Known:
    """A known device speaks: from now on this is its session (F29)."""

    facts: ModemFacts


@dataclass(frozen=True, slots=True)
class Prepared:
    """The modem took its configuration (registered) or its whole plan (fingerprint): write it down."""

    modem_id: int
    device: DeviceId
    registered: bool = False
    plan: str | None = None


@dataclass(frozen=True, slots=True)
class Close:
    """End the connection, after what is in its write buffer; the reason goes to the log and the outcomes."""

    finding: Finding


Action = Keep | Write | Say | Known | Prepared | Ended | Close
