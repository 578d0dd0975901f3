"""What went wrong, or well, and what to do about it: one at a time, under the banner."""

from __future__ import annotations

from collections.abc import Sequence

from kivy.properties import AliasProperty, ColorProperty, NumericProperty, ObjectProperty, StringProperty

from console import theme as T
from console.alerts import Alert
from console.widgets import text  # noqa: F401 - the rules use it
from console.widgets.button import PushButton, lighter
from console.widgets.digits import on_lines
from console.widgets.kv import load_rules
from console.widgets.panel import Panel

REMEDY = 25  # size of the remedy's letters, in design pixels
_COLOURS = {"warn": T.WARN, "fault": T.LIVE, "good": T.OK}


class ToastButton(PushButton):
    """A button in the colour of its toast."""

    colour = ColorProperty(T.WARN)

    def _shade(self) -> Sequence[float]:
        return lighter(list(self.colour)) if self.pressed else self.colour

    look = AliasProperty(_shade, bind=("colour", "pressed"))


class Toast(Panel):
    """Shows an ``alert``, one at a time; without one it is gone. The button fires ``on_act``."""

    alert = ObjectProperty(None, allownone=True)
    what = StringProperty("")
    first = StringProperty("")
    second = StringProperty("")
    action = StringProperty("")
    icon = StringProperty("")
    colour = ColorProperty(T.WARN)
    natural = NumericProperty(148)

    def __init__(self, **kwargs: object) -> None:
        self.register_event_type("on_act")
        self._given: Alert | None = None
        self._since_s = 0.0
        super().__init__(**kwargs)
        self.bind(alert=self.repaint, width=self._wrap)

    def show(self, alert: Alert | None, now_s: float) -> None:
        """Show what is the matter; ``None`` when nothing is. One that has a time to live leaves after it."""
        if alert != self._given:
            self._given, self._since_s = alert, now_s
        if alert is not None and alert.lasts_s is not None and now_s - self._since_s > alert.lasts_s:
            alert = None
        self.alert = alert

    def on_alert(self, _toast: object, alert: Alert | None) -> None:
        """Take over the words."""
        if alert is not None:
            self.colour, self.icon = _COLOURS[alert.kind], alert.icon
            self.what, self.action = alert.what, alert.action
            self._wrap()

    def _wrap(self, *_: object) -> None:
        if self.alert is not None:
            pixels = max(T.SMALLEST_TEXT, round(REMEDY * self.u))
            lines = on_lines(self.alert.remedy, "Text", pixels, self.ids.room.width)
            self.first, self.second = lines[0], lines[1] if len(lines) > 1 else ""

    def on_act(self) -> None:
        """The rider tapped the button."""

    def paint(self) -> None:
        """An opaque ground, tinted by the kind, and the icon's block."""
        tint = [0.14 * c + 0.86 * g for c, g in zip(self.colour[:3], T.BG[:3], strict=True)] + [1]
        radius = self.radius * self.u
        self.still.box(self.x, self.y, self.width, self.height, radius, tint)
        self.still.frame(self.x, self.y, self.width, self.height, radius, max(round(3 * self.u), 2), self.colour)
        side = 80 * self.u
        self.still.box(self.x + 30 * self.u, self.center_y - side / 2, side, side, 16 * self.u, self.colour)


load_rules(__file__)
