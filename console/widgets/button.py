"""Buttons: pills with a word, and the round ones that every player has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kivy.properties import (
    AliasProperty,
    BooleanProperty,
    ListProperty,
    NumericProperty,
    OptionProperty,
    StringProperty,
)
from kivy.uix.anchorlayout import AnchorLayout

from console.theme import ACCENT, CLEAR, CONTROL, INK, RAISED, SCRIM, SOFT, TEXT
from console.widgets.ground import Ground
from console.widgets.kv import load_rules
from console.widgets.touch import Tap

KINDS: dict[str, tuple[Sequence[float], Sequence[float]]] = {
    "main": (ACCENT, INK),
    "plain": (CONTROL, TEXT),
    "quiet": (CLEAR, SOFT),
    "veil": (SCRIM, TEXT),
}


def lighter(colour: Sequence[float]) -> Sequence[float]:
    """The ground one level nearer to the finger, for a pressed target."""
    if not colour[3]:
        return CONTROL
    if colour == CONTROL:
        return RAISED
    return [*(value + (1 - value) * 0.14 for value in colour[:3]), colour[3]]


class PushButton(Tap, Ground, AnchorLayout):
    """A pill with a word and perhaps an icon: ``main`` (lime), ``plain``, ``quiet`` (no ground) or ``veil`` (over
    pictures). It is as wide as its words unless given a ``size_hint_x``, and not there at all without words; ``busy``
    shows ``busy_text`` and takes no taps. ``icon_ink`` is the icon's colour where it is not that of the words.
    """

    text = StringProperty("")
    busy_text = StringProperty("")
    busy = BooleanProperty(False)
    icon = StringProperty("")
    icon_last = BooleanProperty(False)
    kind = OptionProperty("plain", options=list(KINDS))
    tall = NumericProperty(72)
    px = NumericProperty(26)
    side = NumericProperty(32)
    icon_ink = ListProperty()

    def _ground(self) -> Sequence[float]:
        ground = KINDS[self.kind][0]
        return lighter(ground) if self.pressed else ground

    def _ink(self) -> Sequence[float]:
        return KINDS[self.kind][1]

    look = AliasProperty(_ground, bind=("kind", "pressed"))
    ink = AliasProperty(_ink, bind=("kind",))

    def on_touch_down(self, touch: Any) -> bool:
        """A busy button swallows taps."""
        if not self.text:
            return False
        return self.within(*touch.pos) if self.busy else super().on_touch_down(touch)


class RoundButton(Tap, Ground, AnchorLayout):
    """A round button with an icon alone; ``px`` is its diameter in design pixels."""

    icon = StringProperty("")
    kind = OptionProperty("plain", options=list(KINDS))
    px = NumericProperty(72)
    icon_px = NumericProperty(36)

    def _ground(self) -> Sequence[float]:
        ground = KINDS[self.kind][0]
        return lighter(ground) if self.pressed else ground

    look = AliasProperty(_ground, bind=("kind", "pressed"))

    def _ink(self) -> Sequence[float]:
        return KINDS[self.kind][1]

    ink = AliasProperty(_ink, bind=("kind",))


load_rules(__file__)
