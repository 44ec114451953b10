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
    facts = {"identification": str(link.identification), "what": what, "received": len(link.heard)}
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
    """The worst that was heard in all tries says most."""
    ways = list(dict.fromkeys(way for way, _ in link.tried))
    tried = "; ".join(tr for tr, _ in ways), "; ".join(en for _, en in ways)
    heard = {kind_of(each, link): each for _, each in reversed(link.tried)}
    if "garbled" in heard:
        return trouble("garbled", heard=heard["garbled"][:_SHOWN].hex(" "), tried=tried)
    return trouble("only-echo" if "only-echo" in heard else "silent", tried=tried)


def kind_of(heard: bytes, link: Link) -> str:
    """`silent`, `only-echo` or `garbled`: what came instead of an identification."""
    if not heard:
        return "silent"
    request = f"/?{link.place.address}!\r\n".encode()
    plain = bytes(byte & 0x7F for byte in heard)  # our own bits come back even or not
    is_echo = (request * (len(plain) // len(request) + 1)).startswith(plain)
    return "only-echo" if is_echo else "garbled"
