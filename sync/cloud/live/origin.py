"""One live origin: doors, the session that is on, and what it offers. The whole flow can be read here."""

from __future__ import annotations

import asyncio
import logging
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sync.cloud.live import boxes
from sync.cloud.live.encoding import Recipe, Rung
from sync.cloud.live.errors import EncoderLost, LiveError
from sync.cloud.live.feed import Feed
from sync.cloud.live.ladder_run import Made
from sync.cloud.live.packets import Source
from sync.cloud.live.recording import Recording
from sync.cloud.live.session import Session
from sync.cloud.live.tools import Tool
from sync.cloud.live.window import Piece, Window

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Origin:
    """``hls`` is the folder of the segments, emptied at first; ``recordings`` that of the recordings."""

    heights: Sequence[int]
    hls: Path
    recordings: Path
    feed: Feed
    clock: Callable[[], float] = time.time
    window: Window = field(init=False)
    session: Session | None = field(init=False, default=None)
    encoder: str | None = field(init=False, default=None)
    trouble: str | None = field(init=False, default=None)  # why the last encoder was sent away, or went
    ended: bool = field(init=False, default=False)
    gone_at: float = field(init=False)  # since when no encoder has been here
    _serving: asyncio.Task[None] | None = field(init=False, default=None)
    _closing: bool = field(init=False, default=False)
    _rungs: tuple[Rung, ...] = field(init=False, default=())
    _init: str = field(init=False, default="")
    _stem: str = field(init=False, default="")

    def __post_init__(self) -> None:
        self.window, self.gone_at = Window(self.clock()), self.clock()
        shutil.rmtree(self.hls, ignore_errors=True)
        self.hls.mkdir(parents=True)

    def is_free(self) -> bool:
        """Whether an encoder may come in."""
        return self.session is None and not self._closing

    async def take(self, taken: Tool, who: str) -> None:
        """Serve an encoder until it is gone."""
        name = f"{round(self.clock() * 1000):x}"
        new_recording = lambda: Recording(self.recordings, name)  # noqa: E731
        session = Session(name, taken, self.feed, new_recording, self._recipe, self._offer, self.clock)
        self.session, self.encoder, self.trouble = session, who, None
        self._serving = asyncio.current_task()
        log.info("an encoder has come: %s", who)
        try:
            await session.run()
        except EncoderLost as error:
            self.trouble = str(error)
            log.info("%s: %s", who, error)
        except LiveError as error:
            self.trouble = f"{error}: {error.remedy}" if error.remedy else str(error)
            log.warning("%s is sent away: %s", who, self.trouble)
        finally:
            self.session = self.encoder = self._serving = None
            self.gone_at = self.clock()

    @property
    def silent_s(self) -> float | None:
        """For how long no encoder has been here; ``None`` while one is."""
        return None if self.session else self.clock() - self.gone_at

    async def end(self) -> None:
        """Nothing more will be shown: the encoder is sent away, and what was recorded is on the disk."""
        self._closing = True
        if serving := self._serving:
            serving.cancel()
            await asyncio.wait({serving})
        self.window.end()
        self.ended = True

    def close(self) -> None:
        """Take away the segments."""
        shutil.rmtree(self.hls, ignore_errors=True)

    def _recipe(self, source: Source, rate: int, start_s: int) -> Recipe:
        assert self.session is not None
        # nothing is blown up; a smaller picture that comes later is, so that players keep their rungs
        heights = {min(height, max(source.height // 2 * 2, 64)) for height in self.heights}
        if heights and (not self._rungs or max(heights) > self._rungs[0].height):
            self._rungs = tuple(Rung(height) for height in sorted(heights, reverse=True))
        return Recipe(self._rungs, rate, start_s, source.sound is not None, self.hls, self.session.name)

    def _offer(self, made: Made, wall_s: float, recipe: Recipe) -> None:
        """Put a piece into the playlists."""
        breaks = recipe.stem != self._stem and self._stem != ""
        if recipe.stem != self._stem:
            self._begin(made, recipe)
        for gone in self.window.add(Piece(made.name, self._init, made.seconds, wall_s, breaks)):
            for rung in self._rungs:
                (self.hls / rung.name / gone.name).unlink(missing_ok=True)

    def _begin(self, made: Made, recipe: Recipe) -> None:
        """The first piece of a run. What a decoder needs first keeps its name while it stays the same."""
        self._stem = recipe.stem
        fresh = [(self.hls / rung.name / made.init).read_bytes() for rung in recipe.rungs]
        if self._init and fresh == [(self.hls / rung.name / self._init).read_bytes() for rung in recipe.rungs]:
            return
        self._init = made.init
        codecs = {
            rung: boxes.picture_codec(init) or "avc1.4d401f" for rung, init in zip(recipe.rungs, fresh, strict=True)
        }
        self.window.describe(recipe.rungs, codecs, recipe.rate, recipe.has_sound)
