"""The seven zones side by side, the rider's own full, with a needle on it."""

from __future__ import annotations

from kivy.properties import ColorProperty, NumericProperty

from console import theme as T
from console.widgets.glide import Glide
from console.widgets.panel import Panel
from console.widgets.range_bar import draw_needle

DIMMED = 0.36


class ZoneLadder(Panel):
    """``zones`` blocks; ``aim(position)`` takes 0 to ``zones``, the whole part counting the zones below."""

    zones = NumericProperty(7)
    block = NumericProperty(22)
    gap = NumericProperty(7)
    natural = NumericProperty(40)
    ground = ColorProperty(T.CLEAR)
    current = NumericProperty(-1)

    def __init__(self, **kwargs: object) -> None:
        self._glide = Glide()
        self._drawn: int | None = None
        super().__init__(**kwargs)
        self.bind(current=self.repaint)

    def aim(self, position: float | None, now_s: float) -> None:
        """Move the needle to a position; ``None`` hides it and dims all blocks."""
        self.current = -1 if position is None else min(int(position), self.zones - 1)
        self._glide.aim(position, now_s)

    def step(self, now_s: float) -> None:
        """Let the needle move on."""
        position = self._glide.step(now_s)
        x = None if position is None else round(self._x_of(position))
        if x != self._drawn:
            self._drawn = x
            self.paint_moving()

    def _x_of(self, position: float) -> float:
        zone = min(int(position), int(self.zones) - 1)
        left, width = self._block(zone)
        return left + (position - zone) * width

    def _block(self, zone: int) -> tuple[float, float]:
        pitch = (self.width + self.gap * self.u) / self.zones
        left = round(self.x + zone * pitch)
        return left, round(self.x + (zone + 1) * pitch - self.gap * self.u) - left

    def paint(self) -> None:
        """The blocks, all but the current one dimmed."""
        height = round(self.block * self.u)
        for zone in range(int(self.zones)):
            colour = T.ZONES[zone]
            if zone != self.current:
                colour = T.with_alpha(colour, DIMMED)
            left, width = self._block(zone)
            self.still.box(left, round(self.center_y - height / 2), width, height, 7 * self.u, colour)

    def paint_moving(self) -> None:
        """The needle."""
        self.moving.clear()
        if self._glide.at is not None:
            draw_needle(self, self._x_of(self._glide.at))
        self.moving.show()
