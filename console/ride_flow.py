"""What the app does about rides: begins one, shows the one that is on, and ends it."""

from __future__ import annotations

from typing import Any

from console.ride_session import RideSession
from console.riding import Riding
from sync.cache import Cache
from sync.riders import GUEST, Rider
from sync.uplink import Uplink


class RideFlow:
    """The part of the app that screens ask for rides. A live class that is on, or its lobby, is joined."""

    cache: Cache
    riding: Riding
    uplink: Uplink
    rider: Rider | None

    def go(self, screen: str, **params: Any) -> None:
        """Show a screen."""
        raise NotImplementedError

    @property
    def session(self) -> RideSession | None:
        """The ride that is on, if one is."""
        return self.riding.session

    def start_class(self, class_id: str, at_s: float = 0.0) -> None:
        """Begin a class; while a ride is on, show that one."""
        fitness_class = self.cache.fitness_class(class_id)
        if fitness_class is not None and self.session is None:
            self.riding.session = self.riding.begin_class(self.rider or GUEST, fitness_class, at_s)
        self.show_ride()

    def start_just_ride(self) -> None:
        """Begin a free ride, which counts from the first turn of the pedals; while a ride is on, show that one."""
        if self.session is None:
            self.riding.session = self.riding.begin_just_ride(self.rider or GUEST)
        self.show_ride()

    def end_ride(self) -> None:
        """End the ride and show what it came to. While the disk does not take its end it stays on, and says so."""
        session = self.session
        if session is not None:
            kept = session.finish()
            if session.trouble is not None:
                return
            self.riding.session = None
            self.uplink.poke()
            self.go("summary", ride_id=session.header.id) if kept else self.go("home")

    def show_ride(self) -> None:
        """Show the ride that is on."""
        if self.session is not None:
            self.go("ride" if self.session.fitness_class else "just-ride")
