"""Schwinn IC4 and IC8, Bowflex C6 ("IC Bike"): a Fitness Machine that never says its resistance. No I/O.

Its notifications have flags 0x0244: speed, cadence, power, heart rate. It takes one client only, and ignores a search
for its descriptors, so that subscribing must write the descriptor's handle.
"""

from __future__ import annotations

import math

from drivers.ftms import IndoorBikeDecoder
from drivers.plausible import RESISTANCE_PCT
from drivers.power_rule import A, B, C

NAMES = ("IC Bike", "Schwinn IC")
"""How their advertised names begin."""
MIN_CADENCE_RPM, MIN_POWER_W = 40.0, 10.0


def estimated_resistance_pct(power_w: float, cadence_rpm: float) -> float | None:
    """Which resistance gives this power at this cadence; ``None`` below 40 rpm or 10 W, where it means nothing.

    The inverse of :func:`drivers.power_rule.rule_w`, whose errors are 1.3 % of the resistance in the median and 4.7 %
    at the 95th percentile. Between 60 and 100 rpm it is within 2 points of what QZ shows on an IC4 up to 200 W,
    and 6 points above it at 400 W.
    """
    if not (power_w >= MIN_POWER_W and cadence_rpm >= MIN_CADENCE_RPM):
        return None
    return min(math.exp((math.log(power_w) - A - B * math.log(cadence_rpm)) / C), RESISTANCE_PCT[1])


class SchwinnDecoder(IndoorBikeDecoder):
    """Indoor Bike Data of such a bike. Says what an indoor bike does, and % estimated from power and cadence."""

    estimates = frozenset({"resistance_pct"})

    def feed(self, data: bytes, at_s: float) -> dict[str, float]:
        """Take one notification, heard at ``at_s`` (monotonic, seconds)."""
        reading = super().feed(data, at_s)
        if "resistance_pct" not in reading and "power_w" in reading and "cadence_rpm" in reading:
            estimate = estimated_resistance_pct(reading["power_w"], reading["cadence_rpm"])
            if estimate is not None:
                reading["resistance_pct"] = estimate
        return reading
