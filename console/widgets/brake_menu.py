"""What the rider wants of the brake: by hand, with the class, or a power; and how much of it."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, StringProperty

from console import theme as T
from console.brake import Mode, RideBrake
from console.brake_words import choice_words, goal_words
from console.widgets import digits, veil  # noqa: F401 - the rules use them
from console.widgets.kv import load_rules
from console.widgets.panel import Panel, TapPanel

EDGE, GAP, ROW = 10, 4, 84  # design pixels


class BrakeChoice(TapPanel):
    """One thing the brake can do; marked when it is the chosen one."""

    text = StringProperty("")
    on = BooleanProperty(False)
    natural = NumericProperty(ROW)
    radius = NumericProperty(20)

    mode = Mode.HAND


class BrakeAmount(Panel):
    """Less, how much, more. Fires ``on_nudge(steps)``."""

    number = StringProperty("")
    unit = StringProperty("")
    natural = NumericProperty(ROW)
    ground = ColorProperty(T.CLEAR)

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_nudge")
        super().__init__(**kwargs)

    def on_nudge(self, _steps: int) -> None:
        """The rider wants more, or less."""


class BrakeMenu(Panel):
    """``show`` keeps it up to date. Fires ``on_choose(mode)`` and ``on_nudge(steps)``."""

    ground = ColorProperty(T.CARD)

    def __init__(self, **kwargs: Any) -> None:
        for event in ("on_choose", "on_nudge"):
            self.register_event_type(event)
        self.choices: list[BrakeChoice] = []
        self._shown: tuple[Any, ...] = ()
        super().__init__(**kwargs)
        self.amount = BrakeAmount()
        self.amount.bind(on_nudge=lambda _amount, steps: self.dispatch("on_nudge", steps))

    def show(self, brake: RideBrake) -> None:
        """Offer what this bike can do in this ride, with the rider's choice marked."""
        self.amount.number, self.amount.unit = goal_words(brake.aim)
        offered = (brake.choices, brake.mode, brake.in_use)
        if offered != self._shown:
            self._shown = offered
            self._build(*offered)

    def _build(self, modes: tuple[Mode, ...], chosen: Mode, in_use: bool) -> None:
        self.clear_widgets()
        self.choices = []
        for mode in modes:
            choice = BrakeChoice(text=choice_words(mode), on=mode is chosen)
            choice.mode = mode
            choice.bind(on_tap=lambda choice: self.dispatch("on_choose", choice.mode))
            self.choices.append(choice)
            self.add_widget(choice)
        if in_use:
            self.add_widget(self.amount)
        self.repaint()

    def on_choose(self, _mode: Mode) -> None:
        """The rider chose."""

    def on_nudge(self, _steps: int) -> None:
        """The rider wants more, or less."""

    def paint(self) -> None:
        """Put the rows below each other."""
        edge, gap, count = EDGE * self.u, GAP * self.u, max(len(self.children), 1)
        height = (self.height - 2 * edge - (count - 1) * gap) / count
        for row, part in enumerate(reversed(self.children)):
            part.size = (self.width - 2 * edge, height)
            part.pos = (self.x + edge, self.top - edge - height - row * (height + gap))


load_rules(__file__)
