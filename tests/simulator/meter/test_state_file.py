"""Does a state file hold the old state or the new one, wherever the power fails? (M-44, M-74, M-180)"""

import errno
import os
from datetime import timedelta

import pytest

from osos.simulator.meter import VirtualMeter
from osos.simulator.meter.state_file import StateFile


class PowerFailsAt:
    """Writes so many bytes in all, then no more."""

    def __init__(self, byte: int) -> None:
        self.left = byte

    def __call__(self, handle: int, data: bytes) -> int:
        if not self.left:
            raise OSError(errno.EIO, "the power is gone")
        done = os.write(handle, data[: self.left])
        self.left -= done
        return done


@pytest.fixture
def one(meter, same_day):
    return meter("combi", 2, load=same_day)


def test_every_change_is_in_the_file_before_it_is_acknowledged(one, same_day, local, tmp_path):  # M-44
    kept = StateFile(tmp_path / "meter.state")
    kept.keeps(one)
    at = local(2026, 2, 3, 12)
    one.rig(at=at, terminal_open=True)
    assert one.write("0.8.4", "30*min", port="optical", at=at, trusted=True)
    again = VirtualMeter.restore(one.spec, same_day, kept.read())
    assert again.settings(at) == one.settings(at)
    assert again.packet("0", at=at + timedelta(days=2)) == one.packet("0", at=at + timedelta(days=2))


def test_a_power_cut_in_mid_write_leaves_the_old_state_whole(one, same_day, local, tmp_path):  # M-74
    path, at = tmp_path / "meter.state", local(2026, 2, 3, 12)
    StateFile(path).put(old := one.save())
    one.rig(at=at, terminal_open=True)
    new = one.save()
    for byte in range(len(new)):
        with pytest.raises(OSError, match="power"):
            StateFile(path, write=PowerFailsAt(byte)).put(new)
        assert path.read_bytes() == old
    StateFile(path, write=PowerFailsAt(len(new))).put(new)
    assert path.read_bytes() == new
    assert VirtualMeter.restore(one.spec, same_day, new).settings(at).rig.terminal_open


class PowerFailsBehind(StateFile):
    """The new state is in its place; the power fails before the folder was made sure of."""

    def _make_sure_of_the_folder(self) -> None:
        raise OSError(errno.EIO, "the power is gone")


def test_a_power_cut_around_the_putting_in_place_leaves_one_state_whole(
    one, same_day, local, tmp_path
):  # M-74
    path, at = tmp_path / "meter.state", local(2026, 2, 3, 12)
    StateFile(path).put(old := one.save())
    one.rig(at=at, terminal_open=True)
    new = one.save()
    (tmp_path / "meter.state.new").write_bytes(new)  # all of it written, and not yet put in its place
    assert StateFile(path).read() == old
    with pytest.raises(OSError, match="power"):
        PowerFailsBehind(path).put(new)
    assert StateFile(path).read() == new
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_could_not_be_kept_is_not_acknowledged(one, local, tmp_path):  # M-44
    path, at = tmp_path / "meter.state", local(2026, 2, 3, 12)
    one.rig(at=at, terminal_open=True)
    StateFile(path).put(one.save())
    kept = StateFile(path, write=PowerFailsAt(10))
    one.keep(lambda: kept.put(one.save()))
    with pytest.raises(OSError, match="power"):
        one.write("0.8.4", "30*min", port="optical", at=at, trusted=True)


def test_a_thousand_acts_make_a_small_state(one, local):
    at = local(2026, 2, 3, 12)
    for number in range(1000):
        one.rig(at=at + timedelta(minutes=number), magnet_mt=number % 2 * 500)
    assert len(one.save()) < 800_000
