# ruff: noqa: ARG001  # a hook takes all that its place tells
"""Which faults has the load profile? (YP)"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from osos.simulator.meter.faults.fault import Fault
from osos.simulator.meter.faults.tools import Hooks, reads_as, refuses, says, takes
from osos.simulator.meter.timeline import Timeline

if TYPE_CHECKING:
    from osos.simulator.meter.profile import Piece, Profile, ProfileRows

_CODE = "0.8.4"
_DAYS_100 = 100 * 96


def _rows(pick: Callable[["ProfileRows"], NDArray[np.intp] | NDArray[np.bool_]]) -> Hooks:
    def hook(found: "ProfileRows", _profile: "Profile", _name: str) -> "ProfileRows":
        which = pick(found)
        return replace(found, labels=found.labels[which], values=found.values[which])

    return (("records", hook),)


def _reversed(found: "ProfileRows") -> NDArray[np.intp]:
    return np.arange(len(found.labels))[::-1]


def _without_ends(found: "ProfileRows") -> NDArray[np.intp]:
    return np.arange(len(found.labels))[1:-1]


def _with_load(found: "ProfileRows", _profile: "Profile", name: str) -> "ProfileRows":
    """A record of P.01 whose 1.8.0 did not move is not stored."""
    if name != "P.01" or len(found.labels) < 2:
        return found
    moved = np.diff(found.values[:, 0], prepend=found.values[0, 0] - 1) != 0
    return replace(found, labels=found.labels[moved], values=found.values[moved])


def _labelled_by_start(found: "ProfileRows", profile: "Profile", _name: str) -> "ProfileRows":
    return replace(found, labels=found.labels - 15)


def _columns_turned(found: "ProfileRows", _profile: "Profile", _name: str) -> "ProfileRows":
    turned = found.values.copy()
    if turned.shape[1] > 1:
        turned[:, [0, 1]] = turned[:, [1, 0]]
    return replace(found, values=turned)


def _consumption(found: "ProfileRows", _profile: "Profile", _name: str) -> "ProfileRows":
    """What was used since the last record stands where the register should."""
    if len(found.labels) < 2 or ".8." not in found.columns[0]:
        return found
    values = found.values.copy()
    values[:, 0] = np.diff(found.values[:, 0], prepend=found.values[0, 0])
    return replace(found, values=values)


def _since_the_change(pieces: list["Piece"], timeline: Timeline) -> list["Piece"]:
    """A new period erases what was stored under the old one."""
    last = pieces[-1].settings.profile_min if pieces else 0
    return [piece for piece in pieces if piece.settings.profile_min == last]


def _no_cuts(pieces: list["Piece"], _timeline: Timeline) -> list["Piece"]:
    return [piece for piece in pieces if piece.end_s is None]


def _none_yet(pieces: list["Piece"], _timeline: Timeline) -> list["Piece"]:
    """Recording begins a day after the first power-up."""
    begun = pieces[0].first + 1440 if pieces else 0
    return [replace(piece, first=max(piece.first, begun)) for piece in pieces if piece.last >= begun]


FAULTS = (
    Fault(
        name="profile-period-reads-30",
        breaks="M-100",
        step="YP-01",
        tr="0.8.4 fabrikadan 30 dakika okunur",
        en="0.8.4 reads 30 min as it leaves the factory",
        hooks=says(_CODE, "(30*min)", when=lambda shot: shot.settings.profile_min == 15),
    ),
    Fault(
        name="profile-begins-after-a-day",
        breaks="M-100",
        step="YP-02",
        also=("YP-07", "YP-08", "YP-09", "YP-10", "YP-11", "YP-12"),
        tr="Yük profili ilk gün oluşmaz",
        en="no load profile is formed on the first day",
        hooks=(("kept", _none_yet),),
    ),
    Fault(
        name="profile-period-changed-with-the-cover-closed",
        breaks="M-47",
        step="YP-03",
        tr="Yük profili periyodu klemens kapağı kapalıyken değişir",
        en="the profile period can be changed with the terminal cover closed",
        hooks=takes(_CODE, without="cover_fits", when=lambda attempt: attempt.port == "optical"),
    ),
    Fault(
        name="profile-period-changed-without-the-password",
        breaks="M-47",
        step="YP-04",
        tr="Yük profili periyodu yanlış şifreyle değişir",
        en="the profile period can be changed with a wrong password",
        hooks=takes(_CODE, without="trusted"),
    ),
    Fault(
        name="profile-period-45-is-taken",
        breaks="M-55",
        step="YP-05",
        tr="45 dakikalık yük profili periyodu kabul edilir",
        en="a profile period of 45 min is accepted",
        hooks=reads_as(_CODE, lambda _: "30*min"),
    ),
    Fault(
        name="profile-period-60-is-refused",
        breaks="M-55",
        step="YP-06",
        tr="60 dakikalık yük profili periyodu reddedilir",
        en="a profile period of 60 min is refused",
        hooks=refuses(_CODE, when=lambda attempt: attempt.argument.startswith("60")),
    ),
    Fault(
        name="profile-erased-by-a-new-period",
        breaks="M-106",
        step="YP-07",
        tr="Yeni periyot eski kayıtları siler",
        en="a new period erases the records before it",
        hooks=(("kept", _since_the_change),),
    ),
    Fault(
        name="profile-holds-100-days",
        breaks="M-104",
        step="YP-08",
        tr="Yük profili 180 değil 100 gün saklar",
        en="the load profile holds 100 days, not 180",
        numbers={"records_kept": _DAYS_100},
    ),
    Fault(
        name="profile-query-leaves-out-its-ends",
        breaks="M-107",
        step="YP-09",
        also=("YP-02", "YP-07", "YP-08", "YP-11", "YP-12"),
        tr="İki tarih arası sorguda ilk ve son kayıt gelmez",
        en="a query between two dates leaves out the first and last record",
        hooks=_rows(_without_ends),
    ),
    Fault(
        name="profile-comes-newest-first",
        breaks="M-107",
        step="YP-10",
        also=("YP-02", "YP-07", "YP-08", "YP-09", "YP-11", "YP-12"),
        tr="Kayıtlar yeniden eskiye gelir",
        en="records come newest first",
        hooks=_rows(_reversed),
    ),
    Fault(
        name="profile-columns-are-turned",
        breaks="M-101",
        step="YP-10",
        also=("YP-02", "YP-07", "YP-08"),
        tr="İlk iki sütun yer değiştirmiştir",
        en="the first two columns have changed places",
        hooks=(("records", _columns_turned),),
    ),
    Fault(
        name="profile-holds-consumption",
        breaks="M-102",
        step="YP-07",
        also=("YP-02", "YP-08", "YP-09", "YP-10", "YP-12"),
        tr="Kayıtlarda endeks yerine periyot tüketimi vardır",
        en="records hold the consumption of the period, not the register",
        hooks=(("records", _consumption),),
    ),
    Fault(
        name="profile-labelled-by-the-start",
        breaks="M-100",
        step="YP-07",
        also=("YP-02", "YP-08", "YP-09", "YP-10", "YP-11", "YP-12"),
        tr="Kayıt etiketi periyodun sonu değil 15 dakika öncesidir",
        en="a record is labelled a quarter of an hour early",
        hooks=(("records", _labelled_by_start),),
    ),
    Fault(
        name="profile-has-no-record-of-a-cut",
        breaks="M-105",
        step="YP-11",
        tr="Kesinti anında kayıt oluşmaz",
        en="no record is stored at the moment of a power cut",
        hooks=(("kept", _no_cuts),),
    ),
    Fault(
        name="profile-skips-idle-periods",
        breaks="M-105",
        step="YP-12",
        tr="Yük yokken kayıt oluşmaz",
        en="no records are stored while there is no load",
        hooks=(("records", _with_load),),
    ),
)
