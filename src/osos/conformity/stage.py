"""Where does a run take place: in front of a meter now, or in the lines of an old run file? (T-22, T-25)

Everything that comes from outside passes here, one line of the run file each; so the same bench code runs
live and from the file, and a replay that would do something else than the run did is found out.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from osos.conformity.catalogue import Step
from osos.conformity.inspector import Inspecting, Signature, signature_facts, signature_of
from osos.conformity.rig import Act, Rig, RigDidNot, Seen, Witnessing
from osos.conformity.run_file import Record, RunFile

PORTS = ("optical", "rs485")
ASKED = "asked"  # a question and its answer: evidence, but nothing the bench does


class World(Protocol):
    """Both ports and the time, compressed or real."""

    def now(self) -> datetime: ...

    def monotonic(self) -> float: ...

    def send(self, port: str, data: bytes, after_s: float) -> None: ...

    def set_baud(self, port: str, baud: int) -> None: ...

    def hear(self, until: float) -> tuple[str, bytes] | None:
        """What comes first on either port; None: nothing until then, and it is that late now."""

    def pace(self, *, real: bool) -> None:
        """Shall bytes take their time on the line? A virtual line can do without."""

    def close(self) -> None: ...


class Stage(Protocol):
    """What the bench knows of the outside."""

    @property
    def now(self) -> datetime: ...

    @property
    def seconds(self) -> float:
        """Since the run began."""

    @property
    def lines(self) -> int:
        """Of the run file, so far."""

    def act(self, act: Act) -> Mapping[str, Any]: ...

    def look(self, wanted: tuple[str, ...]) -> Seen: ...

    def signatures(self, step: Step) -> tuple[Signature, ...]:
        """What people who look now sign for; none where nobody is there."""

    def send(self, port: str, data: bytes, after_s: float) -> None: ...

    def set_baud(self, port: str, baud: int) -> None: ...

    def hear(self, until: float) -> tuple[str, bytes] | None: ...

    def pace(self, *, real: bool) -> None: ...

    def note(self, what: str, **facts: Any) -> int: ...


class LiveStage:
    """A meter is there; everything is written down."""

    def __init__(self, world: World, rig: Rig, log: RunFile) -> None:
        self._world, self._rig, self.log = world, rig, log
        self._began, self._first = world.now(), world.monotonic()
        self._seconds = 0.0

    @property
    def now(self) -> datetime:
        return self._began + timedelta(seconds=self._seconds)

    @property
    def seconds(self) -> float:
        return self._seconds

    @property
    def lines(self) -> int:
        return self.log.count

    def act(self, act: Act) -> Mapping[str, Any]:
        try:
            found = dict(self._rig.do(act))
        except RigDidNot as trouble:
            self._witness()
            self.note("act", act=act.name, facts=dict(act.facts), found=dict(trouble.found), did_not=True)
            raise
        self._witness()
        self.note("act", act=act.name, facts=dict(act.facts), found=found)
        return found

    def look(self, wanted: tuple[str, ...]) -> Seen:
        try:
            seen = self._rig.look(wanted)
        except RigDidNot as trouble:
            self._witness()
            self.note("look", wanted=list(wanted), saw=dict(trouble.found), did_not=True)
            raise
        self._witness()
        self.note("look", wanted=list(wanted), saw=seen_facts(seen))
        return seen

    def signatures(self, step: Step) -> tuple[Signature, ...]:
        if not isinstance(self._rig, Inspecting):
            return ()
        found = self._rig.inspect(step)
        self._witness()
        self.note("signed", step=step.id, signatures=[signature_facts(one) for one in found])
        return found

    def send(self, port: str, data: bytes, after_s: float) -> None:
        self._world.send(port, data, after_s)
        self._pass()
        self.note("sent", port=port, data=data.decode("latin-1"))

    def set_baud(self, port: str, baud: int) -> None:
        self._world.set_baud(port, baud)
        self.note("baud", port=port, baud=baud)

    def hear(self, until: float) -> tuple[str, bytes] | None:
        found = self._world.hear(self._first + until)
        self._pass()
        if found is None:
            self._seconds = max(self._seconds, until)  # a difference of floats may fall short of it
            self.note("quiet")
        else:
            self.note("heard", port=found[0], data=found[1].decode("latin-1"))
        return found

    def pace(self, *, real: bool) -> None:
        self._world.pace(real=real)

    def note(self, what: str, **facts: Any) -> int:
        return self.log.note(what, t=self._seconds, **facts)

    def _witness(self) -> None:
        """Time has passed, and what somebody said meanwhile is kept in their own words."""
        self._pass()
        for facts in self._rig.said() if isinstance(self._rig, Witnessing) else ():
            self.note(ASKED, **facts)

    def _pass(self) -> None:
        self._seconds = self._world.monotonic() - self._first


class ReplayDeparts(Exception):
    """The bench would do something else than the run did: another version of it, or a forged file."""

    def __init__(self, line: int, wanted: str, found: object) -> None:
        super().__init__(f"line {line}: the bench does {wanted}, the run file has {found}")
        self.line = line


class ReplayStage:
    """No meter is there; what it answered is read from the file."""

    def __init__(self, lines: Sequence[tuple[Record, datetime]]) -> None:
        """`lines`: each with the moment its seconds count from."""
        self._lines = deque(line for line in lines if line[0]["what"] != ASKED)
        self._began = lines[0][1] if lines else datetime.min.replace(tzinfo=UTC)
        self._seconds, self._line = 0.0, 0

    @property
    def now(self) -> datetime:
        return self._began + timedelta(seconds=self._seconds)

    @property
    def seconds(self) -> float:
        return self._seconds

    @property
    def lines(self) -> int:
        return self._line

    def act(self, act: Act) -> Mapping[str, Any]:
        record = self._next("act", act=act.name, facts=dict(act.facts))
        found = dict(record["found"])
        if record.get("did_not"):
            raise RigDidNot(act, found)
        return found

    def look(self, wanted: tuple[str, ...]) -> Seen:
        record = self._next("look", wanted=list(wanted))
        if record.get("did_not"):
            raise RigDidNot(Act("look", {"wanted": list(wanted)}), record["saw"])
        return Seen(**record["saw"])

    def signatures(self, step: Step) -> tuple[Signature, ...]:
        if not self._lines or self._lines[0][0]["what"] != "signed":
            return ()  # nobody was there to ask
        return tuple(map(signature_of, self._next("signed", step=step.id)["signatures"]))

    def send(self, port: str, data: bytes, after_s: float) -> None:  # noqa: ARG002  # a Stage's
        self._next("sent", port=port, data=data.decode("latin-1"))

    def set_baud(self, port: str, baud: int) -> None:
        self._next("baud", port=port, baud=baud)

    def hear(self, until: float) -> tuple[str, bytes] | None:  # noqa: ARG002  # a Stage's
        found = self._next_of(("quiet", "heard"), "hear")
        return None if found["what"] == "quiet" else (found["port"], found["data"].encode("latin-1"))

    def pace(self, *, real: bool) -> None:
        """A file has the pace it had."""

    def note(self, what: str, **facts: Any) -> int:
        self._next(what, **facts)
        return self._line

    def _next(self, what: str, **facts: Any) -> Record:
        found = self._next_of((what,), what)
        told = {key: found.get(key) for key in facts}
        if told != facts:
            raise ReplayDeparts(self._line, f"{what} {facts}", told)
        return found

    def _next_of(self, names: tuple[str, ...], wanted: str) -> Record:
        if not self._lines:
            raise ReplayDeparts(self._line + 1, wanted, "no more lines")
        found, self._began = self._lines.popleft()
        self._line, self._seconds = found["n"], found["t"]
        if found["what"] not in names:
            raise ReplayDeparts(self._line, wanted, found["what"])
        return found


def seen_facts(seen: Seen) -> dict[str, Any]:
    return {
        "menu": seen.menu,
        "index": seen.index,
        "code": seen.code,
        "text": seen.text,
        "unit": seen.unit,
        "symbol": seen.symbol,
        "icons": dict(seen.icons),
        "backlight": seen.backlight,
    }
