"""One sensor: paired, or found and to be paired."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ColorProperty, ListProperty, NumericProperty, StringProperty

from console import theme as T
from console.kinds import icon
from console.link_words import FrameRate, age_words, link_words, offer_words, size_words, wire
from console.nearby import bars
from console.widgets import button, text  # noqa: F401 - the rules use them
from console.widgets.digits import on_lines
from console.widgets.kv import load_rules
from console.widgets.panel import TapPanel
from console.words import _
from drivers.sensor import LinkState

PLAIN, LINE, LINES = 164, 34, 3  # height of a row, of each line of its remedy, and how many those may be
_COLOURS = {"good": "OK", "plain": "UNDER", "warn": "WARN", "fault": "LIVE"}
SURE_S = 4.0
QUIET_S = 10.0
BARS = 4


class SensorRow(TapPanel):
    """``show`` or ``offer`` it something; the button fires ``on_act``. Forgetting takes a second tap within 4 s.

    A tap on the row itself pairs what is offered, and fires ``on_open`` for what is paired.
    """

    name = StringProperty("")
    wire_words = StringProperty("")
    icon = StringProperty("bike")
    state_icon = StringProperty("")
    state = StringProperty("")
    state_colour = ColorProperty(T.OK)
    remedy = StringProperty("")
    remedy_lines = ListProperty([""] * LINES)
    bytes_seen = StringProperty("")
    frames = StringProperty("")
    age = StringProperty("")
    captions = ListProperty(["", ""])
    columns = ListProperty([620, 470, 330])  # of figures, from the right
    bars = NumericProperty(0)
    worried = BooleanProperty(False)
    action = StringProperty("")
    lime = BooleanProperty(False)
    natural = NumericProperty(PLAIN)

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_act")
        self.register_event_type("on_open")
        self.url = ""
        self._rate, self._bad_rate = FrameRate(), FrameRate()
        self._asked_s: float | None = None
        self._now_s = 0.0
        super().__init__(**kwargs)
        self.bind(remedy=self._wrap, width=self._wrap, bars=self.repaint)

    def show(self, sensor: Any, now_s: float) -> None:
        """Show a paired sensor."""
        status, self._now_s = sensor.status, now_s
        self.url, self.name, self.icon = sensor.url, sensor.name, icon(sensor.kind)
        self.wire_words = wire(sensor.url, sensor.kind)
        rate, bad = self._rate.look(now_s, status.frames_ok), self._bad_rate.look(now_s, status.frames_bad)
        damaged = bad / (rate + bad) if rate + bad >= 1 else 0.0
        words = link_words(status, sensor.kind, mute=sensor.watch.mute(now_s), damaged=damaged)
        self.state_icon, self.state, self.remedy = words.icon, words.words, words.remedy
        self.state_colour = getattr(T, _COLOURS[words.kind])
        self.bytes_seen = size_words(status.bytes_seen)
        self.frames = f"{rate:.0f}/s" if status.state is LinkState.RECEIVING else str(status.frames_ok)
        self.age = age_words(None if status.last_frame_at_s is None else now_s - status.last_frame_at_s)
        self.captions, self.bars = [_("frames ok"), _("last frame")], 0
        self.worried = words.kind in ("warn", "fault") and status.state is not LinkState.RECEIVING
        sure = self._asked_s is not None and now_s - self._asked_s <= SURE_S
        self.action, self.lime = _("Really?") if sure else _("Forget"), False

    def offer(self, found: Any, now_s: float) -> None:
        """Offer to pair what was found (``drivers.discovery.Found``)."""
        self.url, self.name, self.icon = found.url, found.name, icon(found.kind)
        self.wire_words, self.remedy, self.worried = offer_words(found), "", False
        self.bars = bars(found.signal_dbm)
        age_s = now_s - found.heard_s if self.bars and found.heard_s is not None else None
        self.bytes_seen, self.frames = "", ""
        self.age = "" if age_s is None else f"{max(age_s, 0):.0f} s"
        self.captions = [_("weak") if self.bars == 1 else _("signal"), _("last heard")] if self.bars else ["", ""]
        quiet = age_s is not None and age_s > QUIET_S
        self.state_icon, self.state = ("clock", _("Gone quiet")) if quiet else ("antenna-bars-5", _("Found"))
        self.state_colour = T.MUTED if quiet else T.UNDER
        self.action, self.lime = _("Pair"), True

    def press(self) -> None:
        """The button: pairing at once, forgetting after a second tap."""
        if not self.lime and (self._asked_s is None or self._now_s - self._asked_s > SURE_S):
            self._asked_s, self.action = self._now_s, _("Really?")
            return
        self._asked_s = None
        self.dispatch("on_act")

    def on_tap(self) -> None:
        """The row itself was tapped."""
        self.dispatch("on_act" if self.lime else "on_open")

    def on_act(self) -> None:
        """Pair it, or forget it."""

    def on_open(self) -> None:
        """The rider, or a technician, wants to know more of it."""

    def _wrap(self, *_: Any) -> None:
        """A remedy takes some lines more."""
        pixels = max(T.SMALLEST_TEXT, round(24 * self.u))
        lines = on_lines(self.remedy, "Text", pixels, self.width - 128 * self.u, LINES) if self.remedy else []
        self.remedy_lines = [*lines, *[""] * LINES][:LINES]
        self.natural = PLAIN + (24 + LINE * len(lines) if lines else 0)
        self.repaint()

    def paint(self) -> None:
        """The icon's block, the signal's bars, and the remedy's block."""
        u = self.u
        self.still.box(self.x + 32 * u, self.top - 126 * u, 88 * u, 88 * u, 20 * u, T.CONTROL)
        if self.remedy:
            height = self.natural - PLAIN - 6
            box = (self.x + 20 * u, self.y + 16 * u, self.width - 40 * u, height * u)
            self.still.box(*box, 16 * u, T.CONTROL)
        for bar in range(BARS if self.bars else 0):
            lit = T.WARN if self.bars == 1 else T.TEXT
            left = self.right - (self.columns[1] - 16 * bar) * u
            self.still.box(
                left, self.top - 84 * u, 11 * u, (12 + 9 * bar) * u, 3 * u, lit if bar < self.bars else T.LINE
            )


load_rules(__file__)
