"""How often is a block taken apart for one page? Once, however many of the page's figures need it."""

import pytest

from osos.mdm import said
from osos.mdm.shelf import Shelf

DAYS_OF_THE_MONTH = 21 + 1  # until NOW, and the day before, whose last record is the first edge


@pytest.fixture
def unpacked(monkeypatch):
    """How many blocks as said the pages that are asked for take apart, by their key."""
    counted = []
    usual = said._load

    def counting(conn, profile, wanted):
        found = usual(conn, profile, wanted)
        counted.extend((profile, *key) for key in found)
        return found

    monkeypatch.setattr(said, "_load", counting)
    return counted


@pytest.mark.parametrize(
    ("screen", "most"),
    [
        ("overview", DAYS_OF_THE_MONTH + 2),  # and the day of the month before that is cut at this minute
        ("hourly", DAYS_OF_THE_MONTH),
        ("hourly.xlsx", DAYS_OF_THE_MONTH),
        ("profile", 3 * 8),  # three profiles of a week
        ("monthly", 4),
    ],
)
def test_a_page_takes_each_block_apart_once(panel, city, unpacked, screen, most):
    got = panel(city.company).get(f"/p/{city.points['factory']}/{screen}")
    assert got.status_code == 200
    assert len(unpacked) == len(set(unpacked)), "the same block twice"
    assert len(unpacked) <= most


def test_what_lies_on_the_shelf_is_what_is_loaded(city_store):
    with city_store.read() as conn:
        (meter_id, day) = conn.execute(
            said.select(said.said_blocks.c.meter_id, said.said_blocks.c.day).limit(1)
        ).one()
        keys = [(meter_id, day + n) for n in range(12)]
        shelf = Shelf()
        fresh = said.load(conn, profile="P.01", keys=keys)
        for _ in range(2):
            kept = said.load(conn, profile="P.01", keys=keys, shelf=shelf)
            assert {key: one.content_hash for key, one in kept.items()} == {
                key: one.content_hash for key, one in fresh.items()
            }
            for key, one in kept.items():
                assert one.block.content_hash() == fresh[key].block.content_hash()
        assert shelf.unpacked == len(fresh)
