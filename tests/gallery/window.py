"""A real Kivy window of a given size, driven frame by frame, on the display there is or on an Xvfb of our own."""

from __future__ import annotations

import os
import select
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from console.__main__ import hush_kivy


@contextmanager
def display(width: int = 1920, height: int = 1200) -> Iterator[str]:
    """The display in ``DISPLAY``, or a private Xvfb that ends with the context."""
    if name := os.environ.get("DISPLAY"):
        yield name
        return
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL)
    try:
        if not select.select([reader], [], [], 20)[0]:
            raise RuntimeError("Xvfb did not start. Install it: apt-get install xvfb")
        os.environ["DISPLAY"] = name = f":{os.read(reader, 16).decode().strip()}"
        yield name
    finally:
        os.environ.pop("DISPLAY", None)
        server.terminate()
        server.wait(10)
        os.close(reader)
        os.close(writer)


def open_window(width: int, height: int) -> Any:
    """Open the process's one window; call before anything else imports ``kivy.core.window``."""
    os.environ["KIVY_NO_ARGS"] = "1"
    os.environ["KIVY_NO_FILELOG"] = "1"
    os.environ.setdefault("KIVY_LOG_MODE", "PYTHON")
    os.environ.setdefault("KIVY_NO_ENV_CONFIG", "1")
    hush_kivy()
    from kivy.config import Config

    graphics = {"width": width, "height": height, "multisamples": 0, "maxfps": 0, "resizable": 0}
    for key, value in graphics.items():
        Config.set("graphics", key, str(value))
    Config.set("kivy", "exit_on_escape", "0")
    from kivy.core.window import Window

    from console.theme import BG, register_fonts, theme

    register_fonts()
    theme.fit(width, height)
    Window.clearcolor = BG
    Window.size = (width, height)
    return Window


def resize(width: int, height: int) -> None:
    """Give the window another size; screens must be made anew after it."""
    from kivy.core.window import Window

    from console.theme import theme

    if Window.size != (width, height):
        Window.size = (width, height)
        step(3)
    theme.fit(width, height)


def step(frames: int = 1) -> None:
    """Let ``frames`` turns of the loop pass. Only the last is drawn: software graphics are slow, and shared."""
    from kivy.base import EventLoop
    from kivy.clock import Clock
    from kivy.lang import Builder

    for _ in range(frames - 1):
        Clock.tick()
        EventLoop.dispatch_input()
        Builder.sync()
        Clock.tick_draw()
        Builder.sync()
    EventLoop.idle()
    EventLoop.window.mainloop()  # what the system has for the window: keys, a new size


def step_until(true: Callable[[], object], within_s: float = 10.0) -> None:
    """Let frames pass until ``true()``; fails after ``within_s`` seconds."""
    deadline = time.monotonic() + within_s
    while not true():
        if time.monotonic() > deadline:
            raise AssertionError(f"still not so after {within_s} s")
        step()


def part(stage: Any, name: str) -> Any:
    """A part of the riding screen that is shown, by the name it has in the screen's rules."""
    return stage.navigation.screen._parts[name]


def save_picture(path: Path) -> None:
    """Write what the window shows as a PNG."""
    from kivy.core.window import Window

    path.parent.mkdir(parents=True, exist_ok=True)
    saved = Path(Window.screenshot(name=str(path.with_suffix(".png"))))
    saved.replace(path)
