"""A real ride on the stage: the real session and engine, a cache of its own, a clock that we turn, and a rider who
follows the plan."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

from console.ride import METRICS, Reading, Ride
from console.ride_session import RideSession
from console.sensor_watch import SensorWatch
from drivers.sample import Sample
from drivers.sensor import LinkState, SensorStatus
from sync.cache import Cache
from sync.records import Board, FitnessClass, RideHeader, Standings, StandingsRow
from tests.gallery import seed

BIKE, STRAP = "serial:///dev/ttyUSB0?protocol=peloton", "ble://C4:11:87:30:02:0A"
STEP_S, LONG_STEP_S = 0.1, 1.0  # long stretches are ridden in long steps
SAYS_EVERY = 3  # steps between two words of the bike
NEARBY = (("alp_anna", 1, 58), ("gears_of_ana", 39, 4.2), ("Lou", 40, 2.3))
BEHIND = (("tempo_tom", 42, -1.1), ("Hill Witch", 43, -6.4), ("Kilometre Ken", 44, -8.0))


class StagedRide:
    """``go`` lets seconds pass at once; ``now_s`` is the ride's moment."""

    def __init__(
        self, stage: Any, one: FitnessClass | None, *, heart: bool = True, player: Any = None, timing: Any = None
    ) -> None:
        """``timing`` makes that of a live ride, given the ride's clock in place of the cloud's."""
        self.stage, self.heart, self.player = stage, heart, player
        self.now_s, self._began_wall = 1000.0, time.time() - 1200
        self.screen_s = self.now_s  # what screens are told; it may run a little ahead
        self._steps = 0
        rider = stage.rider or seed.MARTA
        header = RideHeader(RideHeader.new_id(), rider.id, rider.name, self._began_wall, one.id if one else None)
        self.session = RideSession(
            Cache.open(stage.data / f"{header.id}.sqlite3"),
            header,
            ride=Ride(weight_kg=rider.weight_kg),
            fitness_class=one,
            player=player,
            timing=timing(lambda: self.now_s) if timing is not None else None,
            clock=lambda: self.now_s,
            wall=lambda: self._began_wall + self.now_s - 1000.0,
        )
        self._script = seed.ride_points(one, 3600, 1_764_000_000.0, 1.06)
        stage.session, stage.staged = self.session, self
        stage.sensing = Listening(self)

    def abandon(self) -> None:
        """Write nothing more of it."""
        self.session._writer.shutdown(cancel_futures=True)
        self.session._cache.close()

    def go(self, seconds: float, *, bike: bool = True, strap: bool = True, **values: float | None) -> StagedRide:
        """Ride on; without ``bike`` nothing is heard of it. ``values`` replace what the script says."""
        step_s = LONG_STEP_S if seconds > 5 else STEP_S
        for _step in range(round(seconds / step_s)):
            self._steps += 1
            if step_s == LONG_STEP_S or self._steps % SAYS_EVERY == 0:
                self._say(bike, strap, values)
            self.now_s = round(self.now_s + step_s, 3)
            if self.player is not None:
                self.player.pass_time(step_s)
            self.session.step()
        return self

    def _say(self, bike: bool, strap: bool, values: dict[str, float | None]) -> None:
        point = self._script[min(int(self.now_s - 1000.0), len(self._script) - 1)]
        said = {name: getattr(point, name) for name in METRICS} | values
        beat = said.pop("heart_rate_bpm")
        if bike:
            self.hear(Sample(self.now_s, BIKE, **said))
        if strap and self.heart and beat is not None:
            self.hear(Sample(self.now_s, STRAP, heart_rate_bpm=beat))

    def hear(self, sample: Sample) -> None:
        """A sensor's word, to the session and to the sensors' screen."""
        self.stage.sensing.remember(sample)
        self.session.feed(sample)

    def stand(self, *, count: int = 318, ago_s: float = 1.0, alone: bool = False) -> StagedRide:
        """Standings as the cloud sent them ``ago_s`` seconds ago."""
        mine = self.session.ride.totals.kj
        others = [] if alone else [*NEARBY, *BEHIND]
        rows = [StandingsRow(rank, name, mine + ahead, handle=name) for name, rank, ahead in others]
        rank = 1 if alone else 41
        rows = sorted([*rows, StandingsRow(rank, "Marta", mine, True)], key=lambda row: row.rank)
        board = Board(1 if alone else count, rank, tuple(rows))
        all_time = Board(12_408, 4031, (StandingsRow(1, "watts_up", mine + 160), StandingsRow(4031, "Me", mine, True)))
        class_s = self.session.class_s or 0.0
        header = self.session.header
        self.session.take_standings(Standings(header.class_id or "", header.id, class_s, 0.0, board, all_time))
        self.session.standings_at_s = self.now_s - ago_s
        return self

    def race_own_best(self, strength: float = 1.045) -> StagedRide:
        """An own best ride of this class to ride against."""
        one = self.session.fitness_class
        assert one is not None
        self.session.set_best(seed.ride_points(one, one.duration_s, 1_759_500_000.0, strength))
        return self


class Listening:
    """What screens read of the sensors; the states of the links are set by the scene."""

    def __init__(self, ride: StagedRide | None = None) -> None:
        self._ride = ride
        self._heard: dict[str, list[tuple[float, float, str]]] = {metric: [] for metric in METRICS}
        self.sensors = [paired("Bike", "bike", BIKE), paired("Strap 11873", "heart rate", STRAP)]
        self.found: list[Any] = []
        self.troubles: dict[str, Any] = {}
        self.looking_since_s: float | None = None
        self.asked: list[tuple[str, str]] = []
        self.hearers: list[Any] = []

    @property
    def now_s(self) -> float:
        """The moment that is shown."""
        return self._ride.now_s if self._ride else time.monotonic()

    def remember(self, sample: Sample) -> None:
        """Take in a sensor's word."""
        for sensor in self.sensors:
            if sensor.url == sample.source:
                sensor.watch.hear(sample)
        for metric, heard in self._heard.items():
            if (value := getattr(sample, metric)) is not None:
                heard.append((sample.at_s, value, sample.source))

    def latest(self, metric: str) -> Reading:
        """The newest value of one metric."""
        if not self._heard[metric]:
            return Reading()
        at_s, value, source = self._heard[metric][-1]
        age = self.now_s - at_s
        return Reading(source=source) if age > 4 else Reading(value, age > 2, source, at_s)

    def history(self, metric: str) -> list[tuple[float, float]]:
        """The last 60 s: (seconds ago, value), oldest first."""
        now = self.now_s
        return [(now - at_s, value) for at_s, value, _source in self._heard[metric] if now - at_s <= 60]

    def speaking(self, metric: str) -> list[str]:
        """Who spoke of a metric in the last 2 s, the newest first."""
        heard = [source for at_s, _value, source in reversed(self._heard[metric]) if self.now_s - at_s <= 2]
        return list(dict.fromkeys(heard))

    def pair(self, url: str, name: str, kind: str) -> None:
        """Noted, and done as far as the list goes."""
        self.asked.append(("pair", url))
        self.sensors.append(paired(name, kind, url, LinkState.CONNECTING))
        self.found = [one for one in self.found if one.url != url]

    async def forget(self, url: str) -> None:
        """Noted, and done as far as the list goes."""
        self.asked.append(("forget", url))
        self.sensors = [sensor for sensor in self.sensors if sensor.url != url]

    def overhear(self, hear: Any) -> Any:
        """What sensors say comes to ``hear`` only through the scene."""
        self.hearers.append(hear)
        return lambda: self.hearers.remove(hear)

    def look(self) -> None:
        """Noted, not done."""
        self.looking_since_s = self.looking_since_s or self.now_s

    def stop_looking(self) -> None:
        """Noted, not done."""
        self.looking_since_s = None


def paired(name: str, kind: str, url: str, state: LinkState = LinkState.RECEIVING, **figures: Any) -> Any:
    """A paired sensor with figures of its link."""
    status = SensorStatus(url, name, state)
    for field, value in figures.items():
        setattr(status, field, value)
    return SimpleNamespace(url=url, name=name, kind=kind, status=status, watch=SensorWatch(), known=None)


def the_class(stage: Any, class_id: str = "sunset-climb") -> FitnessClass:
    """A class of the stage's catalogue."""
    one = stage.cache.fitness_class(class_id)
    assert one is not None
    return one
