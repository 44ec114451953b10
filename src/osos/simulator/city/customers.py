"""Who lives and works in the city, and behind what kind of meter?"""

from collections.abc import Callable
from dataclasses import dataclass

from osos.simulator.load import Factory, Home, Load, Rooftop, Shop, StreetLights
from osos.simulator.load.noise import chance
from osos.simulator.meter.spec import Connection, Kind, Ways


@dataclass(frozen=True, slots=True)
class Customer:
    """One sort of customer: its meter, and how a seed becomes its load."""

    name: str
    kind: Kind
    load: Callable[[int], Load]
    ways: Ways = 1
    connection: Connection = "direct"


def _works(seed: int) -> Factory:
    """Secondary watts behind X/5 transformers: up to 5 A a phase (M-2)."""
    return Factory(seed, rated_w=float(chance(seed, "works").uniform(1200, 3100)))


def _roof(seed: int, customer: Load, *, least_w: float, most_w: float) -> Rooftop:
    peak = float(chance(seed, "roof").uniform(least_w, most_w))
    return Rooftop(seed, customer=customer, peak_w=peak)


FLAT = Customer("home", "1p", Home)
HOUSE = Customer("house", "3p", lambda seed: Home(seed, phases=3, scale=1.6))
SHOP = Customer("shop", "3p", Shop)
MARKET = Customer("market", "combi", lambda seed: Shop(seed, scale=2.2))
FACTORY = Customer("factory", "combi", _works, connection="X/5")
SOLAR_FLAT = Customer(
    "solar home", "1p", lambda seed: _roof(seed, Home(seed), least_w=2500, most_w=5000), ways=2
)
SOLAR_SHOP = Customer(
    "solar shop", "3p", lambda seed: _roof(seed, Shop(seed), least_w=6000, most_w=12_000), ways=2
)
SOLAR_FACTORY = Customer(
    "solar factory",
    "combi",
    lambda seed: _roof(seed, _works(seed), least_w=900, most_w=2600),
    ways=2,
    connection="X/5",
)
STREET = Customer("street lights", "3p", StreetLights)

# Twenty neighbours; a city repeats them, each time with other seeds. All sorts come within the first ten.
PATTERN = (
    *(FLAT, SHOP, FACTORY, HOUSE, SOLAR_FLAT, MARKET, SOLAR_FACTORY, SOLAR_SHOP, STREET, FLAT),
    *(FLAT, FLAT, HOUSE, FLAT, SHOP, FLAT, FACTORY, FLAT, SHOP, FLAT),
)
