"""What a rider waits for: the home screen, the first picture, and a number from the bike's bytes to the screen.

The whole chain runs on this machine: cloud, virtual bike on a pseudo-terminal, console in a window of 1280x800 under
Xvfb, a class at 720p. The reference for a number's way is the time between two frames of the window in
the same ride (without a graphics chip, drawing one takes longer than a sixtieth of a second).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sync.cache import Cache
from sync.riders import Rider
from tests.conftest import RunningCloud
from tests.gallery.window import display
from tests.journeys.conftest import CLASS_ID, PLAN, Bike, Console

FRAME_MS = 1000 / 60
STARTS = 3
RIDE_S = 25


def home_s(data: Path, name: str) -> float:
    """Seconds from the start of the process until home is on the screen."""
    began = time.monotonic()
    console = Console(data, name)
    console.until(lambda state: state["screen"] == "home")
    took = time.monotonic() - began
    console.close()
    return took


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, display(1280, 800) as name:
        root = Path(folder)
        cloud, bike = RunningCloud(root / "cloud"), Bike(root / "bike", "--cadence", "90", "--resistance", "40")
        cloud.start()
        build = [sys.executable, "-m", "sync.cloud", "classes", "build", str(PLAN), "--rungs", "720,360"]
        subprocess.run([*build, "--data", str(cloud.data)], check=True, capture_output=True)
        data = root / "tablet"
        cache = Cache.open(data / "tablet.sqlite3")
        cache.save_rider(Rider(Rider.new_id(), "Ada"))
        cache.set_setting("console.rider", cache.riders()[0].id)
        cache.close()
        starts = sorted(home_s(data, name) for _ in range(STARTS))
        print(f"start of the process → home on the screen   median {starts[len(starts) // 2]:.2f} s   (aim ≤ 3 s)")
        console = Console(data, name, "--cloud", cloud.url, "--code", cloud.new_code(), "--sensor", bike.url)
        console.until(lambda state: state["screen"] == "home" and state["online"])
        console.touch(icon="layout-grid")
        console.touch(class_id=CLASS_ID)
        time.sleep(1)
        picture_s = console._command("picture", {})
        print(f"tap on Start → first picture of the class    {picture_s:.2f} s   (aim ≤ 1 s)")
        time.sleep(RIDE_S)
        delays = sorted(console.state["delays_ms"])
        p50, p99 = delays[len(delays) // 2], delays[int(len(delays) * 0.99)]
        print(f"bike's bytes → number on the screen          p50 {p50:.1f} ms   p99 {p99:.1f} ms   n {len(delays)}")
        frame_ms = max(console.state["frame_ms"], FRAME_MS)
        ratios = f"{p50 / frame_ms:.2f} and {p99 / frame_ms:.2f}"
        print(f"  beside one frame as it is drawn here, {frame_ms:.1f} ms: ratio {ratios}")
        print(
            f"  (aim p99 ≤ one frame + 5 ms: {frame_ms + 5:.1f} ms here, {FRAME_MS + 5:.1f} ms at 60 frames a second)"
        )
        console.close()
        bike.unplug()
        cloud.stop()


if __name__ == "__main__":
    main()
