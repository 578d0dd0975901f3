"""What the class asks for now, how long still, and what follows."""

from __future__ import annotations

import math

from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, StringProperty

from console import theme as T
from console.cues import Moment, segment_zone
from console.widgets import digits  # noqa: F401 - the rules use it
from console.widgets.kv import load_rules
from console.widgets.panel import Panel
from console.wording import clock
from console.words import _
from sync.records import Segment

LAST_S = 3.0
PULSE_S = 0.4
WIPE_S = 0.18
BLOCK, BAR = 112, 8


def countdown(left_s: float) -> str:
    """Seconds left, counted so that the last one shown is 0:01."""
    return clock(math.ceil(max(left_s, 0.0)))


def following_words(segment: Segment | None) -> str:
    """What follows: ``then Recover, 1:30 at Z2``."""
    if segment is None:
        return _("then the end of the class")
    words = _("then {name}, {length} at Z{zone}")
    return words.format(name=segment.name, length=clock(segment.seconds), zone=segment_zone(segment))


class SegmentBanner(Panel):
    """``show`` once a frame. A new segment's block wipes over the old one; in the last 3 s the countdown pulses."""

    zone = NumericProperty(1)
    title = StringProperty("")
    following = StringProperty("")
    left = StringProperty("")
    pulsing = BooleanProperty(False)
    zone_ink = ColorProperty(T.INK)
    natural = NumericProperty(120)
    moves = BooleanProperty(True)

    def __init__(self, **kwargs: object) -> None:
        self._index = -1
        self._old_zone = 1
        self._wiped_since_s: float | None = None
        self._done, self._wiped = 0.0, 1.0
        self._drawn: tuple[int, int] | None = None
        super().__init__(**kwargs)

    def show(self, moment: Moment, now_s: float) -> None:
        """Show a moment of the plan."""
        if moment.segment is None:
            if moment.index < 0:
                self._show_lobby(moment)
            else:
                self._show_end()
            return
        if moment.index != self._index:
            self._turn_to(moment, now_s)
        self.left = countdown(moment.left_s)
        self.pulsing = self.moves and moment.left_s <= LAST_S and moment.left_s % 1.0 > 1.0 - PULSE_S
        self._done = moment.into_s / moment.segment.seconds
        if self._wiped_since_s is not None:
            self._wiped = min((now_s - self._wiped_since_s) / WIPE_S, 1.0)
            if self._wiped == 1.0:
                self._wiped_since_s = None
        steps = (round(self._done * self.width), round(self._wiped * BLOCK))
        if steps != self._drawn:
            self._drawn = steps
            self.paint_moving()

    def _turn_to(self, moment: Moment, now_s: float) -> None:
        assert moment.segment is not None
        first = self._index < 0
        self._index, self._old_zone = moment.index, int(self.zone)
        self.zone = segment_zone(moment.segment)
        self.zone_ink = T.ZONE_INKS[int(self.zone) - 1]
        self.title, self.following = moment.segment.name, following_words(moment.following)
        self._wiped_since_s = None if first or not self.moves else now_s
        self._wiped = 0.0 if self._wiped_since_s is not None else 1.0
        self._drawn = None

    def _show_lobby(self, moment: Moment) -> None:
        self.title, self.following = _("The class begins soon"), following_words(moment.following)
        self.left = countdown(moment.left_s)
        self.pulsing = self.moves and moment.left_s <= LAST_S and moment.left_s % 1.0 > 1.0 - PULSE_S
        if self._drawn is None:
            self._drawn = (0, 0)
            self.zone = segment_zone(moment.following) if moment.following is not None else 1
            self.zone_ink = T.ZONE_INKS[int(self.zone) - 1]
            self.paint_moving()

    def _show_end(self) -> None:
        self.title, self.following = _("The class is over"), _("Well ridden. Your summary comes next.")
        self.left, self.pulsing = clock(0), False
        if self._done != 1.0:
            self._done = 1.0
            self.paint_moving()

    def paint_moving(self) -> None:
        """The zone's block and the line of progress."""
        self.moving.clear()
        round_px, block, bar = self.radius * self.u, round(BLOCK * self.u), max(round(BAR * self.u), 5)
        corners = (0.0, round_px, round_px, 0.0)
        new = T.ZONES[int(self.zone) - 1]
        if self._wiped < 1.0:
            self.moving.box(self.x, self.y, block, self.height, corners, T.ZONES[self._old_zone - 1])
        across = round(block * self._wiped)
        if across >= 2 * round_px or self._wiped == 1.0:
            self.moving.box(self.x, self.y, across, self.height, corners, new)
        room = self.width - block - round_px
        self.moving.rectangle(self.x + block, self.y, room, bar, T.with_alpha(T.MUTED, 0.25))
        self.moving.rectangle(self.x + block, self.y, round(room * self._done), bar, new)
        self.moving.show()


class SegmentRow(SegmentBanner):
    """The same on one row, for the folded screen."""

    rest = StringProperty("")
    natural = NumericProperty(132)

    def show_left(self, left_s: float) -> None:
        """How long the class still takes."""
        self.rest = _("{time} left").format(time=clock(math.ceil(left_s)))

    def paint_moving(self) -> None:
        """The zone's block."""
        self.moving.clear()
        side = 68 * self.u
        self.moving.box(
            self.x + 28 * self.u, self.center_y - side / 2, side, side, 14 * self.u, T.ZONES[int(self.zone) - 1]
        )
        self.moving.show()


load_rules(__file__)
