"""How high is the sun over Türkiye, minute by minute?"""

from functools import lru_cache

import numpy as np

from osos.simulator.load.day import MINUTES, Floats, day_date

LATITUDE_DEG, LONGITUDE_DEG = 39.0, 33.0  # central Anatolia
_ZONE_LONGITUDE_DEG = 45.0  # the meridian of UTC+03:00: solar noon comes late in Türkiye
_MINUTE = np.arange(MINUTES, dtype=np.float64) + 0.5


@lru_cache(maxsize=128)
def sun_height(number: int) -> Floats:
    """Sine of the solar elevation at the middle of each minute; below 0 it is night.

    Declination and equation of time by the usual one- and three-term series (some minutes' error).
    """
    yearly = 2.0 * np.pi * (day_date(number).timetuple().tm_yday - 81) / 365.25
    declination = np.radians(23.45) * np.sin(yearly)
    late_min = 9.87 * np.sin(2 * yearly) - 7.53 * np.cos(yearly) - 1.5 * np.sin(yearly)
    solar_min = _MINUTE + late_min + 4.0 * (LONGITUDE_DEG - _ZONE_LONGITUDE_DEG)
    hour_angle = np.radians((solar_min - 720.0) / 4.0)
    latitude = np.radians(LATITUDE_DEG)
    height: Floats = np.sin(latitude) * np.sin(declination) + np.cos(latitude) * np.cos(declination) * np.cos(
        hour_angle
    )
    height.setflags(write=False)
    return height


def season(number: int) -> float:
    """−1 in the depth of winter … +1 in high summer (warmest near the end of July)."""
    return float(np.cos(2.0 * np.pi * (day_date(number).timetuple().tm_yday - 205) / 365.25))
