"""A minute of riding that makes a bike's power table: beside a meter, or by how an effort feels. No Kivy, no clock."""

from __future__ import annotations

from drivers.calibrating import FULL_S, FeelCalibration, MeterCalibration
from drivers.errors import CalibrationRefused
from drivers.power_table import PowerTable
from drivers.sample import Sample

PATIENCE_S = 90.0


class Calibration:
    """``hear`` every Sample as its sensor said it, ``step`` a few times a second.

    ``bike`` and ``meter`` are URLs; without a meter ``feel_w`` is what the held effort feels like, in W. It ends after
    60 usable seconds, or 90 in all: then ``table`` is there, or ``refusal`` says why not and what to do.
    """

    def __init__(self, bike: str, *, meter: str = "", feel_w: float = 0.0, began_s: float) -> None:
        self.bike, self.meter, self.feel_w = bike, meter, feel_w
        self.table: PowerTable | None = None
        self.refusal: CalibrationRefused | None = None
        self._hearing = MeterCalibration() if meter else FeelCalibration(feel_w)
        self._until_s = began_s + PATIENCE_S

    @property
    def seconds(self) -> int:
        """How many of the 60 seconds had usable readings."""
        return min(self._hearing.seconds, FULL_S)

    @property
    def ended(self) -> bool:
        """Whether there is an outcome."""
        return self.table is not None or self.refusal is not None

    def hear(self, sample: Sample) -> None:
        """What a sensor said."""
        if self.ended:
            return
        if sample.source == self.bike:
            self._hearing.hear_bike(sample)
        elif isinstance(self._hearing, MeterCalibration) and sample.source == self.meter:
            self._hearing.hear_meter(sample)

    def step(self, now_s: float) -> None:
        """Let time pass up to ``now_s`` (monotonic)."""
        if not self.ended and (self.seconds >= FULL_S or now_s >= self._until_s):
            try:
                self.table = self._hearing.table()
            except CalibrationRefused as refusal:
                self.refusal = refusal
