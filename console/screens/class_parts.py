"""Parts of the class screen: lines of leaders, short facts, the legend of the plan."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ListProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from console.theme import ZONES
from console.widgets import text  # noqa: F401 - the rules use it
from console.widgets.badge import Tag
from console.widgets.ground import Card
from console.widgets.kv import load_rules


class LeaderRow(Card):
    """Rank, name and kJ; ``mine`` in lime; ``quiet`` is a sentence instead."""

    rank = StringProperty("")
    name = StringProperty("")
    kj = StringProperty("")
    mine = BooleanProperty(False)
    quiet = BooleanProperty(False)


class FactTags(BoxLayout):
    """Short facts about a class, a pill each."""

    facts = ListProperty()

    def on_facts(self, _tags: Any, facts: list[str]) -> None:
        """Put up the pills."""
        self.clear_widgets()
        for fact in facts:
            self.add_widget(Tag(text=fact, radius_px=-1, tall=48, px=23, side=20, pos_hint={"center_y": 0.5}))


class PlanLegend(Card):
    """What the colours of the plan mean."""

    zones = ListProperty([ZONES[1], ZONES[3], ZONES[4]])


load_rules(__file__)
