"""Colours, type and scale of every screen; the one place that knows them.

``theme.px`` is one design pixel (of 1920x1080) in window pixels; kv rules multiply by it: ``height: 72 * theme.px``.
Text has a floor of 20 px: ``font_size: max(20, 24 * theme.px)``.
``theme.compact`` is true on small panels (1280x800), where screens lay themselves out anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kivy.core.text import LabelBase
from kivy.event import EventDispatcher
from kivy.properties import BooleanProperty, NumericProperty
from kivy.utils import get_color_from_hex as _hex

ASSETS = Path(__file__).resolve().parent.parent / "assets"

BG, CARD, CONTROL, RAISED, LINE = (_hex(c) for c in ("#0A0D12", "#131922", "#1D2530", "#283241", "#2B3543"))
TEXT, SOFT, MUTED = _hex("#F4F7FA"), _hex("#C9D2DC"), _hex("#9AA7B5")
ACCENT, INK = _hex("#C6F432"), _hex("#0A0D12")
UNDER, OVER = _hex("#5AA9FF"), _hex("#FF7A59")
OK, WARN, LIVE = _hex("#35D0A5"), _hex("#FFB020"), _hex("#FF4D5E")
RESISTANCE, CADENCE = _hex("#C6B8FF"), _hex("#4FD8EE")
SCRIM = [*BG[:3], 0.86]
CLEAR = [0, 0, 0, 0]
ZONES = tuple(_hex(c) for c in ("#66788C", "#3F8CFF", "#4FD8EE", "#2E9E6B", "#F5D02A", "#E8622A", "#FF8FD0"))
ZONE_INKS = (TEXT, INK, INK, INK, INK, INK, INK)
RIDERS = tuple(_hex(c) for c in ("#FF8FD0", "#4FD8EE", "#F5D02A", "#E8622A", "#C6B8FF", "#35D0A5"))

# Other sets of colours; what a set does not name is as above. Blue-yellow: in, under and over differ by at least 55
# (CIE76) for red-green blind riders, where the standard set has 35.
_SETS: dict[str, dict[str, str]] = {
    "standard": {},
    "blue-yellow": {"ACCENT": "#FFD83D", "UNDER": "#4C9BFF", "OVER": "#F07C80"},
    "high contrast": {
        "BG": "#000000",
        "CARD": "#0B1016",
        "CONTROL": "#1E2834",
        "RAISED": "#37465A",
        "LINE": "#5F7186",
        "TEXT": "#FFFFFF",
        "SOFT": "#F4F7FA",
        "MUTED": "#D3DCE6",
        "ACCENT": "#D7FF3E",
        "UNDER": "#7DBBFF",
        "OVER": "#FF9473",
    },
}
_STANDARD = {name: list(globals()[name]) for name in _SETS["high contrast"]}

DESIGN_WIDTH, DESIGN_HEIGHT, SMALLEST_TEXT = 1920, 1080, 20

_FONTS = {
    "Text": "fonts/Inter-SemiBold.ttf",
    "TextBold": "fonts/Inter-Bold.ttf",
    "Title": "fonts/BarlowCondensed-ExtraBold.ttf",
    "Numbers": "fonts/Numbers-Bold.ttf",
    "NumbersLight": "fonts/Numbers-SemiBold.ttf",
    "Icons": "icons/tabler-icons.ttf",
}


class Theme(EventDispatcher):
    """The scale of the screens, bound to the window's size."""

    px = NumericProperty(1.0)
    compact = BooleanProperty(False)

    def fit(self, width: float, height: float) -> None:
        """Scale to a window of this size, in pixels."""
        self.px = min(width / DESIGN_WIDTH, height / DESIGN_HEIGHT)
        self.compact = self.px < 0.8


def with_alpha(colour: list[float], alpha: float) -> list[float]:
    """The same colour at another opacity."""
    return [*colour[:3], alpha]


def use_colours(name: str) -> None:
    """Take another set of colours: ``standard``, ``blue-yellow`` or ``high contrast``.

    The lists above change in place; what is drawn already keeps its colours until it is made anew.
    """
    for token, value in _STANDARD.items():
        chosen = _SETS[name].get(token)
        globals()[token][:] = _hex(chosen) if chosen else value
    SCRIM[:3] = BG[:3]


def register_fonts() -> None:
    """Make the bundled faces known to Kivy under their role names."""
    for name, path in _FONTS.items():
        LabelBase.register(name=name, fn_regular=str(ASSETS / path))


theme = Theme()


def dress(window: Any) -> None:
    """Give a window our fonts and ground; the scale follows its size."""
    register_fonts()
    window.clearcolor = BG
    window.bind(size=lambda _window, size: theme.fit(*size))
    theme.fit(*window.size)
