"""A bike that only repeats what another one said, for wires that carry GATT."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from virtualbike import gatt_table as table
from virtualbike.bike import Bike
from virtualbike.faults import Faults
from virtualbike.gatt_bike import NAME, GattBike, Notice
from virtualbike.readings import Readings
from virtualbike.recording import Moment, RecordingError
from virtualbike.rider import SteadyRider

TICK_S = 0.02
NUMBERS = {table.uuid(number): number for number in table.PROPERTIES}


class ReplayedBike(GattBike):
    """Tells what was recorded, at its time after the first client subscribed. ``over``: there is no more to tell."""

    def __init__(self, moments: Sequence[Moment], *, name: str = NAME, faults: Faults | None = None) -> None:
        super().__init__(SteadyRider(0, 0), Bike(), name=name, faults=faults)
        self._moments = [moment for moment in moments if moment.sender == "bike" and moment.channel in NUMBERS]
        if not self._moments:
            raise RecordingError("the recording holds nothing of a bike on the air; replay it on the wire it is from")
        self._began_s: float | None = None
        self._now_s = 0.0
        self._next = 0

    @property
    def over(self) -> bool:
        """Whether everything has been told."""
        return self._next == len(self._moments)

    def advance(self, now_s: float) -> Readings:
        """It is ``now_s`` (seconds on any clock that does not go back)."""
        self._now_s = now_s
        return super().advance(now_s)

    def subscribe(self, client: Hashable, characteristic: int, on: bool) -> None:
        """The first subscription starts the recording."""
        super().subscribe(client, characteristic, on)
        if self._began_s is None and on:
            self._began_s = self._now_s

    def measure(self) -> list[Notice]:
        """What was due by now, for whoever is subscribed to it."""
        notices: list[Notice] = []
        while self._began_s is not None and not self.over:
            moment = self._moments[self._next]
            if moment.t_s > self._now_s - self._began_s:
                break
            notices += self._tell(NUMBERS[str(moment.channel)], moment.data)
            self._next += 1
        return notices
