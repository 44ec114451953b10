"""What does a unit do with a configuration? (X-22)"""

from datetime import datetime
from typing import Any

from osos.modems.mass_json import instant
from osos.simulator.modem.unit import Unit

Answer = tuple[str, Any]  # function and body

_NUMBERS = {"retryInterval": (1, 3600), "retryCount": (0, 100), "maxPackageSize": (256, 1 << 20)}
_KEPT = ("restartPeriod", "networkId", "ntp", "daylightSaving")
_LISTS = ("servers", "ipAddressWhiteList")
_REFUSED_CODE = 9007  # an incident about parameters; its description says what was not changed


def configured(fields: dict[str, Any], unit: Unit) -> list[Answer]:
    """All done: a notification old/new; some: that, and an alarm for the rest; none: an alarm."""
    changes, refused = [], []
    for name, value in fields.items():
        old = _value(name, unit)
        if _set(name, value, unit):
            changes.append({"field": name, "old": old, "new": _value(name, unit)})
        else:
            refused.append(name)
    answers: list[Answer] = []
    if changes or not refused:
        answers.append(("notification", {"type": "info", "date": unit.wall_now(), "changes": changes}))
    if refused:
        entry = unit.note(_REFUSED_CODE, f"not changed: {', '.join(refused)}")
        answers.append(("alarm", [{"type": "alarm", "level": "warning", **entry}]))
    return answers


def _value(name: str, unit: Unit) -> Any:
    known = {
        "registered": unit.registered,
        "deviceDate": unit.wall_now(),
        "retryInterval": round(unit.retry_interval_s),
        "retryCount": unit.retry_count,
        "maxPackageSize": unit.max_package,
    }
    return known[name] if name in known else unit.fields.get(name)


def _set(name: str, value: Any, unit: Unit) -> bool:
    if name == "registered" and isinstance(value, bool):
        unit.registered = value
    elif name == "deviceDate":
        return _set_clock(instant(value, unit.settings.zone), unit)
    elif name in _NUMBERS and type(value) is int and _NUMBERS[name][0] <= value <= _NUMBERS[name][1]:
        _set_number(name, value, unit)
    elif name in _LISTS and isinstance(value, list) and all(isinstance(each, dict) for each in value):
        unit.fields[name] = _changed_list(unit.fields.get(name, []), value)
    elif name in _KEPT:
        unit.fields[name] = value
    else:
        return False
    return True


def _set_number(name: str, value: int, unit: Unit) -> None:
    if name == "retryInterval":
        unit.retry_interval_s = value
    elif name == "retryCount":
        unit.retry_count = value
    else:
        unit.max_package = value


def _set_clock(moment: datetime | None, unit: Unit) -> bool:
    """Whole seconds are all the wire carries, so less than one is no difference."""
    if moment is None:
        return False
    off = moment - unit.now()
    if abs(off.total_seconds()) >= 1:
        unit.clock_offset += off
    return True


def _changed_list(old: list[dict[str, Any]], asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Elements with operation remove go, all others come; the same one never stands twice."""
    result = list(old)
    for each in asked:
        element = {name: value for name, value in each.items() if name != "operation"}
        result = [kept for kept in result if kept != element]
        if each.get("operation") != "remove":
            result.append(element)
    return result
