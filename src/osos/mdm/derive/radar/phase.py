"""Is a current measured against another phase's voltage?

Then its product is turned by 120°: the phase seems to give back a little, and active energy falls far below
what voltage and current say (U × I), at every load. A customer of poor power factor draws reactive energy for
it; here much of U × I is counted nowhere. With a current turned round instead, import + export are all of it
(polarity).
"""

from collections.abc import Iterator

import numpy as np

from osos.mdm.derive.radar.seen import Place, Suspicion

USUAL = 0.95  # power factor assumed of the true load: the methodology's cos φ
MOST_COUNTED = 0.80  # √(P² + Q²) ÷ Σ U × I of a rightly wired meter is near 1; with one phase turned near 2/3
MOST_GIVEN = 0.42  # export ÷ import; more is a current turned round
STEADY = 0.25  # spread of that share over the quarter hours: a changing cos φ moves it
LEAST_SLOTS = 96


def wrong_phases(place: Place) -> Iterator[Suspicion]:
    for name, meter in place.meters.items():
        if meter.apparent_vah is None or meter.export_wh is None or meter.q1_varh is None:
            continue
        known = np.isfinite(meter.apparent_vah) & (meter.apparent_vah > 0) & meter.told
        if int(known.sum()) < LEAST_SLOTS:
            continue
        apparent = meter.apparent_vah[known]
        used, given = meter.import_wh[known].astype(np.float64), meter.export_wh[known].astype(np.float64)
        net = used - given
        counted = np.hypot(net, meter.q1_varh[known].astype(np.float64)) / apparent
        share = float(np.average(counted, weights=apparent))
        spread = float(np.sqrt(np.average((counted - share) ** 2, weights=apparent)))
        turned_round = given.sum() > MOST_GIVEN * used.sum()
        if share <= MOST_COUNTED and spread <= STEADY and not turned_round:
            yield Suspicion(
                place=place.name,
                meter=name,
                pattern="phase",
                recoverable_wh=max(0, round(USUAL * float(apparent.sum()) - float(net.sum()))),
                strength=1 - share,
                facts={"counted_share": share, "spread": spread},
            )
