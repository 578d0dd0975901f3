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
from sync.ride_table import RideSummary


class LibraryCard(RecycleDataViewBehavior, ClassCard):
    """A class; a tap opens it."""

    def on_tap(self) -> None:
        """Open the class."""
        App.get_running_app().go("class", class_id=self.class_id)


class LibraryGrid(RecycleView):
    """Cards in columns; ``data`` are what :func:`card_data` returns."""


def left_share(left: tuple[RideSummary, float] | None, one: FitnessClass) -> float:
    """How much of a class was ridden when it was left off; 0 when it was not (``left`` is the cache's word)."""
    if left is None or left[0].header.class_id != one.id or not one.duration_s:
        return 0.0
    return left[1] / one.duration_s


def card_data(one: FitnessClass, taken: bool, online: bool, left: float = 0.0) -> dict[str, Any]:
    """What a ClassCard shows of a class; ``left`` is how much of it was ridden, if it was left off.

    Without the network there is the plan, but no picture.
    """
    return {
        "class_id": one.id,
        "title": one.title,
        "second": " · ".join(part for part in (one.coach, one.kind) if part),
        "length": minutes(one.duration_s),
        "motif": one.motif,
        "palette": one.palette,
        "effort": one.effort,
        "taken": taken and not left,
        "left_share": left,
        "note": "" if online else _("Plan only"),
        "note_icon": "" if online else "photo-off",
    }
