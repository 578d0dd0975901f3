"""The stage: the smallest app that screens can live in, without sensors, player and network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kivy.app import App
from kivy.base import EventLoop, runTouchApp, stopTouchApp
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget


class Stage(App):
    """Shows one thing at a time."""

    def __init__(self, data: Path, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data = data

    def build(self) -> Widget:
        """An empty root."""
        return FloatLayout()

    def show(self, widget: Widget) -> None:
        """Put a widget alone on the window."""
        self.root.clear_widgets()
        self.root.add_widget(widget)

    def leave(self) -> None:
        """End the loop."""
        stopTouchApp()


def open_stage(data: Path) -> Stage:
    """A running stage; the caller lets its frames pass."""
    stage = Stage(data)
    stage.load_config()
    stage.root = stage.build()
    App._running_app = stage
    runTouchApp(stage.root, embedded=True)
    EventLoop.window.children[:] or EventLoop.window.add_widget(stage.root)
    return stage
