"""Is everything ready before the first reader comes?"""

import gc
import warnings

import pytest
from fastapi import APIRouter

from osos.web import Screen

with warnings.catch_warnings():  # as in conftest.py
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient


@pytest.fixture
def thawed():
    yield
    gc.unfreeze()


def test_a_screen_is_warmed_before_the_first_answer(app_of, thawed):
    warmed = []
    app = app_of(Screen(name="test.cold", router=APIRouter(), warm=lambda: warmed.append("warm")))
    assert warmed == []
    with TestClient(app):
        assert warmed == ["warm"]
        assert gc.get_freeze_count() > 0


def test_every_template_of_the_shell_compiles(app_of):
    assert app_of().state.web.pages.compile_all() > 5
