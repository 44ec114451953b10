"""What do the faces share: shell, words, formats, charts, files, guards?"""

from osos.web.app import NoPolicyRow, SameName, Web, make_app, web_of
from osos.web.formats import Formats
from osos.web.looks import same_page
from osos.web.pages import formats_of, render, words_of
from osos.web.policy import guards
from osos.web.screens import NavLink, Screen
from osos.web.sessions import still_signed_in
from osos.web.settings import WebSettings
from osos.web.sign_in import sign_in_screen

__all__ = [
    "Formats",
    "NavLink",
    "NoPolicyRow",
    "SameName",
    "Screen",
    "Web",
    "WebSettings",
    "formats_of",
    "guards",
    "make_app",
    "render",
    "same_page",
    "sign_in_screen",
    "still_signed_in",
    "web_of",
    "words_of",
]
