"""Buttons and words that lie on the picture."""

from __future__ import annotations

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from console.widgets import digits, text  # noqa: F401 - the rules use them
from console.widgets.kv import load_rules
from console.widgets.panel import Panel, TapPanel


class VeilButton(TapPanel):
    """An icon, perhaps with a word, on a round dark ground; ``on`` shows it in lime: in use."""

    icon = StringProperty("")
    text = StringProperty("")
    on = BooleanProperty(False)
    natural = NumericProperty(72)
    radius = NumericProperty(36)


class FoldMenuRow(TapPanel):
    """One line of a menu: an icon and a word."""

    icon = StringProperty("")
    text = StringProperty("")
    on = BooleanProperty(False)
    natural = NumericProperty(72)


class RideMenu(Panel):
    """What the top bar of a small panel has no room for."""

    captions_on = BooleanProperty(False)
    sound_on = BooleanProperty(True)
    brake_on = BooleanProperty(False)
    brake_offered = BooleanProperty(False)
    natural = NumericProperty(244)

    def __init__(self, **kwargs: object) -> None:
        for choice in ("on_captions", "on_sound", "on_fold", "on_brake"):
            self.register_event_type(choice)
        super().__init__(**kwargs)

    def on_kv_post(self, _base: object) -> None:
        """A row that is not offered is not there."""
        self._brake_row = self.ids.brake.__self__
        self.bind(brake_offered=self._offer)
        self._offer()

    def _offer(self, *_: object) -> None:
        self.remove_widget(self._brake_row)
        if self.brake_offered:
            self.add_widget(self._brake_row)

    def on_captions(self) -> None:
        """The rider wants captions, or none."""

    def on_sound(self) -> None:
        """The rider wants sound, or none."""

    def on_fold(self) -> None:
        """The rider wants to see the picture."""

    def on_brake(self) -> None:
        """The rider wants to choose what the brake does."""


class TitleVeil(Panel):
    """Two short lines, as wide as they are; a sign may stand before the second."""

    title = StringProperty("")
    second = StringProperty("")
    icon = StringProperty("")
    indent = NumericProperty(0)
    limit = NumericProperty(360)
    natural = NumericProperty(72)


class WordVeil(Panel):
    """A sign and a few words, in the middle of where it lies."""

    icon = StringProperty("")
    text = StringProperty("")
    natural = NumericProperty(56)
    radius = NumericProperty(28)


load_rules(__file__)
