"""One sensor: paired, or found and to be paired."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ColorProperty, ListProperty, NumericProperty, StringProperty

from console import theme as T
from console.link_words import FrameRate, age_words, link_words, size_words, wire
from console.widgets import button, text  # noqa: F401 - the rules use them
from console.widgets.digits import on_lines
from console.widgets.kv import load_rules
from console.widgets.panel import Panel
from console.words import _
from drivers.sensor import LinkState

PLAIN, LINE = 164, 34  # height of a row, and of each line of its remedy
ICONS = {"heart": "heartbeat", "power": "bolt"}
_COLOURS = {"good": "OK", "plain": "UNDER", "warn": "WARN", "fault": "LIVE"}
SURE_S = 4.0


class SensorRow(Panel):
    """``show`` or ``offer`` it something; the button fires ``on_act``. Forgetting takes a second tap within 4 s."""

    name = StringProperty("")
    wire_words = StringProperty("")
    icon = StringProperty("bike")
    state_icon = StringProperty("")
    state = StringProperty("")
    state_colour = ColorProperty(T.OK)
    remedy = StringProperty("")
    remedy_lines = ListProperty(["", ""])
    bytes_seen = StringProperty("")
    frames = StringProperty("")
    age = StringProperty("")
    worried = BooleanProperty(False)
    action = StringProperty("")
    lime = BooleanProperty(False)
    ground = ColorProperty(T.CARD)
    natural = NumericProperty(PLAIN)

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_act")
        self.url = ""
        self._rate = FrameRate()
        self._asked_s: float | None = None
        self._now_s = 0.0
        super().__init__(**kwargs)
        self.bind(remedy=self._wrap, width=self._wrap)

    def show(self, sensor: Any, now_s: float) -> None:
        """Show a paired sensor."""
        status, self._now_s = sensor.status, now_s
        self.url, self.name, self.icon = sensor.url, sensor.name, ICONS.get(sensor.kind, "bike")
        self.wire_words = wire(sensor.url, sensor.kind)
        words = link_words(status, sensor.kind)
        self.state_icon, self.state, self.remedy = words.icon, words.words, words.remedy
        self.state_colour = getattr(T, _COLOURS[words.kind])
        rate = self._rate.look(now_s, status.frames_ok)
        self.bytes_seen = size_words(status.bytes_seen)
        self.frames = f"{rate:.0f}/s" if status.state is LinkState.RECEIVING else str(status.frames_ok)
        self.age = age_words(None if status.last_frame_at_s is None else now_s - status.last_frame_at_s)
        self.worried = words.kind in ("warn", "fault")
        sure = self._asked_s is not None and now_s - self._asked_s <= SURE_S
        self.action, self.lime = _("Really?") if sure else _("Forget"), False

    def offer(self, found: Any) -> None:
        """Offer to pair what was found."""
        self.url, self.name, self.icon = found.url, found.name, ICONS.get(found.kind, "bike")
        self.wire_words, self.state_icon, self.state = found.description, "antenna-bars-5", _("Found")
        self.state_colour, self.remedy, self.worried = T.UNDER, "", False
        self.bytes_seen, self.frames, self.age = "", "", ""
        self.action, self.lime = _("Pair"), True

    def press(self) -> None:
        """The button: pairing at once, forgetting after a second tap."""
        if not self.lime and (self._asked_s is None or self._now_s - self._asked_s > SURE_S):
            self._asked_s, self.action = self._now_s, _("Really?")
            return
        self._asked_s = None
        self.dispatch("on_act")

    def on_act(self) -> None:
        """Pair it, or forget it."""

    def _wrap(self, *_: Any) -> None:
        """A remedy takes one line more, or two."""
        pixels = max(T.SMALLEST_TEXT, round(24 * self.u))
        lines = on_lines(self.remedy, "Text", pixels, self.width - 128 * self.u) if self.remedy else []
        self.remedy_lines = [*lines, "", ""][:2]
        self.natural = PLAIN + (24 + LINE * len(lines) if lines else 0)
        self.repaint()

    def paint(self) -> None:
        """The icon's block, and the remedy's."""
        u = self.u
        self.still.box(self.x + 32 * u, self.top - 126 * u, 88 * u, 88 * u, 20 * u, T.CONTROL)
        if self.remedy:
            height = self.natural - PLAIN - 6
            box = (self.x + 20 * u, self.y + 16 * u, self.width - 40 * u, height * u)
            self.still.box(*box, 16 * u, T.CONTROL)


load_rules(__file__)
