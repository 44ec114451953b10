"""Which screens does the panel have?"""

from pathlib import Path

from fastapi import APIRouter

from osos.portal.screens.account import page as account
from osos.portal.screens.compare import page as compare
from osos.portal.screens.explain import page as explain
from osos.portal.screens.hourly import page as hourly
from osos.portal.screens.indices import page as indices
from osos.portal.screens.meter import page as meter
from osos.portal.screens.monthly import page as monthly
from osos.portal.screens.outages import page as outages
from osos.portal.screens.overview import page as overview
from osos.portal.screens.parts_of_sum import page as parts_of_sum
from osos.portal.screens.points import page as points
from osos.portal.screens.profile import page as profile
from osos.portal.screens.ratios import page as ratios
from osos.portal.screens.readout import page as readout
from osos.portal.screens.tariffs import page as tariffs
from osos.portal.screens.together import page as together
from osos.web import Screen

_FRAME = Screen(name="portal", router=APIRouter(), folder=Path(__file__).parent.with_name("parts"))

SCREENS = (
    _FRAME,
    points.SCREEN,  # these four before {point}: their addresses are words, not ids
    compare.SCREEN,
    together.SCREEN,
    parts_of_sum.SCREEN,
    account.SCREEN,
    overview.SCREEN,
    hourly.SCREEN,
    profile.SCREEN,
    indices.SCREEN,
    readout.SCREEN,
    ratios.SCREEN,
    monthly.SCREEN,
    outages.SCREEN,
    tariffs.SCREEN,
    meter.SCREEN,
    explain.SCREEN,
)
