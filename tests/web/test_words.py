"""Does every page find its words in both languages?"""

import ast
import re
from pathlib import Path

import pytest
from markupsafe import Markup

import osos
from osos.web.words import NotACatalogue, Words, read_words

SOURCE = Path(osos.__file__).parent
FACES = [SOURCE / name for name in ("web", "portal", "console")]
CATALOGUES = [path for face in FACES for path in sorted(face.rglob("words.toml"))]
# t("id"), t('id' ~ x), rich("id", …): the text before a ~ is the beginning of several ids
SAID = re.compile(r"""\b(?:t|rich)\(\s*["']([^"']+)["']\s*(~)?""")
FACT = re.compile(r"\{(\w+?)(?:_genitive|_dative|_locative|_ablative)?\}")  # Turkish bends its words
COMMENT = re.compile(r"\{#.*?#\}", re.S)
PYTHON_SPEAKS = {"t", "rich", "say", "say_rich"}


def _of_templates() -> set[tuple[str, bool, str]]:
    found = set()
    for face in FACES:
        for path in face.rglob("*.html"):
            for match in SAID.finditer(COMMENT.sub("", path.read_text("utf-8"))):
                found.add((match[1], match[2] is not None, str(path.relative_to(SOURCE))))
    return found


def _of_python() -> set[tuple[str, bool, str]]:
    found = set()
    for face in FACES:
        for path in face.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and node.args and _name(node.func) in PYTHON_SPEAKS:
                    first = node.args[0]
                    if isinstance(first, ast.Constant) and isinstance(first.value, str):
                        found.add((first.value, False, str(path.relative_to(SOURCE))))
    return found


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def test_every_id_that_is_said_stands_in_a_catalogue():
    words = read_words(CATALOGUES)
    missing = {
        (word_id, where)
        for word_id, is_beginning, where in _of_templates() | _of_python()
        if not (any(each.startswith(word_id) for each in words.ids()) if is_beginning else word_id in words)
    }
    assert not missing


def test_both_languages_hold_the_same_facts():
    words = read_words(CATALOGUES)
    for word_id in words.ids():
        facts = [set(FACT.findall(words.text(language, word_id))) for language in ("tr", "en")]
        assert facts[0] == facts[1] or {*facts[0], "n"} == {*facts[1], "n"}, word_id


def test_a_catalogue_wants_both_languages(tmp_path):
    path = tmp_path / "words.toml"
    path.write_text('"a" = ["yalnız Türkçe"]', "utf-8")
    with pytest.raises(NotACatalogue, match="a wants"):
        read_words([path])


def test_an_id_stands_once(tmp_path):
    for name in ("one.toml", "two.toml"):
        (tmp_path / name).write_text('"a" = ["x", "y"]', "utf-8")
    with pytest.raises(NotACatalogue, match="another"):
        read_words(sorted(tmp_path.iterdir()))


def test_rich_words_keep_their_marks_and_escape_the_facts():
    words = Words({"a": ("<b>{name}</b> okundu", "<b>{name}</b> read")})
    said = words.say_rich("tr", "a", name="<script>")
    assert said == Markup("<b>&lt;script&gt;</b> okundu")


def test_english_counts_one_and_many():
    words = Words({"days": ("{n} gün", "{n} day|{n} days")})
    assert [words.say("en", "days", n=n) for n in (1, 2)] == ["1 day", "2 days"]
    assert words.say("tr", "days", n=2) == "2 gün"


def test_no_template_switches_escaping_off():
    for face in FACES:
        for path in face.rglob("*.html"):
            text = path.read_text("utf-8")
            assert not re.search(r"\|\s*safe\b|autoescape\s+false", text), path
            assert not re.search(r"\sstyle=|<style|<script>|\son[a-z]+=\"", text), path
