"""The library: every class, found by words, filters and order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kivy.app import App
from kivy.clock import Clock
from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.screenmanager import Screen

from console.class_filter import BEST, ORDERS, ClassFilter, field_words
from console.download_words import is_here
from console.live.schedule import on_demand, to_come
from console.screens.library_grid import card_data, left_share, live_data
from console.status import reachable
from console.suggestions import taken_ids
from console.widgets import chip, field, pagetitle  # noqa: F401 - the rules use them
from console.widgets.kv import load_rules
from console.widgets.notice import Empty
from console.widgets.overlay import Menu
from console.words import _, n_
from sync.records import FitnessClass
from sync.search.index import ClassIndex

LOOK_AGAIN_S = 1.0
FEW = 4  # fewer classes than this leave their row open
CHIPS = {
    "length": "Length",
    "kind": "Type",
    "coach": "Coach",
    "effort": "Effort",
    "music": "Music",
    "collection": "Collection",
}
ROW = (*CHIPS, "not_taken", "here_only")


class LibraryScreen(Screen):
    """Filters stay as they were until the rider changes them."""

    count = StringProperty("")
    order = StringProperty("Newest")
    not_taken = BooleanProperty(False)
    here_only = BooleanProperty(False)
    live_only = BooleanProperty(False)
    fetching = BooleanProperty(False)
    news = StringProperty("")

    def __init__(self, **kwargs: Any) -> None:
        self.asked = ClassFilter()
        self._classes: dict[str, FitnessClass] = {}  # those to choose among: on demand, or the schedule of live ones
        self._on_demand: dict[str, FitnessClass] = {}
        self._live: dict[str, FitnessClass] = {}
        self._shown: list[FitnessClass] = []
        self._looked_at_s = float("-inf")
        self._index = ClassIndex()
        self._taken: set[str] = set()
        self._here: set[str] = set()
        self._again: Any = None
        super().__init__(**kwargs)

    def on_kv_post(self, base_widget: Any) -> None:
        """Put up the chips."""
        self._chips = {name: self.ids[name].__self__ for name in ROW}
        self._live_chip = self.ids.live.__self__

    def show(self) -> None:
        """Read the catalogue and what the rider has taken anew."""
        app = App.get_running_app()
        known = app.cache.classes()
        self._online = reachable(app.uplink.status)
        self._on_demand = {one.id: one for one in on_demand(known)}
        self._live = {one.id: one for one in to_come(known, app.cloud_clock.now())} if self._online else {}
        self._taken = taken_ids(app.cache.rides(app.rider.id)) if app.rider else set()
        self._left = app.cache.left_off(app.rider.id) if app.rider else None
        self._downloads = app.keeping.downloads
        self._choose_among()
        self._look_again_while_empty()

    def on_leave(self) -> None:
        """Stop looking for news, and writing."""
        self.ids.search.focused = False
        if self._again is not None:
            self._again.cancel()

    def search(self, words: str) -> None:
        """Show what fits the words."""
        self._ask(search=words)

    def tap_chip(self, name: str) -> None:
        """Clear a filter that is on, else open its menu."""
        if getattr(self.asked, name):
            self._ask(**{name: ""})
        else:
            found = self._question.choices(self._index, self._taken, name, self._elsewhere)
            rows = [(choice, _(choice), str(count)) for choice, count in found]
            Menu(rows, "", lambda choice: self._ask(**{name: choice})).open_under(self._chips[name])

    def turn_not_taken(self) -> None:
        """Show or hide what the rider has ridden already."""
        self._ask(not_taken=not self.asked.not_taken)

    def turn_live_only(self) -> None:
        """Show what is on demand, or the schedule of live classes."""
        self.live_only = not self.live_only
        self._choose_among()

    def show_schedule(self) -> None:
        """Show the schedule of live classes, all of it."""
        self._clear()
        self.live_only = True
        self._choose_among()

    def turn_here_only(self) -> None:
        """Show all, or only what is on this tablet."""
        self._ask(on_tablet=not self.asked.on_tablet)

    def hear_downloads(self, class_ids: set[str]) -> None:
        """Draw how downloads stand; the list itself is made anew when it is shown or asked something."""
        self.ids.grid.hear_downloads(class_ids, self._online, self._downloads)

    def choose_order(self) -> None:
        """Open the menu of orders."""
        newest = BEST if self.asked.search.strip() else "Newest"
        rows = [(order, _(newest if order == "Newest" else order), "") for order in ORDERS]
        Menu(rows, self.asked.order, lambda order: self._ask(order=order)).open_under(self.ids.order)

    def clear(self) -> None:
        """Drop every filter and the search."""
        self._clear()
        self._refresh()

    def _clear(self) -> None:
        self.asked = ClassFilter(order=self.asked.order)
        self.ids.search.text = ""

    def _ask(self, **changes: Any) -> None:
        self.asked = replace(self.asked, **changes)
        self._refresh()

    def _choose_among(self) -> None:
        self._classes = self._live if self.live_only else self._on_demand
        self._index.replace(self._classes.values())
        self._refresh()

    def _refresh(self) -> None:
        self._here = {one.class_id for one in self._downloads.all() if is_here(one)}
        answer = self._question.find(self._index, self._taken, elsewhere=self._elsewhere)
        found = [self._classes[class_id] for class_id in answer.ids]
        by_start = self.live_only and self.asked.order_words == "Newest"
        if by_start:
            place = list(self._classes).index
            found.sort(key=lambda one: place(one.id))
        if not self._online:
            found.sort(key=lambda one: one.id not in self._here)
        for name, words in CHIPS.items():
            value = getattr(self.asked, name)
            self._chips[name].text, self._chips[name].on = _(value or words), bool(value)
        self._offer_chips()
        self.order = "Earliest" if by_start else self.asked.order_words
        self.not_taken, self.here_only = self.asked.not_taken, self.asked.on_tablet
        self.count = n_("{n} class", "{n} classes", len(found))
        if answer.read_as:
            self.count = _("“{words}” · {count}").format(words=answer.read_as, count=self.count)
        self._shown = found
        self.ids.grid.data = self._live_cards() if self.live_only else self._cards(found)
        self.ids.grid.scroll_y = 1
        self._show_empty(found)

    def _live_cards(self) -> list[dict[str, Any]]:
        app = App.get_running_app()
        now, here = app.cloud_clock.now(), app.catalogue.here
        return [live_data(one, now, here.get(one.id, 0)) for one in self._shown]

    def draw(self, now_s: float) -> None:
        """Once a turn of the loop: the schedule follows the clock, and who rides."""
        if self.live_only and now_s - self._looked_at_s >= LOOK_AGAIN_S:
            self._looked_at_s = now_s
            cards = self._live_cards()
            if cards != self.ids.grid.data:
                self.ids.grid.data = cards

    def _cards(self, found: list[FitnessClass]) -> list[dict[str, Any]]:
        return [
            card_data(
                one,
                one.id in self._taken,
                self._online,
                left_share(self._left, one),
                self._downloads.get(one.id),
            )
            for one in found
        ]

    @property
    def _question(self) -> ClassFilter:
        """What is asked of the classes to choose among."""
        return replace(self.asked, not_taken=False, on_tablet=False) if self.live_only else self.asked

    @property
    def _elsewhere(self) -> set[str]:
        return self._classes.keys() - self._here

    def _offer_chips(self) -> None:
        """A chip is only there where it has something to choose: nobody has taken what is still to come."""
        hidden = {"not_taken", "here_only"} if self.live_only else set()
        if not self.asked.collection and not any(one.collections for one in self._classes.values()):
            hidden.add("collection")
        mode, live = self.ids.mode, self._live_chip
        if (self.live_only or bool(self._live)) != (live.parent is not None):
            mode.remove_widget(live) if live.parent else mode.add_widget(live, index=1)
        wanted, row = [self._chips[name] for name in ROW if name not in hidden], self.ids.filters
        if row.children[::-1] != wanted:
            row.clear_widgets()
            for chip in wanted:
                row.add_widget(chip)

    def _show_empty(self, found: list[FitnessClass]) -> None:
        room = self.ids.empty
        room.clear_widgets()
        self.fetching = not self._on_demand and self._online and not self.live_only
        self.news = self._news()
        if self._classes and not found:
            room.add_widget(self._nothing_matches())
        elif self.live_only and not found:
            room.add_widget(self._none_live())
        elif not self._classes and not self.fetching:
            room.add_widget(self._no_classes())

    def _news(self) -> str:
        """What is known of classes still to come."""
        if self.fetching:
            fresh = App.get_running_app().catalogue.fresh
            none = _("The cloud has no classes yet. They appear here by themselves.")
            return none if fresh else _("Fetching the classes")
        few = 0 < len(self._classes) < FEW and self._online and not self.live_only
        return _("New classes appear here by themselves") if few else ""

    def _nothing_matches(self) -> Empty:
        change = self._question.least_change(self._index, self._taken, self._elsewhere)
        empty = Empty(title=_("Nothing matches yet"), text=self._asked_sentence())
        if change is None:
            empty.action = _("Clear all filters")
            empty.bind(on_act=lambda _empty: self.clear())
            return empty
        name, count = change
        empty.action = _("Show {n} without the {field} filter").format(n=count, field=field_words(name))
        empty.other = _("Clear all filters")
        empty.bind(on_act=lambda _empty: self._let_go(name), on_act_other=lambda _empty: self.clear())
        return empty

    def _asked_sentence(self) -> str:
        asked = self._question
        parts = [_("No class")]
        if asked.search.strip():
            parts.append(_("has “{words}”").format(words=asked.search.strip()))
        about = [asked.length, asked.kind, asked.effort, asked.music]
        parts += [_("at {what}").format(what=", ".join(_(one) for one in about if one))] if any(about) else []
        parts += [_("with {coach}").format(coach=asked.coach)] if asked.coach else []
        parts += [_("in “{collection}”").format(collection=asked.collection)] if asked.collection else []
        parts += [_("that you have not taken")] if asked.not_taken else []
        parts += [_("on this tablet")] if asked.on_tablet else []
        return " ".join(parts) + "."

    def _let_go(self, name: str) -> None:
        if name == "search":
            self.ids.search.text = ""
        self.asked = self.asked.without(name)
        self._refresh()

    def _none_live(self) -> Empty:
        empty = Empty(title=_("No live class to come"), motif="rings", palette=2)
        if self._online:
            empty.text = _("When one is scheduled, it is here and on the home screen.")
        else:
            empty.text = _("The schedule is back when the network is.")
        empty.action = _("Show all classes")
        empty.bind(on_act=lambda _empty: self.turn_live_only())
        return empty

    def _no_classes(self) -> Empty:
        app = App.get_running_app()
        enrolled = app.cache.enrolment() is not None
        empty = Empty(title=_("No classes here yet"), motif="lines", palette=1)
        if enrolled:
            empty.text = _("They come when the network is back. Until then there is the open road.")
            empty.action = _("Just ride")
            empty.bind(on_act=lambda _empty: app.start_just_ride())
        else:
            empty.text = _("Classes come from a cloud. Enrol this tablet with its code.")
            empty.action, empty.other = _("Enrol this tablet"), _("Just ride")
            empty.bind(on_act=lambda _empty: app.go("settings", group="network"))
            empty.bind(on_act_other=lambda _empty: app.start_just_ride())
        return empty

    def _look_again_while_empty(self) -> None:
        if self._again is not None:
            self._again.cancel()
        if not self._on_demand:
            self._again = Clock.schedule_interval(lambda _dt: self._look_again(), LOOK_AGAIN_S)

    def _look_again(self) -> None:
        app = App.get_running_app()
        if app.cache.classes() or reachable(app.uplink.status) != self._online:
            self.show()


load_rules(__file__)
