"""Where do the demo's metering points lie, who uses them and who supplies them?

Companies, districts and codes are made up; homes have numbers instead of names. One factory changes its
supplier in the middle of the period, so that a portfolio with dates can be looked at (S-6).
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from osos.quantities import Interval, local_day
from osos.registry import eic
from osos.simulator.city import City, Main, Point

REGION = "Örnek EDAŞ Kuzey"
DISTRICTS = (  # district and the centre it belongs to
    ("Merkez", "Merkez İşletme"),
    ("Ilıca", "Merkez İşletme"),
    ("Üçtepe", "Doğu İşletme"),
    ("Çayırlı", "Doğu İşletme"),
    ("Boğazönü", "Sahil İşletme"),
)
CHAIN = "Örnek Gıda San. ve Tic. A.Ş."  # the corporate customer: many sites
CHAIN_LOGIN = "enerji@ornekgida.example"
SUPPLIER, INCUMBENT = "Işık Enerji Tedarik A.Ş.", "Kuzey Görevli Tedarik A.Ş."
SUPPLIER_LOGIN = "veri@isikenerji.example"
_FIRMS = (
    *("Deniz Tekstil A.Ş.", "Kaya Döküm Ltd. Şti.", "Ege Plastik A.Ş.", "Yıldız Un Değirmeni Ltd. Şti."),
    *("Çınar Mobilya Ltd. Şti.", "Gürpınar Soğuk Hava A.Ş."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sort:
    """What holds of every customer of one sort."""

    label: str
    point_class: str
    tariff_group: str
    rate: str = "single"
    installed_kva: int = 0
    company: bool = True
    supplier: str = INCUMBENT


_SORTS: Mapping[str, _Sort] = MappingProxyType(
    {
        "home": _Sort(label="Daire", point_class="DSO_DECISION", tariff_group="Mesken", company=False),
        "house": _Sort(
            label="Ev", point_class="DSO_DECISION", tariff_group="Mesken", rate="three", company=False
        ),
        "solar home": _Sort(
            label="Çatı GES'li ev", point_class="UNLICENSED_GEN", tariff_group="Mesken", company=False
        ),
        "shop": _Sort(
            label="Dükkân", point_class="DSO_DECISION", tariff_group="Ticarethane", installed_kva=25
        ),
        "solar shop": _Sort(
            label="Çatı GES'li dükkân",
            point_class="UNLICENSED_GEN",
            tariff_group="Ticarethane",
            installed_kva=40,
        ),
        "market": _Sort(
            label="Market",
            point_class="ABOVE_LIMIT",
            tariff_group="Ticarethane",
            rate="three",
            installed_kva=63,
            supplier=SUPPLIER,
        ),
        "factory": _Sort(
            label="Fabrika",
            point_class="ABOVE_LIMIT",
            tariff_group="Sanayi",
            rate="three",
            installed_kva=400,
            supplier=SUPPLIER,
        ),
        "solar factory": _Sort(
            label="GES'li fabrika",
            point_class="GEN_SUPPLY",
            tariff_group="Sanayi",
            rate="three",
            installed_kva=400,
            supplier=SUPPLIER,
        ),
        "street lights": _Sort(
            label="Genel aydınlatma", point_class="PUBLIC_LIGHTING", tariff_group="Aydınlatma"
        ),
    }
)
_COLUMNS = (
    *("meter", "installation_no", "etso", "region", "centre", "district", "title", "class"),
    *("tariff_group", "rate", "installed_kva", "contract_kw", "voltage", "customer", "customer_kind"),
    *("customer_login", "supplier", "since"),
)
_STATED_LOSS_PCT = MappingProxyType({50: "0.6", 100: "0.9", 160: "1.4"})  # by kVA, as their operator has it
_OTHERS_LOSS_PCT = "1.3"
_NETWORK_COLUMNS = ("zone", "feeder", "transformer", "kva", "primary_kv", "loss_pct", "meter", "role")


def places_csv(city: City, period: Interval) -> str:
    """What `osos registry points` reads: each point of the city, and the one change of supplier."""
    text = io.StringIO()
    rows = csv.DictWriter(text, _COLUMNS, lineterminator="\n")
    rows.writeheader()
    rows.writerows(_rows(city, period))
    return text.getvalue()


def network_csv(city: City) -> str:
    """What `osos registry network` reads: a feeder a centre, its transformers, and who hangs below."""
    text = io.StringIO()
    rows = csv.DictWriter(text, _NETWORK_COLUMNS, lineterminator="\n")
    rows.writeheader()
    for main in city.mains:
        transformer = main.transformer
        _, centre = _district(transformer.below[0])
        place = {"zone": REGION, "feeder": f"Fider {centre.split()[0]}", "transformer": transformer.name}
        loss = _STATED_LOSS_PCT.get(transformer.kva, _OTHERS_LOSS_PCT)
        facts = {"kva": transformer.kva, "primary_kv": 33, "loss_pct": loss}
        rows.writerow(place | facts | {"meter": main.point.meter.spec.device, "role": "main"})
        for number in transformer.below:
            rows.writerow(place | {"meter": city.points[number].meter.spec.device, "role": "below"})
    return text.getvalue()


def _rows(city: City, period: Interval) -> Iterator[dict[str, object]]:
    changed = False
    for number, point in enumerate(city.points):
        row = _place(number, point)
        if point.customer == "factory" and not changed:
            changed = True
            yield row | {"supplier": INCUMBENT}
            middle = local_day(period.start + (period.end - period.start) / 2)
            yield {"meter": row["meter"], "supplier": SUPPLIER, "since": middle.isoformat()}
        else:
            yield row
    yield from (_main_place(place, main) for place, main in enumerate(city.mains, len(city.points)))


def _main_place(number: int, main: Main) -> dict[str, object]:
    """A transformer's own meter is the network's: nobody buys there, so it has no supplier."""
    district, centre = _district(main.transformer.below[0])
    return {
        "meter": str(main.point.meter.spec.device),
        "installation_no": _installation(number),
        "region": REGION,
        "centre": centre,
        "district": district,
        "title": f"{main.transformer.name} ana sayaç",
        "installed_kva": main.transformer.kva,
        "voltage": "low",
    }


def _installation(number: int) -> str:
    return f"{2004170000 + number * 37}"


def _district(number: int) -> tuple[str, str]:
    return DISTRICTS[(number * 7) % len(DISTRICTS)]


def _place(number: int, point: Point) -> dict[str, object]:
    sort = _SORTS[point.customer]
    district, centre = _district(number)
    installation = _installation(number)
    kva = _kva(sort, point)
    return {
        "meter": str(point.meter.spec.device),
        "installation_no": installation,
        "etso": _etso(installation),
        "region": REGION,
        "centre": centre,
        "district": district,
        "title": f"{sort.label} {number + 1}",
        "class": sort.point_class,
        "tariff_group": sort.tariff_group,
        "rate": sort.rate,
        "installed_kva": kva or "",
        "contract_kw": kva * 6 // 10 or "",
        "voltage": "medium" if kva >= 400 else "low",
        "supplier": sort.supplier,
        **_customer(number, point, sort, installation),
    }


def _customer(number: int, point: Point, sort: _Sort, installation: str) -> dict[str, str]:
    if not sort.company:
        return {"customer": f"Abone {installation}", "customer_kind": "person"}
    if point.customer == "street lights":
        return {"customer": "Örnek EDAŞ Aydınlatma", "customer_kind": "company"}
    if "factory" in point.customer or point.customer == "market":
        chain = number % 4 != 0
        return {
            "customer": CHAIN if chain else _FIRMS[number % len(_FIRMS)],
            "customer_kind": "company",
            "customer_login": CHAIN_LOGIN if chain else "",
        }
    return {"customer": _FIRMS[number % len(_FIRMS)], "customer_kind": "company"}


def _kva(sort: _Sort, point: Point) -> int:
    """Behind transformers as large as their ratio lets through: X/5 A at 400 V."""
    if point.multiplier == 1:
        return sort.installed_kva
    return int(point.multiplier) * 5 * 400 * 173 // 100_000


def _etso(installation: str) -> str:
    """A code with its right check character; `40` is the issuing office of Türkiye, `Z` a metering point."""
    first = f"40Z00{installation}"
    last = eic.check_character(first)
    return f"{first}{last}" if last != "-" else _etso(str(int(installation) + 5))
