"""How is a meter's whole state written down, and brought back byte for byte? (M-180)"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Literal

import msgspec

from osos.simulator.meter.act import Act
from osos.simulator.meter.body import Body
from osos.simulator.meter.moment import instant_of
from osos.simulator.meter.settings import Settings
from osos.simulator.meter.spec import MeterSpec

FORMAT = 2  # 1 repeated all settings in every entry


class NotAState(ValueError):
    """What was to be restored is no saved state, or another meter's: the caller mixed up files."""


class SavedEntry(msgspec.Struct, frozen=True):
    """One change: the fields that differ from the entry before; the first has all of them."""

    second: int
    by_hand: bool
    changed: dict[str, Any]


Entry = tuple[int, bool, Settings]


def differences(entries: Iterable[Entry]) -> Iterator[SavedEntry]:
    before: dict[str, Any] = {}
    for second, by_hand, settings in entries:
        told = msgspec.to_builtins(settings, order="deterministic")
        yield SavedEntry(
            second, by_hand, {name: value for name, value in told.items() if before.get(name, ...) != value}
        )
        before = told


def put_together(entries: Iterable[SavedEntry]) -> Iterator[Entry]:
    """Raises `msgspec.ValidationError` for what makes no settings."""
    told: dict[str, Any] = {}
    for entry in entries:
        told = told | entry.changed
        yield entry.second, entry.by_hand, msgspec.convert(told, Settings)


class SavedAct(msgspec.Struct, frozen=True):
    at: str
    port: Literal["optical", "rs485", "rig"]
    what: str
    argument: str
    done: bool


class SavedMeter(msgspec.Struct, frozen=True):
    """The acts and what they left; everything a meter counted follows from these and its load."""

    format: int
    device: str
    timeline: tuple[SavedEntry, ...]
    sessions: dict[str, int]
    acts: tuple[SavedAct, ...]

    @classmethod
    def of(cls, spec: MeterSpec, body: Body) -> "SavedMeter":
        return cls(
            FORMAT,
            str(spec.device),
            tuple(differences(body.life.timeline.entries())),
            body.sessions,
            tuple(
                SavedAct(one.at.isoformat(), one.port, one.what, one.argument, one.done) for one in body.acts
            ),
        )


def kept(saved: SavedMeter, body: Body) -> None:
    """Put a saved state into a meter that has just left its maker."""
    body.life.restore(list(put_together(saved.timeline)))
    body.sessions.update(saved.sessions)
    body.acts += [
        Act(datetime.fromisoformat(one.at), one.port, one.what, one.argument, one.done) for one in saved.acts
    ]


def written(saved: SavedMeter) -> bytes:
    return msgspec.json.encode(saved, order="deterministic")


def parsed(data: bytes, *, device: str) -> SavedMeter:
    try:
        saved = msgspec.json.decode(data, type=SavedMeter)
        starts = [entry.second for entry, _ in zip(saved.timeline, put_together(saved.timeline), strict=True)]
    except (msgspec.MsgspecError, ValueError) as error:
        raise NotAState(f"no saved state of a meter: {error}") from error
    if saved.format != FORMAT or not saved.timeline:
        raise NotAState(f"a saved state of format {saved.format}, this program writes {FORMAT}")
    if starts != sorted(starts):
        raise NotAState("its changes are not in order of time")
    if saved.device != device:
        raise NotAState(f"the saved state is of {saved.device}, not of {device}")
    return saved


def begun(data: bytes) -> datetime:
    """When the meter of a saved state began to count; raises `NotAState`."""
    try:
        saved = msgspec.json.decode(data, type=SavedMeter)
    except (msgspec.MsgspecError, ValueError) as error:
        raise NotAState(f"no saved state of a meter: {error}") from error
    if not saved.timeline:
        raise NotAState("a saved state without a beginning")
    return instant_of(saved.timeline[0].second)
