"""The composition root: every part of the console is made and joined here, and the whole flow can be read here."""

from __future__ import annotations

import asyncio
import signal
import time
from typing import Any

from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.properties import ObjectProperty

from console.demo import DEMO_RIDER, demonstrate
from console.keeping import Keeping
from console.latency import Latency
from console.navigation import Navigation
from console.options import Options
from console.own_power import OwnPower
from console.patches import Patches
from console.ride_flow import RideFlow
from console.riding import Riding
from console.sensing import Sensing
from console.settings import Settings
from console.sounds import Sounds
from console.startup import enrol_at_start, pair_known_sensors, welcome
from console.theme import dress
from console.trainer.broadcast import Broadcast
from console.turns import Turns
from console.viewing import Viewing
from sync.cache import Cache
from sync.catalogue import Catalogue
from sync.cloud_clock import CloudClock, keep_asking
from sync.place import FILE
from sync.riders import Rider
from sync.uplink import Uplink, UplinkState


class ConsoleApp(RideFlow, App):
    """The console. ``rider`` is who rides."""

    title = "Breakaway"
    rider = ObjectProperty(None, allownone=True)

    def __init__(self, options: Options, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.options = options
        self.cache = Cache.open(options.data / FILE)
        self.settings = Settings(self.cache)
        self.keeping = Keeping(
            options.data, self.cache, self.settings, lambda: Window.height, lambda class_id: self.turns.note(class_id)
        )
        self.cloud_clock = CloudClock()
        self.viewing = Viewing(
            self.keeping.gateway,
            self.settings,
            lambda: Window.height,
            lambda event: self.riding.hear_player(event),
            self.cloud_clock,
        )
        self.riding = Riding(
            self.cache,
            self.settings,
            self.viewing.open,
            lambda: self.uplink.poke(),
            lambda: self.sensing.brake,
            open_live=self.viewing.open_live,
            cloud_now=self.cloud_clock.now,
        )
        self.own_power = OwnPower(self.cache)
        self.sensing = Sensing(self.riding.feed, reckon=self.own_power.add)
        self.uplink = Uplink(
            self.cache,
            on_standings=self.riding.take_standings,
            on_fives=self.riding.take_fives,
            in_lobby=self.riding.in_lobby,
        )
        self.broadcast = Broadcast(self.settings, self.riding.now, lambda: self.riding.spare_control)
        self.sounds = Sounds(self.settings)
        self.latency = Latency()
        self.turns = Turns(self)
        self.catalogue = Catalogue(self.cache, on_change=self.turns.refresh)
        self.exit_status = 0
        self._tasks: list[asyncio.Task[Any]] = []

    @property
    def online(self) -> bool:
        """Whether the cloud answers."""
        return self.uplink.status.state is UplinkState.ONLINE

    def build(self) -> Navigation:
        dress(Window)
        self.patches = Patches(Window)
        Window.bind(on_flip=lambda _window: self.latency.shown(time.monotonic()))
        self.navigation = Navigation(self)
        return self.navigation

    def on_start(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop)
        jobs = [self.uplink.run(), self.catalogue.run(), self.broadcast.run(), enrol_at_start(self)]
        jobs.append(keep_asking(self.cloud_clock, self.cache))
        if self.options.demo_s is not None:
            self.cache.save_rider(DEMO_RIDER)
            self.rider = DEMO_RIDER
            jobs.append(demonstrate(self, self.options.demo_s, self.options.out))
        self._tasks = [loop.create_task(job) for job in jobs]
        self.settings.watch("volume", self.riding.set_volume)
        pair_known_sensors(self)
        self.riding.count_pulled()
        welcome(self)
        self.keeping.gateway.start()
        Clock.schedule_interval(self.turns.turn, 0)

    def on_stop(self) -> None:
        Clock.unschedule(self.turns.turn)  # the loop goes round once more, without an app

    async def close(self) -> None:
        """Let everything go; a ride that is on stays unfinished, and the next start offers to resume it."""
        if self.session is not None:
            self.session.leave()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.sensing.close()
        self.keeping.gateway.close()
        self.cache.told()
        self.cache.close()

    def go(self, screen: str, **params: Any) -> None:
        """Show a screen."""
        self.navigation.go(screen, **params)

    def back(self) -> None:
        """Show the screen before this one."""
        self.navigation.back()

    def on_rider(self, _app: App, rider: Rider | None) -> None:
        """Remember who rides, for the next start."""
        self.cache.set_setting("console.rider", rider.id if rider else None)


async def run(options: Options, kind: type[ConsoleApp] = ConsoleApp) -> int:
    """Open the console and wait until its window is closed; returns the exit status."""
    app = kind(options)
    try:
        await app.async_run("asyncio")
    finally:
        await app.close()
    return app.exit_status
