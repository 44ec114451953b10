"""osos conformity run --rig: who carries out the acts in front of a real meter?"""

from datetime import timedelta
from urllib.parse import urlsplit

from osos.conformity.real import NoRig
from osos.conformity.rig import Rig
from osos.conformity.rigs import PersonRig, SourceRig, Terminal
from osos.conformity.rigs.person import Console
from osos.conformity.rigs.scpi import ScpiLink
from osos.quantities import Clock

RIGS = ("none", "person", "page", "source")
SETTLED_S = 2.0  # a source's ramp, and the mean its meter takes


class WrongRig(ValueError):
    """What was asked of --rig does not go together."""


def check_rig(name: str, *, source: str, run_file: bool) -> None:
    """Raises WrongRig, before a port is opened."""
    if name not in RIGS:
        raise WrongRig(f"--rig: {name}? {', '.join(RIGS)}")
    if (source and name not in {"source", "page"}) or (name == "source" and not source):
        raise WrongRig("--rig source (or page) and --source tcp://HOST:PORT go together")
    if name == "page" and not run_file:
        raise WrongRig("--rig page: --run FILE, in which every answer is kept")
    if source:
        _place(source)


def rig_named(
    name: str, clock: Clock, *, source: str, inspectors: list[str], console: Console | None = None
) -> Rig:
    """`person` sits at this terminal, or at the page of `console`; a source lays the lines beside either."""
    if name == "none":
        return NoRig()
    person = PersonRig(console or Terminal(clock), clock, inspectors=inspectors)
    if not source:
        return person
    host, port = _place(source)
    return SourceRig(lambda: ScpiLink(host, port), person, settle=lambda: _rest(clock))


def _rest(clock: Clock) -> None:
    clock.sleep_until(clock.now() + timedelta(seconds=SETTLED_S))


def _place(url: str) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if host is None or port is None or parts.scheme != "tcp":
        raise WrongRig(f"--source: {url}? tcp://HOST:PORT")
    return host, port
