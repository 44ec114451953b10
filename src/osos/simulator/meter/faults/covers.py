"""Which faults has the watch over the covers? (KK, UK)"""

from dataclasses import replace
from typing import TYPE_CHECKING

from osos.simulator.meter.covers import CoverMonth, Opening
from osos.simulator.meter.faults.fault import Fault
from osos.simulator.meter.faults.tools import after
from osos.simulator.meter.settings import Settings
from osos.simulator.meter.spans import changes_to

if TYPE_CHECKING:
    from osos.simulator.meter.snapshot import Snapshot

Openings = list[Opening]
_ARMING_S = 60


def _powered(opening: Opening, shot: "Snapshot") -> bool:
    return shot.timeline.at(opening.second).powered


def _only_powered(found: Openings, shot: "Snapshot") -> Openings:
    return [one for one in found if _powered(one, shot)]


def _second_needs_power(found: Openings, shot: "Snapshot") -> Openings:
    """An opening soon after another is not counted without power."""
    kept: Openings = []
    for one in found:
        if _powered(one, shot) or not kept or _powered(kept[-1], shot):
            kept.append(one)
    return kept


def _not_when_woken(found: Openings, shot: "Snapshot") -> Openings:
    """Not counted while the button keeps an unpowered display awake."""
    return [
        one
        for one in found
        if _powered(one, shot)
        or not any(0 <= one.second - second < 30 for second, _ in shot.timeline.at(one.second).presses)
    ]


def _not_while_arming(found: Openings, shot: "Snapshot") -> Openings:
    left_s = shot.shelf_left_s
    return [one for one in found if left_s is None or not 0 < one.second - left_s < _ARMING_S]


def _not_when_leaving(found: Openings, shot: "Snapshot") -> Openings:
    return [one for one in found if one.second != shot.shelf_left_s]


def _stamped_late(found: Openings, _shot: "Snapshot") -> Openings:
    return [one if one.minute is None else replace(one, minute=one.minute + 60) for one in found]


def _counted_once(found: CoverMonth, _row: int, _shot: "Snapshot") -> CoverMonth:
    return replace(found, count=min(1, found.count))


def _last_not_first(found: CoverMonth, row: int, shot: "Snapshot") -> CoverMonth:
    return replace(found, minute=shot.openings[-1].minute) if found.count > 1 and row == 0 else found


def _gone_after_power(found: CoverMonth, row: int, shot: "Snapshot") -> CoverMonth:
    last = shot.openings[-1].second if shot.openings else 0
    returned = shot.settings.powered and shot.settings.power_changed_s > last
    return CoverMonth() if row == 0 and returned else found


def _gone_when_read(found: CoverMonth, row: int, shot: "Snapshot") -> CoverMonth:
    last = shot.openings[-1].second if shot.openings else 0
    return CoverMonth() if row == 0 and shot.settings.cover_read_s > last else found


def _open_month_empty(found: CoverMonth, row: int, shot: "Snapshot") -> CoverMonth:
    """A cover open over a month end leaves no trace in the new month."""
    at = len(shot.closings) - row
    after_s = shot.closings[at - 1].second if at > 0 else 0
    begun = bool(at > 0) and shot.timeline.at(after_s).rig.terminal_open
    if not begun or shot.timeline.at(after_s).powered:
        return found
    within = [one for one in shot.openings if one.second > after_s]
    return CoverMonth(within[0].minute, len(within)) if within and row == 0 else CoverMonth()


def _closed_month_kept(found: CoverMonth, row: int, shot: "Snapshot") -> CoverMonth:
    """An unpowered month end does not begin 96.71 anew."""
    if row or found.count or not shot.closings or not shot.openings:
        return found
    last = shot.openings[-1]
    unpowered = not shot.timeline.at(shot.closings[-1].second).powered
    return CoverMonth(last.minute, 1) if unpowered else found


def _records_on_the_shelf(found: CoverMonth, row: int, shot: "Snapshot") -> CoverMonth:
    if shot.shelf_left_s is not None or row:
        return found
    changes = changes_to(shot.timeline, shot.second)
    opened = [one for one in changes if one.after.rig.terminal_open and not one.before.rig.terminal_open]
    return CoverMonth(opened[0].minute, len(opened)) if opened else found


def _shelf_month(found: CoverMonth, row: int, shot: "Snapshot") -> CoverMonth:
    """A month end with the cover open is recorded, on the shelf too."""
    if shot.shelf_left_s is not None or row or not shot.closings:
        return found
    last = shot.closings[-1]
    return CoverMonth(last.wall_minute, 1) if shot.timeline.at(last.second).rig.terminal_open else found


def _on_after_shelf(shown: str, shot: "Snapshot") -> str:
    """The icon lights when detection arms, whatever the cover does."""
    left_s = shot.shelf_left_s
    armed = left_s is not None and shot.settings.cover_read_s <= left_s  # not yet read since then
    return "on" if shown == "off" and armed else shown


def _shelf_icon_stays(shown: str, shot: "Snapshot") -> str:
    opened = any(one.after.rig.terminal_open for one in changes_to(shot.timeline, shot.second))
    return "on" if shown == "off" and shot.shelf_left_s is None and opened else shown


def _off_when_closed(shown: str, _shot: "Snapshot") -> str:
    return "off" if shown == "on" else shown


def _steady(shown: str, _shot: "Snapshot") -> str:
    return "on" if shown == "blink" else shown


def _kept_when_read(shown: str, shot: "Snapshot") -> str:
    return "on" if shown == "off" and shot.openings else shown


def _top_unpowered(found: Opening | None, shot: "Snapshot") -> Opening | None:
    return found if found and _powered(found, shot) else None


def _top_powered(found: Opening | None, shot: "Snapshot") -> Opening | None:
    return found if found and not _powered(found, shot) else None


def _top_late(found: Opening | None, _shot: "Snapshot") -> Opening | None:
    return replace(found, minute=found.minute + 60) if found and found.minute is not None else found


def _top_last(found: Opening | None, shot: "Snapshot") -> Opening | None:
    opened = [
        Opening(one.second, one.minute)
        for one in changes_to(shot.timeline, shot.second)
        if one.after.rig.top_open and not one.before.rig.top_open
    ]
    return opened[-1] if opened else found


def _top_until_reset(found: Opening | None, shot: "Snapshot") -> Opening | None:
    last = shot.closings[-1].second if shot.closings else 0
    return found if found and found.second > last else None


def _closed_by_reset(found: Settings, _before: Settings, second: int) -> Settings:
    """A demand reset counts as a read: the icon goes off."""
    return replace(found, cover_read_s=second)


FAULTS = (
    Fault(
        name="terminal-cover-recorded-on-the-shelf",
        breaks="M-121",
        step="KK-01",
        also=("KK-02", "KK-03"),
        tr="Raf modunda klemens kapağı açılması 96.71'e yazılır",
        en="96.71 records openings in shelf mode",
        hooks=(("cover_month", _records_on_the_shelf),),
    ),
    Fault(
        name="terminal-cover-icon-stays-on-the-shelf",
        breaks="M-121",
        step="KK-01",
        tr="Raf modunda kapak kapanınca simge sönmez",
        en="in shelf mode the icon stays on when the cover is closed",
        hooks=(("cover_icon", _shelf_icon_stays),),
    ),
    Fault(
        name="terminal-cover-month-recorded-on-the-shelf",
        breaks="M-121",
        step="KK-02",
        tr="Raf modunda kapak açıkken ay değişimi 96.71'e yazılır",
        en="in shelf mode a month end with the cover open is recorded",
        hooks=(("cover_month", _shelf_month),),
    ),
    Fault(
        name="terminal-cover-icon-on-when-armed",
        breaks="M-121",
        step="KK-03",
        tr="Raf modu bitince simge kapak açılmadan yanar",
        en="the icon lights when shelf mode ends, though the cover is closed",
        hooks=(("cover_icon", _on_after_shelf),),
    ),
    Fault(
        name="terminal-cover-stamped-an-hour-late",
        breaks="M-122",
        step="KK-04",
        also=("KK-09", "KK-14", "AS-05", "SB-05"),
        tr="Klemens kapağının açılma zamanı bir saat geç yazılır",
        en="the opening of the terminal cover is stamped an hour late",
        hooks=(("openings", _stamped_late),),
    ),
    Fault(
        name="terminal-cover-icon-does-not-blink",
        breaks="M-123",
        step="KK-04",
        # On the bench's supply and at a month's end the same icon is looked at again.
        also=(
            "KK-06",
            "KK-07",
            "KK-09",
            "KK-10",
            "KK-13",
            "KK-14",
            "KK-15",
            "AS-05",
            "SB-05",
            "HB-01",
            "HB-02",
        ),
        tr="Kapak açıkken simge yanıp sönmez",
        en="the icon does not blink while the cover is open",
        hooks=(("cover_icon", _steady),),
    ),
    Fault(
        name="terminal-cover-icon-off-when-closed",
        breaks="M-123",
        step="KK-05",
        also=("KK-01", "KK-07", "KK-08", "AS-05", "SB-05"),
        tr="Kapak kapanınca simge söner",
        en="the icon goes off when the cover is closed",
        hooks=(("cover_icon", _off_when_closed),),
    ),
    Fault(
        name="terminal-cover-counted-once",
        breaks="M-122",
        step="KK-06",
        also=("KK-10", "KK-13", "AS-05", "SB-05"),
        tr="Sonraki açılmalar sayılmaz",
        en="later openings are not counted",
        hooks=(("cover_month", _counted_once),),
    ),
    Fault(
        name="terminal-cover-keeps-the-last-stamp",
        breaks="M-122",
        step="KK-06",
        also=("KK-10", "KK-13"),
        tr="96.71 ilk değil son açılmayı gösterir",
        en="96.71 shows the last opening, not the first",
        hooks=(("cover_month", _last_not_first),),
    ),
    Fault(
        name="terminal-cover-icon-stays-when-read",
        breaks="M-123",
        step="KK-07",
        tr="Optik porttan okununca simge sönmez",
        en="the icon stays on when read over the optical port",
        hooks=(("cover_icon", _kept_when_read),),
    ),
    Fault(
        name="terminal-cover-erased-when-read",
        breaks="M-122",
        step="KK-07",
        also=("AS-05", "SB-05"),  # they read the month of the cover as well
        tr="Optik porttan okunması 96.71'i siler",
        en="a read over the optical port erases 96.71",
        hooks=(("cover_month", _gone_when_read),),
    ),
    Fault(
        name="terminal-cover-erased-by-a-power-cut",
        breaks="M-74",
        step="KK-08",
        also=(
            "EG-07",
            "AS-05",
        ),
        tr="Enerji gidip gelince 96.71 silinir",
        en="a power cut erases 96.71",
        hooks=(("cover_month", _gone_after_power),),
    ),
    Fault(
        name="terminal-cover-not-seen-unpowered",
        breaks="M-122",
        step="KK-09",
        also=("KK-10", "KK-11", "KK-13", "AS-05"),
        tr="Enerjisizken açılan kapak algılanmaz",
        en="an opening without power is not seen",
        hooks=(("openings", _only_powered),),
    ),
    Fault(
        name="terminal-cover-second-opening-lost-unpowered",
        breaks="M-122",
        step="KK-10",
        also=("KK-13",),
        tr="Enerjisizken ikinci açılma sayılmaz",
        en="a second opening without power is not counted",
        hooks=(("openings", _second_needs_power),),
    ),
    Fault(
        name="terminal-cover-open-month-lost-unpowered",
        breaks="M-124",
        step="KK-11",
        also=("AS-05", "SB-05"),
        tr="Enerjisizken kapak açık ay değişince 96.71 boş kalır",
        en="an unpowered month end with the cover open leaves 96.71 empty",
        hooks=(("cover_month", _open_month_empty),),
    ),
    Fault(
        name="terminal-cover-month-not-begun-anew-unpowered",
        breaks="M-124",
        step="KK-12",
        also=("AS-05", "KK-09", "SB-05"),
        tr="Enerjisiz ay sonunda 96.71 sıfırlanmaz",
        en="an unpowered month end does not begin 96.71 anew",
        hooks=(("cover_month", _closed_month_kept),),
    ),
    Fault(
        name="terminal-cover-not-counted-when-woken",
        breaks="M-122",
        step="KK-13",
        tr="Butonla uyandırılmışken açılma sayılmaz",
        en="an opening is not counted while the button keeps the meter awake",
        hooks=(("openings", _not_when_woken),),
    ),
    Fault(
        name="terminal-cover-not-seen-while-arming",
        breaks="M-121",
        step="KK-14",
        tr="Algılama, raf modu bittikten bir dakika sonra başlar",
        en="detection begins a minute after shelf mode ends",
        hooks=(("openings", _not_while_arming),),
    ),
    Fault(
        name="terminal-cover-open-at-the-end-of-shelf-mode-unseen",
        breaks="M-121",
        step="KK-15",
        also=("KK-01",),
        tr="Raf modu biterken zaten açık olan kapak uyarı vermez",
        en="a cover that is open when shelf mode ends is not warned of",
        hooks=(
            ("openings", _not_when_leaving),
            ("cover_icon", lambda shown, shot: "off" if not shot.openings else shown),
        ),
    ),
    Fault(
        name="top-cover-not-seen-unpowered",
        breaks="M-125",
        step="UK-01",
        also=("UK-02",),
        tr="Enerjisizken açılan üst kapak kaydedilmez",
        en="an opening of the top cover without power is not recorded",
        hooks=(("top_opened", _top_unpowered),),
    ),
    Fault(
        name="top-cover-stamped-an-hour-late",
        breaks="M-125",
        step="UK-01",
        also=("UK-03",),
        tr="Üst kapağın açılma zamanı bir saat geç yazılır",
        en="the opening of the top cover is stamped an hour late",
        hooks=(("top_opened", _top_late),),
    ),
    Fault(
        name="top-cover-keeps-the-last-opening",
        breaks="M-125",
        step="UK-02",
        also=("UK-04",),
        tr="96.70 ilk değil son açılmayı gösterir",
        en="96.70 shows the last opening, not the first",
        hooks=(("top_opened", _top_last),),
    ),
    Fault(
        name="top-cover-not-seen-powered",
        breaks="M-125",
        step="UK-03",
        also=("UK-04", "EG-07", "AS-06", "SB-06"),
        tr="Enerjili sayaçta açılan üst kapak kaydedilmez",
        en="an opening of the top cover of a powered meter is not recorded",
        hooks=(("top_opened", _top_powered),),
    ),
    Fault(
        name="top-cover-erased-by-a-month-end",
        breaks="M-125",
        step="UK-04",
        also=("AS-06", "SB-06", "EG-07"),
        tr="Ay sonu 96.70'i siler",
        en="a month end erases 96.70",
        hooks=(("top_opened", _top_until_reset),),
    ),
    Fault(
        name="terminal-cover-icon-cleared-by-a-reset",
        breaks="M-123",
        step="SB-05",
        tr="Elle sıfırlama klemens kapağı simgesini söndürür",
        en="a reset by hand puts the terminal cover icon off",
        hooks=after("reset", _closed_by_reset),
    ),
)
