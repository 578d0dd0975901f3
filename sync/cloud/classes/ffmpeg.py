"""Running ffmpeg and ffprobe, and putting their failures into words. They never outlive this process."""

from __future__ import annotations

import ctypes
import errno
import json
import re
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from sync.cloud.classes.errors import MakerError, NoSpace, ToolFailed, ToolMissing

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_FULL = "No space left on device"


def program(name: str) -> str:
    """The path of ffmpeg or ffprobe. Raises :class:`ToolMissing`."""
    found = shutil.which(name)
    if found is None:
        raise ToolMissing(f"{name} is not installed; it makes the video of a class", "apt install ffmpeg")
    return found


def start(
    arguments: Sequence[str], cwd: Path, stdin: int | None = subprocess.DEVNULL, stdout: int | IO[bytes] | None = None
) -> subprocess.Popen[bytes]:
    """Start ffmpeg in ``cwd``; what it has to say about errors goes to its ``stderr`` pipe."""
    command = [program("ffmpeg"), "-hide_banner", "-nostats", "-loglevel", "error", "-y", *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=cwd, stdin=stdin, stdout=stdout, stderr=pipe, preexec_fn=die_with_parent)


def finish(process: subprocess.Popen[bytes]) -> None:
    """Wait for ffmpeg to end well. Raises :class:`ToolFailed` or :class:`NoSpace`."""
    assert process.stderr is not None
    with process.stderr:
        words = process.stderr.read().decode(errors="replace").strip()
    if process.wait() != 0:
        raise failure(words)


def run(arguments: Sequence[str], cwd: Path) -> None:
    """Run ffmpeg to its end."""
    process = start(arguments, cwd)
    try:
        finish(process)
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """End it if it still runs, and close what is open."""
    if process.poll() is None:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None and not pipe.closed:
            try:
                pipe.close()
            except OSError:
                continue  # what was not yet written to it is of no use


def report(arguments: Sequence[str], cwd: Path) -> str:
    """What ffmpeg reports on stderr at its normal level of detail: measurements."""
    command = [program("ffmpeg"), "-hide_banner", "-nostats", *arguments]
    done = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, preexec_fn=die_with_parent)
    words = done.stderr.decode(errors="replace")
    if done.returncode != 0:
        raise failure(words)
    return words


def probe(path: Path) -> dict[str, Any] | None:
    """ffprobe's description of a media file, ``None`` if it is none."""
    command = [program("ffprobe"), "-v", "error", "-of", "json", "-show_format", "-show_streams", f"file:{path}"]
    done = subprocess.run(command, capture_output=True)
    return json.loads(done.stdout) if done.returncode == 0 else None


def failure(words: str) -> MakerError:
    """ffmpeg's last words as an error of ours."""
    if _FULL in words:
        return NoSpace("the disk is full", "free some space and build again; what was ready before is still there")
    lines = [line for line in words.splitlines() if re.search("error|invalid|failed|not |no ", line, re.IGNORECASE)]
    cause = (lines or words.splitlines() or ["it said nothing"])[0]
    return ToolFailed(f"ffmpeg failed: {cause}", "check that ffmpeg has libx264 and aac: ffmpeg -encoders")


def from_os(error: OSError) -> MakerError | None:
    """An operating system's error as one of ours, ``None`` if it is not about room on the disk."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return failure(_FULL)
    return None


def die_with_parent() -> None:
    """For ``preexec_fn``: the new process ends when this one does, however that happens."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
