"""A scripted rider for ``make demo``: goes home, takes a class, rides, and reads the summary, by touching the screen.

It touches what is on the screen through the window, as a finger or mouse does, and checks every link of the chain.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from kivy.core.window import Window
from kivy.uix.widget import Widget

from console.ride_session import RideSession
from sync.riders import Rider

PATIENCE_S = 30.0
TURN_S = 0.05
LATE_MS = 1000.0  # a number this old on the screen is a fault on any machine


class DemoFailed(Exception):
    """A link of the chain is broken; the message says which."""


class ScriptedRider:
    """Touches the console's screens; keeps a picture of every screen it passes in ``out``."""

    def __init__(self, app: Any, out: Path) -> None:
        self.app = app
        self.out = out
        self._pictures = self._shown = self._dropped = 0

    async def ride(self, seconds: int) -> dict[str, Any]:
        """Take the first class for so many seconds; returns the figures. Raises DemoFailed."""
        await self.until(lambda: self.app.online, "the cloud does not answer")
        await self.look("home", lambda: self.app.cache.classes(), "the cloud has no class")
        await self.touch(icon="layout-grid")
        await self.look("library")
        await self.touch(class_id=self.app.cache.classes()[-1].id)
        await self.look("class")
        await self.touch(text="Start")
        session = await self._ride(seconds)
        if self.find({"text": "Keep it"}) is not None:  # asked after less than a minute
            await self.touch(text="Keep it")
        await self.look("summary")
        await self.until(lambda: not self.app.cache.ride(session.header.id).waiting, "the ride did not reach the cloud")
        await self.look("summary-sent")
        figures = self._figures(session, seconds)
        await self.touch(text="Done")
        for place in ("history", "sensors", "settings"):
            await self.touch(place=place)
            await self.look(place)
        return figures

    async def _ride(self, seconds: int) -> RideSession:
        await self.until(lambda: self.app.session, "the class does not start")
        session: RideSession = self.app.session
        player = session.player
        await self.until(lambda: player is not None and player.frames_shown > 0, "the class shows no picture")
        assert player is not None
        began = time.monotonic()
        pictures = {"ride-begins": 0.1, "ride": 0.5, "ride-later": 0.9}
        for name, share in pictures.items():
            await asyncio.sleep(max(began + seconds * share - time.monotonic(), 0))
            await self.look(name)
        await asyncio.sleep(max(began + seconds - time.monotonic(), 0))
        await self.touch(icon="x")
        await self.look("leave")
        self._shown, self._dropped = player.frames_shown, player.frames_dropped
        await self.touch(text="End ride")
        return session

    def _figures(self, session: RideSession, seconds: int) -> dict[str, Any]:
        ride = self.app.cache.ride(session.header.id)
        standings = self.app.cache.standings(session.header.id)
        points, acknowledged = len(session.points), self.app.cache.acknowledged(session.header.id)
        p50, p99 = self.app.latency.quantile_ms(0.50), self.app.latency.quantile_ms(0.99)
        figures = {
            "points": points,
            "acknowledged": acknowledged,
            "rank": standings and (standings.here_now.rank or standings.all_time.rank),
            "frames_shown": self._shown,
            "frames_dropped": self._dropped,
            "lost_points": points - acknowledged,
            "p50_ms": p50 and round(p50, 1),
            "p99_ms": p99 and round(p99, 1),
            "kj": round(ride.totals.kj, 1),
        }
        broken = [
            (points >= seconds - 3, "seconds of the ride are missing"),
            (points == acknowledged == ride.totals.seconds, "the cloud does not hold every second"),
            (figures["rank"] is not None, "no standings came back"),
            (ride.totals.kj > 0, "the bike's numbers did not arrive"),
            (p50 is not None, "no number was shown"),
            (p99 is None or p99 < LATE_MS, "the bike's numbers reach the screen late"),
            (self._shown > self._dropped, "more pictures of the class were dropped than shown"),
        ]
        wrong = [words for fine, words in broken if not fine]
        return figures | ({"failed": wrong} if wrong else {})

    async def touch(self, **wanted: str) -> None:
        """Tap the widget on the screen that has these properties, when it is there and lies still."""
        what = ", ".join(f"{name} {value!r}" for name, value in wanted.items())
        await self.until(lambda: self.find(wanted) is not None, f"there is nothing to touch with {what}")
        await asyncio.sleep(0.3)
        widget = self.find(wanted)
        assert widget is not None
        await self.tap(widget)
        await asyncio.sleep(0.3)

    async def tap(self, widget: Widget) -> float:
        """Put a finger on a widget and lift it; returns the monotonic moment when it was lifted."""
        x, y = widget.to_window(*widget.center)
        Window.dispatch("on_mouse_down", x, Window.height - y, "left", [])
        await asyncio.sleep(TURN_S)
        lifted_s = time.monotonic()
        Window.dispatch("on_mouse_up", x, Window.height - y, "left", [])
        return lifted_s

    async def look(self, name: str, ready: Callable[[], Any] = lambda: True, broken: str = "") -> None:
        """Wait until the screen has settled, and keep a picture of it."""
        await self.until(ready, broken)
        await asyncio.sleep(0.7)
        self._take_picture(name)

    def _take_picture(self, name: str) -> None:
        self._pictures += 1
        self.out.mkdir(parents=True, exist_ok=True)
        path = self.out / f"{self._pictures:02}-{name}.png"
        Path(Window.screenshot(name=str(path))).replace(path)  # Kivy numbers the file's name

    async def until(self, true: Callable[[], Any], broken: str) -> None:
        """Let the console run until something holds. Raises DemoFailed."""
        deadline = time.monotonic() + PATIENCE_S
        while not true():
            if time.monotonic() > deadline:
                raise DemoFailed(broken)
            await asyncio.sleep(TURN_S)

    def find(self, wanted: dict[str, str]) -> Widget | None:
        """The topmost widget on the window that can be tapped and has these properties."""
        for widget in _shown(Window):
            named = {"kind": type(widget).__name__}
            found = {name: named.get(name, getattr(widget, name, None)) for name in wanted}
            if found == wanted and hasattr(widget, "on_tap") and not widget.disabled:
                return widget
        return None


def _shown(parent: Any) -> Iterator[Widget]:
    """Every widget on the window, the topmost first."""
    for child in parent.children:
        yield from _shown(child)
        yield child


async def demonstrate(app: Any, seconds: int, out: Path) -> None:
    """Run the scripted rider, print its figures as one line of JSON, and close the console."""
    try:
        figures = await ScriptedRider(app, out).ride(seconds)
    except DemoFailed as error:
        figures = {"failed": [str(error)]}
    app.exit_status = 1 if "failed" in figures else 0
    print(json.dumps(figures), flush=True)
    app.stop()


DEMO_RIDER = Rider("demo", "Robin", created_at=1.0)
