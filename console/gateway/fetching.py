"""One piece over several pathways: whole and verified, or not at all.

A pathway that is silent, cuts off or refuses is left for the next one, which goes on where the other stopped. A silent
one is not given up at once: both race, so that a piece that was only late is not lost. As soon as both bring something
the one that would be done later is ended: they share the rider's line.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from console.gateway.allowed import Allowed
from console.gateway.asking import Answer, Client, Failed, ask
from console.gateway.attempt import Attempt, Source
from console.gateway.outline import Unavailable
from console.gateway.pathways import Pathways, Trouble
from console.gateway.progress import Progress
from console.gateway.reading import Part

TICK_S = 0.1
ROUNDS = 3  # that each pathway is asked
WORTH_MEASURING = 50_000  # bytes
FASTER = 1.5  # another pathway has to be, before a slow one is raced
TOGETHER_S = 0.4  # that two requests to one pathway bring the same piece, before one is ended;
COMPARED_S = 2.0  # to two pathways: a connection begins slowly
FLOWING_S = 0.3  # since its last byte, a request brings something
LEAST_SILENCE_S = 0.5
MOST_WAITED_S = 1.0  # that a silence counts for: with much in hand we choose to wait
SILENT = 5.0  # times the usual wait for an answer
OWN_NETWORK = {Trouble.UNREACHABLE, Trouble.LATE}  # if all pathways have this, it is not their fault
SETTLED = {Trouble.MISSING, Trouble.REFUSED, Trouble.BUSY}  # asking the same pathway again at once is useless
FINAL = {Trouble.MISSING, Trouble.REFUSED, Trouble.SHORT, Trouble.WRONG}  # and soon it is, too
_DAMAGED = Unavailable("A part of the video is damaged on the server.", "Tell the studio which class it is.")


@dataclass(frozen=True, slots=True)
class Promise:
    """What is known of a piece before it comes. ``sha256`` may be its first digits; ``sound`` looks at its shape."""

    length: int | None = None
    sha256: str | None = None
    sound: Callable[[bytes], bool] = lambda data: True
    most_bytes: int = 64_000_000
    larger: Unavailable = _DAMAGED  # what more than that means
    resumable: bool = True  # files that change in place (live playlists) are not
    packed: bool = False  # may come compressed
    proves: bool = True  # having it says that the pathway is well; a playlist says little


@dataclass(frozen=True, slots=True)
class Got:
    """A piece that is what was promised, the pathway it came over in the end, how many bytes the request that brought
    it carried and how long that took, ``latency_s`` of it until its answer began (``waited_s`` from the first request
    to the first answer of all), what every server sent (by host), and whether another pathway had to step in (0 or
    1)."""

    data: bytes
    pathway: str
    url: str
    carried: int
    seconds: float
    latency_s: float
    waited_s: float
    bytes_by_host: dict[str, int]
    failovers: int


class NotGot(Exception):
    """No pathway has the piece. ``why`` is the best reason to tell; ``final`` that asking again soon is useless."""

    def __init__(self, why: Unavailable, final: bool) -> None:
        super().__init__(why.reason)
        self.why = why
        self.final = final


@dataclass(slots=True)
class Patience:
    """How long silence is borne, and when a slow piece counts as late; from the buffer, see :func:`patience`."""

    stall_s: float
    late_s: float


def patience(buffer_s: float, stall_s: float, usual_s: float) -> Patience:
    """With ``buffer_s`` of film in hand: silence up to ``stall_s`` (less with an empty buffer, as an answer usually
    takes ``usual_s`` to begin), the whole piece in half of what is in hand."""
    least_s = min(max(SILENT * usual_s, LEAST_SILENCE_S), stall_s)
    return Patience(min(stall_s, max(buffer_s / 8, least_s)), min(max(buffer_s / 2, 2.0), 10.0))


@dataclass
class Fetch:
    """One fetch of one piece."""

    client: Client
    allowed: Allowed
    pathways: Pathways
    sources: Sequence[Source]
    promise: Promise
    patience: Patience
    now: Callable[[], float] = time.monotonic
    _running: list[Attempt] = field(default_factory=list)
    _left: list[Source] = field(default_factory=list)
    _failures: list[tuple[str, Failed]] = field(default_factory=list)
    _bytes: dict[str, int] = field(default_factory=dict)
    _best: bytes = b""
    _cuts: Counter[int] = field(default_factory=Counter)  # after how many bytes answers were cut off
    _too_large: set[str] = field(default_factory=set)  # the pathways that send more than a piece may have
    _total: int | None = None
    _began_s: float = 0.0
    _spoke_s: float | None = None  # when the first answer began

    @property
    def progress(self) -> Progress:
        """How far it is: of the request that will be done first."""
        now_s = self.now()
        far = [attempt.progress(now_s, self.promise.length) for attempt in self._running]
        return min(far, key=lambda one: one.left_s, default=Progress(0, None, 0.0))

    async def run(self) -> Got:
        """The piece. Raises :class:`NotGot`."""
        self._left, self._began_s = list(self.sources) * ROUNDS, self.now()
        try:
            self._start_next()
            while self._running:
                tasks = [attempt.task for attempt in self._running if attempt.task]
                await asyncio.wait(tasks, timeout=TICK_S, return_when=asyncio.FIRST_COMPLETED)
                for attempt in [one for one in self._running if one.task and one.task.done()]:
                    got = self._settle(attempt)
                    if got is not None:
                        return got
                self._race()
                self._end_later()
            raise self._given_up()
        finally:
            for attempt in self._running:
                if attempt.task is not None:
                    attempt.task.cancel()

    def _start_next(self) -> None:
        if not self._left:
            return
        source, now_s = self._left.pop(0), self.now()
        known = bytes(max((one.data for one in self._running), key=len, default=b"")) or self._best
        prefix = bytearray(known if self.promise.resumable else b"")
        attempt = Attempt(source, prefix, now_s, now_s, len(prefix))
        attempt.task = asyncio.create_task(self._ask(attempt))
        attempt.task.add_done_callback(lambda task: task.cancelled() or task.exception())  # a loser's is seen by nobody
        self._running.append(attempt)

    async def _ask(self, attempt: Attempt) -> None:
        start, part = len(attempt.data), await _looked_up(attempt.source)
        attempt.spoke_s = self.now()
        async with ask(self.client, self.allowed, part, start, self.promise.packed) as answer:
            attempt.spoke_s, attempt.total, attempt.url = self.now(), answer.total, answer.url
            attempt.latency_s = attempt.spoke_s - attempt.began_s
            self._spoke_s = self._spoke_s or attempt.spoke_s
            self._begin(attempt, start, answer)
            async for chunk in answer.chunks:
                attempt.data += chunk
                attempt.spoke_s = self.now()
                self._check_size(attempt, len(attempt.data))

    def _begin(self, attempt: Attempt, start: int, answer: Answer) -> None:
        self._check_size(attempt, answer.total or 0)
        if start and answer.start == start and None is not self._total != answer.total:
            raise Failed(Trouble.SHORT, _DAMAGED)  # not the file that the others began with
        if answer.start != start:  # this server sends it all again
            if answer.start:
                raise Failed(Trouble.WRONG, _DAMAGED)
            del attempt.data[:]
            attempt.before = 0
        self._total = answer.total
        for one in self._running:
            one.mark = self.now(), len(one.data)

    def _check_size(self, attempt: Attempt, size: int) -> None:
        if size > self.promise.most_bytes:
            self._too_large.add(attempt.source.pathway)
            raise Failed(Trouble.WRONG, self.promise.larger)

    def _settle(self, attempt: Attempt) -> Got | None:
        """What a request that has ended brought: the piece, or a failure after which the next pathway is asked."""
        assert attempt.task is not None
        self._running.remove(attempt)
        name = attempt.source.pathway
        self._count(attempt)
        error = attempt.task.exception()
        if error is None:
            error = self._fault(attempt)
        if error is None:
            return self._success(attempt)
        if not isinstance(error, Failed):
            raise error
        self._failures.append((name, error))
        if error.trouble in SETTLED or name in self._too_large:
            self._left = [source for source in self._left if source.pathway != name]
        if error.trouble is Trouble.CUT:
            self._cuts[len(attempt.data)] += bool(attempt.url and attempt.data)
            self._best = max(self._best, bytes(attempt.data), key=len)
        elif error.trouble in (Trouble.SHORT, Trouble.WRONG):
            self._best = b""
        if not self._running:
            self._start_next()
        return None

    def _fault(self, attempt: Attempt) -> Failed | None:
        """What is wrong with a piece that came to its end."""
        data, promise = bytes(attempt.data), self.promise
        attempt.whole = data
        length = promise.length if promise.length is not None else attempt.total
        if length is not None and len(data) != length:
            return Failed(Trouble.SHORT, _DAMAGED)
        if promise.sha256 is not None and not hashlib.sha256(data).hexdigest().startswith(promise.sha256):
            return Failed(Trouble.WRONG, _DAMAGED)
        return None if promise.sound(data) else Failed(Trouble.WRONG, _DAMAGED)

    def _success(self, attempt: Attempt) -> Got:
        now_s, name = self.now(), attempt.source.pathway
        self._blame()
        for other in self._running:
            self._count(other)
            late = other.spoke_s < attempt.began_s or other.rate(now_s) * FASTER < attempt.rate(now_s)
            if late and other.source.pathway != name:
                self.pathways.failed(other.source.pathway, now_s, Trouble.LATE)
        rate = attempt.rate(now_s)
        if self.promise.proves:
            self.pathways.succeeded(name, now_s, rate if attempt.own_bytes > WORTH_MEASURING else None)
        seconds = max(now_s - attempt.began_s, 1e-6)
        switched = int(name != self.sources[0].pathway)
        carried, latency_s = attempt.own_bytes, attempt.latency_s
        waited_s = min((self._spoke_s or now_s) - self._began_s, latency_s + MOST_WAITED_S)
        return Got(attempt.whole, name, attempt.url, carried, seconds, latency_s, waited_s, self._bytes, switched)

    def _count(self, attempt: Attempt) -> None:
        if attempt.own_bytes:
            server = urlsplit(attempt.url).netloc
            self._bytes[server] = self._bytes.get(server, 0) + attempt.own_bytes

    def _race(self) -> None:
        """Ask the next pathway as well, if the last one asked is silent or far too slow."""
        if not self._running or not self._left:
            return
        last, now_s = self._running[-1], self.now()
        if not last.hedged and now_s - last.spoke_s > self.patience.stall_s:
            last.hedged = True
            self._start_next()
        elif not last.raced and self._too_slow(last, now_s):
            last.raced = True
            self._start_next()

    def _end_later(self) -> None:
        """Of two requests that both bring something, end the one that would be done later."""
        now_s = self.now()
        flowing = (one for one in self._running if one.total and now_s - one.spoke_s < FLOWING_S)
        coming = [one for one in flowing if one.rate_since_mark(now_s)]
        if len(coming) < 2:
            return
        first, *_, last = sorted(coming, key=lambda one: one.left_s(now_s))
        elsewhere = last.source.pathway != first.source.pathway
        if now_s - last.mark[0] < (COMPARED_S if elsewhere else TOGETHER_S) or last.task is None:
            return
        last.task.cancel()
        self._running.remove(last)
        self._left.append(last.source)
        self._count(last)
        first.hedged = False  # should it fall silent
        slow = last.rate_since_mark(now_s) * FASTER < first.rate_since_mark(now_s)
        if slow and elsewhere and last.began_s < first.began_s:
            self.pathways.failed(last.source.pathway, now_s, Trouble.LATE)

    def _too_slow(self, attempt: Attempt, now_s: float) -> bool:
        passed_s = now_s - attempt.began_s
        if passed_s < self.patience.late_s or self._left[0].pathway == attempt.source.pathway:
            return False
        if attempt.total is None or not attempt.own_bytes:
            return True
        rate = attempt.rate(now_s)
        other = self.pathways.rate(self._left[0].pathway)
        remaining_s = (attempt.total - len(attempt.data)) / rate
        return remaining_s > self.patience.late_s and (other is None or other > FASTER * rate)

    def _blame(self) -> None:
        for name, failure in self._failures:
            self.pathways.failed(name, self.now(), failure.trouble)

    def _given_up(self) -> NotGot:
        troubles = {failure.trouble for _, failure in self._failures}
        names = {name for name, _ in self._failures}
        if len(names) < 2 or not troubles <= OWN_NETWORK:
            self._blame()
        telling = [failure for _, failure in self._failures if failure.trouble not in OWN_NETWORK] or [
            failure for _, failure in self._failures
        ]
        ends_there = max(self._cuts.values(), default=0) >= ROUNDS  # always at one place: that is no network
        why = telling[-1].why if telling else Unavailable("There is no server to ask.")
        return NotGot(why, ends_there or bool(troubles & FINAL))


async def _looked_up(source: Source) -> Part:
    if isinstance(source.part, Part):
        return source.part
    try:
        return await source.part()
    except NotGot as error:
        raise Failed(Trouble.MISSING if error.final else Trouble.UNREACHABLE, error.why) from error
