"""Is the gravest thing about a month's ratios said first, and does every word of the panel exist?"""

import re
import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

import osos.portal
from osos.mdm.derive.grids import month_of
from osos.mdm.derive.reactive import Exemption, Subject, rule_for
from osos.mdm.faces import Kind, MonthRatios, Projection, Ratio, Ratios
from osos.portal.screens.ratios.view import standing

FOLDER = Path(osos.portal.__file__).parent
WEB = FOLDER.parent / "web"
SAID = re.compile(r"""\b(?:t|rich)\(\s*"([a-z_]+\.[^"{}]+)"(?!\s*~)""")
MONTH = month_of(date(2026, 11, 1))


def ratios_of(*, inductive=0, capacitive=0, ahead=None, exempt=False, counts=True, active=100_000):
    """A month with so many varh per 100 kWh of import, limits 20 and 15 per cent."""
    rule = rule_for(Subject(installed_kva=Decimal(160)), date(2026, 11, 1))
    if exempt:
        one = Exemption(since=date(2000, 1, 1), source="test", name="residential")
        rule = type(rule)(limits=rule.limits, exemption=one)
    varh = {Kind.INDUCTIVE: inductive, Kind.CAPACITIVE: capacitive}
    month = MonthRatios(
        month=MONTH,
        ratios={
            kind: Ratio(kind=kind, active_wh=active, reactive_varh=varh[kind], limit=rule.limits.of(kind))
            for kind in Kind
        },
        charged_varh=dict.fromkeys(Kind, 0),
        missing_share=0.0,
        estimated_share=0.0,
    )
    none = np.zeros(0, dtype=np.int64)
    return Ratios(
        month=month,
        rule=rule,
        has_reactive=counts,
        day_ends=none.astype("datetime64[s]"),
        cumulative_active_wh=none,
        cumulative_varh=dict.fromkeys(Kind, none),
        projections=ahead or {},
        past=(),
        known_since=None,
    )


def ahead(kind, *, will=False, may=False):
    return {
        kind: Projection(
            expected=Decimal(14), low=Decimal(13), high=Decimal(15), will_pass=will, may_pass=may
        )
    }


@pytest.mark.parametrize(
    ("facts", "tone", "text"),
    [
        ({}, "ok", "ratios.says.fine"),
        ({"capacitive": 15_000}, "ok", "ratios.says.fine"),  # at the limit nothing is passed
        ({"capacitive": 15_001}, "bad", "ratios.says.capacitive_passed"),
        ({"inductive": 20_001}, "bad", "ratios.says.inductive_passed"),
        ({"inductive": 30_000, "capacitive": 30_000}, "bad", "ratios.says.both_passed"),
        ({"ahead": ahead(Kind.CAPACITIVE, will=True)}, "warn", "ratios.says.capacitive_heading"),
        ({"ahead": ahead(Kind.INDUCTIVE, may=True)}, "warn", "ratios.says.inductive_near"),
        ({"capacitive": 90_000, "exempt": True}, "none", "ratios.says.exempt"),
        ({"counts": False}, "none", "ratios.says.not_counted"),
        ({"active": 0}, "none", "ratios.says.no_active"),
    ],
)
def test_the_gravest_thing_is_said_first(facts, tone, text):
    found = standing(ratios_of(**facts))
    assert (found.tone, found.text) == (tone, text)


def test_every_word_that_a_template_or_page_says_stands_in_a_catalogue():
    catalogues = [WEB / "words.toml", *FOLDER.rglob("words.toml")]
    known = {word for path in catalogues for word in tomllib.loads(path.read_text("utf-8"))}
    said = {
        (path.name, word)
        for path in (*FOLDER.rglob("*.html"), *FOLDER.rglob("*.py"))
        for word in SAID.findall(path.read_text("utf-8"))
    }
    assert [each for each in sorted(said) if each[1] not in known] == []
    assert len(said) > 100


def test_no_template_trusts_a_text():
    for path in FOLDER.rglob("*.html"):
        assert "|safe" not in path.read_text("utf-8").replace(" ", ""), path
        assert 'style="' not in path.read_text("utf-8"), path
