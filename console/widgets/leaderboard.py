"""The leaderboard beside the picture."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from kivy.animation import Animation
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, OptionProperty, StringProperty
from kivy.uix.widget import Widget

from console import theme as T
from console.board import Kind, Row, board_rows
from console.widgets import digits, text  # noqa: F401 - the rules use them
from console.widgets.kv import load_rules
from console.widgets.panel import Panel, TapPanel
from console.widgets.touch import Tap
from console.wording import clock, number
from console.words import _
from sync.records import Standings

STALE_S = 20.0
PITCH, HEAD, NOTE, APART, FOOT = 66, 87, 44, 10, 14  # in design pixels
WIDE_ROWS, COMPACT_ROWS = 7, 3
GROWS_S = 0.12


class BoardTab(TapPanel):
    """One of the two tabs."""

    words = StringProperty("")
    count = StringProperty("")
    on = BooleanProperty(False)
    natural = NumericProperty(64)
    radius = NumericProperty(32)


class Hand(Tap, Widget):
    """Gives the rider of a line a high five: it grows once and is lime from then on; without a network it waits."""

    u = NumericProperty(1.0)
    handle = StringProperty("")
    given = BooleanProperty(False)
    away = BooleanProperty(False)
    moves = BooleanProperty(True)
    grown = NumericProperty(1.0)

    def on_tap(self) -> None:
        """To 130 % and back."""
        if self.moves:
            Animation.cancel_all(self, "grown")
            self.grown = 1.0
            (Animation(grown=1.3, d=GROWS_S) + Animation(grown=1.0, d=GROWS_S)).start(self)


class BoardRow(Widget):
    """One rider's line; the panel behind draws its ground."""

    u = NumericProperty(1.0)
    rank = StringProperty("")
    name = StringProperty("")
    value = StringProperty("")
    mine = BooleanProperty(False)
    ghost = BooleanProperty(False)
    ink = ColorProperty(T.TEXT)
    handle = StringProperty("")
    beside_hands = BooleanProperty(False)

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_five")
        super().__init__(**kwargs)

    def on_five(self, handle: str) -> None:
        """The rider of this line shall have a high five."""

    def show(self, row: Row | None, given: bool = False, away: bool = False) -> None:
        """Show a row; ``None`` leaves the line empty. ``given``: its rider has had a high five; ``away``: none can be
        given now."""
        self.handle = row.handle if row else ""
        self.ids.hand.given, self.ids.hand.away = given, away
        self.mine = row is not None and row.kind is Kind.ME
        self.ghost = row is not None and row.kind is Kind.GHOST
        self.ink = T.INK if self.mine else (T.MUTED if self.ghost else T.TEXT)
        self.rank, self.name, self.value = (row.rank, row.name, row.value) if row else ("", "", "")


class Leaderboard(Panel):
    """``show`` once a frame. ``board`` says which of the two is shown."""

    board = OptionProperty("here_now", options=["here_now", "all_time"])
    compact = BooleanProperty(False)
    count = StringProperty("")
    note = StringProperty("")
    note_icon = StringProperty("")
    note_colour = ColorProperty(T.WARN)
    ground = ColorProperty(T.CLEAR)
    natural = NumericProperty(572)
    moves = BooleanProperty(True)

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_five")
        self._rows: list[Row] = []
        self._drawn: tuple[Any, ...] = ()
        self._lines: list[BoardRow] = []
        super().__init__(**kwargs)
        for _line in range(WIDE_ROWS):
            line = BoardRow(size_hint=(None, None))
            line.bind(on_five=lambda _line, handle: self.dispatch("on_five", handle))
            self._lines.append(line)
            self.add_widget(line)
        self.bind(note=self.repaint)

    def on_moves(self, _board: Any, moves: bool) -> None:
        """Hands grow when tapped, or do not."""
        for line in self._lines:
            line.ids.hand.moves = moves

    @property
    def filled(self) -> bool:
        """Whether there are rows to show."""
        return bool(self._rows)

    def on_five(self, handle: str) -> None:
        """The rider of that handle shall have a high five."""

    def choose(self, board: str) -> None:
        """Show the other board, from the next frame on."""
        self.board = board

    def show(
        self,
        standings: Standings | None,
        age_s: float | None,
        my_kj: float,
        ghost_kj: float | None,
        away: str,
        fived: Collection[str] = (),
    ) -> None:
        """Show standings that arrived ``age_s`` seconds ago, and the rider's own output; ``away`` is why no newer
        ones come, where they do not; ``fived`` are the handles of riders who have had a high five."""
        shown = getattr(standings, self.board) if standings else None
        self.count = number(standings.here_now.count) if standings else ""
        self._judge(shown, age_s, away)
        places = COMPACT_ROWS if self.compact else WIDE_ROWS - bool(self.note)
        rows = [] if shown is None else board_rows(shown, my_kj, ghost_kj, places)
        drawn = (rows, bool(away), frozenset(fived))
        if drawn != self._drawn:
            self._rows, self._drawn = rows, drawn
            hands = any(row.handle for row in rows)
            for index, line in enumerate(self._lines):
                line.beside_hands = hands
                row = rows[index] if index < len(rows) else None
                line.show(row, row is not None and row.handle in fived, bool(away))
            self.repaint()

    def _judge(self, shown: Any, age_s: float | None, away: str) -> None:
        """The line over the rows, when there is something to say."""
        if shown is None or age_s is None:
            self._tell("wifi-off" if away else "clock-pause", away or _("Waiting for the standings"), T.MUTED)
        elif age_s > STALE_S:
            self._tell("clock-pause", _("Standings from {time} ago").format(time=clock(age_s)), T.WARN)
        elif shown.count <= 1:
            first = _("You are first here today") if self.board == "here_now" else _("Nobody has ridden it before")
            self._tell("flag", first, T.SOFT)
        else:
            self._tell("", "", T.SOFT)

    def _tell(self, icon: str, words: str, colour: list[float]) -> None:
        self.note_icon, self.note, self.note_colour = icon, words, colour

    def collide_point(self, x: float, y: float) -> bool:
        """Below its last row there is picture."""
        return bool(super().collide_point(x, y)) and y >= self.foot

    @property
    def foot(self) -> float:
        """Where the board ends: under its last row, or the place it has."""
        apart = sum(APART for row in self._rows if row.apart)
        return max(self.y, self._head - (PITCH * len(self._rows) + apart + FOOT) * self.u)

    @property
    def _head(self) -> float:
        """Where the rows begin."""
        return self.top - (10 if self.compact else HEAD + (NOTE if self.note else 0)) * self.u

    def paint(self) -> None:
        """The ground as far as there are rows, the lines in their places, own row on lime, the leader apart."""
        u, top = self.u, self._head
        self.still.box(self.x, self.foot, self.width, self.top - self.foot, self.radius * u, T.SCRIM)
        for line, row in zip(self._lines, self._rows, strict=False):
            y = round(top - PITCH * u)
            line.u, line.pos, line.size = u, (self.x, y), (self.width, round(PITCH * u))
            if row.kind is Kind.ME:
                self.still.box(self.x + 14 * u, y, self.width - 28 * u, round(PITCH * u), 14 * u, T.ACCENT)
            if row.apart:
                self.still.rectangle(self.x + 30 * u, y - 4 * u, self.width - 60 * u, 2, T.with_alpha(T.MUTED, 0.3))
                top -= APART * u
            top -= PITCH * u


load_rules(__file__)
