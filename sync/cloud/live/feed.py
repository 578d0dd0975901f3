"""The feed for consoles: MPEG-TS over SRT to any number of them at once, by GStreamer's ``srtsink``.

It listens while there is a picture. When the stream breaks, the feed is closed and opened anew, so that everybody on
one connection sees one unbroken run of timestamps.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping

from sync.cloud.live.tools import Tool

log = logging.getLogger(__name__)

PACKET = 188
PACKETS = 7  # MPEG-TS packets in one of SRT
MOST_WAITING = 2 * 1024 * 1024
CLOSING_S = 1.0


class Feed:
    """On ``host``:``port``; ``latency_ms`` is how long SRT may take to mend losses."""

    def __init__(self, host: str, port: int, latency_ms: int) -> None:
        self.port, self.latency_ms = port, latency_ms
        self._host = host
        self._tool: Tool | None = None
        self._rest = b""

    async def open(self) -> None:
        """Listen. Raises :class:`ToolMissing`."""
        await self.close()
        host = f"[{self._host}]" if ":" in self._host else self._host
        sink = [f"uri=srt://{host}:{self.port}?mode=listener", f"latency={self.latency_ms}"]
        sink += ["wait-for-connection=false", "sync=false", "async=false"]

        def arguments(_: Mapping[str, int]) -> list[str]:
            return ["-q", "fdsrc", "fd=0", f"blocksize={PACKET * PACKETS}", "!", "srtsink", *sink]

        self._rest = b""
        self._tool = await Tool.start("gst-launch-1.0", arguments, stdin=asyncio.subprocess.PIPE)

    @property
    def is_open(self) -> bool:
        """Whether it listens."""
        return self._tool is not None and self._tool.process.returncode is None

    def write(self, data: bytes) -> bool:
        """The next bytes of the stream, passed on in whole packets; false when nobody takes them any more."""
        data = self._rest + data
        whole = len(data) // PACKET * PACKET
        self._rest = data[whole:]
        if self._tool is None or self._tool.process.returncode is not None:
            return False
        stdin = self._tool.process.stdin
        assert stdin is not None
        if stdin.transport.get_write_buffer_size() > MOST_WAITING:
            return False
        stdin.write(data[:whole])
        return True

    async def close(self) -> None:
        """Tell everybody that the stream has ended, and stop listening."""
        tool, self._tool = self._tool, None
        if tool is None:
            return
        assert tool.process.stdin is not None
        tool.process.stdin.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(tool.process.wait(), CLOSING_S)
        if tool.words:
            log.debug("the feed: %s", tool.last_words)
        await tool.end()
