"""What the parts of the ride screen show, turn by turn, for one ride."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from console.alerts import Alert, bike_alert, bike_is_back, high_five, no_picture, not_kept
from console.cues import Moment
from console.effort import highest_heart_rate_bpm
from console.player import PlayerState
from console.programme import Programme, over_caption, song_words
from console.ride import Now, Pause
from console.screens.brake_part import BrakePart
from console.screens.parts import Parts
from console.status import why_no_standings
from console.widgets.segment_banner import LAST_S
from console.wording import clock
from console.words import _
from sync.records import Point

SLOWLY_S = 0.25  # how often totals and standings are read
SOON_S = 1.0  # a picture that comes within a second is not talked about
WAITING = "loader-2"
NEEDLE_S = 1 / 40  # needles move no oftener than pictures come


class RideDrawing:
    """Brings values to the parts; each part draws only what changed."""

    def __init__(self, app: Any, session: Any, parts: Parts, brake: BrakePart) -> None:
        self.app, self.session, self.parts, self.brake = app, session, parts, brake
        self.alert: Alert | None = None
        self._good, self._good_until_s = bike_is_back(), float("-inf")
        self._bike_lost = False
        self._fives_told = len(session.fives)
        self._opening_since_s: float | None = None
        self._slow_at_s = self._needles_at_s = float("-inf")
        rider = app.rider
        self._programme = Programme(session.fitness_class)
        self.threshold_w = rider.ftp_w if rider else 200.0
        self.highest_bpm = highest_heart_rate_bpm(rider.birth_year if rider else None, time.localtime().tm_year)

    def draw(self, now: Now, now_s: float, folded: bool) -> None:
        """Show what is true at ``now_s``."""
        class_s, moment = max(self.session.class_s or 0.0, 0.0), self.session.moment
        self.numbers(now, now_s, folded)
        for name in () if folded else ("heart", "heart_pill"):
            self.parts[name].show(now.heart_rate_bpm, self.highest_bpm, now_s)
        self._plan(now, moment, class_s, now_s, folded)
        if now_s - self._needles_at_s >= NEEDLE_S:
            self._needles_at_s = now_s
            for name in () if folded else ("cadence", "output", "resistance", "heart"):
                self.parts[name].step(now_s)
        if now_s - self._slow_at_s >= SLOWLY_S:
            self._slow_at_s = now_s
            self._slowly(now, class_s, now_s)
        self.parts["toast"].show(self.alert, now_s)
        self.parts["spoken"].text = over_caption(self._programme.message(class_s), self._spoken())
        self.parts["stall"].icon, self.parts["stall"].text = self._waiting_words(now_s)

    def numbers(self, now: Now, now_s: float, folded: bool) -> tuple[str, ...]:
        """Show what the bike says now; returns the parts that show it."""
        moment = self.session.moment
        near = moment.following if moment.left_s <= LAST_S else None
        rows = "_row" if folded else ""
        for name, field in (("cadence", "cadence_rpm"), ("resistance", "resistance_pct")):
            target = getattr(moment.segment, field) if moment.segment else None
            coming = getattr(near, field) if near else None
            self.parts[name + rows].show(getattr(now, field), target, now_s, coming, moment.left_s)
        if folded:
            self.parts["output_row"].show_power(now.power_w, self.threshold_w)
        else:
            self.parts["output"].show(now.power_w, now.totals.power_w.average, self.threshold_w, now_s)
        return "cadence" + rows, "resistance" + rows, "output" + rows

    def _plan(self, now: Now, moment: Moment, class_s: float, now_s: float, folded: bool) -> None:
        if folded:
            self.parts["segment_row"].show(moment, now_s)
            self.parts["segment_row"].show_left(self.session.plan.length_s - class_s)
        else:
            self.parts["banner"].show(moment, now_s)
            self.parts["strip"].show(class_s, now.elapsed_s)

    def _slowly(self, now: Now, class_s: float, now_s: float) -> None:
        parts, session, settings = self.parts, self.session, self.app.settings
        self.alert = self._judge(now, now_s)
        self.brake.show()
        parts["totals"].show(now, settings.units)
        best_kj = best_at(session.best_curve, session.points, class_s)
        if best_kj is not None:
            parts["best"].show(now.totals.kj, best_kj, class_s)
        parts["board"].show(
            session.standings,
            session.standings_age_s,
            now.totals.kj,
            best_kj if settings.own_best else None,
            why_no_standings(self.app.uplink.status),
            session.fived,
        )
        parts["captions"].on = parts["menu"].captions_on = settings.captions
        if (song := self._programme.song(class_s)) is not None:
            parts["title"].icon, parts["title"].second = "music", song_words(song)
        parts["sound"].icon = "volume" if settings.volume else "volume-off"
        parts["menu"].sound_on = bool(settings.volume)
        parts["menu"].brake_on, parts["menu"].brake_offered = self.brake.in_use, bool(self.brake.rows)
        parts["paused"].clock, parts["paused"].reason = clock(now.elapsed_s), pause_words(now.pause)

    def _judge(self, now: Now, now_s: float) -> Alert | None:
        """What the rider has to be told now: a ride that is not kept first, then the bike; good news for a while."""
        if self.session.trouble is not None:
            return not_kept()
        silent = bike_alert(now, self.app.sensing.sensors, in_class=True)
        if silent is not None:
            self._bike_lost = self._bike_lost or silent.lasts_s is None
            return silent
        if self._bike_lost and now.power_w.value is not None:
            self._bike_lost = False
            self._tell(bike_is_back(), now_s)
        elif len(self.session.fives) > self._fives_told:
            self._tell(high_five([five.name for five in self.session.fives[self._fives_told :]]), now_s)
            self._fives_told = len(self.session.fives)
        if now_s < self._good_until_s:
            return self._good
        if (braking := self.brake.alert) is not None:
            return braking
        player = self.session.player
        waits = self.session.lobby_s is not None  # nobody misses a picture before the class
        broken = player is not None and player.state is PlayerState.BROKEN and not waits
        return no_picture(self.session.broken) if broken else None

    def _tell(self, good: Alert, now_s: float) -> None:
        self._good, self._good_until_s = good, now_s + (good.lasts_s or 0.0)

    def _spoken(self) -> str:
        player = self.session.player
        return player.caption if player is not None and self.app.settings.captions else ""

    def _waiting_words(self, now_s: float) -> tuple[str, str]:
        """A sign, and what to say while the picture stands still, or is not there yet after a second."""
        player = self.session.player
        state = player.state if player is not None else None
        if self.session.lobby_s is not None:
            return WAITING, ""
        if state is not PlayerState.OPENING:
            self._opening_since_s = None
            if state is PlayerState.PLAYING and player.still:
                return "wifi", _("Slow network, sound only")
            return WAITING, _("Video is catching up") if state is PlayerState.STALLED else ""
        self._opening_since_s = now_s if self._opening_since_s is None else self._opening_since_s
        return WAITING, _("The picture is on its way") if now_s - self._opening_since_s > SOON_S else ""

    def hidden(self, now: Now, compact: bool, menu_open: bool) -> set[str]:
        """The parts that have nothing to show now."""
        player, hidden = self.session.player, set[str]()
        if now.heart_rate_bpm.source is None:
            hidden |= {"heart", "heart_pill"}
        if self.session.best_curve is None or not self.app.settings.own_best:
            hidden.add("best")
        if not self.app.settings.leaderboard or (compact and not self.parts["board"].filled):
            hidden.add("board")
        if player is None or not self.session.fitness_class.captions:
            hidden.add("captions")
        if player is None:
            hidden.add("sound")
        if not self.parts["stall"].text:
            hidden.add("stall")
        if self.parts["toast"].alert is None:
            hidden.add("toast")
        if not menu_open:
            hidden.add("menu")
        return hidden


def best_at(curve: Sequence[float] | None, points: Sequence[Point], class_s: float) -> float | None:
    """What the best ride had put out by a second of the class, since the second in which this ride began."""
    if curve is None:
        return None
    last = len(curve) - 1
    first_s = points[0].class_s if points else None
    begun = max(int((first_s or 0.0) - 1), 0)
    return curve[min(int(class_s), last)] - (curve[min(begun, last)] if begun else 0.0)


def pause_words(pause: Pause | None) -> str:
    """Why the ride is paused, and how it goes on."""
    if pause is Pause.NO_PEDALLING:
        return _("Turn the pedals and it goes on.")
    return _("Nothing is counted, and the class waits for you.")
