"""Which trouble is it that a session failed with?"""

from osos.iec62056 import Failed
from osos.reader.link import Link
from osos.reader.trouble import Trouble, trouble

_SHOWN = 24


def trouble_of(failed: Failed, link: Link, *, what: str) -> Trouble:
    """`what` was asked for: `packet 6`, `programming mode`."""
    if failed.reason == "silent" and link.identification is None:
        return _never_identified(link)
    facts = {"identification": str(link.identification), "what": what, "detail": failed.detail}
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
    tried = "; ".join(dict.fromkeys(link.tried))
    if not link.head:
        return trouble("silent", tried=tried)
    request = f"/?{link.place.address}!\r\n".encode()
    plain = bytes(byte & 0x7F for byte in link.head)
    if (request * 8).startswith(plain) or plain.startswith(request * 2):
        return trouble("only-echo", tried=tried)
    return trouble("garbled", heard=link.head[:_SHOWN].hex(" "), tried=tried)
