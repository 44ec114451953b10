"""In which words is a person asked to do an act? (T-21)"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from osos.conformity.catalogue import Words
from osos.conformity.device import SHELF, SHELF_2, SHELF_3, TESTED
from osos.conformity.rig import Act

Facts = Mapping[str, Any]

_SAMPLES = {
    TESTED: Words("deney numunesini (Numune 1)", "the tested sample (sample 1)"),
    SHELF: Words("raf modundaki numuneyi (Numune 2)", "the sample in shelf mode (sample 2)"),
    SHELF_2: Words("raf modundaki ikinci numuneyi (Numune 3)", "the second sample in shelf mode (sample 3)"),
    SHELF_3: Words("raf modundaki bir başka numuneyi", "one more sample in shelf mode"),
}
_COVERS = {"terminal": Words("Klemens kapağını", "terminal cover"), "top": Words("Üst kapağı", "top cover")}
_BATTERIES = {
    "clock": Words("Saat pilini", "clock battery"),
    "system": Words("Sistem pilini", "system battery"),
}


def sentences(act: Act, before: Facts | None) -> list[Words]:
    """What to do, one sentence a hand movement; none where everything already is as asked.

    `before`: what lay on the terminals until now, None before the first time.
    """
    if act.name == "lines":
        return list(_lines(act.facts, before))
    return [_SINGLE[act.name](act.facts)]


def _sample(facts: Facts) -> Words:
    name = _SAMPLES.get(facts["name"], Words(facts["name"], facts["name"]))
    return Words(
        f"Düzeneğe {name.tr} bağlayın, kapaklarını kapatın ({facts['purpose']}).",
        f"Put {name.en} on the bench and close its covers ({facts['purpose']}).",
    )


def _cover(facts: Facts) -> Words:
    which = _COVERS[facts["which"]]
    if facts["open"]:
        return Words(f"{which.tr} açın.", f"Open the {which.en}.")
    return Words(f"{which.tr} kapatın.", f"Close the {which.en}.")


def _button(facts: Facts) -> Words:
    if facts["held_s"] < 1:
        return Words("Butona kısa basın.", "Press the button briefly.")
    held = _number(facts["held_s"])
    return Words(f"Butonu {held[0]} saniye basılı tutun.", f"Hold the button down for {held[1]} s.")


def _reset_button(_: Facts) -> Words:
    return Words("Mühürlü sıfırlama butonuna basın.", "Press the sealed reset button.")


def _magnet(facts: Facts) -> Words:
    if not facts["mt"]:
        return Words("Mıknatısı sayaçtan uzaklaştırın.", "Take the magnet away.")
    return Words(
        f"Sayaca {facts['mt']} mT mıknatıs tutun.", f"Hold a magnet of {facts['mt']} mT to the meter."
    )


def _battery(facts: Facts) -> Words:
    which = _BATTERIES[facts["which"]]
    if facts["fitted"]:
        return Words(f"{which.tr} takın.", f"Put the {which.en} in.")
    return Words(f"{which.tr} çıkarın.", f"Take the {which.en} out.")


def _external(facts: Facts) -> Words:
    volts = facts["volts"]
    if not volts:
        return Words("Harici beslemeyi kesin.", "Cut the external supply.")
    return Words(
        f"Harici besleme girişine {volts} V DC verin.", f"Put {volts} V DC on the external supply input."
    )


_SINGLE: dict[str, Callable[[Facts], Words]] = {
    "sample": _sample,
    "cover": _cover,
    "button": _button,
    "reset-button": _reset_button,
    "magnet": _magnet,
    "battery": _battery,
    "external": _external,
}


def _lines(now: Facts, before: Facts | None) -> Iterator[Words]:
    """Only what changes, phases alike in one sentence; the whole where nothing is known."""
    was: Facts = before or {}
    for name, say in _BY_PHASE.items():
        for value, phases in _changed(name, now, was).items():
            yield say(", ".join(f"L{phase}" for phase in phases), value)
    if now["swapped"] != was.get("swapped", False):
        yield _swap(now["swapped"])
    if now["shifted"] != was.get("shifted", 0):
        yield _shift(now["shifted"])


def _changed(name: str, now: Facts, was: Facts) -> dict[Any, list[int]]:
    """The phases to act on, by what they are to have."""
    old, found = was.get(name), dict[Any, list[int]]()
    for phase, value in enumerate(now[name]):
        if name == "degrees" and not now["amps_ma"][phase]:
            continue  # no current, no angle
        started = name == "degrees" and old is not None and not was["amps_ma"][phase]
        is_usual = old is None and name.startswith("reversed") and not value
        if not is_usual and (old is None or started or old[phase] != value):
            found.setdefault(value, []).append(phase + 1)
    return found


def _voltage(phase: str, dv: int) -> Words:
    if not dv:
        return Words(f"{phase} gerilimini kesin.", f"Cut the voltage of {phase}.")
    tr, en = _number(dv / 10)
    return Words(f"{phase} gerilimini {tr} V yapın.", f"Set the voltage of {phase} to {en} V.")


def _current(phase: str, ma: int) -> Words:
    if not ma:
        return Words(f"{phase} akımını kesin.", f"Cut the current of {phase}.")
    tr, en = _number(ma / 1000)
    return Words(f"{phase} akımını {tr} A yapın.", f"Set the current of {phase} to {en} A.")


def _angle(phase: str, degrees: int) -> Words:
    side = Words("endüktif", "lagging") if degrees >= 0 else Words("kapasitif", "leading")
    return Words(
        f"{phase} akımının açısını {abs(degrees)}° {side.tr} yapın.",
        f"Set the current of {phase} to {abs(degrees)}° {side.en}.",
    )


def _reversed_current(phase: str, reversed_: bool) -> Words:
    if reversed_:
        return Words(f"{phase} akımının yönünü ters çevirin.", f"Reverse the current of {phase}.")
    return Words(f"{phase} akımının yönünü düzeltin.", f"Put the current of {phase} right again.")


def _reversed_voltage(phase: str, reversed_: bool) -> Words:
    if reversed_:
        return Words(f"{phase} gerilimini nötr ile yer değiştirin.", f"Swap {phase} and neutral.")
    return Words(f"{phase} ve nötrü düzeltin.", f"Put {phase} and neutral right again.")


_BY_PHASE: dict[str, Callable[[str, Any], Words]] = {
    "volts_dv": _voltage,
    "amps_ma": _current,
    "degrees": _angle,
    "reversed_current": _reversed_current,
    "reversed_voltage": _reversed_voltage,
}


def _swap(swapped: bool) -> Words:
    if swapped:
        return Words(
            "L2 ve L3 fazlarını akımlarıyla birlikte yer değiştirin.",
            "Swap L2 and L3, their currents with them.",
        )
    return Words("L2 ve L3 fazlarını düzeltin.", "Put L2 and L3 right again.")


def _shift(places: int) -> Words:
    if not places:
        return Words(
            "Akımları kendi fazlarına geri bağlayın.", "Connect each current to its own phase again."
        )
    return Words(
        f"Her akımı {places} sonraki faza kaydırın.", f"Move every current {places} phase(s) further."
    )


def _number(value: float) -> tuple[str, str]:
    """Turkish and English."""
    told = f"{value:.3f}".rstrip("0").rstrip(".")
    return told.replace(".", ","), told
