"""One run of the ladder's ffmpeg: media in, pieces and feed out, until either end breaks."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from sync.cloud.live import boxes, encoding
from sync.cloud.live.encoding import Recipe, Rung
from sync.cloud.live.feed import Feed
from sync.cloud.live.packets import PacketList
from sync.cloud.live.supply import Supply
from sync.cloud.live.tools import CHUNK, Tool

log = logging.getLogger(__name__)

WHOLE_TRIES, WHOLE_WAIT_S = 200, 0.01


@dataclass(frozen=True, slots=True)
class Made:
    """One second of the class, made in all rungs: the files ``<rung>/<name>``, behind ``<rung>/<init>``."""

    name: str
    init: str
    second: int
    seconds: float


class LadderRun:
    """``made(piece)`` is called for each piece, ``fed(pts_s)`` whenever a picture goes out on the feed."""

    def __init__(
        self, recipe: Recipe, supply: Supply, feed: Feed, made: Callable[[Made], None], fed: Callable[[float], None]
    ) -> None:
        self._recipe, self._supply, self._feed, self._made, self._fed = recipe, supply, feed, made, fed
        self._ready: dict[int, set[Rung]] = {}
        self.pid: int | None = None

    async def run(self) -> str:
        """Returns ffmpeg's last words when it has ended; the media's end ends it. Raises :class:`ToolMissing`."""
        for rung in self._recipe.rungs:
            (self._recipe.folder / rung.name).mkdir(parents=True, exist_ok=True)
        await self._feed.open()
        tool = await Tool.start(
            "ffmpeg",
            lambda outlet: encoding.arguments(self._recipe, outlet),
            encoding.outlets(self._recipe.rungs),
            asyncio.subprocess.PIPE,
        )
        self.pid = tool.process.pid
        reading = [asyncio.create_task(work) for work in self._readers(tool)]
        try:
            assert tool.process.stdin is not None
            self._supply.attach(tool.process.stdin)
            await asyncio.gather(*reading)
            await tool.ended()
            return tool.last_words
        finally:
            self._supply.detach()
            for task in reading:
                task.cancel()
            await asyncio.gather(*reading, return_exceptions=True)
            await tool.end()

    def _readers(self, tool: Tool) -> list[Coroutine[Any, Any, None]]:
        rungs = [self._read_list(tool.outlets[rung.name], rung) for rung in self._recipe.rungs]
        feed, packets = tool.outlets[encoding.FEED], tool.outlets[encoding.FEED_PACKETS]
        return [self._read_feed(feed), self._read_packets(packets), *rungs]

    async def _read_feed(self, feed: asyncio.StreamReader) -> None:
        reopened_at = 0.0
        while data := await feed.read(CHUNK):
            if not self._feed.write(data) and time.monotonic() - reopened_at > 1.0:
                log.warning("the feed broke; it is opened again")
                reopened_at = time.monotonic()
                await self._feed.open()

    async def _read_packets(self, lines: asyncio.StreamReader) -> None:
        packets = PacketList()
        async for line in lines:
            if packet := packets.read(line.decode()):
                self._fed(packet.pts_s)

    async def _read_list(self, lines: asyncio.StreamReader, rung: Rung) -> None:
        async for line in lines:
            name, _, end = line.decode().strip().split(",")
            second = int(name.rpartition("-")[2].removesuffix(".m4s"))
            ready = self._ready.setdefault(second, set())
            ready.add(rung)
            if len(ready) == len(self._recipe.rungs):
                del self._ready[second]
                await self._publish(name, second, float(end) - second)

    async def _publish(self, name: str, second: int, seconds: float) -> None:
        """ffmpeg tells of a segment just before its last bytes are written."""
        paths = [self._recipe.folder / rung.name / name for rung in self._recipe.rungs]
        for _ in range(WHOLE_TRIES):
            if all(boxes.is_whole(path.read_bytes()) for path in paths):
                break
            await asyncio.sleep(WHOLE_WAIT_S)
        self._made(Made(name, f"{self._recipe.stem}-init.mp4", second, seconds))
