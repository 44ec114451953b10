"""Is the sun where it should be, and does chance run on over midnight?"""

from datetime import date

import numpy as np

from osos.simulator.load import day_number
from osos.simulator.load.noise import wander
from osos.simulator.load.sun import sun_height


def elevation_deg(number: int) -> np.ndarray:
    return np.degrees(np.arcsin(sun_height(number)))


def test_the_sun_stands_as_high_as_over_ankara():
    for day, noon_deg in (
        (date(2026, 3, 20), 51.0),
        (date(2026, 6, 21), 74.4),
        (date(2026, 12, 21), 27.6),
    ):
        assert abs(elevation_deg(day_number(day)).max() - noon_deg) < 1.0


def test_the_sun_rises_and_sets_when_it_does_in_central_anatolia():
    up = np.flatnonzero(sun_height(day_number(date(2026, 6, 21))) > -0.0145)  # refraction and the disc
    assert abs(up[0] - (5 * 60 + 21)) < 10  # 33° E, 39° N: 05:21 to 20:17 at UTC+03:00
    assert abs(up[-1] - (20 * 60 + 17)) < 10


def test_noise_runs_on_over_midnight_and_stays_within_one():
    for every_min in (5, 12, 90):
        both = np.concatenate([wander(3, 1, n, every_min=every_min, rows=2) for n in (9000, 9001)], axis=1)
        assert np.abs(both).max() <= 1.0
        steps = np.abs(np.diff(both, axis=1))
        assert steps[:, 1439].max() <= steps.max() <= 2.0 * 1.6 / every_min


def test_rows_streams_and_seeds_of_noise_differ():
    one = wander(3, 1, 9000, every_min=10, rows=2)
    assert abs(np.corrcoef(one[0], one[1])[0, 1]) < 0.5
    for other in (wander(4, 1, 9000, every_min=10, rows=1), wander(3, 2, 9000, every_min=10, rows=1)):
        assert abs(np.corrcoef(one[0], other[0])[0, 1]) < 0.5
