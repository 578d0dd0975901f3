"""Whole classes on the tablet: fetched one after the other in the background, to be ridden with no network at all.

A download has no state but its files and one small record: whatever ends the program, the next start goes on there.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum

from console.gateway import class_files
from console.gateway.class_files import Ask, Folder
from console.gateway.download_list import DownloadList, Wanted
from console.gateway.downloading import Downloading, Offer, Stopped, Told
from console.gateway.fetching import NotGot
from console.gateway.kept import Kept
from console.gateway.loading import Screen
from console.gateway.outline import Unavailable

log = logging.getLogger(__name__)

CHECK_EVERY_S = 900.0
AGAIN_S = (5.0, 10.0, 20.0, 40.0, 60.0)
TURN_S = 0.5  # between two looks whether a class that plays leaves room on the network

GONE = Unavailable("The cloud no longer offers this class.", "Remove it.")


class State(Enum):
    """How a download stands."""

    WAITING = "waiting"
    DOWNLOADING = "downloading"
    PAUSED = "paused"
    READY = "on tablet"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Download:
    """``share`` is 0-1. ``trouble`` says why nothing happens just now, and what to do."""

    class_id: str
    state: State
    share: float = 0.0
    size_bytes: int | None = None
    trouble: Unavailable | None = None


class Downloads:
    """``offer`` finds a class by id; ``opened`` gives what fetches its files, from its URLs; ``screen`` is what limits
    the rung; ``spare`` says whether a class that plays leaves room on the network; ``changed`` is called with a class
    id, from any thread. :meth:`run` belongs on the gateway's loop; all else may be called from any thread."""

    def __init__(
        self,
        wanted: DownloadList,
        kept: Kept,
        offer: Callable[[str], Offer | None],
        opened: Callable[[Sequence[str]], Ask],
        screen: Callable[[], Screen],
        *,
        spare: Callable[[], bool] = lambda: True,
        changed: Callable[[str], None] = lambda class_id: None,
        wall: Callable[[], float] = time.time,
        again_s: Sequence[float] = AGAIN_S,
    ) -> None:
        self._wanted, self._kept, self._offer, self._opened = wanted, kept, offer, opened
        self._screen, self._spare, self._on_change, self._wall = screen, spare, changed, wall
        self._again_s = again_s
        self._lock = threading.Lock()
        self._now: str | None = None  # what is being downloaded
        self._troubles: dict[str, tuple[Unavailable, bool]] = {}  # and whether it is final
        self._leaving: list[tuple[str, str]] = []  # pieces to remove: class id and revision
        self._sizes: dict[tuple[str, str], int] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken = asyncio.Event()
        self._failures = 0
        for one in wanted.all():
            kept.pin(one.class_id, one.revision)

    def all(self) -> list[Download]:
        """All of them, wanted the longest first."""
        return [self._described(one) for one in self._wanted.all()]

    def get(self, class_id: str) -> Download | None:
        """One of them; ``None`` when it is not wanted here."""
        one = self._wanted.get(class_id)
        return self._described(one) if one else None

    def size_bytes(self, class_id: str) -> int | None:
        """What downloading it would take, about; ``None`` before :meth:`look` has found out."""
        offer = self._offer(class_id)
        return self._sizes.get((class_id, offer.revision)) if offer else None

    def look(self, class_id: str) -> None:
        """Find out what downloading a class would take, and tell by ``changed``."""
        if self._loop is not None and self.size_bytes(class_id) is None and self._wanted.get(class_id) is None:
            with suppress(RuntimeError):  # the loop has ended
                asyncio.run_coroutine_threadsafe(self._look(class_id), self._loop)

    def want(self, class_id: str) -> None:
        """Download a class, or go on with it, or try again."""
        offer = self._offer(class_id)
        with self._lock:
            self._troubles.pop(class_id, None)
            if self._wanted.get(class_id) is not None:
                self._wanted.change(class_id, paused=False)
            elif offer is not None:
                size = self._sizes.get((class_id, offer.revision))
                self._wanted.put(Wanted(class_id, offer.revision, self._wall(), size_bytes=size))
        self._tell(class_id)

    def pause(self, class_id: str) -> None:
        """Stop downloading a class; what is there stays."""
        with self._lock:
            self._wanted.change(class_id, paused=True)
        self._tell(class_id)

    def remove(self, class_id: str) -> None:
        """Take a class off the tablet, or stop wanting it."""
        with self._lock:
            known = self._wanted.get(class_id)
            self._wanted.remove(class_id)
            self._troubles.pop(class_id, None)
            if known is not None:
                self._leaving += [(class_id, one) for one in (known.revision, known.old_revision) if one is not None]
        self._tell(class_id)

    def _described(self, one: Wanted) -> Download:
        trouble, final = self._troubles.get(one.class_id, (None, False))
        if one.done:
            state = State.READY
        elif final:
            state = State.FAILED
        elif one.paused:
            state = State.PAUSED
        else:
            state = State.DOWNLOADING if self._now == one.class_id else State.WAITING
        return Download(one.class_id, state, 1.0 if one.done else one.share, one.size_bytes, trouble)

    def _tell(self, class_id: str) -> None:
        if self._loop is not None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._woken.set)
        self._on_change(class_id)

    # On the gateway's loop.

    async def run(self) -> None:
        """Download what is wanted, until cancelled."""
        self._loop = asyncio.get_running_loop()
        await self._clear()
        revisions = [(one.class_id, of) for one in self._wanted.all() for of in (one.revision, one.old_revision) if of]
        await asyncio.to_thread(self._kept.pin_only, revisions)
        await self._check()
        while True:
            self._woken.clear()
            await self._clear()
            one = self._next()
            if one is not None:
                await self._attempt(one)
            elif not await self._rest():
                await self._check()
                self._forget_passing_troubles()

    def _next(self) -> Wanted | None:
        waiting = [one for one in self._wanted.all() if not one.done and not one.paused]
        return next((one for one in waiting if one.class_id not in self._troubles), None)

    async def _rest(self) -> bool:
        """Whether something happened before it is time to try again, or to check what is there."""
        passing = any(not final for _, final in self._troubles.values())
        pause_s = self._again_s[min(self._failures, len(self._again_s)) - 1] if passing else CHECK_EVERY_S
        with suppress(TimeoutError):
            async with asyncio.timeout(pause_s):
                return await self._woken.wait()
        return False

    async def _attempt(self, one: Wanted) -> None:
        self._now = one.class_id
        self._on_change(one.class_id)
        try:
            await self._download(one)
            self._failures = 0
        except Stopped:
            pass
        except NotGot as error:
            self._fail(one.class_id, error.why, error.final)
        except Unavailable as error:
            self._fail(one.class_id, error, True)
        except Exception as error:  # whatever it is, the others go on
            log.exception("the download of %s stumbled", one.class_id)
            self._fail(one.class_id, Unavailable(f"It stumbled ({error or type(error).__name__}).", "Try again."), True)
        finally:
            self._now = None
            self._on_change(one.class_id)

    async def _download(self, one: Wanted) -> None:
        offer = self._offer(one.class_id)
        if offer is None:
            raise GONE
        if offer.revision != one.revision:
            self._leave(one.class_id, one.old_revision)
            one = self._change(one.class_id, revision=offer.revision, old_revision=one.revision, share=0.0)

        async def turn() -> None:
            await self._turn(one.class_id)

        def tell(told: Told) -> None:
            known = self._change(one.class_id, share=told.share)
            if known.size_bytes != told.size_bytes or known.height != told.height:
                self._change(one.class_id, size_bytes=told.size_bytes, height=told.height)

        work = Downloading(one.class_id, offer, self._kept, self._screen(), turn, tell, one.old_revision)
        await work.run(self._opened(offer.urls))
        self._change(one.class_id, done=True, share=1.0, old_revision=None)
        self._leave(one.class_id, one.old_revision)

    async def _turn(self, class_id: str) -> None:
        """Wait until the network is free for the next file; raises :class:`Stopped` when none is wanted."""
        while True:
            one = self._wanted.get(class_id)
            if one is None or one.paused:
                raise Stopped
            if self._spare():
                return
            await asyncio.sleep(TURN_S)

    def _change(self, class_id: str, **fields: object) -> Wanted:
        with self._lock:
            known = self._wanted.change(class_id, **fields)
        if known is None:
            raise Stopped
        self._on_change(class_id)
        return known

    def _fail(self, class_id: str, why: Unavailable, final: bool) -> None:
        self._failures += not final
        if self._wanted.get(class_id) is not None:
            self._troubles[class_id] = (why, final)

    def _forget_passing_troubles(self) -> None:
        for class_id in [class_id for class_id, (_, final) in self._troubles.items() if not final]:
            del self._troubles[class_id]

    def _leave(self, class_id: str, revision: str | None) -> None:
        if revision is not None:
            self._leaving.append((class_id, revision))

    async def _clear(self) -> None:
        """Remove the pieces of what is not wanted any more."""
        while self._leaving:
            class_id, revision = self._leaving.pop()
            await asyncio.to_thread(self._kept.remove, class_id, revision)
            self._on_change(class_id)

    async def _check(self) -> None:
        """Of what is on the tablet: is it still the class that the cloud offers, and is all of it still there?"""
        for one in self._wanted.all():
            offer = self._offer(one.class_id)
            if not one.done or offer is None:
                continue
            if offer.revision == one.revision:
                work = Downloading(one.class_id, offer, self._kept, self._screen(), _at_once, lambda told: None)
                if await work.complete():
                    continue
            with suppress(Stopped):
                self._change(one.class_id, done=False, share=0.0)

    async def _look(self, class_id: str) -> None:
        offer = self._offer(class_id)
        if offer is not None:
            with suppress(NotGot, Unavailable):
                found = await class_files.look(Folder(offer.urls), self._screen(), self._opened(offer.urls))
                self._sizes[class_id, offer.revision] = found[1]
                self._on_change(class_id)


async def _at_once() -> None:
    return
