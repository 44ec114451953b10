"""Do the examples in the docstrings hold?"""

import doctest
import importlib

import pytest

MODULES = (
    "block_check",
    "data_lines",
    "identification",
    "messages",
    "meter_answers",
    "parity",
    "reading_side",
)


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    failed, tried = doctest.testmod(importlib.import_module(f"osos.iec62056.{name}"))
    assert tried
    assert not failed
