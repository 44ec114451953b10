"""Which presses of the button has the display not yet forgotten?"""

from dataclasses import replace

from osos.simulator.meter.settings import Settings

REST_S = 30  # without a press the automatic menu returns, or sleep (M-154)


def pressed(settings: Settings, second: int, *, is_long: bool) -> Settings:
    """A press after a rest begins a new row of presses."""
    kept = settings.presses if settings.presses and second - settings.presses[-1][0] < REST_S else ()
    return replace(settings, presses=(*kept, (second, is_long)))
