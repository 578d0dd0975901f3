"""What a class on the screen costs: CPU per picture in our window, beside VLC itself on the same display.

    python tests/bench/video_cpu.py [--seconds 15] [--json]

Makes a 720p30 and a 1080p30 HLS class with ffmpeg, serves them over loopback HTTP and plays each of them, one after the
other, on one virtual 1920x1080 display: in our Picture under a typical overlay, in VLC's OpenGL window (which is also
what VLC chooses here by itself) and in VLC's plain X11 window. CPU is user and system time of the playing process from
opening to the end; the display server is left out on all sides. VLC's windows need Debian's vlc-plugin-video-output.
"""

from __future__ import annotations

import argparse
import ctypes
import functools
import http.server
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

WIDTH, HEIGHT = 1920, 1080
CLIPS = {"720p30": (1280, 720, "3500k"), "1080p30": (1920, 1080, "6000k")}
PLAYERS = {"ours": "Breakaway", "gl": "VLC, OpenGL (its own choice)", "xcb_x11": "VLC, plain X11"}
OVERLAY_EVERY = 3  # pictures between two changes of the numbers: ten a second


def main() -> None:
    """Run everything, or one player (used by itself)."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=15, help="length of each class")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--play", nargs=2, metavar=("PLAYER", "URL"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.play:
        player, url = arguments.play
        result = play_ours(url) if player == "ours" else play_vlc(url, player)
        print(json.dumps(result), flush=True)
        os._exit(0)
    with tempfile.TemporaryDirectory() as folder:
        compare(Path(folder), arguments.seconds, arguments.json)


def compare(folder: Path, seconds: int, as_json: bool) -> None:
    """Make the classes, play them in every player, print the figures."""
    results: dict[str, dict[str, Any]] = {}
    display = subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert display.stdout is not None
    environment = {**os.environ, "DISPLAY": f":{display.stdout.readline().strip()}", "KIVY_HOME": str(folder)}
    environment |= {"KIVY_NO_ARGS": "1", "KIVY_NO_CONSOLELOG": "1"}
    base = serve(folder)
    try:
        for clip, (width, height, rate) in CLIPS.items():
            make_clip(folder / clip, width, height, rate, seconds)
            results[clip] = {player: run(player, f"{base}/{clip}/v.m3u8", environment) for player in players()}
            if not as_json:
                report(clip, results[clip])
    finally:
        display.terminate()
        display.wait()
    if as_json:
        print(json.dumps(results))


def players() -> list[str]:
    """Who can play here."""
    windows = list(Path("/usr/lib").glob("*/vlc/plugins/video_output/libgl_plugin.so"))
    if not windows:
        print("no reference: install it with 'apt install vlc-plugin-video-output'", file=sys.stderr)
    return list(PLAYERS) if windows else ["ours"]


def run(player: str, url: str, environment: dict[str, str]) -> dict[str, Any]:
    """One player in a process of its own."""
    command = [sys.executable, __file__, "--play", player, url]
    output = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    lines = output.stdout.strip().splitlines()
    if not lines:
        raise SystemExit(f"{player} did not play:\n{output.stderr}")
    figures: dict[str, Any] = json.loads(lines[-1])
    figures["ms_per_frame"] = round(1000 * figures["cpu_s"] / max(figures["shown"], 1), 1)
    return figures


def report(clip: str, results: dict[str, Any]) -> None:
    """A table of one class."""
    print(f"{clip}, {WIDTH}x{HEIGHT} window")
    for player, figures in results.items():
        ratio = results["ours"]["ms_per_frame"] / figures["ms_per_frame"]
        print(
            f"  {PLAYERS[player]:30} {figures['ms_per_frame']:6.1f} ms CPU per picture, {figures['shown']} shown,"
            f" {figures['dropped']} dropped" + (f", ours is {ratio:.2f} of it" if player != "ours" else "")
        )
    print(f"  opened to first picture: {results['ours']['first_frame_s']:.2f} s")


def serve(folder: Path) -> str:
    """Serve the folder on loopback; returns the base URL."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def make_clip(folder: Path, width: int, height: int, rate: str, seconds: int) -> None:
    """Moving detail with some noise and sound, as HLS in 4 s segments."""
    folder.mkdir()
    picture = f"mandelbrot=s={width}x{height}:r=30:end_scale=0.02,noise=alls=4:allf=t"
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", "sine=f=330:r=48000"]
    command += [
        "-t",
        str(seconds),
        "-c:v",
        "libx264",
        "-preset",
        "veryfast",
        "-profile:v",
        "high",
        "-pix_fmt",
        "yuv420p",
    ]
    command += ["-b:v", rate, "-maxrate", rate, "-bufsize", rate, "-g", "60", "-keyint_min", "60", "-sc_threshold", "0"]
    command += ["-c:a", "aac", "-f", "hls", "-hls_time", "4", "-hls_playlist_type", "vod", str(folder / "v.m3u8")]
    subprocess.run(command, check=True)


def cpu_s() -> float:
    """CPU time of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def play_ours(url: str) -> dict[str, Any]:
    """Our Picture under six panels with changing numbers."""
    from kivy.config import Config

    for key, value in {"width": WIDTH, "height": HEIGHT, "multisamples": 0, "maxfps": 60, "vsync": 0}.items():
        Config.set("graphics", key, str(value))
    from kivy.app import App
    from kivy.clock import Clock
    from kivy.graphics import Color, RoundedRectangle
    from kivy.uix.floatlayout import FloatLayout
    from kivy.uix.label import Label

    from console.picture import Picture
    from console.player import Player
    from console.player_events import Ended, FirstFrame

    result: dict[str, Any] = {}

    class Bench(App):
        def build(self) -> FloatLayout:
            self.player = Player(self.hear, post=lambda order: Clock.schedule_once(lambda dt: order()))
            self.picture = Picture(player=self.player)
            self.picture.bind(on_frame=self.count)
            root = FloatLayout()
            root.add_widget(self.picture)
            self.labels = [self.panel(root, number) for number in range(6)]
            Clock.schedule_once(lambda dt: self.begin(), 1)
            return root

        def panel(self, root: FloatLayout, number: int) -> Label:
            place = {"pos": (40 + 310 * number, 40), "size": (290, 200), "size_hint": (None, None)}
            label = Label(text="0", font_size=130, **place)
            with label.canvas.before:
                Color(0.04, 0.05, 0.07, 0.86)
                RoundedRectangle(pos=label.pos, size=label.size, radius=[24])
            root.add_widget(label)
            return label

        def begin(self) -> None:
            self.start_s = cpu_s()
            self.player.open(url)

        def count(self, picture: Picture) -> None:
            shown = self.player.frames_shown
            if shown % OVERLAY_EVERY == 0:
                for number, label in enumerate(self.labels):
                    label.text = str((shown * 7 + number * 13) % 1000)

        def hear(self, event: object) -> None:
            if isinstance(event, FirstFrame):
                result["first_frame_s"] = round(event.after_s, 3)
            if isinstance(event, Ended):
                result["cpu_s"] = cpu_s() - self.start_s
                result.update(shown=self.player.frames_shown, dropped=self.player.frames_dropped)
                self.stop()

    Bench().run()
    return result


def play_vlc(url: str, window: str) -> dict[str, Any]:
    """VLC's own window, made as large as the display."""
    import vlc

    from console.playback import sound_options

    start_s = cpu_s()
    options = ["--quiet", "--no-osd", "--no-spu", "--avcodec-hw=none", f"--vout={window}", *sound_options()]
    instance = vlc.Instance(options)
    player, media, stats = instance.media_player_new(), instance.media_new(url), vlc.MediaStats()
    player.set_media(media)
    player.play()
    while player.get_state() not in (vlc.State.Ended, vlc.State.Error):
        time.sleep(0.1)
        if 0 < player.get_time() < 1000:
            fill_display()
        media.get_stats(ctypes.byref(stats))
    return {"cpu_s": cpu_s() - start_s, "shown": stats.displayed_pictures, "dropped": stats.lost_pictures}


def fill_display() -> None:
    """Make every window on the display as large as it: there is no window manager to ask."""
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XDefaultRootWindow.restype = ctypes.c_ulong
    display = ctypes.c_void_p(x11.XOpenDisplay(None))
    root, parent, count = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.c_uint()
    windows = ctypes.POINTER(ctypes.c_ulong)()
    top = ctypes.c_ulong(x11.XDefaultRootWindow(display))
    x11.XQueryTree(display, top, *(ctypes.byref(out) for out in (root, parent, windows, count)))
    for window in windows[: count.value]:
        x11.XMoveResizeWindow(display, ctypes.c_ulong(window), 0, 0, WIDTH, HEIGHT)
    x11.XCloseDisplay(display)


if __name__ == "__main__":
    main()
