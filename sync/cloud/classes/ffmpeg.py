"""Running ffmpeg and ffprobe, and putting their failures into words. They never outlive this process."""

from __future__ import annotations

import ctypes
import errno
import io
import json
import re
import resource
import shutil
import signal
import subprocess
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any

from sync.cloud.classes.errors import MakerError, NoSpace, ToolFailed, ToolMissing

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
LOOK_S, LOOK_BYTES = 60, 4 << 30
CONTAINERS = "mov,mp4,matroska,webm,mpegts,mpeg,mxf,avi,flv"
MOST_PIXELS = 8192 * 4352
# before the input, for files of which nothing is known: no other protocol, no container that leads to other files
FROM_OUTSIDE = ("-protocol_whitelist", "file,pipe", "-format_whitelist", CONTAINERS, "-max_pixels", str(MOST_PIXELS))
_AT = re.compile(r"time=(\d+):(\d\d):([\d.]+)")
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
        _judge(process, process.stderr.read())


def _judge(process: subprocess.Popen[bytes], words: bytes) -> str:
    """What ffmpeg complained of, if it ended well all the same."""
    told = words.decode(errors="replace").strip()
    if process.wait() != 0:
        raise failure(told)
    return told


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


def report(arguments: Sequence[str], cwd: Path, tell: Callable[[float], None] | None = None) -> str:
    """What ffmpeg reports on stderr at its normal level of detail: measurements. ``tell`` hears the second it is at."""
    command = [program("ffmpeg"), "-hide_banner", *(["-nostats"] if tell is None else ["-stats"]), *arguments]
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, preexec_fn=die_with_parent
    )
    assert process.stderr is not None
    words = []
    try:
        with io.TextIOWrapper(process.stderr, errors="replace") as lines:
            for line in lines:  # those of its counter end with \r
                words.append(line)
                if tell and (at := _AT.search(line)):
                    tell(int(at[1]) * 3600 + int(at[2]) * 60 + float(at[3]))
        status = process.wait()
    finally:
        end(process)
    if status != 0:
        raise failure("".join(words))
    return "".join(words)


def run_telling(arguments: Sequence[str], cwd: Path, tell: Callable[[float], None]) -> str:
    """Run ffmpeg to its end; ``tell`` hears the second of its output that it has come to. Returns what it complained
    of all the same."""
    process = start(["-progress", "pipe:1", *arguments], cwd, stdout=subprocess.PIPE)
    assert process.stdout is not None and process.stderr is not None
    with ThreadPoolExecutor(1) as reader:  # a damaged film fills the pipe, and ffmpeg would wait for ever
        words = reader.submit(process.stderr.read)
        try:
            for line in process.stdout:
                if line.startswith(b"out_time_us=") and line[12:].strip().isdigit():
                    tell(int(line[12:]) / 1e6)
            return _judge(process, words.result())
        finally:
            if process.poll() is None:
                process.kill()
            words.result()
            end(process)


def probe(path: Path) -> dict[str, Any] | None:
    """ffprobe's description of a media file, ``None`` if it is none."""
    return described(path)[0]


def described(path: Path) -> tuple[dict[str, Any] | None, str]:
    """ffprobe's description of a media file (``None`` if it is none), and what it complained of."""
    done = _look(path, "-show_format", "-show_streams")
    return (json.loads(done.stdout) if done.returncode == 0 else None), done.stderr.decode(errors="replace")


def packets(path: Path, from_s: float) -> list[tuple[float, int]]:
    """Time and size of the packets of a file's video from about a time on, as far as they are there."""
    wanted = ["-select_streams", "v:0", "-read_intervals", f"{from_s:.3f}%", "-show_entries", "packet=pts_time,size"]
    done = _look(path, *wanted)
    told = json.loads(done.stdout or b"{}").get("packets", [])
    return [(float(one.get("pts_time", 0)), int(one.get("size", 0))) for one in told]


def first_side_data(path: Path) -> list[dict[str, Any]]:
    """What stands with the first picture of a file's video."""
    done = _look(path, "-select_streams", "v:0", "-read_intervals", "%+#1", "-show_frames")
    frames = json.loads(done.stdout or b"{}").get("frames", [])
    return list(frames[0].get("side_data_list", [])) if frames else []


def _look(path: Path, *wanted: str) -> subprocess.CompletedProcess[bytes]:
    """Run ffprobe on a file that may be anything: in bounded time and memory, and on nothing but that file."""
    command = [program("ffprobe"), "-v", "error", "-of", "json", *FROM_OUTSIDE, *wanted, "-i", f"file:{path}"]
    try:
        return subprocess.run(command, capture_output=True, timeout=LOOK_S, preexec_fn=_bounded)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 1, b"", f"it takes longer than {LOOK_S} s to look into".encode())


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


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (LOOK_BYTES, LOOK_BYTES))
    die_with_parent()


def die_with_parent() -> None:
    """For ``preexec_fn``: the new process ends when this one does, however that happens."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
