"""The stage: the smallest app that screens can live in; its cache is real, its sensors and its cloud stand still."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from kivy.app import App
from kivy.base import EventLoop, runTouchApp, stopTouchApp
from kivy.properties import ObjectProperty
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from console.navigation import Navigation
from console.own_power import OwnPower
from console.patches import Patches
from console.settings import Settings
from console.trainer.broadcast import Broadcast
from drivers.sensor import LinkState
from sync.cache import Cache
from tests.gallery import seed
from tests.gallery.staged_keeping import StagedKeeping
from tests.gallery.staged_ride import Listening, paired
from tests.gallery.window import step


class Stage(App):
    """Has what screens rely on; ``done`` lists what they asked the app to do."""

    rider = ObjectProperty(None, allownone=True)

    def __init__(self, data: Path, *, full: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data, self.full = data, full
        self.cache = Cache.open(data / "tablet.sqlite3")
        if full:
            seed.fill(self.cache, datetime.now())
        self._seeded = self._rides()
        self.settings = Settings(self.cache)
        self.rider = seed.MARTA if full else None
        self.session: Any = None
        self.staged: Any = None  # the StagedRide behind it
        self.done: list[tuple[Any, ...]] = []
        self.sensing: Any = still_sensors()
        self.cloud_clock = SimpleNamespace(now=time.time)
        self.own_power = OwnPower(self.cache)
        self.broadcast = Broadcast(self.settings, lambda: None)
        self.riding = SimpleNamespace(give_five=lambda handle: self.done.append(("give_five", handle)))
        self.uplink = SimpleNamespace(
            status=None,
            poke=lambda: self.done.append(("poke",)),
            hurry=lambda: self.done.append(("hurry",)),
        )
        self.catalogue = SimpleNamespace(
            wake=lambda: self.done.append(("wake",)), want=lambda _class_id: None, fresh=False, here={}
        )
        self.keeping: Any = StagedKeeping(self._note)
        self.set_network("ONLINE")

    def _note(self, *asked: Any) -> None:
        self.done.append(asked)

    def build(self) -> Widget:
        """The shell alone on a root, so that scenes can show single widgets too."""
        self.patches = Patches(EventLoop.window)
        self.navigation = Navigation(self)
        root = FloatLayout()
        root.add_widget(self.navigation)
        return root

    def reset(self) -> None:
        """Back to a rider with a history, online, nothing open and nothing asked for."""
        if self.staged is not None:
            self.staged.abandon()
            self.staged = None
        for child in EventLoop.window.children[:]:
            if child is not self.root:
                EventLoop.window.remove_widget(child)
        if self.full:
            self.cache.put_classes(classes := seed.catalogue())
            seed.tell_leaders(self.cache, classes)
            self.cache.save_enrolment(seed.CLOUD, seed.ENROLMENT)
        for rider in self.cache.riders() if self.full else []:
            if rider.id not in seed.RIDERS:
                self.cache.delete_rider(rider.id)
        for rider in seed.RIDERS.values() if self.full else []:
            self.cache.set_setting(f"console.pin.{rider.id}", [0, 0.0])
            self.cache.save_rider(rider)
        self.rider = seed.MARTA if self.full else None
        self.session, self.catalogue.fresh, self.catalogue.here = None, False, {}
        self.cloud_clock = SimpleNamespace(now=time.time)
        self.keeping = StagedKeeping(self._note)
        self.sensing = still_sensors()
        self.broadcast = Broadcast(self.settings, lambda: None)
        self.done.clear()
        self.set_network("ONLINE")
        for name in self.settings.values:
            setattr(self.settings, name, getattr(Settings, name).default)
        step(2)
        self.navigation.rebuild(afresh=True)
        for ride_id in self._rides() - self._seeded:
            self.cache.discard_ride(ride_id)

    def _rides(self) -> set[str]:
        return {ride_id for (ride_id,) in self.cache.db.execute("SELECT id FROM rides")}

    @property
    def online(self) -> bool:
        """Whether the cloud is reached."""
        return bool(self.uplink.status.state.name == "ONLINE")

    def set_network(self, state: str, waiting: int = 0) -> None:
        """Pretend a state of the uplink."""
        remedy = "" if state == "ONLINE" else "Check the network and the cloud's address."
        self.uplink.status = SimpleNamespace(
            state=SimpleNamespace(name=state),
            link="mqtt" if state == "ONLINE" else None,
            waiting_rides=waiting,
            waiting_points=waiting * 1680,
            last_acknowledged_at=None,
            error=None if state == "ONLINE" else "The cloud does not answer",
            remedy=remedy,
            next_try_at=None,
        )

    def show(self, widget: Widget) -> None:
        """Put a widget alone on the window."""
        self.root.clear_widgets()
        self.root.add_widget(widget)

    def go(self, screen: str, **params: Any) -> Any:
        """Show a screen in the shell."""
        if self.navigation.parent is None:
            self.show(self.navigation)
        return self.navigation.go(screen, **params)

    def back(self) -> Any:
        """The screen before."""
        return self.navigation.back()

    def start_class(self, class_id: str, at_s: float = 0) -> None:
        """Noted, not done."""
        self.done.append(("start_class", class_id, at_s))

    def start_just_ride(self) -> None:
        """Noted, not done."""
        self.done.append(("start_just_ride",))

    def show_ride(self) -> None:
        """Done: the ride that is on."""
        self.go("ride" if self.session.fitness_class else "just-ride")

    def end_ride(self) -> None:
        """Noted, not done."""
        self.done.append(("end_ride",))

    def leave(self) -> None:
        """End the loop."""
        self.cache.close()
        stopTouchApp()


def still_sensors() -> Any:
    """A bike and a strap that are heard."""
    heard = Listening()
    heard.sensors = [sensor("Bike", "bike"), sensor("Strap", "heart rate")]
    return heard


def sensor(name: str, kind: str, state: LinkState = LinkState.RECEIVING) -> Any:
    """A paired sensor in some state."""
    return paired(name, kind, f"serial:///dev/tty{name}", state)


def open_stage(data: Path, *, full: bool = True) -> Stage:
    """A running stage; the caller lets its frames pass."""
    stage = Stage(data, full=full)
    stage.load_config()
    App._running_app = stage
    stage.root = stage.build()
    runTouchApp(stage.root, embedded=True)
    if stage.root not in EventLoop.window.children:
        EventLoop.window.add_widget(stage.root)
    return stage
