"""How is a meter's whole state written down, and brought back byte for byte? (M-180)"""

from datetime import datetime
from typing import Literal

import msgspec

from osos.simulator.meter.act import Act
from osos.simulator.meter.body import Body
from osos.simulator.meter.settings import Settings
from osos.simulator.meter.spec import MeterSpec

FORMAT = 1


class NotAState(ValueError):
    """What was to be restored is no saved state, or another meter's: the caller mixed up files."""


class SavedEntry(msgspec.Struct, frozen=True):
    second: int
    by_hand: bool
    settings: Settings


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
            tuple(SavedEntry(*entry) for entry in body.life.timeline.entries()),
            body.sessions,
            tuple(
                SavedAct(one.at.isoformat(), one.port, one.what, one.argument, one.done) for one in body.acts
            ),
        )


def kept(saved: SavedMeter, body: Body) -> None:
    """Put a saved state into a meter that has just left its maker."""
    body.life.restore([(one.second, one.by_hand, one.settings) for one in saved.timeline])
    body.sessions.update(saved.sessions)
    body.acts += [
        Act(datetime.fromisoformat(one.at), one.port, one.what, one.argument, one.done) for one in saved.acts
    ]


def written(saved: SavedMeter) -> bytes:
    return msgspec.json.encode(saved, order="deterministic")


def parsed(data: bytes, *, device: str) -> SavedMeter:
    try:
        saved = msgspec.json.decode(data, type=SavedMeter)
    except (msgspec.MsgspecError, ValueError) as error:
        raise NotAState(f"no saved state of a meter: {error}") from error
    if saved.format != FORMAT or not saved.timeline:
        raise NotAState(f"a saved state of format {saved.format}, this program writes {FORMAT}")
    if saved.device != device:
        raise NotAState(f"the saved state is of {saved.device}, not of {device}")
    return saved
