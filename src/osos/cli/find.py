"""osos find: who is on this port, and how is it to be spoken to?"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NoReturn

from osos.cli.clocks import RealClock
from osos.cli.output import harmless
from osos.cli.reader_options import exit_code, in_json, parser, place_of, say
from osos.cli.reader_watch import ReaderWatch
from osos.reader import UNSURE, Found, Link, find

_OUTCOMES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "nothing": ("hiçbir şey", "nothing"),
        "bytes": ("bayt geldi", "bytes came"),
        "silent": ("yanıt yok", "no answer"),
        "only-echo": ("yalnız yankı", "only our echo"),
        "garbled": ("anlaşılmayan bayt", "bytes that make no sense"),
        "identified": ("kimlik geldi", "identified"),
        "fell-silent": ("sustu", "fell silent"),
        "spoke": ("yanıt verdi", "it speaks"),
        "serials": ("seri numaraları", "serial numbers"),
    }
)
_LABELS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "identification": ("Kimlik", "Identification"),
        "make": ("Sayaç profili", "Meter profile"),
        "address": ("Adres", "Address"),
        "serials": ("Hattaki sayaçlar", "Meters on the line"),
        "alerts": ("Bildirimi olan", "Has to report"),
        "start_baud": ("Başlangıç hızı", "Start speed"),
        "baud": ("Çalışma hızı", "Working speed"),
        "parity": ("Eşlik", "Parity"),
        "echo": ("Yankı", "Echo"),
        "read_url": ("Okuma adresi", "Read it by"),
    }
)
_TRIED, _UNSURE = ("Denenenler", "Tried"), ("Emin olunmayanlar", "Unsure of")


def app(args: Sequence[str], prog_name: str) -> NoReturn:
    """Search, say what was found; 0 found, 3 nobody there."""
    words = (
        "Bir portta sayaç arar; hiçbir şeyi değiştirmez. / Find the meter on a port; changes nothing at all."
    )
    asked = parser(prog_name, words).parse_args(args)
    place = place_of(asked.url, asked.lang)
    clock = RealClock()
    watch = ReaderWatch(clock=clock, language=asked.lang, quiet=asked.quiet)
    link = Link(place, clock=clock, watch=watch)
    try:
        found = find(link)
    finally:
        link.close()
        watch.close()
    if found.trouble is not None:
        say(found.trouble, asked.lang)
    said = _document(asked.url, found)
    if asked.json or not sys.stdout.isatty():
        print(json.dumps(said, ensure_ascii=False))
    else:
        for line in _lines(asked, found, said):
            print(harmless(line))
    sys.exit(exit_code(found.trouble))


def _document(url: str, found: Found) -> dict[str, object]:
    profile = found.profile
    return {
        "url": url,
        "found": found.identification is not None or bool(found.serials),
        "identification": str(found.identification) if found.identification else None,
        "flag": found.identification.flag if found.identification else None,
        "profile": profile.name if profile else None,
        "evidence": profile.evidence if profile else None,
        "serial": found.serial,
        "address": found.address,
        "serials": list(found.serials),
        "alerts": dict(found.alerts),
        "start_baud": found.start_baud,
        "baud": found.baud,
        "parity": found.parity,
        "echo": found.echo,
        "read_url": _read_url(url, found),
        "tried": [{"what": one.what[1], "outcome": one.outcome, "detail": one.detail} for one in found.rungs],
        "unsure": list(found.unsure),
        "trouble": in_json(found.trouble),
    }


def _read_url(url: str, found: Found) -> str | None:
    """The address with all that was found out written into it."""
    if found.identification is None:
        return None
    known = {
        "address": found.address,
        "baud": found.start_baud,
        "max": found.baud if "slower" in found.unsure else None,
        "parity": found.parity,
    }
    query = "&".join(f"{name}={value}" for name, value in known.items() if value is not None)
    return f"{url.partition('?')[0]}?{query}"


def _lines(asked: argparse.Namespace, found: Found, said: dict[str, object]) -> Iterator[str]:
    at = 0 if asked.lang == "tr" else 1
    if found.profile is not None:
        said = {**said, "make": found.profile.tr if at == 0 else found.profile.en}
    said = {**said, "echo": ("var", "yes")[at] if found.echo else ("yok", "no")[at]}
    said["serials"] = ", ".join(found.serials)
    said["alerts"] = ", ".join(f"{serial} {word}" for serial, word in found.alerts)
    width = max(len(label[at]) for label in _LABELS.values())
    if found.trouble is None:
        for name, label in _LABELS.items():
            if said.get(name):
                yield f"{label[at]:<{width}}  {said[name]}"
    yield from ("", _TRIED[at])
    for one in found.rungs:
        yield f"  {one.what[at]}: {_OUTCOMES.get(one.outcome, (one.outcome,) * 2)[at]} {one.detail}".rstrip()
    if found.unsure:
        yield from ("", _UNSURE[at])
        yield from (f"  {UNSURE[name][at]}" for name in found.unsure)
