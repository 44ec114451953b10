"""Which words stand on which line of a PDF that typst has set?

Reads what typst writes and no more: plain objects, packed streams, fonts with a ToUnicode map, each run of
text set at its own place. Another program's PDF wants a library.
"""

import re
import zlib
from itertools import groupby

OBJECT = re.compile(rb"\n(\d+) 0 obj(.*?)endobj", re.S)
_STRING = rb"\((?:\\.|[^\\)])*\)"
STRING = re.compile(_STRING, re.S)
RUN = re.compile(
    rb"q 1 0 0 -1 (?P<x>[\d.]+) (?P<y>[\d.]+) cm.*?BT.*?/(?P<font>f\d+) [\d.]+ Tf.*?"
    rb"(?P<shown>\[(?:" + _STRING + rb"|[^\]()])*\]|" + _STRING + rb") ?T[jJ]\nET",
    re.S,
)
ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.S)
NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def lines_of(pdf: bytes) -> list[list[str]]:
    """The runs of text of each line, from the top of the first page to the foot of the last."""
    objects = {int(found[1]): found[2] for found in OBJECT.finditer(pdf)}
    found = []
    for page, body in enumerate(each for each in objects.values() if b"/Type/Page/" in each):
        fonts = _fonts(objects, body)
        for run in RUN.finditer(_stream(objects[_reference(body, b"Contents")])):
            text = _text(run["shown"], fonts[run["font"].decode()])
            found.append(((page, -round(float(run["y"]))), float(run["x"]), text))
    found.sort(key=lambda each: each[:2])
    return [[text for _, _, text in line] for _, line in groupby(found, key=lambda each: each[0])]


def _reference(body: bytes, name: bytes) -> int:
    named = re.search(rb"/" + name + rb" (\d+) 0 R", body)
    assert named is not None, name
    return int(named[1])


def _stream(body: bytes) -> bytes:
    head, _, rest = body.partition(b"stream\n")
    data = rest.rpartition(b"\nendstream")[0]
    return zlib.decompress(data) if b"FlateDecode" in head else data


def _fonts(objects: dict[int, bytes], page: bytes) -> dict[str, dict[int, str]]:
    resources = objects[_reference(page, b"Resources")]
    named = re.search(rb"/Font<<(.*?)>>", resources)
    assert named is not None
    fonts = re.findall(rb"/(f\d+) (\d+) 0 R", named[1])
    return {
        name.decode(): _letters(_stream(objects[_reference(objects[int(number)], b"ToUnicode")]))
        for name, number in fonts
    }


def _letters(cmap: bytes) -> dict[int, str]:
    pairs = re.findall(rb"^<(\w{4})> <(\w+)>$", cmap, re.M)
    return {int(glyph, 16): bytes.fromhex(letters.decode()).decode("utf-16-be") for glyph, letters in pairs}


def _text(shown: bytes, letters: dict[int, str]) -> str:
    glyphs = b"".join(ESCAPE.sub(_unescaped, part) for part in _strings(shown))
    numbers = (int.from_bytes(glyphs[n : n + 2], "big") for n in range(0, len(glyphs), 2))
    return "".join(letters[number] for number in numbers)


def _strings(shown: bytes) -> list[bytes]:
    return [found[1:-1] for found in STRING.findall(shown)]


def _unescaped(found: re.Match[bytes]) -> bytes:
    code = found[1]
    return bytes([int(code, 8)]) if code.isdigit() else NAMED.get(code, code)
