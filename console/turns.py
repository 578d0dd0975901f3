"""What happens in every turn of the loop: time passes for the ride, then the screen draws what changed."""

from __future__ import annotations

import time
from collections import deque
from typing import Any

from console.ride import RideState
from console.ticks import Ticks
from console.tones import Tone

TELL_EVERY_S = 0.3
LISTS = ("home", "library", "class")  # the screens that show what the cloud has


class Turns:
    """``turn`` is called by the loop, ``refresh`` when the cloud told something new."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._ticks = Ticks()
        self._fives = 0  # as many high fives have been heard
        self._ticked: Any = None  # the session they are of
        self._cloud: tuple[Any, bool] | None = None  # how it stands, and whether it has told its classes
        self._downloads: deque[str] = deque()  # classes whose downloads have news
        self._told_at_s = float("-inf")

    def turn(self, _passed: float) -> None:
        """One turn of the loop."""
        app = self._app
        app.latency.unchanged()
        if app.session is not None:
            self._ride_on(app.session)
        else:
            self._ticked = None
        cloud = (app.uplink.status.state, app.catalogue.fresh)
        if self._cloud != cloud:
            known, self._cloud = self._cloud is not None, cloud
            if known:
                self.refresh()
        now_s = time.monotonic()
        if self._downloads and now_s - self._told_at_s >= TELL_EVERY_S:
            self._told_at_s = now_s
            self._tell_downloads()
        draw = getattr(app.navigation.screen, "draw", None)
        if draw is not None:
            draw(now_s)

    def note(self, class_id: str) -> None:
        """The download of a class stands otherwise than before. May be called from any thread."""
        self._downloads.append(class_id)

    def refresh(self) -> None:
        """Let a list read its things anew; nothing moves under a finger while a ride is on."""
        if self._app.session is None and self._app.navigation.here in LISTS:
            self._app.navigation.refresh()

    def _tell_downloads(self) -> None:
        """Let a screen that shows downloads draw what is new, some times a second at most."""
        told = {self._downloads.popleft() for _ in range(len(self._downloads))}
        hear = getattr(self._app.navigation.screen, "hear_downloads", None)
        if hear is not None:
            hear(told)

    def _ride_on(self, session: Any) -> None:
        session.step()
        now = session.now()
        self._tick(session, now.state is RideState.RIDING)
        self._app.latency.note(now.cadence_rpm, now.resistance_pct, now.power_w)
        if session.class_over:
            self._app.end_ride()

    def _tick(self, session: Any, riding: bool) -> None:
        """What the plan lets be heard; a session of its own has ticks of its own."""
        if session.plan is None:
            return
        if self._ticked is not session:
            self._ticked, self._ticks, self._fives = session, Ticks(), len(session.fives)
            self._app.sounds.prepare()
        if len(session.fives) > self._fives:
            self._fives = len(session.fives)
            self._app.sounds.play(Tone.FIVE)
        tone = self._ticks.due(session.plan.at(session.class_s or 0.0), riding)
        if tone is not None:
            self._app.sounds.play(tone)
