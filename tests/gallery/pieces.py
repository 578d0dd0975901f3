"""Scenes of the widgets alone: all pieces at once, and all covers."""

from __future__ import annotations

from typing import Any

from kivy.lang import Builder
from kivy.uix.gridlayout import GridLayout

from console.theme import theme
from console.widgets import badge, button, chip, ground, text  # noqa: F401 - registers the widgets for the rules below
from console.widgets.cover import Cover
from tests.gallery.scene import Scene

WIDGETS = """
#:import theme console.theme.theme
#:import T console.theme
BoxLayout:
    orientation: "vertical"
    padding: 48 * theme.px
    spacing: 24 * theme.px
    BoxLayout:
        size_hint_y: None
        height: 100 * theme.px
        spacing: 24 * theme.px
        Mark:
            size: 92 * theme.px, 80 * theme.px
        Mark:
        Text:
            role: "hero"
            text: "BREAKAWAY"
            hug: True
        Text:
            role: "headline"
            text: "HEADLINE"
            hug: True
        Text:
            role: "title"
            text: "Title Inter Bold 36"
            hug: True
        Text:
            role: "card"
            text: "Card title"
            hug: True
    BoxLayout:
        size_hint_y: None
        height: 100 * theme.px
        spacing: 24 * theme.px
        PushButton:
            kind: "main"
            icon: "player-play"
            text: "Continue"
            tall: 88
            px: 30
        PushButton:
            kind: "plain"
            icon: "download"
            text: "Download"
        PushButton:
            kind: "quiet"
            text: "See all"
            icon: "chevron-right"
            icon_last: True
        PushButton:
            kind: "main"
            text: "Off"
            disabled: True
        PushButton:
            kind: "main"
            text: "Save"
            busy: True
            busy_text: "Saving"
        RoundButton:
            icon: "arrow-left"
        RoundButton:
            icon: "volume"
            kind: "veil"
        Avatar:
            text: "MK"
            ground: T.RIDERS[0]
        Avatar:
            text: "JO"
            px: 100
            ground: T.RIDERS[1]
    BoxLayout:
        size_hint_y: None
        height: 100 * theme.px
        spacing: 24 * theme.px
        Chip:
            text: "20–30 min"
            on: True
            tail: "x"
        Chip:
            text: "Type"
            tail: "chevron-down"
        Chip:
            text: "Not taken"
            lead: "check"
        Segmented:
            choices: ["Standard", "Blue–yellow", "High contrast"]
        Toggle:
            on: True
        Toggle:
        Tag:
            text: "28 min"
        Tag:
            text: "Taken"
            icon: "check"
            color: T.ACCENT
            icon_color: T.ACCENT
        EffortBars:
            effort: 2
    BoxLayout:
        size_hint_y: None
        height: 240 * theme.px
        spacing: 24 * theme.px
        Card:
            padding: 32 * theme.px
            spacing: 24 * theme.px
            Figure:
                value: "318"
                unit: "kJ"
                px: 120
                unit_px: 30
            Figure:
                value: "3"
                unit: "of 4 rides"
                px: 58
            Figure:
                value: "1:12"
                unit: "h"
                px: 58
        Card:
            outline: T.ACCENT
            outline_px: 4
            padding: 32 * theme.px
            Text:
                lines: 3
                size_hint_y: 1
                text: "Bike signal lost. Keep pedalling, the class goes on. More words than fit on a line wrap."
        Card:
            padding: 32 * theme.px
            Text:
                text: "A single line with far more words in it than could ever fit here"
    Widget:
"""


def widgets(stage: Any) -> None:
    """The foundation, all pieces at once."""
    stage.show(Builder.load_string(WIDGETS))


def covers(stage: Any) -> None:
    """Six motifs in six palettes."""
    grid = GridLayout(cols=6, padding=24 * theme.px, spacing=24 * theme.px)
    for palette in range(6):
        for motif in ("ridges", "steps", "rays", "rings", "bars", "lines"):
            grid.add_widget(Cover(motif=motif, palette=palette))
    stage.show(grid)


SCENES = [Scene("widgets", widgets), Scene("covers", covers)]
