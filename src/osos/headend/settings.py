"""Which limits and times does a head-end keep to?

Link times are seconds of the world outside; times about data (gap rounds, plans) run on the handed-in Clock.
"""

from dataclasses import dataclass, field

from osos.headend.plan import Plan, standard_plan


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLimits:
    """What one connection may cost, and how long it may be quiet."""

    unknown_s: float = 10.0  # first bytes that decide nothing
    unidentified_s: float = 15.0  # G9: a peer that has not shown a known device yet
    idle_s: float = 2100.0  # two heartbeats of 15 min and some (F24)
    write_stall_s: float = 15.0  # F36: a peer that does not read what it was sent
    kernel_send_bytes: int = 64 * 1024  # else the kernel alone holds megabytes for a peer that does not read
    write_high_bytes: int = 64 * 1024
    write_most_bytes: int = 512 * 1024  # beyond: dropped at once
    frame_bytes: int = 1 << 20  # one message on the wire
    joined_bytes: int = 4 << 20  # all parts of the split messages of one connection
    waiting_frames: int = 32  # taken in but not committed yet: then reading pauses
    malformed_frames: int = 20  # in one connection: then it is closed
    keepalive_idle_s: int = 60  # F25: below what carriers allow an idle mapping
    keepalive_interval_s: int = 15
    keepalive_probes: int = 3
    user_timeout_s: int = 60  # sent, never acknowledged by the peer's TCP (F24)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorLimits:
    """How many may stand at the door, and how fast they come in (H-3)."""

    connections: int = 19_000  # a process may open 20 000 files on the usual machine
    unidentified: int = 4_000
    accept_per_s: float = 500.0
    accept_burst: float = 2_000.0
    quarantine_per_s: float = 5.0  # frames of unknown devices that are kept; more are only counted
    quarantine_burst: float = 200.0
    backlog: int = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class AskLimits:
    """How a modem is asked (H-13, X-16). One conversation a serial line; so many lines of a modem at once."""

    retry_interval_s: float = 10.0  # for the modem too: goes out with its configuration
    retry_count: int = 3
    retry_cap_s: float = 60.0
    answer_within_s: float = 900.0  # a whole load profile at 300 baud takes ten minutes (X-26: 600 s a step)
    lines_at_once: int = 4
    waiting: int = 2_000  # requests in line for one modem; more are refused as busy
    package_bytes: int = 4096  # maxPackageSize


@dataclass(frozen=True, slots=True, kw_only=True)
class GapLimits:
    """How missing labels are asked for again (H-12)."""

    every_s: float = 900.0  # of the Clock
    settle_s: float = 1800.0  # of the Clock: what should have come by push is given this long
    records: int = 672  # a request asks for at most a week of quarter hours: one lost part costs little
    at_once: int = 4  # requests waiting for one modem; on-demand reads slip in between
    first_backoff_s: float = 900.0  # of the Clock, after a request that brought nothing
    cap_backoff_s: float = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TransparentLimits:
    """How meters are spoken to through a modem that passes bytes on unchanged (X-40 … X-43)."""

    unidentified_s: float = 15.0  # until the modem's @ID line is there
    first_line_quiet_s: float = 2.0  # chosen: a modem's own line may have no end
    idle_s: float = 120.0  # nothing was said and nothing is wanted
    reaction_s: float = 0.25  # M-16: no sooner after a byte of the meter
    rounds: int = 2  # of sign-on
    attempts: int = 2  # what came damaged is read again once
    rest_s: float = 2.5  # between two conversations: longer than any meter waits for the next word (M-16)
    rest_after_failure_s: float = 5.0  # then the modem is back at the start speed too
    least_delay_s: float = 1.5  # 2 × the median round trip, but no less
    dial_every_s: float = 900.0  # of the Clock: a modem that listens is called so often, and when asked
    dial_within_s: float = 20.0
    dial_first_backoff_s: float = 30.0  # of the Clock
    dials_at_once: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadEndSettings:
    """Everything `osos.toml` may say about a head-end."""

    host: str = "127.0.0.1"
    port: int = 5010
    transparent_port: int | None = None  # None: nobody may dial in on a transparent line
    transparent: TransparentLimits = field(default_factory=TransparentLimits)
    link: LinkLimits = field(default_factory=LinkLimits)
    door: DoorLimits = field(default_factory=DoorLimits)
    ask: AskLimits = field(default_factory=AskLimits)
    gap: GapLimits = field(default_factory=GapLimits)
    plan: Plan = field(default_factory=standard_plan)
    jobs_every_s: float = 0.2
    job_lease_s: float = 60.0
    drain_s: float = 15.0  # SIGTERM ends in 30 s: this, closing, and the committer's last batches
