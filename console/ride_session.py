"""One ride from its first second to its summary: joins sensors, engine, class clock, player and cache. No Kivy.

The app calls ``step`` every turn of its loop; everything that may block (SQLite, libVLC) happens elsewhere.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import accumulate

from console.brake import RideBrake
from console.class_timing import OnDemandTiming, Timing
from console.cues import Moment, Plan
from console.live.live_player import LivePlayer
from console.picture_watch import PictureWatch
from console.player import Player, PlayerEvent, PlayerState
from console.player_events import Broken
from console.ride import Now, Ride, RideState
from drivers.sample import Sample
from sync.cache import Cache
from sync.records import FitnessClass, Point, Quality, RideHeader, Standings, Totals

END_AGAIN_S = 5.0


@dataclass(frozen=True, slots=True)
class Five:
    """A high five from the rider ``name``, heard at ``at_s`` on the ride's clock."""

    name: str
    at_s: float


class RideSession:
    """The ride that is on. ``fitness_class`` is ``None`` for a free ride; ``player`` where there is no picture."""

    def __init__(
        self,
        cache: Cache,
        header: RideHeader,
        *,
        ride: Ride,
        fitness_class: FitnessClass | None = None,
        player: Player | LivePlayer | None = None,
        timing: Timing | None = None,
        brake: RideBrake | None = None,
        start_s: float = 0.0,
        on_points: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.header = header
        self.fitness_class = fitness_class
        self.plan = Plan(fitness_class) if fitness_class else None
        self.player = player
        self.brake = brake
        self.ride = ride
        self.points: list[Point] = []
        self.laps: list[int] = []
        self.fives: list[Five] = []
        self.fived: set[str] = set()  # the handles of riders whom this one gave a high five
        self.standings: Standings | None = None
        self.standings_at_s: float | None = None
        self.best_curve: list[float] | None = None
        self.broken: Broken | None = None  # the player's newest word on a picture that does not come
        resumed = ride.state is RideState.PAUSED
        before = cache.quality(header.id) if resumed and player is not None else None
        self._watch = PictureWatch(player, clock(), before) if player is not None else None
        if timing is None and self.plan is not None:
            timing = OnDemandTiming(self.plan.length_s, start_s, player)
        self.timing = timing
        self._cache = cache
        self._on_points = on_points
        self._clock, self._wall = clock, wall
        # One thread writes, in order: a slow disk delays no frame, and no Point overtakes another.
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ride-writer")
        self._kept = resumed  # it is in the cache already
        self._unsaved: list[Point] = []  # the writer's own
        self.trouble: str | None = None
        self._end_again_s = float("-inf")

    @property
    def class_s(self) -> float | None:
        """The class clock, in seconds; ``None`` in a free ride."""
        return self.timing.position_s if self.timing else None

    @property
    def lobby_s(self) -> float | None:
        """How long until a live class begins, while its riders wait for it; ``None`` otherwise."""
        return self.timing.lobby_s if self.timing else None

    @property
    def moment(self) -> Moment | None:
        """What the plan asks for now; in the lobby nothing yet, with the first segment to follow. ``None`` in a free
        ride."""
        if self.plan is None:
            return None
        if (lobby_s := self.lobby_s) is not None:
            return Moment(-1, None, self.plan.segments[0] if self.plan.segments else None, 0.0, lobby_s)
        return self.plan.at(self.class_s or 0.0)

    @property
    def waiting_for_picture(self) -> bool:
        """Whether the class waits for its first picture."""
        return self.timing is not None and self.timing.waiting

    @property
    def class_over(self) -> bool:
        """Whether the class has run to its end; after an end that the disk did not take, so again in a while."""
        over = self.timing is not None and self.timing.over
        return over and self._clock() >= self._end_again_s

    @property
    def standings_age_s(self) -> float | None:
        """Seconds since the newest standings arrived; ``None`` before the first."""
        return None if self.standings_at_s is None else self._clock() - self.standings_at_s

    def now(self) -> Now:
        """What is true at this moment."""
        return self.ride.now(self._clock())

    def feed(self, sample: Sample) -> None:
        """Take in a sensor's word; in a free ride the first turn of the pedals, or of a belt, starts it."""
        self.ride.feed(sample)
        if self.plan is None and self.ride.state is RideState.IDLE and self.ride.pedalling:
            self.start()

    def start(self) -> None:
        """Begin to count seconds; from here on the ride is kept."""
        if self.ride.state is RideState.IDLE:
            self.ride.start(self._clock())
            self._keep()

    def step(self) -> list[Point]:
        """Let time pass: move the class clock, end seconds, keep them, and hold video and ride together."""
        now_s = self._clock()
        if self._watch is not None:
            self._keep_quality(self._watch.step(now_s))
        class_s = self._move_class_clock(now_s)
        if self.plan is not None and not self.waiting_for_picture:
            self.start()
        elif self.lobby_s is not None:
            self._keep()  # so that the others see who waits
        points = self.ride.advance(now_s, self._wall(), class_s)
        self._keep_points(points)
        self._hold_together()
        if self.brake is not None and self.brake.due(now_s):
            self.brake.step(now_s, self.now(), self.moment if self.lobby_s is None else None)
        return points

    def pause(self) -> None:
        """A planned pause, of ride and video."""
        self.ride.pause(self._clock())
        self._hold_together()

    def unpause(self) -> None:
        """Go on, with the video."""
        self.ride.unpause(self._clock())
        self._hold_together()

    def add_lap(self) -> None:
        """Mark a lap at the ride's present second."""
        self.laps.append(self.ride.totals.seconds)

    @property
    def quality(self) -> Quality | None:
        """How well the picture came so far; ``None`` where there is none, and when the ride is over."""
        return None if self._watch is None else self._watch.quality

    def take_standings(self, standings: Standings) -> None:
        """Take in standings from the cloud; those of another ride are not ours."""
        if standings.ride_id == self.header.id:
            self.standings, self.standings_at_s = standings, self._clock()

    def take_fives(self, ride_id: str, names: Sequence[str]) -> None:
        """Take in who gave this ride a high five."""
        if ride_id == self.header.id:
            self.fives += [Five(name, self._clock()) for name in names]

    def hear_player(self, event: PlayerEvent) -> None:
        """Take in the player's word."""
        if isinstance(event, Broken):
            self.broken = event

    def set_best(self, points: Sequence[Point]) -> None:
        """Race against these Points: the rider's best ride of this class."""
        if self.plan is None:
            return
        output = [0.0] * (self.plan.length_s + 1)
        for point in points:
            if point.class_s is not None and point.power_w is not None:
                output[min(int(point.class_s), self.plan.length_s)] += point.power_w / 1000
        self.best_curve = list(accumulate(output))

    def finish(self) -> bool:
        """End the ride and wait until it is on the disk. Returns whether there is anything to show of it.

        When the disk does not take its end, ``trouble`` says why and the ride is not over: it goes on as it was, can be
        ended again, and after a restart resumed.
        """
        now_s, wall_s = self._clock(), self._wall()
        self._keep_points(self.ride.advance(now_s, wall_s, self.class_s))
        if self._kept and not self.points and self.lobby_s is not None:
            self._kept = False  # it never began
            with suppress(sqlite3.Error):  # the next start forgets it too
                self._writer.submit(self._cache.discard_ride, self.header.id).result()
        if self._kept and not self._writer.submit(self._end, wall_s, self.ride.totals).result():
            self._end_again_s = now_s + END_AGAIN_S
            return False
        self.ride.finish(now_s, wall_s, self.class_s)
        self._let_go()
        return self._kept

    def leave(self) -> None:
        """Let the ride go without ending it: it can be resumed."""
        self.step()
        self._let_go()

    def _let_go(self) -> None:
        if self.brake is not None:
            self.brake.let_go()
        self._keep_quality(self.quality)
        self._watch = None
        self._writer.shutdown(wait=True)
        if self.player is not None:
            self.player.close()

    def _move_class_clock(self, now_s: float) -> float | None:
        running = self.ride.state in (RideState.IDLE, RideState.RIDING)
        return self.timing.move(now_s, running) if self.timing is not None else None

    def _hold_together(self) -> None:
        """Pausing one pauses the other; a live class cannot be held."""
        if self.player is None or (self.timing is not None and not self.timing.holds):
            return
        if self.ride.state is RideState.PAUSED and self.player.state is PlayerState.PLAYING:
            self.player.pause()
        elif self.ride.state is RideState.RIDING and self.player.state is PlayerState.PAUSED:
            self.player.play()

    def _keep_quality(self, quality: Quality | None) -> None:
        if quality is not None and self._kept:
            self._writer.submit(self._save_quality, quality)

    def _save_quality(self, quality: Quality) -> None:
        with suppress(sqlite3.Error):  # a disk that takes no figures takes no seconds either, and of that is told
            self._cache.put_quality(self.header.id, quality)

    def _keep(self) -> None:
        if not self._kept:
            self._kept = True
            self._writer.submit(self._save, begin=True)

    def _keep_points(self, points: list[Point]) -> None:
        if points:
            self.points += points
            self._writer.submit(self._save, points)

    def _save(self, points: list[Point] | None = None, begin: bool = False) -> None:
        """On the writer's thread. A full disk loses nothing yet: what could not be saved is tried again next second."""
        self._unsaved += points or []
        try:
            if begin or (self.trouble and not self._cache.has_ride(self.header.id)):
                self._cache.begin_ride(self.header)
            self._cache.append(self.header.id, self._unsaved)
        except sqlite3.Error as error:
            self.trouble = str(error)
            return
        self._unsaved, self.trouble = [], None
        self._on_points()

    def _end(self, wall_s: float, totals: Totals) -> bool:
        """On the writer's thread, after all Points. Whether the ride's end is on the disk."""
        self._save()
        if self.trouble is not None:
            return False
        # The tablet's clock may have been set back on the way; a ride ends no earlier than it was ridden.
        ended_at = max(wall_s, self.header.started_at + totals.seconds)
        try:
            self._cache.finish_ride(self.header.id, ended_at, totals)
        except sqlite3.Error as error:
            self.trouble = str(error)
        return self.trouble is None
