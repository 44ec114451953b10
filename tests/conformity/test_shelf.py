"""Are the runs of a folder told apart: whole, cut, edited, going on, and what is none?"""

import threading
from contextlib import closing

import pytest

from osos.conformity import shelf
from osos.conformity.bench import SHORTEST
from osos.conformity.device import Device
from osos.conformity.run_file import RunFile
from osos.conformity.runs import run
from osos.conformity.shelf import Shelf
from osos.conformity.virtual import VirtualWorld, virtual_device

WITHIN_S = 60.0


@pytest.fixture
def folder(tmp_path):
    world = VirtualWorld(virtual_device(Device(kind="1p")))
    run(world, world, world.device, path=tmp_path / "whole.jsonl", groups=["IS"], repeats=SHORTEST)
    return tmp_path


def test_each_file_is_what_it_is(folder):
    data = (folder / "whole.jsonl").read_bytes()
    (folder / "cut.jsonl").write_bytes(data[: data.index(b'"step":"IS-03"') + 20])
    (folder / "edited.jsonl").write_bytes(data.replace(b"waiting", b"passing", 1))
    (folder / "nonsense.jsonl").write_bytes(b"\xff\n\n")
    (folder / "notes.txt").write_text("no run", "utf-8")
    found = {one.name: one for one in Shelf(folder).runs()}
    assert sorted(found) == ["cut", "edited", "nonsense", "whole"]
    assert found["whole"].is_trusted
    assert found["whole"].address == "OSO100000001"
    assert found["cut"].sheet.cut_short
    assert (found["edited"].trouble.reason, found["edited"].is_trusted) == ("edited", False)
    assert found["edited"].sheet is not None  # what stands before the place is shown
    assert found["nonsense"].sheet is None
    assert Shelf(folder).runs()[-1].name == "nonsense"


def test_a_changed_file_is_read_again_and_an_unchanged_one_is_not(folder, monkeypatch):
    read, kept = [], Shelf(folder)
    own = shelf._read
    monkeypatch.setattr(shelf, "_read", lambda path: read.append(path.name) or own(path))
    for _ in range(3):
        assert kept.run("whole").is_trusted
    assert read == ["whole.jsonl"]
    (folder / "whole.jsonl").write_bytes((folder / "whole.jsonl").read_bytes()[:-40])
    assert kept.run("whole").sheet.cut_short
    assert len(read) == 2


def test_a_run_that_is_written_now_goes_on_and_only_its_meter_is_told(folder):
    kept = Shelf(folder)
    with closing(RunFile.go_on(folder / "whole.jsonl")):
        assert kept.run("whole").goes_on
        assert kept.run("whole").sheet.report.results == ()
    assert not kept.run("whole").goes_on


def test_the_list_does_not_wait_for_a_long_file(folder, monkeypatch):
    monkeypatch.setattr(shelf, "AT_ONCE", 100)
    kept = Shelf(folder)
    (first,) = kept.runs()
    assert first.address == "OSO100000001"
    tick = threading.Event()
    for _ in range(int(WITHIN_S / 0.01)):
        (now,) = kept.runs()
        if not now.is_unread:
            break
        assert not now.is_trusted
        tick.wait(0.01)
    assert now.is_trusted


def test_a_name_never_leads_out_of_the_folder(folder):
    kept = Shelf(folder / "below")
    assert kept.runs() == []
    for name in ("../whole", "..", "", "whole.jsonl", "\x00"):
        assert Shelf(folder).run(name) is None
        assert kept.run(name) is None
