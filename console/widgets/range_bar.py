"""A track with the target range as a band and the rider's value as a needle."""

from __future__ import annotations

from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, ObjectProperty

from console import theme as T
from console.widgets.glide import Glide
from console.widgets.panel import Panel

NEEDLE_WIDTH, NEEDLE_HEIGHT, TRACK_HEIGHT = 12, 38, 16
TRACK_ALPHA = 0.25  # lighter than whatever the picture makes of the ground


class RangeBar(Panel):
    """``low`` to ``high`` is what the track spans; ``band`` the target ``(low, high)`` or ``None``.

    ``muted`` (no fresh value) hides the needle. ``aim`` gives it a value, ``step`` moves it.
    """

    low = NumericProperty(0)
    high = NumericProperty(100)
    band = ObjectProperty(None, allownone=True)
    band_colour = ColorProperty(T.MUTED)
    band_shown = BooleanProperty(True)
    natural = NumericProperty(40)
    ground = ColorProperty(T.CLEAR)

    def __init__(self, **kwargs: object) -> None:
        self._glide = Glide()
        self._drawn: int | None = None
        super().__init__(**kwargs)
        self.bind(band=self.repaint, band_colour=self.repaint, band_shown=self.repaint)

    def share(self, value: float) -> float:
        """Where on the track a value stands, 0-1."""
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)

    def aim(self, value: float | None, now_s: float) -> None:
        """Move the needle to a value; ``None`` hides it."""
        self._glide.aim(None if value is None else self.share(value), now_s)

    def step(self, now_s: float) -> None:
        """Let the needle move on."""
        share = self._glide.step(now_s)
        x = None if share is None else round(self.x + share * self.width)
        if x != self._drawn:
            self._drawn = x
            self.paint_moving()

    def paint(self) -> None:
        """The track and the band."""
        height, y = TRACK_HEIGHT * self.u, self.center_y - TRACK_HEIGHT * self.u / 2
        self.still.box(self.x, round(y), self.width, round(height), height, T.with_alpha(T.MUTED, TRACK_ALPHA))
        if self.band is None or not self.band_shown:
            return
        left, right = (self.x + self.share(value) * self.width for value in self.band)
        room = max(right - left, height * 1.5)
        left = min(max((left + right - room) / 2, self.x), self.right - room)
        box = (left, round(y) - 2 * self.u, room, round(height) + 4 * self.u)
        self.still.box(*box, 8 * self.u, T.CARD)
        self.still.box(*box, 8 * self.u, T.with_alpha(self.band_colour, 0.55))
        self.still.frame(*box, 8 * self.u, 3 * self.u, self.band_colour)

    def paint_moving(self) -> None:
        """The needle, on a dark edge so that it stands out from the band."""
        self.moving.clear()
        if (share := self._glide.at) is not None:
            draw_needle(self, self.x + share * self.width)
        self.moving.show()


def draw_needle(panel: Panel, x: float) -> None:
    """A white upright needle at ``x``, in the middle of a panel's height."""
    width, height = round(NEEDLE_WIDTH * panel.u), round(NEEDLE_HEIGHT * panel.u)
    left = round(min(max(x, panel.x + width / 2), panel.right - width / 2) - width / 2)
    y, edge = round(panel.center_y - height / 2), round(3 * panel.u)
    panel.moving.box(left - edge, y - edge, width + 2 * edge, height + 2 * edge, width, T.CARD)
    panel.moving.box(left, y, width, height, width / 2, T.TEXT)
