"""Is a current transformer turned round, so that a phase of use is counted as export?

In a two-way meter phases are not netted (M-62): a reversed one is booked to 2.8.0. Somebody without a
generator then exports whenever he uses, day and night, about half of what is imported. Use was import +
export.
"""

from collections.abc import Iterator

import numpy as np

from osos.mdm.derive.radar.seen import Place, Suspicion

SHARE_OF_ONE_PHASE = (0.42, 1.1)  # export ÷ import with one of three phases reversed is about a half
LEAST_FOLLOWING = 0.8  # correlation of export with import; a roof's export falls when use rises
LEAST_SLOTS = 96


def reversed_phases(place: Place) -> Iterator[Suspicion]:
    for name, meter in place.meters.items():
        if meter.export_wh is None or meter.generates:
            continue
        told = meter.told
        used, given = meter.import_wh[told].astype(np.float64), meter.export_wh[told].astype(np.float64)
        if used.size < LEAST_SLOTS or used.std() == 0 or given.std() == 0:
            continue
        share, following = float(given.sum() / used.sum()), float(np.corrcoef(used, given)[0, 1])
        if SHARE_OF_ONE_PHASE[0] <= share <= SHARE_OF_ONE_PHASE[1] and following >= LEAST_FOLLOWING:
            yield Suspicion(
                place=place.name,
                meter=name,
                pattern="polarity",
                recoverable_wh=int(given.sum()),
                strength=following,
                facts={"export_share": share},
            )
