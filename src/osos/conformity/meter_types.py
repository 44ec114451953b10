"""Which types of meter does the approval procedure know, and with which options? (T-1, table 1)

Options want an approval of their own: each type is tried with none of them and with all.
"""

from dataclasses import replace

from osos.conformity.device import OPTIONS, Connection, Device, Kind, Voltage, Ways

WAYS: tuple[Ways, ...] = (1, 2)
_ROWS: tuple[tuple[Kind, Connection, Voltage], ...] = (
    ("1p", "direct", "230/400"),
    ("3p", "direct", "230/400"),
    ("3p", "X/5", "230/400"),
    ("combi", "direct", "230/400"),
    ("combi", "X/5", "230/400"),
    ("combi", "X/5", "57.7/100"),
)

TYPES: tuple[Device, ...] = tuple(
    Device(kind=kind, ways=ways, connection=connection, voltage=voltage, options=frozenset())
    for kind, connection, voltage in _ROWS
    for ways in WAYS
)


def widest(device: Device) -> Device:
    """The same with every option its kind can have: only a combi meter takes an external supply (M-3)."""
    return replace(device, options=OPTIONS if device.kind == "combi" else OPTIONS - {"external-supply"})


def bare(device: Device) -> Device:
    return replace(device, options=frozenset())
