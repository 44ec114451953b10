"""Which trouble is it that a session failed with?"""

from osos.iec62056 import Failed
from osos.reader.link import Link
from osos.reader.trouble import Trouble, Words, trouble

PROGRAMMING_MODE = ("programlama modu", "programming mode")
_SHOWN = 24


def trouble_of(failed: Failed, link: Link, *, what: Words) -> Trouble:
    """`what` was asked for, in Turkish and English."""
    if failed.reason == "silent" and link.identification is None:
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
    tried = "; ".join(dict.fromkeys(link.tried))
    if not link.heard:
        return trouble("silent", tried=tried)
    request = f"/?{link.place.address}!\r\n".encode()
    plain = bytes(byte & 0x7F for byte in link.heard)
    if (request * 8).startswith(plain) or plain.startswith(request * 2):
        return trouble("only-echo", tried=tried)
    return trouble("garbled", heard=link.heard[:_SHOWN].hex(" "), tried=tried)
