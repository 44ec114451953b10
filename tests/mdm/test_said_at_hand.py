"""Does what is laid at hand in one go answer as what is asked profile by profile?"""

from datetime import UTC, datetime

import numpy as np

from osos.mdm import said
from osos.mdm.labels import DAY_MIN
from osos.mdm.shelf import Shelf
from osos.mdm.source import Source
from osos.meters import ProfileRecords
from osos.store import Store

DAY, METERS = 9500, (7, 8)
AT = Source(1, datetime(2026, 1, 9, tzinfo=UTC))


def records(profile: str, days: range, *, seed: int) -> ProfileRecords:
    labels = np.arange(days.start * DAY_MIN + 15, days.stop * DAY_MIN + 1, 15, dtype=np.int64)
    values = np.random.default_rng(seed).integers(0, 900, (labels.size, 1)).cumsum(axis=0)
    facts = {"codes": ("1.8.0",), "decimals": (3,), "units": ("kWh",), "kind": "combi", "ways": 1}
    return ProfileRecords(profile=profile, labels=labels, values=values, **facts)


def test_several_profiles_of_two_meters_laid_at_hand_are_the_ones_told(store: Store) -> None:
    told = [
        (7, "P.01", range(DAY, DAY + 9)),
        (7, "P.02", range(DAY + 1, DAY + 3)),
        (8, "P.01", range(DAY, DAY + 2)),
    ]
    keys = [(meter, day) for meter in METERS for day in range(DAY - 1, DAY + 9)]
    with store.begin() as conn:
        for meter, profile, days in told:
            said.tell(
                conn, meter_id=meter, profile=profile, records=records(profile, days, seed=meter), source=AT
            )
    shelf = Shelf()
    with store.read() as conn:
        said.lay_at_hand(conn, profiles=("P.01", "P.02", "P.03"), keys=keys, shelf=shelf)
        for profile in ("P.01", "P.02", "P.03"):
            asked = said.load(conn, profile=profile, keys=keys)
            laid = {key: shelf.said[profile, *key] for key in keys}
            assert {key: one.content_hash for key, one in laid.items() if one is not None} == {
                key: one.content_hash for key, one in asked.items()
            }
            assert len(asked) == sum(len(days) for meter, of, days in told if of == profile)
