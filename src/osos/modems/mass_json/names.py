"""By which names does the field call the members of a MASS message?"""

from typing import Any

# names differ in the field; readers accept both, writers use the right-hand one.
_FIRST_NAME = {
    "sequenceId": "referenceId",
    "failDescrition": "failDescription",
    "ip": "ipAddress",
    "ipWhiteList": "ipAddressWhiteList",
}
_SEEN_IN = tuple(f'"{second}"'.encode() for second in _FIRST_NAME)


def has_other_names(payload: bytes) -> bool:
    """Whether a JSON text is worth going through: most makers use the document's names."""
    return any(name in payload for name in _SEEN_IN)


def with_first_names(value: Any) -> Any:
    """The same JSON value with the document's names throughout; a member that bears both keeps both.

    >>> with_first_names({"sequenceId": "7", "response": {"ip": "10.20.0.5"}})
    {'referenceId': '7', 'response': {'ipAddress': '10.20.0.5'}}
    """
    if isinstance(value, dict):
        return {
            (_FIRST_NAME[name] if name in _FIRST_NAME and _FIRST_NAME[name] not in value else name): (
                with_first_names(member)
            )
            for name, member in value.items()
        }
    if isinstance(value, list):
        return [with_first_names(member) for member in value]
    return value
