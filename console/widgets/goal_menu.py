"""The goals a rider may choose from."""

from __future__ import annotations

from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, StringProperty

from console import theme as T
from console.goal import Goal, choices, goal_words
from console.widgets import digits  # noqa: F401 - the rules use it
from console.widgets.kv import load_rules
from console.widgets.panel import Panel, TapPanel

COLUMNS = 3


class GoalChoice(TapPanel):
    """One goal; lime when it is the chosen one."""

    text = StringProperty("")
    on = BooleanProperty(False)
    natural = NumericProperty(88)
    radius = NumericProperty(20)

    goal = Goal()


class GoalMenu(Panel):
    """``open`` fills it; a tap on a choice fires ``on_choose(goal)``."""

    ground = ColorProperty(T.CARD)
    natural = NumericProperty(432)

    def __init__(self, **kwargs: object) -> None:
        self.register_event_type("on_choose")
        self.choices: list[GoalChoice] = []
        super().__init__(**kwargs)

    def open(self, chosen: Goal, units: str) -> None:
        """Offer the goals that suit these units."""
        self.clear_widgets()
        self.choices = []
        for goal in choices(units):
            choice = GoalChoice(text=goal_words(goal, units), on=goal == chosen)
            choice.goal = goal
            choice.bind(on_tap=lambda choice: self.dispatch("on_choose", choice.goal))
            self.choices.append(choice)
            self.add_widget(choice)
        self.repaint()

    def on_choose(self, _goal: Goal) -> None:
        """The rider chose."""

    def paint(self) -> None:
        """Put the choices in rows."""
        edge, gap = 20 * self.u, 12 * self.u
        rows = -(-len(self.choices) // COLUMNS)
        width = (self.width - 2 * edge - (COLUMNS - 1) * gap) / COLUMNS
        height = (self.height - 2 * edge - (rows - 1) * gap) / max(rows, 1)
        for index, choice in enumerate(self.choices):
            row, column = divmod(index, COLUMNS)
            choice.size = (width, height)
            choice.pos = (self.x + edge + column * (width + gap), self.top - edge - height - row * (height + gap))


load_rules(__file__)
