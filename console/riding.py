"""How rides begin: the session of a class, of a free ride, of a ride that a crash cut off. No Kivy."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from console.brake import Mode, RideBrake
from console.live.live_player import LivePlayer
from console.live.live_timing import LiveTiming
from console.live.schedule import is_near
from console.player import Player, PlayerEvent
from console.ride import Now, Ride, totals_of
from console.ride_session import RideSession
from console.settings import Settings
from drivers import Sample
from drivers.control import Control
from sync.cache import Cache
from sync.fives import give_five
from sync.records import FitnessClass, RideHeader, Standings
from sync.riders import GUEST, Rider

RESUME_WITHIN_S = 12 * 3600  # an older ride was given up, not interrupted


class Riding:
    """Makes sessions, and lets the one that is on hear what concerns it.

    ``session`` is the ride that is on, if one is. ``open_picture`` opens a player for a class of the cloud at this
    URL, at a position; ``open_live`` one for a live class, by ``cloud_now``, the cloud's clock. ``on_points`` is
    called, from the writing thread, when Points are on the disk. ``control`` gives the brake of the bike, while there
    is one.
    """

    def __init__(
        self,
        cache: Cache,
        settings: Settings,
        open_picture: Callable[[str, FitnessClass, float], Player],
        on_points: Callable[[], None],
        control: Callable[[], Control | None] = lambda: None,
        *,
        open_live: Callable[[FitnessClass], LivePlayer | None] = lambda one: None,
        cloud_now: Callable[[], float] = time.time,
    ) -> None:
        self._cache = cache
        self._settings = settings
        self._open_picture, self._open_live, self._cloud_now = open_picture, open_live, cloud_now
        self._on_points = on_points
        self._control = control
        self._giving: set[asyncio.Task[None]] = set()
        self.session: RideSession | None = None

    @property
    def spare_control(self) -> Control | None:
        """The brake, for others than the ride: only while the rider rides by hand."""
        brake = self.session.brake if self.session is not None else None
        return self._control() if brake is None or brake.mode is Mode.HAND else None

    def feed(self, sample: Sample) -> None:
        """A sensor spoke."""
        if self.session is not None:
            self.session.feed(sample)

    def in_lobby(self) -> str | None:
        """The id of the ride that waits for a live class to begin, if one does."""
        session = self.session
        return session.header.id if session is not None and session.lobby_s is not None else None

    def now(self) -> Now | None:
        """How the ride that is on stands."""
        return None if self.session is None else self.session.now()

    def take_standings(self, standings: Standings) -> None:
        """The cloud told where a ride stands."""
        if self.session is not None:
            self.session.take_standings(standings)

    def give_five(self, handle: str) -> None:
        """A high five to the rider of that handle in the standings; taken back where it does not get through."""
        session, enrolled = self.session, self._cache.enrolment()
        if session is None or enrolled is None:
            return

        async def give() -> None:
            session.fived.add(handle)
            if not await give_five(*enrolled, session.header.id, handle):
                session.fived.discard(handle)

        task = asyncio.get_running_loop().create_task(give())
        self._giving.add(task)
        task.add_done_callback(self._giving.discard)

    def take_fives(self, ride_id: str, names: tuple[str, ...]) -> None:
        """Others gave the rider a high five."""
        if self.session is not None:
            self.session.take_fives(ride_id, names)

    def hear_player(self, event: PlayerEvent) -> None:
        """The player of the ride that is on told what happened."""
        if self.session is not None:
            self.session.hear_player(event)

    def set_volume(self, volume: int) -> None:
        """The rider wants it louder, or more quiet (0-100)."""
        if self.session is not None and self.session.player is not None:
            self.session.player.set_volume(volume)

    def begin_class(self, rider: Rider, fitness_class: FitnessClass, at_s: float = 0.0) -> RideSession:
        """Begin a class, at its start or where the rider left off."""
        header = RideHeader(RideHeader.new_id(), rider.id, rider.name, time.time(), fitness_class.id)
        return self._class_session(header, self._ride(rider), rider, fitness_class, at_s)

    def begin_just_ride(self, rider: Rider) -> RideSession:
        """Begin a free ride."""
        header = RideHeader(RideHeader.new_id(), rider.id, rider.name, time.time())
        return self._free_session(header, self._ride(rider), rider)

    def resume(self, header: RideHeader) -> RideSession:
        """Go on with a ride that was cut off: paused where its kept Points end."""
        rider, points = self._rider(header), self._cache.points(header.id)
        auto_pause = self._settings.auto_pause
        ride = Ride.resume(points, weight_kg=rider.weight_kg, auto_pause=auto_pause)
        fitness_class = self._cache.fitness_class(header.class_id) if header.class_id else None
        if fitness_class is None:
            session = self._free_session(header, ride, rider)
        else:
            at_s = max((point.class_s or 0.0 for point in points), default=0.0)
            session = self._class_session(header, ride, rider, fitness_class, at_s)
        session.points = points
        return session

    def interrupted(self, now: float) -> RideHeader | None:
        """The ride to offer to resume. Rides given up long ago are finished on the way, so that they count."""
        while (header := self._cache.unfinished_ride()) is not None:
            points = self._cache.points(header.id)
            last = points[-1].at if points else header.started_at
            if points and now - last <= RESUME_WITHIN_S:
                return header
            if points:
                self._cache.finish_ride(header.id, last, totals_of(points, self._rider(header).weight_kg))
            else:
                self._cache.discard_ride(header.id)
        return None

    def count_pulled(self) -> None:
        """Count the totals of rides that came back from the cloud."""
        for header in self._cache.uncounted_rides():
            totals = totals_of(self._cache.points(header.id), self._rider(header).weight_kg)
            self._cache.finish_ride(header.id, header.finished_at or header.started_at, totals)

    def _ride(self, rider: Rider) -> Ride:
        return Ride(weight_kg=rider.weight_kg, auto_pause=self._settings.auto_pause)

    def _rider(self, header: RideHeader) -> Rider:
        return next((rider for rider in self._cache.riders() if rider.id == header.rider_id), GUEST)

    def _free_session(self, header: RideHeader, ride: Ride, rider: Rider) -> RideSession:
        brake = RideBrake(self._control, self._settings, threshold_w=rider.ftp_w)
        return RideSession(self._cache, header, ride=ride, brake=brake, on_points=self._on_points)

    def _class_session(
        self, header: RideHeader, ride: Ride, rider: Rider, fitness_class: FitnessClass, at_s: float
    ) -> RideSession:
        segments = fitness_class.segments
        brake = RideBrake(self._control, self._settings, threshold_w=rider.ftp_w, segments=segments)
        player, timing = self._open(fitness_class, at_s)
        session = RideSession(
            self._cache,
            header,
            ride=ride,
            fitness_class=fitness_class,
            player=player,
            timing=timing,
            brake=brake,
            start_s=at_s,
            on_points=self._on_points,
        )
        best = self._cache.best_ride(rider.id, fitness_class.id)
        if best is not None:
            session.set_best(self._cache.points(best.header.id))
        return session

    def _open(self, one: FitnessClass, at_s: float) -> tuple[Player | LivePlayer | None, LiveTiming | None]:
        """The picture of a class, and of a live one also what moves its clock."""
        if one.live is None or not is_near(one.live, self._cloud_now()):
            return self._open_player(one, at_s), None
        player = self._open_live(one)
        return player, LiveTiming(one.live.starts_at, one.duration_s, player, self._cloud_now)

    def _open_player(self, fitness_class: FitnessClass, at_s: float) -> Player | None:
        """The class's picture, from the cloud; ``None`` on a tablet that has no cloud or no libVLC."""
        enrolled = self._cache.enrolment()
        if enrolled is None:
            return None
        return self._open_picture(enrolled[0], fitness_class, at_s)
