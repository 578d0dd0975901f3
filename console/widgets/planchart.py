"""The plan of a class as a picture: effort in zone colours, and below each stretch its cadence and resistance."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from kivy.clock import Clock
from kivy.core.text import Label as CoreLabel
from kivy.graphics import Color, Rectangle, SmoothRoundedRectangle
from kivy.graphics.texture import Texture
from kivy.properties import ListProperty
from kivy.uix.widget import Widget

from console.cues import segment_zone
from console.theme import LINE, MUTED, RESISTANCE, TEXT, ZONE_INKS, ZONES, theme
from console.wording import clock
from sync.records import Segment

AXIS_STEPS_S = (60, 120, 300, 600, 1200)
MOST_TICKS = 7
ROW_PX, AXIS_PX = 60, 56  # heights of a row of numbers and of the times, in design pixels


@lru_cache(maxsize=256)
def words_texture(words: str, face: str, size: float) -> Texture:
    """White letters as a texture, for drawing many small texts without a widget each."""
    label = CoreLabel(text=words, font_name=face, font_size=size)
    label.refresh()
    return label.texture


class PlanChart(Widget):
    """``segments`` of a class, as long as they last, as high as they are hard."""

    segments = ListProperty()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        redraw = Clock.create_trigger(self._draw, -1)
        self.bind(pos=redraw, size=redraw, segments=redraw)
        redraw()

    def _draw(self, *_: Any) -> None:
        self.canvas.clear()
        total = sum(segment.seconds for segment in self.segments)
        if not total or self.width < 2:
            return
        row, axis = max(30, ROW_PX * theme.px), max(30, AXIS_PX * theme.px)
        floor = self.y + axis + 2 * row
        with self.canvas:
            x = self.x
            for segment in self.segments:
                width = self.width * segment.seconds / total
                self._draw_bar(segment, x, floor + row * 0.25, width)
                self._draw_range(segment.cadence_rpm, TEXT, x + width / 2, floor - row / 2, width)
                self._draw_range(segment.resistance_pct, RESISTANCE, x + width / 2, floor - 1.5 * row, width)
                x += width
            Color(*LINE)
            for y in (floor, floor - row):
                Rectangle(pos=(self.x, y), size=(self.width, 2))
            self._draw_axis(total, self.y + axis / 2)

    def _draw_bar(self, segment: Segment, x: float, y: float, width: float) -> None:
        zone = segment_zone(segment)
        height = (self.top - y) * (0.34 + 0.66 * zone / 7)
        gap = min(2.0, width / 6)
        Color(*ZONES[zone - 1])
        box = {"pos": (x + gap, y), "size": (max(width - 2 * gap, 1.0), height)}
        SmoothRoundedRectangle(**box, radius=[min(10 * theme.px, width / 3)])
        self._draw_words(f"Z{zone}", ZONE_INKS[zone - 1], x + width / 2, y + max(20, 20 * theme.px), width - 4)

    def _draw_range(self, limits: tuple[int, int] | None, ink: Sequence[float], x: float, y: float, w: float) -> None:
        if limits is None:
            return
        full = f"{limits[0]}–{limits[1]}" if limits[0] != limits[1] else str(limits[0])
        if not self._draw_words(full, ink, x, y, w - 6):
            self._draw_words(str(limits[0]), ink, x, y, w - 2)

    def _draw_axis(self, total: float, y: float) -> None:
        step = next((one for one in AXIS_STEPS_S if total / one <= MOST_TICKS), AXIS_STEPS_S[-1])
        for second in range(step, int(total - step / 3), step):
            self._draw_words(clock(second), MUTED, self.x + self.width * second / total, y, self.width)

    def _draw_words(self, words: str, ink: Sequence[float], x: float, y: float, room: float) -> bool:
        """Draw words centred on a point; draws nothing, and says so, when they are wider than ``room``."""
        texture = words_texture(words, "NumbersLight", max(20.0, 28 * theme.px))
        if texture.width > room:
            return False
        Color(*ink)
        Rectangle(texture=texture, size=texture.size, pos=(round(x - texture.width / 2), round(y - texture.height / 2)))
        return True
