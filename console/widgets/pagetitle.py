"""The title at the top left of a screen beside the rail, level with the status bar."""

from __future__ import annotations

from kivy.properties import StringProperty
from kivy.uix.boxlayout import BoxLayout

from console.widgets import text  # noqa: F401 - the rules use it
from console.widgets.kv import load_rules


class PageTitle(BoxLayout):
    """Words in the screen title's size; further children stand to their right."""

    text = StringProperty("")


load_rules(__file__)
