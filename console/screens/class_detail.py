"""One class: its plan, the rider's best in it, who leads it, and Start."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kivy.app import App
from kivy.properties import BooleanProperty, ListProperty, NumericProperty, StringProperty
from kivy.uix.screenmanager import Screen

from console.class_filter import EFFORTS
from console.download_words import button_mark, choices, trouble
from console.live.live_words import door, start_time
from console.live.schedule import is_near, on_demand
from console.programme import Programme
from console.screens.class_parts import LeaderRow
from console.status import reachable
from console.theme import theme
from console.widgets import button, cover, planchart  # noqa: F401 - the rules use them
from console.widgets.kv import load_rules
from console.widgets.notice import Empty
from console.widgets.overlay import Menu
from console.wording import clock, minutes, number, short_date
from console.words import _, n_
from sync.records import Board, FitnessClass
from sync.ride_table import RideSummary
from sync.riders import GUEST
from sync.search.query import effort_of

LOOK_EVERY_S = 1.0
TYPICAL_RIDES = 10
TYPICAL_SHARE = 0.68  # of threshold power: what a class asks of a rider on average, where no ride tells better


class ClassScreen(Screen):
    """Everything is read from the cache when the screen is shown."""

    class_id = StringProperty("")
    title = StringProperty("")
    coach = StringProperty("")
    facts = ListProperty()
    description = StringProperty("")
    motif = StringProperty("lines")
    palette = NumericProperty(0)
    segments = ListProperty()
    best_title = StringProperty("")
    best_date = StringProperty("")
    best_kj = StringProperty("")
    best_detail = StringProperty("")
    best_detail_unit = StringProperty("")
    best_known = BooleanProperty(False)
    leaders_title = StringProperty("")
    left_at = StringProperty("")
    download_words = StringProperty("")
    download_icon = StringProperty("")
    download_off = BooleanProperty(False)
    downloaded = BooleanProperty(False)
    trouble = StringProperty("")
    start_words = StringProperty("")
    start_icon = StringProperty("")
    start_off = BooleanProperty(False)

    def __init__(self, **kwargs: Any) -> None:
        self._one: FitnessClass | None = None
        self._looked_at_s = float("-inf")
        super().__init__(**kwargs)

    def show(self, class_id: str) -> None:
        """Read one class anew."""
        app = App.get_running_app()
        one = app.cache.fitness_class(class_id)
        self.class_id = class_id
        self.ids.gone.clear_widgets()
        self.ids.page.opacity = 1 if one else 0
        self.ids.page.disabled = one is None
        if one is None:
            self._show_gone()
            self._one = None
            return
        self._one = one
        self._show_door(one)
        self._show_class(one)
        best = app.cache.best_ride(app.rider.id, class_id) if app.rider else None
        self._show_best(one, best)
        self._show_leaders(app.cache.leaders(class_id), best)
        app.catalogue.want(class_id)
        self._show_download(one)
        app.keeping.downloads.look(class_id)
        left = app.cache.left_off(app.rider.id) if app.rider else None
        self._left_s = left[1] if left and left[0].header.class_id == class_id else 0.0
        self.left_at = clock(self._left_s) if self._left_s and on_demand([one]) else ""

    def draw(self, now_s: float) -> None:
        """Once a turn of the loop: the door of a live class follows the clock."""
        if self._one is not None and self._one.live is not None and now_s - self._looked_at_s >= LOOK_EVERY_S:
            self._looked_at_s = now_s
            self._show_door(self._one)
            self._show_facts(self._one)

    def _show_door(self, one: FitnessClass) -> None:
        way_in = door(one, App.get_running_app().cloud_clock.now())
        self.start_words, self.start_icon, self.start_off = way_in.words, way_in.icon, not way_in.open

    def start(self) -> None:
        """Ride it from its beginning."""
        App.get_running_app().start_class(self.class_id)

    def go_on(self) -> None:
        """Ride on where it was left off."""
        App.get_running_app().start_class(self.class_id, at_s=self._left_s)

    def tap_download(self) -> None:
        """Download it; a download that is on can be paused, gone on with, or removed."""
        downloads = App.get_running_app().keeping.downloads
        download = downloads.get(self.class_id)
        if download is None:
            downloads.want(self.class_id)
            return

        def do(verb: str) -> None:
            getattr(downloads, verb)(self.class_id)

        Menu([(verb, words, "") for verb, words in choices(download)], "", do).open_over(self.ids.download)

    def hear_downloads(self, class_ids: set[str]) -> None:
        """Draw how the download stands."""
        if self.class_id in class_ids:
            one = App.get_running_app().cache.fitness_class(self.class_id)
            if one is not None:
                self._show_download(one)

    def _show_download(self, one: FitnessClass) -> None:
        app = App.get_running_app()
        downloads, online = app.keeping.downloads, reachable(app.uplink.status)
        download = downloads.get(one.id)
        mark = button_mark(download, downloads.size_bytes(one.id))
        wanted = download is not None or app.keeping.can_keep(one)
        self.download_words, self.download_icon = (mark.words, mark.icon) if wanted else ("", "")
        self.downloaded, self.download_off = mark.good, download is None and not online
        self.trouble = trouble(download)
        if not self.trouble and not online and not mark.good:
            self.trouble = _("No network: the class runs by its plan, without the picture.")

    def _show_class(self, one: FitnessClass) -> None:
        self.title, self.coach = one.title, one.coach
        songs = ", ".join(song.title for _at_s, song in Programme(one).songs)
        played = _("Songs: {songs}").format(songs=songs) if songs else ""
        self.description = "\n".join(line for line in (one.description, played) if line)
        self.motif, self.palette, self.segments = one.motif, one.palette, list(one.segments)
        self._show_facts(one)

    def _show_facts(self, one: FitnessClass) -> None:
        effort = {value: name for name, value in EFFORTS.items()}.get(str(effort_of(one)), "")
        facts = (*self._live_facts(one), minutes(one.duration_s), one.kind, _(effort) if effort else "", one.music)
        self.facts = [fact for fact in facts if fact]

    def _live_facts(self, one: FitnessClass) -> tuple[str, ...]:
        """When it is live, and who is there."""
        app = App.get_running_app()
        now, here = app.cloud_clock.now(), app.catalogue.here.get(one.id, 0)
        if one.live is None or one.live.state == "ended" or now >= one.live.ends_at:
            return ()
        start = _("Live {time}").format(time=start_time(one.live.starts_at, now))
        if here and is_near(one.live, now):
            return start, n_("{n} rider here", "{n} riders here", here)
        return (start,)

    def _show_best(self, one: FitnessClass, best: RideSummary | None) -> None:
        self.best_known = best is not None
        if best is not None:
            self.best_title = _("Your best")
            self.best_date = short_date(datetime.fromtimestamp(best.header.started_at).date())
            self.best_kj = number(best.totals.kj)
            power = best.totals.power_w.average
            self.best_detail = number(power) if power is not None else ""
            self.best_detail_unit = _("W avg") if power is not None else ""
            return
        usual = self._usual_power()
        power = TYPICAL_SHARE * (App.get_running_app().rider or GUEST).ftp_w if usual is None else usual
        self.best_title, self.best_date = _("Your first"), ""
        self.best_kj = number(power * one.duration_s / 1000)
        self.best_detail = number(power)
        self.best_detail_unit = _("W, a first guess") if usual is None else _("W, as you usually ride")

    def _usual_power(self) -> float | None:
        """The mean output of the rider's latest rides, in watts; ``None`` where there are none."""
        app = App.get_running_app()
        rides = app.cache.rides(app.rider.id, limit=TYPICAL_RIDES) if app.rider else []
        known = [ride.totals.power_w.average for ride in rides if ride.totals.power_w.average]
        return sum(known) / len(known) if known else None

    def _show_leaders(self, board: Board | None, best: RideSummary | None) -> None:
        rows = self.ids.leaders
        rows.clear_widgets()
        if board is None or not board.rows:
            self.leaders_title = _("All time")
            rows.add_widget(LeaderRow(name=_("No one has ridden it yet, or the cloud has not told."), quiet=True))
            return
        self.leaders_title = _("All time") + " · " + n_("{n} rider", "{n:,} riders", board.count)
        shown = board.rows[: 5 if theme.compact else 3]
        for row in shown:
            rows.add_widget(LeaderRow(rank=number(row.rank), name=row.name, kj=number(row.kj), mine=row.you))
        if best is not None and not any(row.you for row in shown):
            rank = number(board.rank) if board.rank else ""
            name = _("You, {day}").format(day=self.best_date)
            rows.add_widget(LeaderRow(rank=rank, name=name, kj=self.best_kj, mine=True))

    def _show_gone(self) -> None:
        app = App.get_running_app()
        empty = Empty(title=_("This class is gone"), text=_("The cloud no longer offers it. Your rides of it stay."))
        empty.action = _("See all classes")
        empty.bind(on_act=lambda _empty: app.go("library"))
        self.ids.gone.add_widget(empty)


load_rules(__file__)
