"""The power that a bike's cadence and resistance cost, as fields of its Samples. No I/O, no clock."""

from __future__ import annotations

import dataclasses

from drivers.calibrating import BikeReadings
from drivers.power_table import PowerTable
from drivers.sample import Sample

MEASURES_S = 5.0  # for so long after its last word a sensor counts as one that measures power
FRESH_S = 3.0
POWER = frozenset({"power_w"})


class PowerEstimator:
    """Samples in, the same out, with the power where cadence and resistance of the last 3 s tell it.

    By the common rule only where the bike tells no power at all. A ``table`` that was made for this bike is believed
    before the bike's own figure, measured or not: nobody calibrates a bike that is right.
    """

    def __init__(self, table: PowerTable) -> None:
        self.table = table
        self._bike = BikeReadings()
        self._told_s = float("-inf")

    @property
    def _is_made(self) -> bool:
        return self.table.basis != "rule"

    def add(self, sample: Sample) -> Sample:
        """The Sample, ``power_w`` among its ``estimated`` fields when it was reckoned here."""
        self._bike.hear(sample)
        if sample.power_w is not None:
            self._told_s = sample.at_s
        if not self._is_made and sample.at_s - self._told_s < MEASURES_S:
            return sample
        if sample.power_w is sample.cadence_rpm is sample.resistance_pct is None:
            return sample
        power_w = self._power_w(sample)
        if power_w is None:
            return sample
        return dataclasses.replace(sample, power_w=power_w, estimated=sample.estimated | POWER)

    def _power_w(self, sample: Sample) -> float | None:
        if sample.cadence_rpm == 0 and self._bike.knows("resistance_pct"):  # whatever it is now
            return 0.0
        ridden = self._bike.at(sample.at_s, FRESH_S)
        return None if ridden is None else round(self.table.power_w(*ridden), 1)
