"""Which figures does a page show, and which of them lead no further down (D-34)?

A figure is a number with a unit of what is measured, or a number in a table's cell. It leads down when there
is a link in it or around it, or in the line it stands in: its row, its list item, its pair of term and text,
its sentence. A headline may repeat a figure that leads down elsewhere on the page. Charts say nothing of
their own: the table beside them does.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import html

_UNIT = r"(?:[kMG]?Wh|k?[Vv][Aa]rh|k?W|kVA|V|A|TL|₺)"
_NUMBER = r"[−-]?\d[\d.]*(?:,\d+)?"
_WITH_UNIT = re.compile(rf"(?<![\w.,]){_NUMBER}\s?{_UNIT}(?![\w])|%\s?\d[\d.]*(?:,\d+)?")
_CELL = re.compile(rf"[^\w%−-]*(?:%\s?)?{_NUMBER}\s*{_UNIT}?")
_DIGITS = re.compile(r"\d[\d.]*(?:,\d+)?")
_NO_FIGURE = re.compile(r"\d+\.\d+\.\d+(?:\*\d+)?|\d\d\.\d\d\.\d{4}.*|\d\d:\d\d.*")  # a code, a day, a time
_LINES = {"tr", "li", "p", "dd", "h1", "h2", "h3", "summary", "figcaption", "caption", "label", "header"}
_PASSED_OVER = "//script|//style|//template|//nav|//svg|//form|//option|//head|//thead"


@dataclass(frozen=True, slots=True)
class Figure:
    """Where it stands, by the words around it, and what it says."""

    where: str
    text: str


def dead_ends(page: bytes | str) -> list[Figure]:
    """The figures of a page that lead nowhere, in the order in which they stand there."""
    tree = html.fromstring(page)
    for passed in tree.xpath(_PASSED_OVER):
        passed.drop_tree()
    linked = {_digits(one) for link in tree.xpath("//main//a[@href]") for one in _figures(_text(link))}
    return [
        Figure(_where(node), text)
        for node, text in _all_figures(tree)
        if not _leads(node) and not (node.xpath("ancestor-or-self::h1") and _repeats(text, linked))
    ]


def ways_down(page: bytes | str) -> dict[str, str]:
    """Of each sort of address that explains a figure the first one; days and numbers make no other sort."""
    found: dict[str, str] = {}
    if page:
        for href in html.fromstring(page).xpath("//main//a/@href"):
            if re.search(r"/explain|/parts", href):
                found.setdefault(re.sub(r"\d+(?![.\d]*\.\d)", "#", href), href)
    return found


def says_nothing(page: str) -> bool:
    """Whether an explanation has nothing to explain."""
    return not html.fromstring(page).xpath("//main//table|//main//ul|//main//ol|//main//dl")


def _all_figures(tree: Any) -> Iterator[tuple[Any, str]]:
    for node in tree.iter():
        if not isinstance(node.tag, str):
            continue
        if node.tag == "td":
            text = _text(node)
            if _CELL.fullmatch(text) and not _NO_FIGURE.fullmatch(text):
                yield node, text
        else:
            own = " ".join([node.text or "", *(child.tail or "" for child in node)])
            for found in _WITH_UNIT.finditer(own):
                yield node, found[0]


def _leads(node: Any) -> bool:
    if node.xpath("ancestor-or-self::a[@href]|.//a[@href]"):
        return True
    for line in (node, *node.iterancestors()):
        if line.tag in _LINES:
            beside = line.xpath("preceding-sibling::dt[1]//a[@href]") if line.tag == "dd" else []
            return bool(line.xpath(".//a[@href]") or beside)
        if line.tag in {"section", "main", "body", "table", "ul"}:
            return False
    return False


def _repeats(text: str, linked: set[str]) -> bool:
    """Whether a linked figure is this one, or the same with more digits."""
    own = _digits(text).rstrip("0").rstrip(",") if "," in text else _digits(text)
    return any(one == own or _rounded(one, own) for one in linked)


def _rounded(fine: str, coarse: str) -> bool:
    digits = len(coarse.partition(",")[2])
    try:
        return f"{float(fine.replace(',', '.')):.{digits}f}".replace(".", ",") == coarse
    except ValueError:
        return False


def _figures(text: str) -> list[str]:
    return [found[0] for found in _DIGITS.finditer(text)]


def _digits(text: str) -> str:
    found = _DIGITS.search(text)
    return found[0].replace(".", "") if found else ""


def _text(node: Any) -> str:
    return " ".join("".join(node.itertext()).split())


def _where(node: Any) -> str:
    """For a cell its column and row, else the words of its line."""
    if node.tag != "td":
        line = next((one for one in node.iterancestors() if one.tag in _LINES), node.getparent())
        return " ".join(_text(node if line is None else line).split())[:70]
    row = node.getparent()
    title = node.xpath("ancestor::section[1]//h2[1]|ancestor::details[1]/summary")
    heading = _text(title[0])[:30] if title else ""
    return f"{heading} | {_text(row[0])[:30]} | column {list(row).index(node) + 1}"
