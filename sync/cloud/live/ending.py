"""What becomes of a live class when it is over: one of its origins makes an on-demand class of the recordings."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import os
import shlex
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from sync.cloud.classes.ffmpeg import die_with_parent
from sync.cloud.classes.shelf import Shelf
from sync.cloud.live import film
from sync.cloud.live.errors import LiveError
from sync.cloud.live.planning import PLAN
from sync.cloud.live.tools import Tool
from sync.cloud.schedule import Planned, Schedule, folder_of
from sync.cloud.storage.address import stores_at
from sync.cloud.storage.errors import StorageError

log = logging.getLogger(__name__)

GRACE_S = 120.0  # a class may take this much longer than its plan
GONE_S = 5.0  # after its plan it ends when the encoder has been away so long
SETTLE_S = 3.0  # until the other origin has written its last as well
NICENESS = 15
KEEP_S = 7 * 24 * 3600.0
RECORDINGS = "recordings"


def is_over(planned: Planned, now: float, silent_s: float | None, grace_s: float = GRACE_S) -> bool:
    """Whether an origin should end. ``silent_s``: for how long no encoder has been here, ``None`` while one is."""
    if planned.cancelled or planned.ended_at is not None:
        return True
    gone = silent_s is not None and silent_s >= GONE_S
    return now >= planned.ends_at + (0.0 if gone else grace_s)


async def make_class(data: Path, planned: Planned, store: str = "") -> bool:
    """Make the class, unless it is there, another origin makes it, or there is nothing to make it of; whether it was
    made here. Raises :class:`LiveError`."""
    folder = folder_of(data, planned.id)
    with _turn(folder) as mine:
        if not mine:
            log.info("another origin makes the class of the recordings")
            return False
        await asyncio.sleep(SETTLE_S)
        try:
            shelf = Shelf(data, stores_at(store, data))
            made = await asyncio.to_thread(shelf.find, planned.id) is not None
        except StorageError as error:
            raise LiveError(f"the recording was not published: {error}", error.remedy) from error
        if made:
            return False
        whole = folder / "film.mp4"
        if not await _cut(folder / RECORDINGS, planned, whole):
            log.warning("nothing of %s was recorded: there is no class to make", planned.id)
            return False
        await _publish(data, whole, folder / PLAN, store)
        whole.unlink()
        try:
            await asyncio.to_thread(forget_recordings, data, time.time(), shelf)
        except StorageError as error:  # the class is made: the old ones' turn comes again
            log.warning("old recordings stay for now: %s", error)
        return True


def forget_recordings(data: Path, now: float, shelf: Shelf) -> list[str]:
    """Let go of what was recorded of classes that have been on demand for a week on ``shelf``; returns their ids."""
    old = [one for one in Schedule(data, time.monotonic).all() if one.ends_at < now - KEEP_S]
    made = [one.id for one in old if (folder_of(data, one.id) / RECORDINGS).is_dir() and shelf.find(one.id)]
    for class_id in made:
        shutil.rmtree(folder_of(data, class_id) / RECORDINGS, ignore_errors=True)
    return made


async def _cut(recordings: Path, planned: Planned, whole: Path) -> bool:
    length_s = planned.fitness_class.duration_s
    arguments = await asyncio.to_thread(film.cutting, recordings, planned.starts_at, length_s, whole)
    if arguments is None:
        return False
    general = ["-hide_banner", "-nostdin", "-nostats", "-loglevel", "error", "-y"]
    cutter = await Tool.start("ffmpeg", lambda _: [*general, *arguments])
    try:
        os.setpriority(os.PRIO_PROCESS, cutter.process.pid, NICENESS)
        if await cutter.ended() != 0:
            raise LiveError(f"the recordings were not cut: {cutter.last_words}", f"they are in {recordings}")
    finally:
        await cutter.end()
    return True


async def _publish(data: Path, video: Path, plan: Path, store: str) -> None:
    command = ["-m", "sync.cloud", "classes", "publish", str(video), str(plan), "--data", str(data)]
    command += ["--store", store] if store else []
    publishing = await asyncio.create_subprocess_exec(
        sys.executable, *command, stdout=asyncio.subprocess.DEVNULL, preexec_fn=die_with_parent
    )
    try:
        os.setpriority(os.PRIO_PROCESS, publishing.pid, NICENESS)
        if await publishing.wait() != 0:
            again = f"python {shlex.join(command)}"
            raise LiveError(
                f"the recording was not published; it is in {video}", f"mend what is said above, then: {again}"
            )
    finally:
        if publishing.returncode is None:
            publishing.terminate()
            await publishing.wait()


@contextlib.contextmanager
def _turn(folder: Path) -> Iterator[bool]:
    """Whether it is this process's turn; others are told no until the block ends."""
    with (folder / "publish.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
