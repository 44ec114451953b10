# ruff: noqa: ARG001  # a hook takes all that its place tells
"""Which faults of make and papers can a virtual meter show at all? (DS, TY, IS: an inspector looks)"""

from dataclasses import replace
from typing import TYPE_CHECKING

from osos.simulator.meter.display import Screen
from osos.simulator.meter.faults.fault import Fault
from osos.simulator.meter.spec import MeterSpec

if TYPE_CHECKING:
    from osos.simulator.meter.snapshot import Snapshot


def _nameless(line: bytes, spec: MeterSpec) -> bytes:
    return line.partition(b">")[0] + b">\r\n"


def _unlit(shown: Screen, _shot: "Snapshot") -> Screen:
    return replace(shown, backlight=False)


FAULTS = (
    Fault(
        name="samples-are-not-in-shelf-mode",
        breaks="M-121",
        step="DS-05",
        also=("KK-01", "KK-02", "KK-03"),
        tr="Numuneler raf modunda gelmez",
        en="the samples do not come in shelf mode",
        numbers={"shelf_wh": 0},
    ),
    Fault(
        name="backlight-stays-off",
        breaks="M-155",
        step="TY-08",
        needs=("combi",),
        tr="Butona basılınca aydınlatma yanmaz",
        en="the backlight stays off at a press",
        hooks=(("screen", _unlit),),
    ),
    Fault(
        name="identification-names-no-model",
        breaks="M-12",
        step="IS-03",
        also=("IS-04", "SP-01"),
        tr="Tanıtımda model adı yoktur",
        en="the identification names no model",
        hooks=(("identification", _nameless),),
    ),
)
