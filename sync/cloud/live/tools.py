"""Other people's programs, run with as many pipes as they need. They never outlive this process."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from sync.cloud.classes.ffmpeg import die_with_parent
from sync.cloud.live.errors import ToolMissing

PACKAGES = {
    "ffmpeg": "ffmpeg",
    "ffprobe": "ffmpeg",
    "gst-launch-1.0": "gstreamer1.0-tools gstreamer1.0-plugins-bad",
}
CHUNK = 64 * 1024
_LINES = 12  # of its last words


def program(name: str) -> str:
    """The path of a program. Raises :class:`ToolMissing`."""
    found = shutil.which(name)
    if found is None:
        raise ToolMissing(f"{name} is not installed; a live class needs it", f"apt install {PACKAGES[name]}")
    return found


class Tool:
    """A running program. ``outlets`` are its extra outputs by name; ``words`` the last lines of its stderr."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.outlets: dict[str, asyncio.StreamReader] = {}
        self.words: deque[str] = deque(maxlen=_LINES)
        self._transports: list[asyncio.BaseTransport] = []
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def start(
        cls,
        name: str,
        arguments: Callable[[Mapping[str, int]], Sequence[str]],
        outlets: Sequence[str] = (),
        stdin: int = asyncio.subprocess.DEVNULL,
    ) -> Tool:
        """``arguments`` is given the file descriptor of each outlet. Raises :class:`ToolMissing`."""
        path = program(name)
        pipes = {outlet: os.pipe() for outlet in outlets}
        theirs = {outlet: write for outlet, (_, write) in pipes.items()}
        try:
            process = await asyncio.create_subprocess_exec(
                path,
                *arguments(theirs),
                stdin=stdin,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                pass_fds=tuple(theirs.values()),
                preexec_fn=die_with_parent,
            )
        finally:
            for write in theirs.values():
                os.close(write)
        tool = cls(process)
        for outlet, (read, _) in pipes.items():
            await tool._connect(outlet, read)
        return tool

    async def _connect(self, outlet: str, fd: int) -> None:
        reader = self.outlets[outlet] = asyncio.StreamReader(limit=4 * CHUNK)
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, os.fdopen(fd, "rb"))
        self._transports.append(transport)

    async def _listen(self) -> None:
        assert self.process.stderr is not None
        with contextlib.suppress(ValueError):  # a line without an end
            while line := await self.process.stderr.readline():
                self.words.append(line.decode(errors="replace").strip())

    async def ended(self) -> int:
        """Wait for its end and its last words; returns the exit code."""
        code = await self.process.wait()
        await asyncio.wait({self._listening}, timeout=1.0)
        return code

    @property
    def last_words(self) -> str:
        """What it said last, one line."""
        return self.words[-1] if self.words else "it said nothing"

    async def end(self) -> None:
        """End it if it still runs, and close what is open."""
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
        await self.ended()
        self._listening.cancel()
        for transport in self._transports:
            transport.close()
        if self.process.stdin is not None:
            self.process.stdin.close()
