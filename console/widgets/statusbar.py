"""The status bar at the top right: sensors, network, sync, the time, and who rides."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ListProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from console.status import StatusItem
from console.theme import RIDERS
from console.widgets import badge, text  # noqa: F401 - the rules use them
from console.widgets.kv import load_rules
from console.widgets.touch import Tap


class StatusSign(Tap, BoxLayout):
    """One sign: an icon and its word; ``brief`` leaves the word out where all is well."""

    icon = StringProperty("")
    text = StringProperty("")
    trouble = BooleanProperty(False)
    brief = BooleanProperty(False)


class StatusBar(BoxLayout):
    """``items`` are the signs, ``clock`` the time, ``rider`` who rides. A tap fires ``on_visit(screen, params)``."""

    items = ListProperty()
    brief = BooleanProperty(False)
    clock = StringProperty("")
    rider = ObjectProperty(None, allownone=True)

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_visit")
        super().__init__(**kwargs)

    def on_items(self, _bar: Any, items: list[StatusItem]) -> None:
        """Show the signs; those that only changed their words stay where they are."""
        box = self.ids.signs
        while len(box.children) > len(items):
            box.remove_widget(box.children[0])
        while len(box.children) < len(items):
            box.add_widget(self._sign(len(box.children)))
        for sign, item in zip(reversed(box.children), items, strict=True):
            sign.icon, sign.text, sign.trouble = item.icon, item.words, item.trouble

    def _sign(self, place: int) -> StatusSign:
        sign = StatusSign(brief=self.brief)
        self.bind(brief=sign.setter("brief"))
        sign.bind(on_tap=lambda _sign: self.dispatch("on_visit", self.items[place].screen, self.items[place].params))
        return sign

    def on_rider(self, _bar: Any, rider: Any) -> None:
        """Show who rides."""
        avatar = self.ids.avatar
        avatar.icon = "" if rider else "user"
        avatar.text = rider.initials if rider else ""
        if rider:
            avatar.ground = RIDERS[rider.colour % len(RIDERS)]

    def on_visit(self, screen: str, params: dict[str, Any]) -> None:
        """The rider wants to see or mend something."""


load_rules(__file__)
