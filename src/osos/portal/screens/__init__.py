"""Which screens does the panel have?"""

from pathlib import Path

from fastapi import APIRouter

from osos.portal.screens.hourly import page as hourly
from osos.web import Screen

_FRAME = Screen(name="portal", router=APIRouter(), folder=Path(__file__).parent.with_name("parts"))

SCREENS = (_FRAME, hourly.SCREEN)
