"""What do people call the icons of the display? (M-156)"""

from collections.abc import Mapping

from osos.conformity.catalogue import Words

_NAMES: Mapping[str, Words] = {
    "error": Words("Hata uyarı ikonu", "Error icon"),
    "top_cover": Words("Üst kapak açık uyarı ikonu", "Icon: top cover open"),
    "terminal_cover": Words("Klemens kapağı açık uyarı ikonu", "Icon: terminal cover open"),
    "system_battery": Words("Sistem pili ihbarı", "Icon: system battery"),
    "clock_battery": Words("Gerçek zaman saati pili ihbarı", "Icon: clock battery"),
    "clock_fault": Words("Saat hatası ihbarı", "Icon: clock fault"),
    "reading": Words("Sayaç okuma ikonu", "Icon: being read"),
    "magnet": Words("Manyetik alan uyarı ikonu", "Icon: magnetic field"),
    "p": Words("Demant (P) ikonu", "Icon: demand (P)"),
    "flow": Words("Enerji akışı ikonu", "Icon: energy flows"),
    "borc": Words("“borc” yazısı", "The word “borc”"),
    "baS": Words("“baS” yazısı", "The word “baS”"),
    **{f"t{n}": Words(f"T{n} tarife ikonu", f"Icon: tariff T{n}") for n in range(1, 5)},
    **{f"l{n}": Words(f"L{n} gerilim ikonu", f"Icon: voltage L{n}") for n in range(1, 4)},
    **{f"i{n}": Words(f"I{n} akım ikonu", f"Icon: current I{n}") for n in range(1, 4)},
    **{f"i{n}_back": Words(f"I{n} ters akım ikonu", f"Icon: current I{n} reversed") for n in range(1, 4)},
}


def icon_words(name: str) -> Words:
    return _NAMES.get(name) or Words(f"Ekrandaki “{name}” ikonu", f"The icon “{name}” on the display")
