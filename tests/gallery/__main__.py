"""Pictures of every screen: ``python -m tests.gallery --out build/screens [--only home] [--size 1280x800]``."""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.gallery.scene import Scene
from tests.gallery.window import display, open_window, save_picture, step

SIZES = ("1920x1080", "1280x800")
ROOMS = ("pieces", "browsing", "riding", "braking", "sensing", "keeping", "live")
SETTLING_FRAMES = 30
LONGEST_MOTION_S = 2.0


def all_scenes() -> list[Scene]:
    """The scenes of every room; a room's module has a list ``SCENES``."""
    scenes: list[Scene] = []
    for room in ROOMS:
        if (Path(__file__).parent / f"{room}.py").exists():
            scenes += importlib.import_module(f"tests.gallery.{room}").SCENES
    return scenes


def settle() -> None:
    """Let frames pass until all is laid out and painted, and nothing fades or slides any more."""
    from kivy.animation import Animation

    step(SETTLING_FRAMES)
    deadline = time.monotonic() + LONGEST_MOTION_S
    while Animation._instances and time.monotonic() < deadline:
        step()
    step(2)


def take_pictures(out: Path, size: str, only: str) -> None:
    """All pictures of one size, in this process."""
    width, height = map(int, size.split("x"))
    open_window(width, height)
    from tests.gallery.stage import open_stage

    with tempfile.TemporaryDirectory() as data:
        stage = open_stage(Path(data))
        for scene in all_scenes():
            if not scene.name.startswith(only):
                continue
            stage.reset()
            scene.arrange(stage)
            settle()
            path = out / f"{scene.name}-{size}.png"
            save_picture(path)
            print(path, flush=True)
        stage.leave()


def main() -> int:
    """Take the pictures, one process a size: Kivy has one window in its life."""
    parser = argparse.ArgumentParser(prog="python -m tests.gallery", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/screens"))
    parser.add_argument("--only", default="", help="the beginning of the names of the scenes to take")
    parser.add_argument("--size", choices=SIZES, help="one size only")
    args = parser.parse_args()
    if args.size:
        with display():
            take_pictures(args.out, args.size, args.only)
        return 0
    command = [sys.executable, "-m", "tests.gallery", "--out", str(args.out), "--only", args.only, "--size"]
    return max(subprocess.run([*command, size]).returncode for size in SIZES)


if __name__ == "__main__":
    sys.exit(main())
