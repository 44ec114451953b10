"""What is made ready before the first reader comes, so that he does not wait for it?"""

import gc
from collections.abc import Sequence
from datetime import date

from osos.web.formats import Formats
from osos.web.pages import Pages
from osos.web.screens import Screen
from osos.web.words import LANGUAGES

SELDOM = (10_000, 20, 50)  # Python collects after 700, 10, 10
A_MONDAY = date(2026, 1, 5)


def warm_up(pages: Pages, screens: Sequence[Screen] = ()) -> int:
    """Templates compiled, dates of both languages read in, what screens wish; says how many templates.

    What lives as long as the program is then left alone by the collector: going through it took longer than
    many a page. What a page makes ends by being counted; the collector comes a tenth as often.
    """
    count = pages.compile_all()
    for language in LANGUAGES:
        f = Formats(language)
        for written in (f.day, f.long_day, f.near_day, f.month, f.short_month):
            written(A_MONDAY)
    for screen in screens:
        if screen.warm is not None:
            screen.warm()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
    return count
