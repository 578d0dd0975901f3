"""The library's cards: only those in sight exist, and are used again while scrolling."""

from __future__ import annotations

from typing import Any

from kivy.app import App
from kivy.uix.recycleview import RecycleView
from kivy.uix.recycleview.views import RecycleDataViewBehavior

from console.download_words import card_mark, is_here
from console.gateway.downloads import Download, Downloads
from console.live.live_words import on_words, start_time
from console.live.schedule import is_on
from console.widgets.classcard import ClassCard
from console.wording import minutes
from sync.records import FitnessClass
from sync.ride_table import RideSummary


class LibraryCard(RecycleDataViewBehavior, ClassCard):
    """A class; a tap opens it."""

    def on_tap(self) -> None:
        """Open the class."""
        App.get_running_app().go("class", class_id=self.class_id)


class LibraryGrid(RecycleView):
    """Cards in columns; ``data`` are what :func:`card_data` returns."""

    def hear_downloads(self, class_ids: set[str], online: bool, downloads: Downloads) -> None:
        """Draw anew what is said of these downloads; nothing moves."""
        for row in self.data:
            if row["class_id"] in class_ids:
                row.update(mark_data(downloads.get(row["class_id"]), online))
        self.refresh_from_data()


def left_share(left: tuple[RideSummary, float] | None, one: FitnessClass) -> float:
    """How much of a class was ridden when it was left off; 0 when it was not (``left`` is the cache's word)."""
    if left is None or left[0].header.class_id != one.id or not one.duration_s:
        return 0.0
    return left[1] / one.duration_s


def card_data(
    one: FitnessClass, taken: bool, online: bool, left: float = 0.0, download: Download | None = None
) -> dict[str, Any]:
    """What a ClassCard shows of a class; ``left`` is how much of it was ridden, if it was left off.

    Without the network, and not on the tablet, there is the plan but no picture.
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
        "live": "",
        **mark_data(download, online),
    }


def live_data(one: FitnessClass, now: float, here: int) -> dict[str, Any]:
    """What a ClassCard shows of a live class: when it begins, or that it is on, with ``here`` riders; ``now`` is the
    cloud's clock."""
    assert one.live is not None
    on = is_on(one.live, now)
    data = {**card_data(one, False, True), "live": on_words(here) if on else ""}
    if not on:
        data |= {"note": start_time(one.live.starts_at, now), "note_icon": "clock", "note_good": False}
    return data


def mark_data(download: Download | None, online: bool) -> dict[str, Any]:
    """The part of :func:`card_data` that a download changes."""
    mark = card_mark(download, online)
    return {
        "note": mark.words if mark else "",
        "note_icon": mark.icon if mark else "",
        "note_good": mark.good if mark else False,
        "unavailable": not online and not is_here(download),
    }
