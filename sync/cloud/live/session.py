"""One encoder's one connection, from its first packet to its last: measured, recorded, made into ladder and feed."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable
from dataclasses import replace

from sync.cloud.live import admission, intake
from sync.cloud.live.delay import Delay
from sync.cloud.live.encoding import Recipe
from sync.cloud.live.errors import EncoderLost, LiveError, TooSlow, Unsuitable
from sync.cloud.live.feed import Feed
from sync.cloud.live.ladder_run import LadderRun, Made
from sync.cloud.live.media_time import MediaTime
from sync.cloud.live.packets import Packet, PacketList, Source
from sync.cloud.live.recording import Recording
from sync.cloud.live.supply import Supply
from sync.cloud.live.tools import CHUNK, Tool

log = logging.getLogger(__name__)

FIRST_S, SILENT_S = 10.0, 3.0  # without a packet, an encoder counts as gone: at first, later
LOOK_AT, LOOK_S = 12, 1.5  # pictures, or seconds, to judge the rate by
MOST_EARLY = 8 * 1024 * 1024  # bytes before it is known what they are
MOST_BEHIND_S = 8.0
FINISH_S = 2.0
AGAIN_S, MOST_RUNS_A_MINUTE = 0.3, 6
NOTE_EVERY_S = 2.0


class Session:
    """``recipe(source, rate, start_s)`` says what to make; ``made(piece, wall_s)`` is called with each piece."""

    def __init__(
        self,
        name: str,
        taken: Tool,
        feed: Feed,
        recording: Callable[[], Recording],
        recipe: Callable[[Source, int, int], Recipe],
        made: Callable[[Made, float, Recipe], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.name = name
        self.media_time = MediaTime()
        self.feed_delay = Delay()
        self.source: Source | None = None
        self.recording: Recording | None = None
        self.ladder: LadderRun | None = None
        self._taken, self._feed, self._new_recording = taken, feed, recording
        self._recipe, self._made, self._clock = recipe, made, clock
        self._supply = Supply()
        self._pictures: list[Packet] = []
        self._admitted = asyncio.Event()
        self._settled = asyncio.Event()
        self._key_frame = asyncio.Event()  # one has just come
        self._waiting: list[tuple[Made, Recipe]] = []  # pieces, until it is known when they were on the air
        self._heard_at = clock()
        self._pts_s = self._fed_s = 0.0

    @property
    def silent_s(self) -> float:
        """How long nothing has come."""
        return self._clock() - self._heard_at

    @property
    def behind_s(self) -> float:
        """How much media the ladder has still to make."""
        return max(self._pts_s - self._fed_s, 0.0) if self._fed_s else 0.0

    async def run(self) -> None:
        """Returns never: raises why it ended, a :class:`LiveError`."""
        work = [self._watch(), self._pass_on(), self._record(), self._make(), self._note()]
        tasks = [asyncio.create_task(one) for one in work]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if tasks[0] in done:  # the encoder is gone: what it has sent is still made
                self._supply.end()
                await asyncio.wait(tasks[3:4], timeout=FINISH_S)
            for task in tasks:  # in this order: the first knows best
                if task in done:
                    task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if self.recording:
                await self.recording.note(self.media_time.offset_s)
                await self.recording.close()
            await self._feed.close()
            await self._taken.end()

    async def _watch(self) -> None:
        """Follow the packets as they arrive."""
        lines, packets, flow = self._taken.outlets["packets"], PacketList(), admission.Flow()
        while True:
            patience_s = FIRST_S if self.source is None else SILENT_S
            try:
                line = await asyncio.wait_for(lines.readline(), patience_s)
            except TimeoutError:
                raise EncoderLost(f"nothing has come for {patience_s:g} s") from None
            if not line:
                await self._raise_its_end(packets.source)
            packet = packets.read(line.decode(errors="replace"))
            if packet is None:
                continue
            now = self._heard_at = self._clock()
            if not self._admitted.is_set():
                self._check_key()
            if self.source is None:
                admission.check(packets.source)
                self.source = packets.source
            flow.check(packet, now, self.media_time.offset_s)
            if packet.is_picture:
                self._take_picture(packet, now)

    def _take_picture(self, packet: Packet, now: float) -> None:
        self.media_time.heard(packet.pts_s, now)
        self._pts_s = max(self._pts_s, packet.pts_s)
        if self.media_time.settled:
            self._settled.set()
        if packet.key:
            self._key_frame.set()
        if self._admitted.is_set():
            return
        self._pictures.append(packet)
        if len(self._pictures) >= LOOK_AT or packet.dts_s - self._pictures[0].dts_s > LOOK_S:
            self._admitted.set()

    def _check_key(self) -> None:
        if intake.has_wrong_key(self._taken):
            raise Unsuitable("the encoder gave a wrong stream key", "copy the key of this class into the encoder")

    async def _raise_its_end(self, source: Source) -> None:
        await self._taken.ended()
        self._check_key()
        if self.source is None:
            raise Unsuitable(f"what came is no live video: {self._taken.last_words}", admission.SETTINGS)
        raise EncoderLost("the encoder has ended its connection")

    async def _pass_on(self) -> None:
        media = self._taken.outlets["media"]
        while data := await media.read(CHUNK):
            try:
                self._supply.give(data)
            except BufferError as error:
                raise Unsuitable(f"the encoder's stream cannot be used: {error}", admission.SETTINGS) from None
        await asyncio.sleep(FINISH_S + SILENT_S)  # its packets tell why

    async def _record(self) -> None:
        pieces, early = self._taken.outlets["recording"], b""
        while data := await pieces.read(CHUNK):
            if not self._admitted.is_set():
                early = (early + data)[-MOST_EARLY:]
                continue
            if self.recording is None:
                self.recording = self._new_recording()
                self.recording.write(early)
            self.recording.write(data)
        await asyncio.sleep(FINISH_S + SILENT_S)

    async def _note(self) -> None:
        await self._settled.wait()
        while True:
            if self.recording:
                await self.recording.note(self.media_time.offset_s)
            await asyncio.sleep(NOTE_EVERY_S)

    async def _make(self) -> None:
        """Run the ladder; again when it ends before the media do."""
        await self._admitted.wait()
        assert self.source is not None
        recipe = self._recipe(self.source, admission.rate_of(self._pictures), math.ceil(self._pictures[0].pts_s))
        began: list[float] = []
        while True:
            now = time.monotonic()
            began = [*(at for at in began if now - at < 60), now]
            if len(began) > MOST_RUNS_A_MINUTE:
                raise LiveError("ffmpeg does not make the ladder", f"is there memory and room on {recipe.folder}?")
            words = await self._run_ladder(recipe)
            if self._taken.process.returncode is not None:
                return
            log.warning("the ladder ended and is made anew: %s", words)
            await asyncio.sleep(AGAIN_S)  # and what the next has to know first is surely in what is kept for it
            self._key_frame.clear()
            await self._key_frame.wait()
            recipe = replace(recipe, start_s=math.ceil(self._pts_s), stem=f"{self.name}-{len(began)}")

    def _offer(self, piece: Made, recipe: Recipe) -> None:
        self._waiting.append((piece, recipe))
        if self.media_time.settled:
            waiting, self._waiting = self._waiting, []
            for one, its_recipe in waiting:
                self._made(one, self.media_time.wall_s(one.second), its_recipe)

    async def _run_ladder(self, recipe: Recipe) -> str:
        self._fed_s, self.feed_delay = 0.0, Delay()
        self.ladder = LadderRun(
            recipe,
            self._supply,
            self._feed,
            lambda piece: self._offer(piece, recipe),
            self._note_fed,
        )
        running = asyncio.create_task(self.ladder.run())
        try:
            while not (await asyncio.wait({running}, timeout=1.0))[0]:
                if self.behind_s > MOST_BEHIND_S:
                    raise TooSlow(
                        f"the ladder is {self.behind_s:.0f} s behind",
                        "this machine is too slow: make fewer rungs (--rungs 540), or give it to nothing else",
                    )
            return running.result()
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    def _note_fed(self, pts_s: float) -> None:
        self._fed_s = pts_s
        if self.media_time.known:
            self.feed_delay.heard(self._clock() - self.media_time.wall_s(pts_s), self._clock())
