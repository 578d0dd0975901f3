"""The library's cards: only those in sight exist, and are used again while scrolling."""

from __future__ import annotations

from typing import Any

from kivy.app import App
from kivy.uix.recycleview import RecycleView
from kivy.uix.recycleview.views import RecycleDataViewBehavior

from console.widgets.classcard import ClassCard
from console.wording import minutes
from console.words import _
from sync.records import FitnessClass


class LibraryCard(RecycleDataViewBehavior, ClassCard):
    """A class; a tap opens it."""

    def on_tap(self) -> None:
        """Open the class."""
        App.get_running_app().go("class", class_id=self.class_id)


class LibraryGrid(RecycleView):
    """Cards in columns; ``data`` are what :func:`card_data` returns."""


def card_data(one: FitnessClass, taken: bool, online: bool) -> dict[str, Any]:
    """What a ClassCard shows of a class. Without the network there is the plan, but no picture."""
    return {
        "class_id": one.id,
        "title": one.title,
        "second": " · ".join(part for part in (one.coach, one.kind) if part),
        "length": minutes(one.duration_s),
        "motif": one.motif,
        "palette": one.palette,
        "effort": one.effort,
        "taken": taken,
        "note": "" if online else _("Plan only"),
        "note_icon": "" if online else "photo-off",
    }
