"""The power of one bike: how it is known, and a minute of riding that sets it right."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from console import theme as T
from console.calibration import Calibration
from console.own_power import BY_RULE, OwnPower
from console.power_words import how_words, known_words, meters, outcome_words
from console.sensing import Sensing
from console.widgets import button, digits, stepper, text  # noqa: F401 - the rules use them
from console.widgets.button import PushButton
from console.widgets.ground import Card
from console.widgets.kv import load_rules
from console.widgets.overlay import Overlay
from console.widgets.panel import Panel
from console.words import _
from drivers.calibrating import FULL_S


class PowerPanel(Card):
    """The panel of the overlay."""


class MinuteBar(Panel):
    """How much of the minute is ridden, 0-1."""

    share = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.bind(share=self.repaint)

    def paint(self) -> None:
        """The part that is done, in lime."""
        if self.share > 0:
            self.still.box(
                self.x, self.y, max(self.width * self.share, self.height), self.height, self.height, T.ACCENT
            )


class PowerOverlay(Overlay):
    """``draw`` it once a turn of the loop. A tap beside it closes it, but not while the minute runs."""

    title = StringProperty("")
    words = StringProperty("")
    seconds = StringProperty("")
    share = NumericProperty(0.0)
    asking = BooleanProperty(True)
    running = BooleanProperty(False)
    watts = NumericProperty(150)

    def __init__(self, sensor: Any, sensing: Sensing, own_power: OwnPower, **kwargs: Any) -> None:
        self._sensor, self._sensing, self._own_power = sensor, sensing, own_power
        self._calibration: Calibration | None = None
        self._deaf: Callable[[], None] = lambda: None
        self._offered: list[str] | None = None
        self._now_s = 0.0
        super().__init__(**kwargs)
        self._ask()

    def draw(self, now_s: float) -> None:
        """Let the minute go on."""
        self._now_s = now_s
        if self._calibration is None:
            self._offer()
            return
        if not self.running:
            return
        self._calibration.step(now_s)
        done = self._calibration.seconds
        self.seconds, self.share = _("{n} of {all} s").format(n=done, all=FULL_S), done / FULL_S
        if self._calibration.ended:
            self._conclude(self._calibration)

    def close(self) -> None:
        """Hear no more, and go."""
        self._deaf()
        super().close()

    def on_touch_down(self, touch: Any) -> bool:
        """While the minute runs only its buttons end it: a stray finger would cost it."""
        if self.running and not self.children[0].collide_point(*touch.pos):
            return True
        return super().on_touch_down(touch)

    def _ask(self) -> None:
        self._deaf()
        self._calibration, self._offered = None, None
        self.asking, self.running = True, False
        self.title = _("Power of {name}").format(name=self._sensor.name)
        self.words = known_words(self._sensor, self._own_power.table(self._sensor.url))
        self.seconds, self.share = "", 0.0

    def _offer(self) -> None:
        """The ways there are now: a meter may come while the question stands."""
        there = meters(self._sensing.sensors, self._now_s)
        urls = [meter.url for meter in there]
        if urls == self._offered:
            return
        self._offered = urls
        ways = [(_("Beside {name}").format(name=meter.name), partial(self._begin, meter)) for meter in there]
        self._buttons([*ways, (_("By feel"), self._begin)], main=0)
        if self._own_power.table(self._sensor.url) != BY_RULE:
            self._add(_("Forget it"), lambda: self._keep(BY_RULE))

    def _begin(self, meter: Any = None) -> None:
        url = "" if meter is None else meter.url
        self._calibration = Calibration(self._sensor.url, meter=url, feel_w=self.watts, began_s=self._now_s)
        self._deaf = self._sensing.overhear(self._calibration.hear)
        self.asking, self.running = False, True
        self.words = how_words(self._calibration, "" if meter is None else meter.name)
        self._buttons([(_("Cancel"), lambda: self._ask())], main=None)

    def _conclude(self, calibration: Calibration) -> None:
        self.title, self.words = outcome_words(calibration)
        self.seconds, self.share, self.running = "", 0.0, False
        if (table := calibration.table) is not None:
            self._buttons([(_("Use it"), lambda: self._keep(table))], main=0)
            self._add(_("Discard"), lambda: self.close())
        else:
            self._buttons([(_("Again"), lambda: self._ask())], main=0)
            self._add(_("Close"), lambda: self.close())

    def _keep(self, table: Any) -> None:
        self._own_power.keep(self._sensor.url, table)
        self.close()

    def _buttons(self, ways: list[tuple[str, Callable[[], None]]], main: int | None) -> None:
        self.ids.acts.clear_widgets()
        for index, (words, act) in enumerate(ways):
            self._add(words, act, "main" if index == main else "plain")

    def _add(self, words: str, act: Callable[[], None], kind: str = "plain") -> None:
        made = PushButton(text=words, kind=kind, tall=88)
        made.bind(on_tap=lambda _button: act())
        self.ids.acts.add_widget(made)


load_rules(__file__)
