"""Which classes of metering points have words of their own? (regulation, a1)"""

CLASSES = frozenset(
    {
        *("TRANSMISSION", "ABOVE_LIMIT", "SHARED_COMM_GROUP", "GEN_CONSUMPTION", "GEN_SUPPLY", "INTER_DSO"),
        *("BALANCING_UNIT", "UNLICENSED_GEN", "DSI_IRRIGATION", "PUBLIC_LIGHTING", "DSO_DECISION"),
        "ON_REQUEST",
    }
)
