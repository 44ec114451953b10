"""How is a formula written out with its numbers in it, as people write sums?

Q / A * 100 becomes 2.599,8 kVArh ÷ 26.170,6 kWh × 100. What a formula cuts or rounds is said in words
beside it, not in its signs.
"""

import re
from collections.abc import Callable, Mapping

from osos.mdm.explain.derivation import Term

_WORD = re.compile(r"[A-Za-z]\w*|\d+(?:\.\d+)?|[-+*/(),]")
_SIGNS = {"*": " × ", "/": " ÷ ", "+": " + ", "-": " − ", ",": "; "}
_WHOLE = ("floor", "round")


def filled(formula: str, terms: Mapping[str, Term], write: Callable[[Term], str], rows: str) -> str:
    """`write` says one term's number and unit; `rows` what stands for the sum of the rows."""
    told: list[str] = []
    for name, term in terms.items():  # %20 is a share already
        if term.unit == "%":
            formula = re.sub(rf"\b{name} / 100\b", name, formula)
    for word in _read(formula):
        if word in terms:
            told.append(write(terms[word]))
        elif word == "rows":
            told.append(rows)
        else:
            told.append(_SIGNS.get(word, word))
    return "".join(told)


def symbols(formula: str) -> list[str]:
    """In the order in which they are first read."""
    names = (one for one in _WORD.findall(formula) if one[0].isalpha() and one not in {*_WHOLE, "max"})
    return list(dict.fromkeys(names))


def is_cut(formula: str) -> bool:
    """Whether some of it is brought to whole units."""
    return any(name in formula for name in _WHOLE)


def _read(formula: str) -> list[str]:
    """Without `floor` and `round`; the brackets around a plain product are not needed either."""
    plain = re.sub(r"(?:floor|round)\(([^()]*)\)", _bracket, formula)
    return [one for one in _WORD.findall(plain) if one not in _WHOLE]


def _bracket(found: re.Match[str]) -> str:
    return f"({found[1]})" if re.search(r" [+-] ", found[1]) else found[1]
