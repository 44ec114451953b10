"""How is the place where a number is written said, in Turkish and in English?"""

from osos.mdm.derive.charges import GUIDE_SOURCE

_RULE, _METHODOLOGY = "EPDK 5999/3 art. 13", "Kayıp Katsayıları Metodolojisi"

# What a source begins with, and what stands in its place; the rest of it, dates and numbers, stays.
_LAWS = (
    (
        f"{_RULE}, regulation.md (f2); another source says 15 kW: a setting",
        (
            "EPDK 5999/3, madde 13; başka bir kaynak 15 kW der, ayardır",
            f"{_RULE}; elsewhere 15 kW: a setting",
        ),
    ),
    (f"{_RULE}, regulation.md (f2)", ("EPDK 5999/3, madde 13", "EPDK 5999/3, article 13")),
    (
        GUIDE_SOURCE,
        (
            "sayaç kılavuzu: gece %50, gündüz %5 daha ucuz, puant %50 daha pahalı; fiyat değil, oran",
            "meter guide: night 50 %, day 5 % cheaper, peak 50 % dearer; proportions, not prices",
        ),
    ),
    (
        "regulation (f2): T1 06-17, T2 17-22, T3 22-06; M-80",
        ("tarife saatleri: T1 06–17, T2 17–22, T3 22–06", "tariff hours: T1 06–17, T2 17–22, T3 22–06"),
    ),
    (
        "regulation (b4): energy of the rate × coefficient of that hour",
        (
            "profille uzlaştırma: dilimin enerjisi × o saatin katsayısı",
            "profile settlement: energy of the rate × coefficient of that hour",
        ),
    ),
    (_METHODOLOGY, (_METHODOLOGY, f"{_METHODOLOGY} (loss coefficients)")),
)


def law_said(source: str, language: str) -> str:
    """A source nobody has put into words stands as it is."""
    for begins, said in _LAWS:
        if source.startswith(begins):
            return said[language != "tr"] + source.removeprefix(begins)
    return source
