"""How does a document become a PDF? By typst, from a template, with the project's own fonts.

System fonts are ignored and every warning is an error: a missing letter would else be a white box that
nobody saw. The same facts give the same bytes.
"""

from osos.typesetting.letters import COVERED, FONTS, STAND_IN, legible
from osos.typesetting.typeset import NotSet, typeset

__all__ = ["COVERED", "FONTS", "STAND_IN", "NotSet", "legible", "typeset"]
