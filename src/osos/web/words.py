"""What does the page say, in the reader's language?

A catalogue is a TOML file beside the pages that use it; each id stands with both languages, so a
missing one is seen at once: `"nav.skip" = ["İçeriğe geç", "Skip to content"]`. Facts stand in braces.
English has a plural: `"{n} day|{n} days"` is chosen by the fact `n`; Turkish needs none.
"""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from markupsafe import Markup

LANGUAGES = ("tr", "en")  # Turkish first
OWN_WORDS = Path(__file__).with_name("words.toml")


class NotACatalogue(ValueError):
    """A catalogue file is ours, so this is our mistake: it names the file and the id."""


class Words:
    """All catalogues of an installation as one."""

    def __init__(self, entries: Mapping[str, tuple[str, str]]) -> None:
        self._entries = dict(entries)

    def __contains__(self, word_id: str) -> bool:
        return word_id in self._entries

    def ids(self) -> frozenset[str]:
        return frozenset(self._entries)

    def text(self, language: str, word_id: str) -> str:
        """The words as they stand in the catalogue; raises KeyError with the id when there are none."""
        return self._entries[word_id][LANGUAGES.index(language)]

    def say(self, language: str, word_id: str, /, **facts: object) -> str:
        """The words with the facts put in; to be escaped where it is shown."""
        return _one_or_many(self.text(language, word_id), facts).format(**facts)

    def say_rich(self, language: str, word_id: str, /, **facts: object) -> Markup:
        """The same where the words hold marks of their own (`<b>`); facts are escaped, words are not."""
        # Only the catalogue's own text is trusted here, and it ships with the program.
        return Markup(_one_or_many(self.text(language, word_id), facts)).format(**facts)  # noqa: S704


def _one_or_many(text: str, facts: Mapping[str, object]) -> str:
    if "|" not in text:
        return text
    one, many = text.split("|")
    return one if facts.get("n") == 1 else many


def read_words(paths: Iterable[Path]) -> Words:
    """Catalogues read into one; an id that stands in two of them says different things: refused."""
    entries: dict[str, tuple[str, str]] = {}
    for path in paths:
        for word_id, both in tomllib.loads(path.read_text("utf-8")).items():
            if word_id in entries:
                raise NotACatalogue(f"{path}: {word_id} stands in another catalogue too")
            if not _is_pair(both):
                raise NotACatalogue(f"{path}: {word_id} wants [Turkish, English], got {both!r}")
            entries[word_id] = (both[0], both[1])
    return Words(entries)


def _is_pair(both: object) -> bool:
    if not isinstance(both, list) or len(both) != len(LANGUAGES):
        return False
    return all(isinstance(word, str) and word for word in both)
