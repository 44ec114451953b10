"""Which pages are there, and who guards them?"""

from typing import TYPE_CHECKING, Any

from osos.cli.settings import PagesSettings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from osos.access import Passwords
    from osos.quantities import Clock
    from osos.store import Store


def faces(
    *,
    store: "Store",
    clock: "Clock",
    real_clock: "Clock",
    settings: PagesSettings,
    log: Any,
    passwords: "Passwords | None" = None,
    speed: int = 1,
    demo: bool = False,
) -> "FastAPI":
    """The customers' panel and the operator's desk as one application, behind their sign-in."""
    from osos.access import Passwords, has_rule
    from osos.console.screens import SCREENS as DESK
    from osos.portal.screens import SCREENS as PANEL
    from osos.web import WebSettings, make_app
    from osos.web.policy import guards
    from osos.web.sign_in import sign_in_screen

    web = WebSettings(
        operator=settings.operator,
        contact=settings.contact,
        language=settings.language,
        https=settings.https,
        speed=speed,
        demo=demo,
    )
    return make_app(
        store=store,
        clock=clock,
        real_clock=real_clock,
        settings=web,
        screens=(sign_in_screen(passwords or Passwords()), *PANEL, *DESK),
        has_rule=has_rule,
        log=log,
        guards=guards(store=store, real_clock=real_clock, https=settings.https),
    )
