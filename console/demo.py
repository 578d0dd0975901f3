"""A scripted rider for ``make demo``: goes home, takes a class, rides, and reads the summary, by touching the screen.

It touches what is on the screen through the window, as a finger or mouse does, and checks every link of the chain.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from kivy.core.window import Window
from kivy.uix.widget import Widget

from console.demo_report import report
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
        self.figures: dict[str, Any] = {}  # as far as they are known
        self._pictures = 0

    async def ride(self, seconds: int) -> list[str]:
        """Take the first class for so many seconds; returns what is wrong with it. Raises DemoFailed."""
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
        wrong = self._judge(session, seconds)
        await self.touch(text="Done")
        for place in ("history", "sensors", "settings"):
            await self.touch(place=place)
            await self.look(place)
        return wrong

    async def _ride(self, seconds: int) -> RideSession:
        """Ride for so many seconds, or the class to its end."""
        await self.until(lambda: self.app.session, "the class does not start")
        session: RideSession = self.app.session
        player = session.player
        await self.until(lambda: player is not None and player.frames_shown > 0, "the class shows no picture")
        assert player is not None and session.plan is not None
        whole = seconds >= session.plan.length_s
        seconds = min(seconds, session.plan.length_s)
        began = time.monotonic()
        pictures = {"ride-begins": 0.1, "ride": 0.5, "ride-later": 0.9}
        for name, share in pictures.items():
            await asyncio.sleep(max(began + seconds * share - time.monotonic(), 0))
            await self.look(name)
        await asyncio.sleep(max(began + seconds - time.monotonic(), 0))
        if whole:
            await self.until(lambda: self.app.session is None, "the class does not end")
        else:
            await self.touch(icon="x")
            await self.look("leave")
        self.figures |= {"frames_shown": player.frames_shown, "frames_dropped": player.frames_dropped}
        if not whole:
            await self.touch(text="End ride")
        self.count(session)
        return session

    def count(self, session: RideSession) -> None:
        """Note what the ride has come to."""
        cache, latency = self.app.cache, self.app.latency
        standings = cache.standings(session.header.id)
        points, acknowledged = len(session.points), cache.acknowledged(session.header.id)
        p50, p99 = latency.quantile_ms(0.50), latency.quantile_ms(0.99)
        self.figures |= {
            "points": points,
            "acknowledged": acknowledged,
            "rank": standings and (standings.here_now.rank or standings.all_time.rank),
            "lost_points": points - acknowledged,
            "p50_ms": p50 and round(p50, 1),
            "p99_ms": p99 and round(p99, 1),
            "kj": round(session.ride.totals.kj, 1),
        }

    def _judge(self, session: RideSession, seconds: int) -> list[str]:
        assert session.plan is not None
        self.count(session)
        seconds = min(seconds, session.plan.length_s)
        kept, p99 = self.app.cache.ride(session.header.id).totals, self.figures["p99_ms"]
        points, acknowledged = self.figures["points"], self.figures["acknowledged"]
        judged = [
            (points >= seconds - 3, "seconds of the ride are missing"),
            (points == acknowledged == kept.seconds, "the cloud does not hold every second"),
            (self.figures["rank"] is not None, "no standings came back"),
            (kept.kj > 0, "the bike's numbers did not arrive"),
            (p99 is not None, "no number was shown"),
            (p99 is None or p99 < LATE_MS, "the bike's numbers reach the screen late"),
            (
                self.figures["frames_shown"] > self.figures["frames_dropped"],
                "more pictures of the class were dropped than shown",
            ),
        ]
        return [words for fine, words in judged if not fine]

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
    rider = ScriptedRider(app, out)
    try:
        wrong = await rider.ride(seconds)
    except DemoFailed as error:
        wrong = [str(error)]
    except Exception as error:  # whatever it is, the demo has failed, and says so
        logging.getLogger(__name__).exception("the scripted rider stumbled")
        wrong = [f"the scripted rider stumbled ({error!r})"]
    app.exit_status = 1 if wrong else 0
    print(report(rider.figures, wrong), flush=True)
    app.stop()


DEMO_RIDER = Rider("demo", "Robin", created_at=1.0)
