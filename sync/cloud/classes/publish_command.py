"""``classes publish VIDEO PLAN``: a film becomes a class."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sync.cloud.classes import language, video
from sync.cloud.classes.caption_file import read_captions
from sync.cloud.classes.errors import BadArguments
from sync.cloud.classes.plan_file import read_plan
from sync.cloud.classes.progress import Progress
from sync.cloud.classes.shelf import Shelf, locked
from sync.cloud.classes.versions import Version

PUBLISHING = ".publishing"
WORDS = """make a class of a film: probes it, chooses the rungs that this title is worth (360p to 2160p; HEVC and HDR
are kept where the film has them), brings its sound to one loudness, adds captions, poster and pictures to find a place
by, checks all of it, and offers it. Cut off at any point, the same command goes on where it was."""


def add_arguments(command: argparse.ArgumentParser) -> None:
    """What ``publish`` takes."""
    command.add_argument("video", type=Path, metavar="VIDEO", help="the film, about as long as its plan")
    command.add_argument("plan", type=Path, metavar="PLAN", help="its plan (TOML)")
    words = "WebVTT or SubRip, perhaps with its language (those of the plan's lines, in the plan's language)"
    command.add_argument("--captions", type=captions_of, metavar="FILE[:LANGUAGE]", help=words)
    command.add_argument("--poster", type=_moment, metavar="M:SS", help="where the poster is (where it looks best)")


def run(options: argparse.Namespace, shelf: Shelf, put: Callable[[dict[str, Any]], None]) -> int:
    """Publish as ``options`` say; ``put`` prints a line of JSON. Raises :class:`MakerError`, :class:`StorageError`."""
    from sync.cloud.classes.job import Job, forget_old
    from sync.cloud.classes.publication import Film, Publication  # with numpy: not needed to refuse a plan

    began = time.monotonic()
    plan = read_plan(options.plan)
    file, spoken = options.captions or (None, None)
    told = tuple(read_captions(file, plan.duration_s)) if file else None
    if options.poster is not None and options.poster >= plan.duration_s:
        raise BadArguments(
            f"--poster lies after the class, which is {plan.duration_s} s long", "choose an earlier moment"
        )
    source = video.look_into(options.video, plan)
    shelf.check()
    progress = Progress(sys.stderr)
    progress.title = f"{plan.title}, "
    folder = shelf.workplace(PUBLISHING)
    forget_old(folder, time.time())
    with locked(folder / f"{plan.id}.lock", lambda: progress.say("It is being published already; waiting for that.")):
        film = Film(source, plan, told, options.poster, spoken)
        publication = Publication(film, shelf, Job(folder / plan.id), progress, time.time)
        version = publication.run()
    if options.json:
        put(_told(shelf.version(plan.id), publication.left, version is not None, round(time.monotonic() - began, 1)))
    elif version is None:
        print(f"{plan.title} is offered already; nothing has changed.")
    else:
        rungs = ", ".join(f"{rung.label} {rung.average / 1e6:.1f} Mbit/s" for rung in version.rungs)
        print(f"{plan.title} is ready to ride: {rungs}.")
    return 0


def _told(version: Version | None, left: list[Any], new: bool, seconds: float) -> dict[str, Any]:
    assert version is not None
    rungs = [
        {"name": one.name, "height": one.height, "codecs": one.codecs, "range": one.video_range, "bps": one.average}
        for one in version.rungs
    ]
    out = [{"name": one.rendition.name, "why": one.why} for one in left]
    told = {"published" if new else "unchanged": version.record.id, "revision": version.revision}
    return {**told, "rungs": rungs, "left_out": out, "bytes": version.record.size_bytes, "seconds": seconds}


def captions_of(text: str) -> tuple[Path, str | None]:
    """A file of captions, and their language if it is given: ``said.vtt:pt-BR``."""
    file, colon, told = text.rpartition(":")
    if not colon or Path(text).exists():
        return Path(text), None
    found = language.tag(told)
    if found is None:
        raise argparse.ArgumentTypeError(f"{language.EXPECTED} behind the file, got {told!r}")
    return Path(file), found


def _moment(text: str) -> float:
    minutes, _, seconds = text.rpartition(":")
    try:
        at = int(minutes or 0) * 60 + float(seconds)
    except ValueError:
        at = -1.0
    if not 0 <= at < 1e6:
        raise argparse.ArgumentTypeError(f"expected a moment like 12:30, or seconds, got {text!r}")
    return at
