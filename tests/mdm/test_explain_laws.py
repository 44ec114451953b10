"""Is each place where a number is written said in the reader's language?"""

import pytest

from osos.mdm.derive.charges import GUIDE_SOURCE
from osos.mdm.derive.losses import TRANSFORMERS
from osos.mdm.derive.reactive import EXEMPTIONS, LIMITS
from osos.mdm.derive.tariffs import DEFAULT
from osos.mdm.explain.names_of_laws import law_said
from osos.mdm.explain.of_profile import _LAW

SOURCES = {one.source for one in (*LIMITS, *EXEMPTIONS, *TRANSFORMERS, DEFAULT, _LAW)} | {GUIDE_SOURCE}


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_a_source_is_said_in_both_languages_and_names_no_file_of_ours(source: str) -> None:
    tr, en = law_said(source, "tr"), law_said(source, "en")
    assert tr != en
    assert "regulation" not in tr + en


def test_a_source_nobody_has_put_into_words_stands_as_it_is() -> None:
    assert law_said("the operator's own", "tr") == "the operator's own"
