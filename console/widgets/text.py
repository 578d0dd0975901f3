"""Words and numbers by role, icons, and figures whose unit stands on the number's baseline."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.core.text import Label as CoreLabel
from kivy.properties import (
    AliasProperty,
    BooleanProperty,
    ColorProperty,
    NumericProperty,
    OptionProperty,
    StringProperty,
)
from kivy.uix.label import Label
from kivy.uix.widget import Widget

from console.icons import ICONS
from console.theme import MUTED, SMALLEST_TEXT, TEXT, theme
from console.widgets.kv import load_rules

ROLES: dict[str, tuple[str, int]] = {
    "hero": ("Title", 96),
    "headline": ("Title", 64),
    "title": ("TextBold", 36),
    "card": ("TextBold", 28),
    "name": ("TextBold", 26),
    "action": ("TextBold", 26),
    "body": ("Text", 24),
    "second": ("Text", 22),
    "caption": ("Text", 20),
    "number": ("Numbers", 48),
    "axis": ("NumbersLight", 26),
}
SHRINKING = ("hero", "headline", "title", "card", "name")
LEAST_SHARE = 0.8
LINE_HEIGHT = 1.22
CAPITALS = 0.7  # height of digits and capitals of the "Numbers" and "Title" faces, as a share of the size


class Text(Label):
    """Words in one of the roles of the design.

    ``px`` overrides the role's size (design pixels). With ``hug`` the widget is as large as its words (up to
    ``limit`` window pixels wide, if given); else the words keep to the widget: titles shrink to 80 %, then all end
    in an ellipsis. ``lines`` > 1 wraps into at most as many lines. With ``collapse`` no words take no height.
    """

    role = OptionProperty("body", options=list(ROLES))
    px = NumericProperty(0)
    hug = BooleanProperty(False)
    limit = NumericProperty(0)
    lines = NumericProperty(1)
    collapse = BooleanProperty(False)
    scale = NumericProperty(1.0)
    color = ColorProperty(TEXT)

    def __init__(self, **kwargs: Any) -> None:
        self._refit = Clock.create_trigger(self._fit, -1)
        super().__init__(**kwargs)
        for name in ("role", "px", "hug", "limit", "lines", "size", "text", "scale"):
            self.fbind(name, self._refit)
        self._fit()

    def on_texture_size(self, _label: Any, size: list[float]) -> None:
        """A hugging label follows its words, one that wraps is as high as its lines."""
        if self.hug:
            self.size = size
        elif self.lines > 1 and self.size_hint_y is None:
            self.height = size[1]

    @property
    def full_size(self) -> float:
        """The size of the letters in window pixels, before any shrinking."""
        return max(SMALLEST_TEXT, (self.px or ROLES[self.role][1]) * self.scale)

    def natural_width(self, font_size: float | None = None) -> float:
        """The width of the words on one line, in window pixels."""
        face, size = ROLES[self.role][0], font_size or self.full_size
        return float(CoreLabel(font_name=face, font_size=size).get_extents(self.text)[0])

    def _fit(self, *_: Any) -> None:
        self.font_name, size = ROLES[self.role][0], self.full_size
        room = self.limit if self.hug else self.width
        tight = self.lines == 1 and room > 0 and self.natural_width(size) > room
        if tight and self.role in SHRINKING:
            least = max(LEAST_SHARE * size, SMALLEST_TEXT)
            size = max(size * room / self.natural_width(size) * 0.995, least)
        self.font_size = size
        self.shorten = self.lines == 1 and (not self.hug or tight)
        self.max_lines = 0 if self.lines == 1 else int(self.lines)
        if self.hug:
            if not self.text:
                self.size = [0.0, size * LINE_HEIGHT]
            self._wrap(room if tight or (self.lines > 1 and room) else None, None)
            return
        free = self.size_hint_y is None
        if free and (self.lines == 1 or not self.text):
            self.height = 0 if self.collapse and not self.text else size * LINE_HEIGHT
        self._wrap(self.width, None if self.lines == 1 or free else self.height)

    def _wrap(self, width: float | None, height: float | None) -> None:
        self.text_size = (width, height)


class Icon(Label):
    """One icon of the bundled set by name; ``px`` is its size in design pixels. No name draws nothing."""

    icon = StringProperty("")
    px = NumericProperty(34)
    color = ColorProperty(TEXT)

    def _glyph(self) -> str:
        return ICONS[self.icon] if self.icon else ""

    glyph = AliasProperty(_glyph, bind=("icon",))


class Figure(Widget):
    """A number and its unit on one baseline. The widget is as tall as the digits, so it centres by eye.

    ``px`` and ``unit_px`` are design pixels; ``digits`` names the role whose face the number has.
    """

    value = StringProperty("")
    unit = StringProperty("")
    px = NumericProperty(48)
    unit_px = NumericProperty(22)
    digits = OptionProperty("number", options=["number", "axis"])
    color = ColorProperty(TEXT)
    unit_color = ColorProperty(MUTED)
    gap_px = NumericProperty(8)

    def on_kv_post(self, base_widget: Any) -> None:
        """Keep number and unit together."""
        place = Clock.create_trigger(self._place, -1)
        for name in ("pos", "value", "unit", "px", "unit_px", "gap_px"):
            self.fbind(name, place)
        for label in (self.ids.number, self.ids.unit):
            label.bind(texture_size=place)
        place()

    def _place(self, *_: Any) -> None:
        number, unit = self.ids.number, self.ids.unit
        self.height = number.font_size * CAPITALS
        gap = self.gap_px * theme.px if self.unit else 0
        self.width = number.texture_size[0] + gap + (unit.texture_size[0] if self.unit else 0)
        for label, x in ((number, self.x), (unit, self.x + number.texture_size[0] + gap)):
            label.size = label.texture_size
            label.pos = (x, self.y + label._label.get_descent())


class Gap(Widget):
    """Room of ``px`` design pixels between an icon and its word."""

    px = NumericProperty(12)


load_rules(__file__)
