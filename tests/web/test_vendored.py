"""Are the files of others exactly those of the manifest, and small enough?"""

import gzip
import hashlib
import tomllib
from pathlib import Path

import pytest

from osos.typesetting import FONTS
from osos.web.assets import SERVED, STATIC, Assets

VENDOR = STATIC / "vendor"
MANIFEST = tomllib.loads((VENDOR / "manifest.toml").read_text("utf-8"))
FACES = ("web", "portal", "console")
LICENCES = {"0BSD", "MIT", "OFL-1.1"}


def _packed(paths: list[Path]) -> int:
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths)


@pytest.mark.parametrize("name", MANIFEST)
def test_a_file_of_others_is_the_one_the_manifest_names(name):
    entry = MANIFEST[name]
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == entry["sha256"]
    assert entry["licence"] in LICENCES
    folder = (VENDOR / name).parent
    assert list(folder.glob("LICENSE*")) or list(folder.glob("OFL*")), "its licence lies beside it"


@pytest.mark.parametrize("name", [name for name, entry in MANIFEST.items() if "changes" in entry])
def test_a_changed_file_is_that_of_others_but_for_the_changes_the_manifest_names(name):
    entry = MANIFEST[name]
    text = (VENDOR / name).read_bytes().decode()
    for theirs, ours in entry["changes"]:
        assert text.count(ours) == 1
        text = text.replace(ours, theirs)
    assert hashlib.sha256(text.encode()).hexdigest() == entry["changed_from"]


def test_no_file_of_others_is_missing_in_the_manifest():
    there = {
        path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.suffix in SERVED - {".txt"}
    }
    assert there == {name for name in MANIFEST if not name.startswith("..")}


def test_what_a_page_loads_stays_within_the_budget():
    rooms = STATIC.parents[1]
    scripts = [path for face in FACES for path in (rooms / face).rglob("*.js")]
    sheets = [path for face in FACES for path in (rooms / face).rglob("*.css")]
    fonts = sum(path.stat().st_size for path in STATIC.rglob("*.woff2"))
    assert _packed(scripts) <= 100_000, "even a page with every script"
    assert sum(path.stat().st_size for path in scripts) <= 200_000
    assert _packed(sheets) <= 20_000
    assert fonts <= 75_000


def test_a_served_name_holds_its_hash_and_sheets_name_hashed_fonts():
    assets = Assets()
    sheet = assets.file(assets.url("tokens.css").removeprefix("/static/"))
    assert sheet is not None
    font = assets.url("vendor/plex-subset/osos-sans-400.woff2")
    assert f"url({font})" in sheet.body.decode()
    assert assets.file("tokens.css") is None  # only under its hashed name


def test_the_program_and_the_fonts_of_documents_ship_with_their_licence():
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text("utf-8")
