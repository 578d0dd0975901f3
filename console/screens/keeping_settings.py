"""The settings about classes on the tablet: how much of the network and of the disk they may take, and what is here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from kivy.uix.widget import Widget

from console.download_words import is_here
from console.screens.setting_rows import SettingRow, button_row, choice_row, toggle_row
from console.settings import Settings
from console.widgets.overlay import Question
from console.wording import megabytes
from console.words import _, n_


def keeping_rows(settings: Settings, keeping: Any, refresh: Callable[[], None]) -> list[Widget]:
    """The rows; ``keeping`` is a :class:`console.keeping.Keeping`."""
    sizes = [(gigabytes, _("{n} GB").format(n=gigabytes)) for gigabytes in Settings.class_room_gb.choices]
    used = _("{used} used now").format(used=megabytes(keeping.kept.used_bytes))
    rows: list[Widget] = [
        toggle_row(settings, "data_saver", _("Data saver"), _("A smaller picture: at most 0.7 GB an hour")),
        choice_row(settings, "class_room_gb", _("Room for classes"), used, sizes),
    ]
    wanted = keeping.downloads.all()
    here = sum(is_here(one) for one in wanted)
    words = n_("{n} class", "{n} classes", here) + " · " + megabytes(keeping.kept.pinned_bytes)
    coming = len(wanted) - here
    if coming:
        words += " · " + n_("{n} on its way", "{n} on their way", coming)
    if not wanted:
        return [*rows, SettingRow(_("Downloaded classes"), _("None. A class's page has the button for it."))]

    def remove() -> None:
        keeping.remove_all()
        refresh()

    ask = partial(_ask, here + coming, remove)
    return [*rows, button_row(_("Downloaded classes"), words, _("Remove all"), ask)]


def _ask(classes: int, remove: Callable[[], None]) -> None:
    Question(
        remove,
        title=n_("Remove {n} class?", "Remove {n} classes?", classes),
        text=_("They can be downloaded again while there is a network. Your rides stay."),
        keep=_("Keep them"),
        lose=_("Remove all"),
    ).open()
