"""Drawing and encoding a class on all cores: the class is cut into parts, each drawn and encoded by a process of its
own. Parts begin where groups of pictures do, so that they can be joined as they are."""

from __future__ import annotations

import ctypes
import fcntl
import multiprocessing
import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

from sync.cloud.classes import ffmpeg, ladder
from sync.cloud.classes.errors import MakerError, ToolFailed
from sync.cloud.classes.picture.film import Film
from sync.cloud.classes.plan import Plan

SHORTEST_PART_S, MOST_PARTS = 20, 4
COUNT_EVERY = 15  # frames
_SET_PIPE_SIZE, _PIPE_BYTES = 1031, 1 << 20  # fcntl's F_SETPIPE_SZ
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_processes = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Part:
    """Frames ``first`` to before ``last`` of a plan, for rungs of these heights; written below ``work``."""

    plan: Plan
    heights: tuple[int, ...]
    index: int
    first: int
    last: int
    work: Path


class Rendering:
    """The drawing of a class, going on in other processes."""

    def __init__(self, plan: Plan, heights: Sequence[int], work: Path) -> None:
        parts = _parts(plan, tuple(heights), work)
        self.parts, self._frames = len(parts), parts[-1].last
        self._drawn = _processes.Value("q", 0)
        self._running: list[tuple[SpawnProcess, Connection]] = []
        for part in parts:
            hear, tell = _processes.Pipe(duplex=False)
            process = _processes.Process(target=_render, args=(part, self._drawn, tell, os.getpid()), daemon=True)
            process.start()
            tell.close()
            self._running.append((process, hear))

    def finish(self, tell: Callable[[float], None]) -> None:
        """Wait for all parts, telling how far they are (0-1). Raises what stopped one of them."""
        waiting = {process.sentinel: (process, hear) for process, hear in self._running}
        while waiting:
            for sentinel in wait(list(waiting), timeout=0.2):
                process, hear = waiting.pop(int(str(sentinel)))
                _check(process, hear)
            tell(self._drawn.value / self._frames)

    def end(self) -> None:
        """End what still runs."""
        for process, hear in self._running:
            process.kill()
            process.join()
            hear.close()


def _check(process: SpawnProcess, hear: Connection) -> None:
    process.join()
    if process.exitcode == 0:
        return
    try:
        raise hear.recv()
    except EOFError:
        raise ToolFailed(f"drawing ended early (exit {process.exitcode})", "was it out of memory? see dmesg") from None


def _parts(plan: Plan, heights: tuple[int, ...], work: Path) -> list[Part]:
    count = max(min(plan.duration_s // SHORTEST_PART_S, len(os.sched_getaffinity(0)), MOST_PARTS), 1)
    groups, frames = -(-plan.duration_s // ladder.GROUP_S), plan.duration_s * ladder.FRAMES_PER_S
    per_group = ladder.GROUP_S * ladder.FRAMES_PER_S
    cuts = [min(groups * i // count * per_group, frames) for i in range(count)] + [frames]
    return [Part(plan, heights, i, cuts[i], cuts[i + 1], work) for i in range(count)]


def _render(part: Part, drawn: Any, tell: Connection, parent: int) -> None:
    """The life of one process: draw a part and send its frames to an encoder."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, who ends this process
    try:
        _draw(part, drawn)
    except (MakerError, OSError) as error:
        tell.send(error)
        raise SystemExit(1) from None


def _draw(part: Part, drawn: Any) -> None:
    top = max(part.heights)
    film = Film(part.plan, ladder.width_of(top), top)
    raw = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{ladder.width_of(top)}x{top}"]
    arguments = [*raw, "-r", str(ladder.FRAMES_PER_S), "-i", "-"]
    arguments += ladder.encoding(part.heights, part.index, "[0:v]")
    encoder = ffmpeg.start(arguments, part.work, subprocess.PIPE)
    try:
        _send(film, part, encoder, drawn)
        ffmpeg.finish(encoder)
    finally:
        ffmpeg.end(encoder)


def _send(film: Film, part: Part, encoder: subprocess.Popen[bytes], drawn: Any) -> None:
    pipe = encoder.stdin
    assert pipe is not None
    fcntl.fcntl(pipe, _SET_PIPE_SIZE, _PIPE_BYTES)
    try:
        for number in range(part.first, part.last):
            pipe.write(film.frame(number).frame.data)
            if number % COUNT_EVERY == 0:
                with drawn.get_lock():
                    drawn.value += COUNT_EVERY
        pipe.close()
    except BrokenPipeError:
        return  # the encoder has ended; finish() tells why
