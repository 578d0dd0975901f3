"""The shell of the screens: the rail, the status bar, and which screen is shown. Screens are made when first seen."""

from __future__ import annotations

import time
from importlib import import_module
from typing import Any

from kivy.animation import Animation
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.screenmanager import NoTransition, Screen

from console.status import status_items
from console.theme import BG, theme, use_colours
from console.widgets.kv import load_rules
from console.widgets.rail import Rail
from console.widgets.statusbar import StatusBar

SCREENS = {
    "profiles": ("console.screens.profiles", "ProfilesScreen"),
    "home": ("console.screens.home", "HomeScreen"),
    "library": ("console.screens.library", "LibraryScreen"),
    "class": ("console.screens.class_detail", "ClassScreen"),
    "ride": ("console.screens.ride", "RideScreen"),
    "just-ride": ("console.screens.just_ride", "JustRideScreen"),
    "summary": ("console.screens.summary", "SummaryScreen"),
    "history": ("console.screens.history", "HistoryScreen"),
    "sensors": ("console.screens.sensors", "SensorsScreen"),
    "service": ("console.screens.service", "ServiceScreen"),
    "settings": ("console.screens.settings", "SettingsScreen"),
}
RAILED = ("home", "library", "history", "sensors", "settings")  # the screens beside the rail
RIDING = ("ride", "just-ride")
ROOTS = ("home", "profiles", *RIDING)  # where going back ends
STATUS_EVERY_S = 1.0
APPEAR_S = 0.16
PREPARES = {"class": "ride"}  # the ride screen takes half a second to make: it is there when the rider taps Start
SETTLED_S = 0.4


class ShellRail(Rail):
    """The rail, in its place in the shell."""

    shell = ObjectProperty()


class ShellStatus(StatusBar):
    """The status bar, in its place in the shell."""

    shell = ObjectProperty()


class Navigation(FloatLayout):
    """Shows one screen at a time. ``here`` is its name; ``railed`` whether rail and status bar stand beside it;
    ``riding`` whether a ride is on."""

    here = StringProperty("")
    riding = BooleanProperty(False)
    railed = BooleanProperty(False)
    rail_width = NumericProperty(0)

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.app = app
        self._trail: list[tuple[str, dict[str, Any]]] = []
        self._colours = app.settings.colours
        use_colours(self._colours)
        super().__init__(**kwargs)
        self.ids.screens.transition = NoTransition()
        self._furnish()
        app.bind(rider=lambda _app, rider: setattr(self.status, "rider", rider))
        app.settings.watch("colours", lambda _name: Clock.schedule_once(lambda _dt: self._recolour()))
        theme.bind(compact=lambda *_: Clock.schedule_once(lambda _dt: self._resize()))
        Clock.schedule_interval(lambda _dt: self.refresh_status(), STATUS_EVERY_S)

    @property
    def screen(self) -> Screen | None:
        """The screen that is shown."""
        return self.ids.screens.current_screen

    def go(self, name: str, **params: Any) -> Screen:
        """Bring a screen into its state and show it; returns it."""
        if name in ROOTS:
            self._trail.clear()
        elif self._trail and self._trail[-1][0] == name:
            self._trail.pop()
        self._trail.append((name, params))
        return self._show(name, params)

    def visit(self, place: str, **params: Any) -> None:
        """The rider tapped a place. While a ride is on nobody else can begin one: that leads back to it."""
        if place in (*RIDING, "profiles") and self.app.session is not None:
            self.app.show_ride()
        elif place == "just-ride":
            self.app.start_just_ride()
        else:
            self.go(place, **params)

    def back(self) -> Screen:
        """Show the screen before this one; home when there is none."""
        if self._trail:
            self._trail.pop()
        name, params = self._trail[-1] if self._trail else ("home", {})
        if not self._trail:
            self._trail.append((name, params))
        return self._show(name, params)

    def refresh(self) -> None:
        """Let the screen that is shown read its things anew."""
        if self._trail and self.screen is not None:
            self.screen.show(**self._trail[-1][1])

    def rebuild(self, *, afresh: bool = False) -> None:
        """Make all screens anew, as after another set of colours was chosen; ``afresh`` also forgets the way back."""
        self.ids.screens.clear_widgets()
        if afresh:
            self._trail.clear()
        if self._trail:
            name, params = self._trail[-1]
            self._show(name, params)

    def refresh_status(self) -> None:
        """Read how sensors, network and sync stand; only what changed is drawn again."""
        if self.railed:
            status = self.status
            status.clock = time.strftime("%H:%M")
            status.items = status_items(self.app.sensing.sensors, self.app.uplink.status)

    def _furnish(self) -> None:
        """Put up rail and status bar, anew where they stand already."""
        for child in self.children[:]:
            if isinstance(child, ShellRail | ShellStatus):
                self.remove_widget(child)
        self.rail, self.status = ShellRail(shell=self), ShellStatus(shell=self)
        self.status.rider = self.app.rider
        self.add_widget(self.rail)
        self.add_widget(self.status)

    def _recolour(self) -> None:
        if self._colours != (name := self.app.settings.colours):
            self._colours = name
            use_colours(name)
            Window.clearcolor = BG
            self._furnish()
            self.rebuild()

    def _resize(self) -> None:
        """Lay the screens out anew for another kind of panel; a ride goes on as it is."""
        if self.app.session is None:
            self.rebuild()

    def _show(self, name: str, params: dict[str, Any]) -> Screen:
        self.app.patches.all()
        screens, screen = self.ids.screens, self._made(name)
        self.here, self.railed, self.riding = name, name in RAILED, self.app.session is not None
        screen.show(**params)
        screens.current = name
        self.refresh_status()
        self._appear(screen)
        if name in PREPARES:
            Clock.schedule_once(lambda _dt: self._made(PREPARES[name]), SETTLED_S)
        return screen

    def _made(self, name: str) -> Screen:
        """The screen of this name, made if it is not there yet."""
        screens = self.ids.screens
        if not screens.has_screen(name):
            module, kind = SCREENS[name]
            screens.add_widget(getattr(import_module(module), kind)(name=name))
        return screens.get_screen(name)

    def _appear(self, screen: Screen) -> None:
        Animation.cancel_all(screen, "opacity")
        if self.app.settings.less_motion or self.app.session is not None:
            screen.opacity = 1
        else:
            screen.opacity = 0
            Animation(opacity=1, d=APPEAR_S, t="out_quad").start(screen)


load_rules(__file__)
