"""When are two Turkish words the same to someone who searches?"""

import re
import unicodedata

# Python lowers I to i and İ to i with a dot above; in Turkish I-ı and İ-i are the pairs. To a searcher all
# four are one letter, as are ş and s, ğ and g, ç and c, ö and o, ü and u: keyboards abroad lack them.
_LETTERS = str.maketrans({"İ": "i", "I": "i", "ı": "i", "i": "i"})
_WORD = re.compile(r"[^\W_]+")
LONGEST_WORD = 60


def fold(text: str) -> str:
    """Small letters without marks.

    >>> fold("IŞIK İĞDIR ışık iğdır")
    'isik igdir isik igdir'
    """
    plain = unicodedata.normalize("NFKD", text)  # letters of mathematics have no small ones of their own
    spread = unicodedata.normalize("NFKD", plain.translate(_LETTERS).lower().translate(_LETTERS))
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


def words_of(text: str) -> tuple[str, ...]:
    """The words to be found by, each once, in order.

    >>> words_of("Örnek Gıda San. A.Ş.")
    ('ornek', 'gida', 'san', 'a', 's')
    """
    return tuple(dict.fromkeys(word[:LONGEST_WORD] for word in _WORD.findall(fold(text))))
