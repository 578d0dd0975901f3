"""A sensor that says cadence and resistance, with the power reckoned from them: a :class:`drivers.sensor.Sensor`."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from typing import Self

from drivers.calibrating import BikeReadings
from drivers.control import Control
from drivers.power_table import PowerTable
from drivers.sample import Sample
from drivers.sensor import Sensor, SensorStatus

MEASURES_S = 5.0  # for so long after its last word a sensor counts as one that measures power
FRESH_S = 3.0
POWER = frozenset({"power_w"})


class PowerEstimator:
    """Samples in, the same out, with the power where cadence and resistance of the last 3 s tell it. No clock.

    What the bike measures itself stays. A codec's own estimate gives way to a table that was made for this bike.
    """

    def __init__(self, table: PowerTable) -> None:
        self._table = table
        self._bike = BikeReadings()
        self._measured_s = float("-inf")

    def add(self, sample: Sample) -> Sample:
        """The Sample, ``power_w`` among its ``estimated`` fields when it was reckoned here."""
        self._bike.hear(sample)
        if sample.power_w is not None and "power_w" not in sample.estimated:
            self._measured_s = sample.at_s
        if sample.at_s - self._measured_s < MEASURES_S:
            return sample
        if sample.power_w is not None and self._table.basis == "rule":
            return sample
        if sample.cadence_rpm is None and sample.resistance_pct is None:
            return sample
        power_w = self._power_w(sample)
        if power_w is None:
            return sample
        return dataclasses.replace(sample, power_w=power_w, estimated=sample.estimated | POWER)

    def _power_w(self, sample: Sample) -> float | None:
        if sample.cadence_rpm == 0:  # at any resistance
            return 0.0
        ridden = self._bike.at(sample.at_s, FRESH_S)
        return None if ridden is None else round(self._table.power_w(*ridden), 1)


class EstimatedPower:
    """``sensor`` with estimated power. Closes what it opens: the sensor."""

    def __init__(self, sensor: Sensor, table: PowerTable | None = None) -> None:
        self.status: SensorStatus = sensor.status
        self._sensor = sensor
        self._samples = aiter(sensor)
        self._estimator = PowerEstimator(table or PowerTable())

    @property
    def control(self) -> Control | None:
        """The sensor's brake, while there is one."""
        control: Control | None = getattr(self._sensor, "control", None)
        return control

    async def __aenter__(self) -> Self:
        await self._sensor.__aenter__()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._sensor.__aexit__(*exc)

    def __aiter__(self) -> AsyncIterator[Sample]:
        return self

    async def __anext__(self) -> Sample:
        return self._estimator.add(await anext(self._samples))
