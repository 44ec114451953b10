"""What does a transparent modem's first line tell the registry? (X-41)"""

from collections.abc import Mapping
from typing import Any

from osos.modems.transparent import Hello

TRANSPARENT = "transparent"  # bytes of a meter itself: nothing is acknowledged but the modem's first line
OWN_LINE = "firstLine"  # of a modem that introduced itself in words of its own


def introduction(told: Hello) -> dict[str, Any]:
    """As the registry keeps what a modem says of itself."""
    if told.own_line:
        return {"imei": told.imei, OWN_LINE: told.own_line}
    return {
        "firmware": told.firmware,
        "imei": told.imei,
        "serialPorts": [{"name": told.port}],
        "meters": [{"serialNumber": one, "serialPort": told.port} for one in told.meters],
    }


def with_other_ports(told: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
    """A connection tells of its own serial port; what was told of the others stays (X-40)."""
    ports = [each.get("name") for each in told.get("serialPorts", ())]
    if before is None or not any(ports):
        return dict(told)
    serials = {each["serialNumber"] for each in told.get("meters", ())}
    others = [each for each in _listed(before, "serialPorts") if each.get("name") not in ports]
    elsewhere = [
        each
        for each in _listed(before, "meters")
        if each.get("serialPort") not in ports and each.get("serialNumber") not in serials
    ]
    both = [*told.get("serialPorts", ()), *others]
    return {
        **told,
        "serialPorts": sorted(both, key=lambda each: str(each.get("name"))),
        "meters": sorted([*told.get("meters", ()), *elsewhere], key=lambda each: str(each["serialNumber"])),
    }


def _listed(before: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = before.get(name)
    known = [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []
    return [each for each in known if name != "meters" or "serialNumber" in each]
