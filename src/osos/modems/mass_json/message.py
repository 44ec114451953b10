"""Which message of the MASS JSON protocol are these bytes, and which bytes is this message?"""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from osos.modems.mass_json.names import has_other_names, with_first_names
from osos.quantities import DeviceId, NotADevice

Json = Any  # what a JSON text may hold: the body of a foreign device is not ours to type
MAX_REFERENCE = 64  # characters; a UUID has 36


class NotAMessage(ValueError):
    """These bytes are no message of the protocol; the sender's fault.

    reason: not json, not an object, no device, no function, bad reference, bad part, too deep.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"not a MASS message: {reason} ({detail})")
        self.reason, self.detail = reason, detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message, both ways (X-14): header, and a body in `request` or `response`.

    Names are the document's first ones (X-23). What the header does not know, or a body that is neither
    object nor list, stays in `extra` under its own name. `reference_id` is empty when the sender left it out.
    """

    device: DeviceId
    function: str
    reference_id: str = ""
    request: dict[str, Json] | None = None
    response: dict[str, Json] | list[Json] | None = None
    streaming: bool | None = None
    part: int | None = None
    request_method: str | None = None
    message_status: str | None = None
    extra: dict[str, Json] = field(default_factory=dict)


def decode(payload: bytes) -> Message:
    """The message in a frame's payload, or in an MQTT payload. Raises NotAMessage."""
    head = _object(payload)
    device, function = _device(head.pop("device", None)), head.pop("function", None)
    if not isinstance(function, str) or not function or len(function) > MAX_REFERENCE:
        raise NotAMessage("no function", f"function is {_shown(function)}")
    return Message(
        device=device,
        function=function,
        reference_id=_reference(head.pop("referenceId", "")),
        request=_taken(head, "request", dict),
        response=_taken(head, "response", (dict, list)),
        streaming=_taken(head, "streaming", bool),
        part=_part(head.pop("part", None)),
        request_method=_taken(head, "requestMethod", str),
        message_status=_taken(head, "messageStatus", str),
        extra=head,
    )


def encode(message: Message) -> bytes:
    """The message as JSON, ready for `frame`: # and $ inside strings written as escapes (X-11)."""
    head: dict[str, Json] = {
        "device": {"flag": message.device.flag, "serialNumber": message.device.serial},
        "function": message.function,
    }
    optional = (
        ("referenceId", message.reference_id or None),
        ("requestMethod", message.request_method),
        ("messageStatus", message.message_status),
        ("streaming", message.streaming),
        ("part", message.part),
        ("request", message.request),
        ("response", message.response),
    )
    head.update((name, value) for name, value in optional if value is not None)
    for name, value in message.extra.items():
        head.setdefault(name, value)
    return escape(msgspec.json.encode(head))


def escape(json: bytes) -> bytes:
    """The two framing marks can only stand inside strings of a JSON text; there they become escapes."""
    return json.replace(b"#", b"\\u0023").replace(b"$", b"\\u0024")


def _object(payload: bytes) -> dict[str, Json]:
    try:
        value = msgspec.json.decode(payload)
    except RecursionError:
        raise NotAMessage("too deep", f"{len(payload)} bytes nested without end") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as why:
        raise NotAMessage("not json", str(why)) from None
    if not isinstance(value, dict):
        raise NotAMessage("not an object", f"a {type(value).__name__}")
    named: dict[str, Json] = with_first_names(value) if has_other_names(payload) else value
    return named


def _device(value: Json) -> DeviceId:
    if not isinstance(value, dict):
        raise NotAMessage("no device", f"device is {_shown(value)}")
    flag, serial = value.get("flag", ""), value.get("serialNumber", "")
    try:
        return DeviceId(str(flag), str(serial))
    except NotADevice as why:
        raise NotAMessage("no device", str(why)[:300]) from None


def _reference(value: Json) -> str:
    text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else None
    if text is None or len(text) > MAX_REFERENCE or not text.isprintable():
        raise NotAMessage("bad reference", f"referenceId is {_shown(value)}")
    return text


def _part(value: Json) -> int | None:
    if value is None or (type(value) is int and 1 <= value <= 1_000_000):
        return value
    raise NotAMessage("bad part", f"part is {_shown(value)}, expected 1, 2, …")


def _taken(head: dict[str, Json], name: str, kind: type | tuple[type, ...]) -> Json:
    """The member, taken out of the header when it is of its kind; else it stays for `extra`."""
    if isinstance(head.get(name), kind):
        return head.pop(name)
    if name in head and head[name] is None:
        del head[name]
    return None


def _shown(value: Json) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "…"
