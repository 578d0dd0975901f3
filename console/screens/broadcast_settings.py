"""The settings about other programs that follow the ride: the ways out, and how each of them stands now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.widget import Widget

from console.error_words import told
from console.screens.setting_rows import toggle_row
from console.settings import Settings
from console.trainer.broadcast import Broadcast
from console.trainer.outlet import Outlet
from console.trainer.peripheral import NAME
from console.widgets import button, field  # noqa: F401 - the rules use them
from console.widgets.ground import Card
from console.widgets.kv import load_rules
from console.words import _, n_


def outlet_words(outlet: Outlet, listeners: int, when_off: str) -> str:
    """How one way out stands, in a sentence."""
    if not outlet.wanted:
        return when_off
    if outlet.trouble is not None:
        return told(outlet.trouble)
    if not outlet.on:
        return _("Starting")
    seen = _("Apps can see this bike as “{name}”").format(name=NAME)
    connected = n_("{n} connected", "{n} connected", listeners) if listeners else _("none connected")
    return f"{seen}: {connected}"


def is_ill(outlet: Outlet) -> bool:
    """Whether a way out is wanted and cannot be had."""
    return outlet.wanted and outlet.trouble is not None


class HomeForm(Card):
    """Where the ride is told over MQTT; an empty address is nowhere."""

    meaning = StringProperty("")
    trouble = BooleanProperty(False)

    def __init__(self, settings: Settings, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._settings = settings
        self.ids.address.text = settings.home_broker

    def keep(self) -> None:
        """Use what is written."""
        self._settings.home_broker = self.ids.address.text.strip()


def home_words(outlet: Outlet) -> str:
    """How the way to a home stands, in a sentence."""
    if not outlet.wanted:
        return _("Your ride appears in Home Assistant by itself. Leave the address empty for nowhere.")
    if outlet.trouble is not None:
        return told(outlet.trouble)
    return _("Connected. Your ride is shown there.") if outlet.on else _("Starting")


def broadcast_rows(settings: Settings, broadcast: Broadcast) -> tuple[list[Widget], Callable[[], None]]:
    """The rows, and what brings their words up to date."""
    ways = (
        ("rebroadcast_wifi", broadcast.wifi, _("Over Wi-Fi"), _("Zwift and others in this network follow your ride")),
        (
            "rebroadcast_bluetooth",
            broadcast.bluetooth,
            _("Over Bluetooth"),
            _("Watches and apps near by follow your ride"),
        ),
    )
    rows = [(toggle_row(settings, name, words, off), name, outlet, off) for name, outlet, words, off in ways]

    def refresh() -> None:
        for row, name, outlet, off in rows:
            row.meaning, row.trouble = outlet_words(outlet, broadcast.listeners[name], off), is_ill(outlet)
        home.meaning, home.trouble = home_words(broadcast.home), is_ill(broadcast.home)

    home = HomeForm(settings)
    refresh()
    meaning = _("One at a time, as long as it is connected, on bikes that can be told")
    control = toggle_row(settings, "rebroadcast_control", _("Let apps set the resistance"), meaning)
    return [*(row for row, *_rest in rows), control, home], refresh


load_rules(__file__)
