"""One line of the settings: a name, what it means, and at the right what changes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from console.settings import Settings
from console.widgets import stepper  # noqa: F401 - the rules use it
from console.widgets.button import PushButton
from console.widgets.chip import Segmented, Toggle
from console.widgets.ground import Card, Ground
from console.widgets.kv import load_rules
from console.widgets.stepper import Stepper
from console.widgets.touch import Tap
from console.words import _


class SettingRow(BoxLayout):
    """``control`` is added at the right; ``trouble`` is whether the meaning says what is wrong."""

    name = StringProperty("")
    meaning = StringProperty("")
    trouble = BooleanProperty(False)
    last = BooleanProperty(False)

    def __init__(self, name: str, meaning: str, control: Widget | None = None, **kwargs: Any) -> None:
        super().__init__(name=name, meaning=meaning, **kwargs)
        if control is not None:
            control.pos_hint = {"center_y": 0.5}
            self.add_widget(control)


class GroupRow(Tap, Ground, BoxLayout):
    """One group of settings in the list at the left."""

    group = StringProperty("")
    icon = StringProperty("")
    text = StringProperty("")
    here = BooleanProperty(False)


class RowsCard(Card):
    """Rows under each other."""


def toggle_row(settings: Settings, name: str, words: str, meaning: str) -> SettingRow:
    """A switch for a setting that is on or off."""
    toggle = Toggle(on=getattr(settings, name))
    toggle.bind(on_turn=lambda _toggle, on: setattr(settings, name, on))
    return SettingRow(words, meaning, toggle)


def choice_row(
    settings: Settings, name: str, words: str, meaning: str, choices: Sequence[tuple[str | int, str]]
) -> SettingRow:
    """A few words for a setting that is one of some values; ``choices`` are (value, words)."""
    values = [value for value, _words in choices]
    segmented = Segmented(choices=[words for _value, words in choices], chosen=values.index(getattr(settings, name)))
    segmented.bind(on_choose=lambda _segmented, index: setattr(settings, name, values[index]))
    return SettingRow(words, meaning, segmented)


def stepper_row(words: str, meaning: str, change: Callable[[float], object], **properties: Any) -> SettingRow:
    """A number; ``properties`` are those of the Stepper."""
    control = Stepper(**properties)
    control.bind(on_change=lambda _stepper, value: change(value))
    return SettingRow(words, meaning, control)


def button_row(words: str, meaning: str, action: str, act: Callable[[], object]) -> SettingRow:
    """Something to do."""
    button = PushButton(text=action, tall=64, px=24)
    button.bind(on_tap=lambda _button: act())
    return SettingRow(words, meaning, button)


def ride_rows(settings: Settings) -> list[Widget]:
    """What the ride screen shows and does."""
    units = [("metric", _("Kilometres")), ("imperial", _("Miles"))]
    return [
        choice_row(settings, "units", _("Distance"), _("On the ride screen, in summaries and in the history"), units),
        toggle_row(settings, "auto_pause", _("Pause by itself"), _("When you stop pedalling for three seconds")),
        toggle_row(settings, "leaderboard", _("Leaderboard"), _("Who else rides this class, beside the picture")),
        toggle_row(settings, "own_best", _("Your best"), _("How far you are ahead of your best ride of the class")),
    ]


def sound_rows(settings: Settings) -> list[Widget]:
    """How loud it is, and what is heard beside the class."""

    def change(value: float) -> None:
        settings.volume = int(value)

    meaning = _("Coach, music and ticks together")
    return [
        stepper_row(_("Volume"), meaning, change, value=settings.volume, low=0, high=100, step=10, unit="%"),
        toggle_row(settings, "ticks", _("Ticks"), _("Softly, in the last three seconds before the plan changes")),
        toggle_row(settings, "five_sound", _("High fives"), _("When another rider gives you one")),
    ]


def seeing_rows(settings: Settings) -> list[Widget]:
    """How it looks and moves."""
    colours = [
        ("standard", _("Standard")),
        ("blue-yellow", _("Blue–yellow")),
        ("high contrast", _("High contrast")),
    ]
    return [
        choice_row(settings, "colours", _("Colours"), _("Shape and word stay the same"), colours),
        toggle_row(settings, "less_motion", _("Less motion"), _("No slides and no fading; only needles move")),
        toggle_row(settings, "captions", _("Captions"), _("What the coach says, in writing")),
    ]


load_rules(__file__)
