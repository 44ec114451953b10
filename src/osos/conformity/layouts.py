"""Of which form must the text behind a code be? (M-38, Ek-C)"""

from functools import cache

from osos.meters import Entry

_STAMP = r"\d\d-\d\d-\d\d,\d\d:\d\d"
_PATTERNS = {
    "serial": r"\(\d{9}\)",
    "text": r"\([^()]+\)",
    "version2": r"\(V\d\d\.\d\d\)",
    "time": r"\(\d\d:\d\d:\d\d\)",
    "date": r"\(\d\d-\d\d-\d\d\)",
    "weekday": r"\([1-7]\)",
    "demand": rf"\(\d{{3}}\.\d{{3}}\*kW\)\({_STAMP}\)",
    "power": r"\(\d{3}\.\d{3}\*kW\)",
    "u1": r"\(\d{3}\.\d\)",
    "i1": r"\(\d{3}\.\d\)",
    "freq": r"\(\d\d\.\d\)",
    "cos": r"\(\d\.\d\d\)",
    "stamp": rf"\({_STAMP}\)",
    "stamp_count": rf"\({_STAMP}\)\(\d\d\)",
    "span": rf"\({_STAMP};{_STAMP}\)",
    "count2": r"\(\d\d\)",
    "count4": r"\(\d{4}\)",
    "count_minutes": r"\(\d\d\)\(\d{5}\*min\)",
    "period": r"\(\d\d\*min\)",
    "seconds": r"\(\d{3}\*sec\)",
    "flag": r"\([01]\)",
    "hours32": r"\(\d{32}\)",
    "slices8": r"\(\d{8}\)",
    "dst": rf"\([+-]\d\d:\d\d,{_STAMP};{_STAMP}\)",
    "bits64": r"\([01]{64}\)",
    "lp_content2": r"\([0-9.]+(?:,[0-9.]+)*\)",
}


@cache
def layout_pattern(entry: Entry) -> str | None:
    """None: the catalogue tells no form for it."""
    if entry.layout == "energy":
        return rf"\(\d{{6}}\.\d{{3}}\*{entry.unit}\)"
    return _PATTERNS.get(entry.layout)
