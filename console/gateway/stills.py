"""Whether the next piece comes with moving pictures at all. Pure: goes around :mod:`~console.gateway.choice`.

The lowest rung of a class may be its sound with the poster in the picture's place. It is no step of the ladder: a
picture that is small is better than none. It is taken where the network does not carry the lowest moving picture and
what is in hand does not last until the next piece of that comes.

Its pieces are so small that they tell little of the network. So now and then, with enough in hand, a piece of the
lowest moving picture is tried; it is given up at once if it comes too slowly.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from console.gateway import choice, starting
from console.gateway.choice import MARGIN_S, RISE, RISE_AFTER_S, WORTH, Situation
from console.gateway.progress import Progress
from console.gateway.reading import Rung

LOOK_S = 0.8  # of bytes coming slowly, before they tell that the network carries no moving picture
TRY_FROM_S = 6.0  # of buffer
TRY_AFTER_S = 6.0  # since the picture went, or since the last try


class Pace:
    """How fast bytes have come of late. Silence is not slowness: it ends, or another pathway is asked."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()
        self._before = (0.0, 0)  # seconds and bytes of the fetches before

    def go_on(self) -> None:
        """The next fetch follows at once, over the same line."""
        self._before = self._seen[-1] if self._seen else (0.0, 0)

    def see(self, elapsed_s: float, fetched_bytes: int) -> float | None:
        """The fetch is so far; bits a second in the faster half of the last ``LOOK_S``, ``None`` where it is not known
        or nothing came in one of them."""
        elapsed_s, fetched_bytes = self._before[0] + elapsed_s, self._before[1] + fetched_bytes
        if self._seen and (elapsed_s < self._seen[-1][0] or fetched_bytes < self._seen[-1][1]):
            self._seen.clear()  # it comes from elsewhere
        self._seen.append((elapsed_s, fetched_bytes))
        while len(self._seen) > 1 and elapsed_s - self._seen[1][0] >= LOOK_S:
            self._seen.popleft()
        (began_s, before), middle_s = self._seen[0], elapsed_s - LOOK_S / 2
        if elapsed_s - began_s < LOOK_S or not before:
            return None
        middle_s, half = next(one for one in self._seen if one[0] >= middle_s)
        if half in (before, fetched_bytes):
            return None
        return 8 * max((half - before) / (middle_s - began_s), (fetched_bytes - half) / (elapsed_s - middle_s))


def choices(rungs: Sequence[Rung]) -> tuple[choice.Rung, ...]:
    """The rungs of a playlist as a choice takes them."""
    return tuple(choice.Rung(one.average or one.bandwidth, 0 if one.still else one.height, one.still) for one in rungs)


def choose(now: Situation) -> int:
    """The rung of the next piece."""
    if not _has_still(now):
        return choice.choose(now)
    moving = _moving(now)
    if now.last == 0:
        return choice.choose(replace(moving, last=0)) + 1 if _may_come_back(moving) else 0
    rung = choice.choose(moving)
    return 0 if rung == 0 and _starves(moving) else rung + 1


def first(now: Situation) -> int:
    """The rung to begin with."""
    if not _has_still(now):
        return starting.first(now)
    moving = _moving(now)
    return 0 if _starves(moving) else starting.first(moving) + 1


def abandon(now: Situation, progress: Progress, recent_bps: float | None, trying: bool) -> int | None:
    """The lower rung to fetch instead of the piece of rung ``now.last`` that is being fetched. ``recent_bps`` is its
    :class:`Pace`; ``trying`` that it is one after a still."""
    if not _has_still(now) or not now.last:
        return choice.abandon(now, progress, recent_bps)
    own, lowest, still = (now.rungs[index].bandwidth_bps for index in (now.last, 1, 0))
    have, total = progress.have, progress.total
    if recent_bps is not None and recent_bps < lowest and total is not None and have < total:
        left_s, whole_s = (total - have) * 8 / recent_bps, (progress.whole or total) * 8 / recent_bps / own
        too_late = min(left_s, whole_s * lowest) > now.buffer_s - MARGIN_S
        if (trying or too_late) and whole_s * still <= left_s * WORTH:
            return 0
    lower = choice.abandon(_moving(now), progress, recent_bps)
    return None if lower is None else lower + 1


def _has_still(now: Situation) -> bool:
    return len(now.rungs) > 1 and now.rungs[0].still


def _moving(now: Situation) -> Situation:
    """The same without the still: rungs count from the lowest moving picture."""
    return replace(now, rungs=now.rungs[1:], last=now.last - 1 if now.last else None)


def _starves(moving: Situation) -> bool:
    """Whether the lowest moving picture cannot be kept up, and would stop before its next piece is there."""
    return _arrives_s(moving) > max(moving.piece_s, moving.buffer_s - MARGIN_S)


def _may_come_back(moving: Situation) -> bool:
    """Whether the network carries the lowest moving picture again, with some to spare, or may be tried."""
    if moving.since_fall_s >= TRY_AFTER_S and moving.buffer_s >= TRY_FROM_S:
        return True
    carried = moving.throughput_bps is not None and _arrives_s(moving) <= RISE[1] * moving.piece_s
    return carried and moving.since_fall_s >= RISE_AFTER_S


def _arrives_s(moving: Situation) -> float:
    """How long a piece of the lowest moving picture takes; no time at all where nothing is known."""
    if moving.throughput_bps is None:
        return 0.0
    return moving.latency_s + moving.piece_s * moving.rungs[0].bandwidth_bps / max(moving.throughput_bps, 1.0)
