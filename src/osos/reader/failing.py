"""Which trouble is it that a session failed with?"""

from osos.iec62056 import Failed
from osos.reader.link import Link
from osos.reader.trouble import Trouble, Words, trouble

PROGRAMMING_MODE = ("programlama modu", "programming mode")
_SHOWN = 24


def trouble_of(failed: Failed, link: Link, *, what: Words) -> Trouble:
    """`what` was asked for, in Turkish and English."""
    if failed.reason == "silent" and not link.is_identified:
        return _never_identified(link)
    facts = {
        "identification": str(link.identification),
        "what_tr": what[0],
        "what_en": what[1],
        "detail": failed.detail,
    }
    return trouble(_NAMES.get(failed.reason, "cut-off"), **facts)


# Reasons of a session's Failed.
_NAMES = {
    "silent": "no-packet",
    "refused": "packet-refused",
    "not-mode-c": "not-mode-c",
    "bcc": "damaged",
    "too-long": "too-long",
}


def _never_identified(link: Link) -> Trouble:
    tried = "; ".join(dict.fromkeys(way for way, _ in link.tried))
    each = [heard for _, heard in link.tried if heard] or [link.heard]
    if not each[0]:
        return trouble("silent", tried=tried)
    foreign = [heard for heard in each if not _is_echo(heard, link)]
    if not foreign:
        return trouble("only-echo", tried=tried)
    return trouble("garbled", heard=foreign[0][:_SHOWN].hex(" "), tried=tried)


def _is_echo(heard: bytes, link: Link) -> bool:
    """Nothing but our own request, as often as it was sent, each bit even or not."""
    request = f"/?{link.place.address}!\r\n".encode()
    plain = bytes(byte & 0x7F for byte in heard)
    return (request * (len(plain) // len(request) + 1)).startswith(plain)
