"""How does somebody sign in, sign out, and come to a first password?"""

from osos.web.sign_in.page import sign_in_screen

__all__ = ["sign_in_screen"]
