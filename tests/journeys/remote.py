"""The real console with a wire to it: one JSON command a line on stdin, one JSON answer a line on stdout.

Run by the fixture ``console`` as its own process, so that it can be killed like the real one.
"""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
import json
import statistics
import sys
import threading
import time
from collections import deque
from functools import partial
from typing import Any

from console.__main__ import configure_kivy
from console.options import parse_options

FLIPS: deque[float] = deque(maxlen=300)  # when the newest frames of the window were on the screen


async def obey(app: Any) -> None:
    """Carry out commands until stdin ends."""
    from kivy.core.window import Window

    from console.demo import ScriptedRider

    Window.bind(on_flip=lambda _window: FLIPS.append(time.monotonic()))
    finger, lines = ScriptedRider(app, app.options.out), asyncio.Queue()
    loop = asyncio.get_running_loop()

    def listen() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line)
        loop.call_soon_threadsafe(app.stop)

    threading.Thread(target=listen, daemon=True).start()
    while True:
        name, given = json.loads(await lines.get())
        try:
            verbs = {"touch": finger.touch, "look": finger.look}
            verbs |= {"state": partial(state, app), "picture": partial(time_to_picture, app, finger)}
            answer = await verbs[name](**given)
            print(json.dumps({"ok": answer}), flush=True)
        except Exception as error:
            print(json.dumps({"error": f"{type(error).__name__}: {error}"}), flush=True)


async def time_to_picture(app: Any, finger: Any) -> float:
    """Tap Start; seconds until the first picture of the class is on the screen."""
    lifted_s = await finger.tap(finger.find({"text": "Start"}))
    for _turn in range(10_000):
        if app.session is not None and app.session.player.frames_shown:
            return time.monotonic() - lifted_s
        await asyncio.sleep(0.002)
    raise TimeoutError("no picture")


async def state(app: Any) -> dict[str, Any]:
    """What a rider could tell about the console now."""
    session, told = app.session, {"screen": app.navigation.here, "online": app.online, "session": None}
    told["delays_ms"] = [round(delay_s * 1000, 2) for delay_s in app.latency.delays_s]
    told["frame_ms"] = statistics.median(b - a for a, b in itertools.pairwise(FLIPS)) * 1000 if len(FLIPS) > 1 else None
    told["waiting_rides"] = app.uplink.status.waiting_rides
    told["downloads"] = {one.class_id: one.state.value for one in app.keeping.downloads.all()}
    told["set_aside"] = str(app.cache.set_aside) if app.cache.set_aside else None
    if session is not None:
        now = session.now()
        told["session"] = {
            "ride": session.header.id,
            "state": now.state.value,
            "seconds": now.totals.seconds,
            "kj": now.totals.kj,
            "class_s": session.class_s,
            "power": dataclasses.asdict(now.power_w),
            "cadence": dataclasses.asdict(now.cadence_rpm),
            "player": session.player.state.name if session.player else None,
            "frames": session.player.frames_shown if session.player else 0,
            "came": came(session.player) if session.player else None,
            "fives": [five.name for five in session.fives],
            "standings": dataclasses.asdict(session.standings) if session.standings else None,
        }
    return told


def came(player: Any) -> dict[str, Any]:
    """Where the picture comes from."""
    return {"path": player.came.path, "bytes": sum(player.came.bytes_by_pathway.values())}


def main() -> int:
    options = parse_options(sys.argv[1:])
    configure_kivy(options)
    from console.app import ConsoleApp, run

    class Remote(ConsoleApp):
        def on_start(self) -> None:
            super().on_start()
            self._tasks.append(asyncio.get_running_loop().create_task(obey(self)))

    return asyncio.run(run(options, Remote))


if __name__ == "__main__":
    sys.exit(main())
