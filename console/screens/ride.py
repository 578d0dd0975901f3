"""The ride: numbers and plan over the class's picture."""

from __future__ import annotations

from typing import Any

from kivy.app import App
from kivy.properties import BooleanProperty
from kivy.uix.screenmanager import Screen
from kivy.uix.widget import Widget

from console import theme as T
from console.picture import Picture  # noqa: F401 - the rules use it
from console.ride import RideState
from console.screens.brake_part import BrakePart
from console.screens.parts import Parts
from console.screens.ride_drawing import RideDrawing
from console.screens.ride_layout import places
from console.widgets import (  # noqa: F401 - the rules use them
    brake_menu,
    caption_line,
    heart_card,
    leaderboard,
    metric_card,
    output_card,
    own_best_card,
    pause_overlay,
    plan_strip,
    segment_banner,
    toast,
    totals_card,
    veil,
)
from console.widgets.cover import painter
from console.widgets.kv import load_rules
from console.widgets.touch import Tap
from console.wording import minutes

PATIENCE_S = 0.05  # how long what the bike did not say waits for the picture's next frame
TOTALS_S = 5.0  # how long a tap on the output shows the totals on a small panel


class PictureTap(Tap, Widget):
    """The picture, as far as fingers know it."""


class RideScreen(Screen):
    """``show`` when a ride begins; ``draw`` once a turn of the loop. ``folded`` leaves one row over the picture."""

    folded = BooleanProperty(False)
    menu_open = BooleanProperty(False)
    brake_open = BooleanProperty(False)
    asking = BooleanProperty(False)

    def on_kv_post(self, _base: Any) -> None:
        """Take the parts apart: each size and state shows some of them."""
        self._parts = Parts(self)
        self._drawing: RideDrawing | None = None
        self._totals_until_s = float("-inf")
        self._now_s = 0.0
        self._drawn_at_s = self._drawn_heard_s = float("-inf")
        self._parts["picture"].bind(on_frame=self._draw)

    def show(self, **_params: Any) -> None:
        """Bring the screen to the ride that is on."""
        app, parts = App.get_running_app(), self._parts
        self.session, self._drawing = app.session, None
        if self.session is None:
            return
        self.brake = BrakePart(self.session.brake, parts)
        self._drawing = RideDrawing(app, self.session, parts, self.brake)
        self.folded = self.menu_open = self.brake_open = self.asking = False
        one = self.session.fitness_class
        parts["title"].icon = ""
        parts["title"].title, parts["title"].second = one.title, f"{one.coach} · {minutes(one.duration_s)}"
        parts["cover"].motif, parts["cover"].palette = one.motif, one.palette
        parts["picture"].player = self.session.player
        parts["strip"].plan = self.session.plan
        parts["best"].clear()
        for name in ("banner", "segment_row", "cadence", "resistance", "board"):
            parts[name].moves = not app.settings.less_motion

    def on_enter(self, *_: Any) -> None:
        """A cover that was off the screen when it changed was not painted."""
        painter.ask(self._parts["cover"])

    def on_leave(self, *_: Any) -> None:
        """The picture goes with the ride."""
        self._parts["picture"].player = None

    def draw(self, now_s: float) -> None:
        """Once a turn of the loop: show what is true at ``now_s``; only what changed is drawn again.

        What the bike says is drawn at once, if need be alone. While pictures come, all else waits for the next of
        them: a redraw of the window costs as much as the picture's.
        """
        self._now_s = now_s
        waits = self._parts["picture"].has_picture and now_s - self._drawn_at_s < PATIENCE_S
        if self._drawing is None:
            return
        if not waits:
            self._draw()
        elif self._heard_s() > self._drawn_heard_s:
            if App.get_running_app().patches.able:
                self._draw_numbers(self._drawing)
            else:
                self._draw()

    def _heard_s(self) -> float:
        """When the bike's newest value arrived."""
        now = self.session.now()
        heard = [one.heard_s for one in (now.cadence_rpm, now.resistance_pct, now.power_w)]
        return max((at_s for at_s in heard if at_s is not None), default=float("-inf"))

    def _draw_numbers(self, drawing: RideDrawing) -> None:
        self._drawn_heard_s = self._heard_s()
        shown = drawing.numbers(self.session.now(), self._now_s, self.folded)
        App.get_running_app().patches.only([self._parts[name] for name in shown])

    def _draw(self, *_: Any) -> None:
        app = App.get_running_app()
        if self._drawing is None or app is None:  # a picture may still come while the window closes
            return
        patches = app.patches
        patches.all()
        if patches.owing:
            self.canvas.ask_update()
        now, now_s = self.session.now(), self._now_s
        self._drawn_at_s, self._drawn_heard_s = now_s, self._heard_s()
        self._drawing.draw(now, now_s, self.folded)
        hidden = self._drawing.hidden(now, T.theme.compact, self.menu_open)
        rows = self.brake.rows
        self.brake_open = self.brake_open and rows > 0
        hidden |= set() if rows else {"brake"}
        hidden |= set() if self.brake_open else {"brake_menu"}
        if T.theme.compact and now_s > self._totals_until_s:
            hidden.add("totals")
        table = places(T.theme.compact, self.folded, "heart" not in hidden, rows)
        names = [name for name in table if name not in hidden]
        if self.asking or now.state is RideState.PAUSED:
            names = ["question" if self.asking else "paused"]
        ground = ("picture",) if self._parts["picture"].has_picture else ("cover", "picture")
        self._parts.show((*ground, "tap", *names), table)

    def fold(self, folded: bool) -> None:
        """Leave one row over the picture, or bring everything back."""
        self.folded, self.menu_open, self.brake_open = folded, False, False

    def touch_picture(self) -> None:
        """The picture: a menu over it goes first, then all but one row."""
        if self.menu_open or self.brake_open:
            self.menu_open = self.brake_open = False
        else:
            self.fold(not self.folded)

    def touch_fold(self) -> None:
        """The button in the corner: on a small panel it opens the menu first."""
        if T.theme.compact and not self.folded:
            self.menu_open, self.brake_open = not (self.menu_open or self.brake_open), False
        else:
            self.fold(not self.folded)

    def touch_brake(self) -> None:
        """Choose what the brake does, or leave it."""
        self.brake_open, self.menu_open = not self.brake_open, False

    def touch_output(self) -> None:
        """A tap on the output: a small panel shows the totals for a while."""
        self._totals_until_s = self._now_s + TOTALS_S

    def touch_five(self, handle: str) -> None:
        """A high five to a rider on the leaderboard."""
        App.get_running_app().riding.give_five(handle)

    def touch_captions(self) -> None:
        """Captions on or off."""
        settings = App.get_running_app().settings
        settings.captions = not settings.captions

    def touch_sound(self) -> None:
        """Sound on or off; it comes back as loud as it was."""
        settings = App.get_running_app().settings
        if settings.volume:
            self._volume = settings.volume
            settings.volume = 0
        else:
            settings.volume = getattr(self, "_volume", type(settings).volume.default)

    def touch_pause(self) -> None:
        """A break: ride and class wait."""
        self.asking = False
        self.session.pause()

    def touch_continue(self) -> None:
        """On with the ride."""
        self.session.unpause()

    def touch_end(self) -> None:
        """The rider ends the ride."""
        self.asking = False
        App.get_running_app().end_ride()


load_rules(__file__)
