"""Home's row of live classes: what is on, then what begins today. It is only there when there is something."""

from __future__ import annotations

from collections.abc import Sequence

from kivy.app import App
from kivy.factory import Factory
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout
from kivy.uix.widget import Widget

from console.live.live_words import on_words, start_time
from console.live.schedule import is_on
from console.theme import theme
from console.widgets.live_tile import LiveTile
from console.widgets.touch import Tap
from console.wording import minutes
from console.words import _
from sync.records import FitnessClass

TALL_PX = 150


class SeeAll(Tap, BoxLayout):
    """The way to all of what a section shows some of."""


def show_live(room: BoxLayout, classes: Sequence[FitnessClass], now: float) -> None:
    """Fill a room of home's page; ``now`` is the cloud's clock."""
    room.clear_widgets()
    if not classes:
        return
    columns = 3 if theme.compact else 4
    row = GridLayout(cols=columns, spacing=24 * theme.px, size_hint_y=None, height=TALL_PX * theme.px)
    for one in classes[:columns]:
        row.add_widget(_tile(one, now))
    while len(row.children) < columns:
        row.add_widget(Widget())
    head, more = Factory.SectionHead(title=_("Live")), SeeAll()
    more.bind(on_tap=lambda _more: _show_schedule())
    head.add_widget(more)
    room.add_widget(head)
    room.add_widget(row)


def _show_schedule() -> None:
    app = App.get_running_app()
    app.go("library")
    app.navigation.screen.show_schedule()


def stand(classes: Sequence[FitnessClass], now: float) -> list[tuple[str, bool]]:
    """Which classes there are, and whether each has begun: when it changes, the row is made anew."""
    return [(one.id, one.live is not None and is_on(one.live, now)) for one in classes]


def count_riders(room: BoxLayout) -> None:
    """Bring up to date how many ride each class."""
    here = App.get_running_app().catalogue.here
    for row in room.children:
        for tile in row.children:
            if isinstance(tile, LiveTile):
                tile.words = on_words(here.get(tile.class_id, 0))


def _tile(one: FitnessClass, now: float) -> LiveTile:
    assert one.live is not None
    tile = LiveTile(
        class_id=one.id,
        title=one.title,
        second=" · ".join(part for part in (one.coach, minutes(one.duration_s)) if part),
        time=start_time(one.live.starts_at, now),
        motif=one.motif,
        palette=one.palette,
        on=is_on(one.live, now),
        words=on_words(App.get_running_app().catalogue.here.get(one.id, 0)),
    )
    tile.bind(on_tap=lambda tile: App.get_running_app().go("class", class_id=tile.class_id))
    return tile
