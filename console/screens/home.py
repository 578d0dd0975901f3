"""Home: the one thing to do next, this week, what to ride, and the latest rides."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from kivy.app import App
from kivy.properties import StringProperty
from kivy.uix.screenmanager import Screen
from kivy.uix.widget import Widget

from console.diary import bests, streak_weeks, week_of
from console.download_words import is_here
from console.live.schedule import is_near, on_demand, upcoming
from console.screens.home_hero import HeroWords, hero_words, riding_words
from console.screens.home_live import count_riders, show_live, stand
from console.screens.library_grid import card_data, mark_data
from console.status import reachable
from console.suggestions import for_you, taken_ids
from console.theme import theme
from console.widgets import hero, week  # noqa: F401 - the rules use them
from console.widgets.classcard import ClassCard
from console.widgets.kv import load_rules
from console.widgets.notice import Notice
from console.widgets.ridetile import RideTile
from console.wording import clock, greeting, megabytes, number, ride_title, spent, when
from console.words import _, n_
from sync.records import FitnessClass
from sync.ride_table import RideSummary

LOOK_EVERY_S = 1.0


class HomeScreen(Screen):
    """Everything is read from the cache when the screen is shown."""

    hello = StringProperty("")
    classes_title = StringProperty("")
    classes_news = StringProperty("")

    def on_kv_post(self, base_widget: Any) -> None:
        """Hold what is not always on the page."""
        self._latest_room = self.ids.latest_room.__self__
        self._looked_at_s = float("-inf")

    def show(self) -> None:
        """Read the rider's rides and the catalogue anew."""
        app, now = App.get_running_app(), time.time()
        rider = app.rider
        rides = app.cache.rides(rider.id) if rider else []
        known = app.cache.classes()
        classes, self._live_now = on_demand(known), app.cloud_clock.now()
        self._live = [one for one in known if one.live is not None] if reachable(app.uplink.status) else []
        coming = upcoming(self._live, self._live_now)
        show_live(self.ids.live, coming, self._live_now)
        self.hello = greeting(now, rider.name if rider and not rider.is_guest else "")
        self._show_matter(app, bool(classes))
        near = [one for one in coming if one.live is not None and is_near(one.live, self._live_now)]
        words = hero_words(app.cache, rider, rides, classes, self._live_now, near[0] if near else None)
        self.words = words if app.session is None else riding_words(app.session)
        self._show_hero(self.words)
        self._show_week(rides, rider, datetime.fromtimestamp(now).date())
        # A small panel has no room for the latest rides, nor has a large one beside a notice or live classes.
        full = theme.compact or self.ids.matter.children or coming
        self._show_latest([] if full else rides, now)
        self.classes_title = _class_title(app, bool(classes))
        online = reachable(app.uplink.status)
        offered = for_you(classes, rides)
        here = [one for one in offered if is_here(app.keeping.downloads.get(one.id))]
        few = 0 < len(classes) < self.ids.classes.cols and online
        self.classes_news = _("New ones appear here by themselves") if few else ""
        if here and not online:
            self.classes_title, offered = _("Ready on this tablet"), here
            count, size = n_("{n} class", "{n} classes", len(here)), megabytes(app.keeping.kept.pinned_bytes)
            self.classes_news = f"{count} · {size}"
        self._show_classes(offered, rides, online)

    def draw(self, now_s: float) -> None:
        """Once a turn of the loop: what is live follows the clock."""
        if now_s - self._looked_at_s < LOOK_EVERY_S or not self._live:
            return
        self._looked_at_s = now_s
        now = App.get_running_app().cloud_clock.now()
        stands = [stand(upcoming(self._live, at), at) for at in (self._live_now, now)]
        if stands[0] != stands[1]:
            self.show()
        else:
            count_riders(self.ids.live)

    def hear_downloads(self, class_ids: set[str]) -> None:
        """Draw how downloads stand."""
        app = App.get_running_app()
        for card in self.ids.classes.children:
            if getattr(card, "class_id", "") in class_ids:
                marks = mark_data(app.keeping.downloads.get(card.class_id), reachable(app.uplink.status))
                for name, value in marks.items():
                    setattr(card, name, value)

    def _show_matter(self, app: Any, has_classes: bool) -> None:
        self.ids.matter.clear_widgets()
        if (notice := _matter(app, has_classes)) is not None:
            self.ids.matter.add_widget(notice)

    def _show_hero(self, words: HeroWords) -> None:
        card = self.ids.hero
        for name in ("eyebrow", "eyebrow_icon", "title", "second", "action", "other", "motif", "palette", "left_share"):
            setattr(card, name, getattr(words, name))

    def _show_week(self, rides: Sequence[RideSummary], rider: Any, today: date) -> None:
        this, streak = week_of(rides, today), streak_weeks(rides, today)
        goal = rider.weekly_goal if rider and not rider.is_guest else 0
        most = max(*this.days_kj, 1.0)
        for card in (self.ids.week, self.ids.week_line):
            card.rides = str(this.sums.rides)
            card.of_goal = n_("of {n} ride", "of {n} rides", goal) if goal else n_("ride", "rides", this.sums.rides)
            card.kj, (card.time, card.time_unit) = number(this.sums.kj), spent(this.sums.seconds)
            card.streak = n_("{n} week in a row", "{n} weeks in a row", streak) if streak > 1 else ""
            card.ask = "" if goal or not rider or rider.is_guest else _("Set a goal")
        self.ids.week.shares = [max(0.25, kj / most) if kj else 0.0 for kj in this.days_kj]
        self.ids.week.today = today.weekday()

    def _show_classes(self, classes: Sequence[FitnessClass], rides: Sequence[RideSummary], online: bool) -> None:
        grid, taken = self.ids.classes, taken_ids(rides)
        one_line = self._latest_room.parent or self.ids.matter.children or self.ids.live.children or theme.compact
        grid.lines = 1 if one_line or len(classes) < 2 * grid.cols else 2
        grid.clear_widgets()
        for one in classes[: grid.cols * grid.lines]:
            grid.add_widget(_class_card(one, one.id in taken, online))
        if 0 < len(classes) < grid.cols:
            grid.add_widget(_just_ride_card())
        while len(grid.children) < grid.cols:
            grid.add_widget(Widget())

    def _show_latest(self, rides: Sequence[RideSummary], now: float) -> None:
        row, best = self.ids.latest, bests(rides)
        row.clear_widgets()
        for ride in rides[: row.cols]:
            row.add_widget(_ride_tile(ride, ride.header.id in best, now))
        while rides and len(row.children) < row.cols:
            row.add_widget(Widget())
        if rides and self._latest_room.parent is None:
            self.ids.page.add_widget(self._latest_room)
        elif not rides and self._latest_room.parent is not None:
            self.ids.page.remove_widget(self._latest_room)

    def on_week(self) -> None:
        """The week card was tapped."""
        app = App.get_running_app()
        if self.ids.week.ask:
            app.go("settings", group="rider")
        else:
            app.go("history")

    def act(self) -> None:
        """The lime button was tapped."""
        self.words.act(App.get_running_app())

    def act_other(self) -> None:
        """The plain button was tapped."""
        if self.words.act_other is not None:
            self.words.act_other(App.get_running_app())


def _matter(app: Any, has_classes: bool) -> Notice | None:
    """What the rider should know before anything else, with the way to mend it."""
    enrolled, group = app.cache.enrolment() is not None, "network"
    if app.cache.set_aside is not None:
        words, group = _("The kept rides could not be read. They were set aside, and a new book was begun."), "sync"
        notice = Notice(icon="database-off", text=words, action=_("See where"))
    elif enrolled and app.uplink.status.state.name == "REFUSED":
        words = _("The cloud refuses this tablet. Rides are kept here; enrol it again and they are sent.")
        notice = Notice(icon="cloud-off", text=words, action=_("Enrol again"))
    elif enrolled and not reachable(app.uplink.status):
        words = _("No network. Rides are kept on this tablet and sent when it is back.")
        notice = Notice(icon="wifi-off", text=words, action=_("Network settings"))
    elif not enrolled and not has_classes:
        words = _("Classes come from a cloud. Enrol this tablet with its code.")
        notice = Notice(icon="cloud-off", text=words, action=_("Enrol this tablet"))
    else:
        return None
    notice.bind(on_act=lambda _notice: app.go("settings", group=group))
    return notice


def _class_title(app: Any, has_classes: bool) -> str:
    open_ = reachable(app.uplink.status)
    if has_classes:
        return _("For you") if open_ else _("By plan, without the picture")
    if app.catalogue.fresh and app.online:
        return _("The cloud has no classes yet. They appear here by themselves.")
    return _("Fetching the classes") if open_ else ""


def _class_card(one: FitnessClass, taken: bool, online: bool) -> ClassCard:
    """The card of a class; a tap opens it."""
    download = App.get_running_app().keeping.downloads.get(one.id)
    card = ClassCard(**card_data(one, taken, online, download=download))
    card.bind(on_tap=lambda card: App.get_running_app().go("class", class_id=card.class_id))
    return card


def _just_ride_card() -> ClassCard:
    card = ClassCard(title=_("Just ride"), second=_("No class, your own pace"), motif="lines", palette=1, length="")
    card.bind(on_tap=lambda _card: App.get_running_app().start_just_ride())
    return card


def _ride_tile(ride: RideSummary, best: bool, now: float) -> RideTile:
    one = App.get_running_app().cache.fitness_class(ride.header.class_id) if ride.header.class_id else None
    tile = RideTile(
        ride_id=ride.header.id,
        title=ride_title(ride),
        second=f"{when(ride.header.started_at, now)} · {clock(ride.totals.seconds)}",
        kj=number(ride.totals.kj),
        motif=one.motif if one else "lines",
        palette=one.palette if one else 1,
        best=best,
        waiting=ride.waiting,
    )
    tile.bind(on_tap=lambda tile: App.get_running_app().go("summary", ride_id=tile.ride_id))
    return tile


load_rules(__file__)
