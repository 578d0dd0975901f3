"""Which rung of a class the next piece is fetched in. Pure: no I/O and no clock; a :class:`Situation` says all.

Two rules are joined, as in dash.js (Spiteri, Sitaraman, Sparacio: "From Theory to Practice", ACM MMSys 2018). What
the network carries decides at the start, after a stall, and on every way up; how much is fetched ahead decides how
long a rung may stay that the network no longer carries (Spiteri, Urgaonkar, Sitaraman: "BOLA", IEEE INFOCOM 2016).
The cap on the way up is that paper's remedy against going to and fro (BOLA-O).

libVLC holds a picture for a fifth of a second where pictures change their size, and a picture that comes and goes
disturbs by itself. So after a fall a rung is risen to only after a while, unless it needs but little of what the
network carries; it is left before the buffer is gone, never for a passing dip that it bridges.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from console.gateway.progress import Progress

START_S = 1.5  # the first piece should arrive within this
RESERVE_S = 8.0  # of buffer below which nothing is dared
RESERVE_SHARE = 1 / 3  # of what may be fetched ahead, where that is less: a live class
RICH_SHARE = 0.6  # of what may be fetched ahead; with this much, BOLA keeps the highest rung
RISE_AFTER_S = 12.0  # since it fell;
RISE_SOON_S = 3.0  # with a rich buffer, which bridges what may come; with less than the reserve ahead twice that
EASY = 0.4  # of the throughput: a rung that needs no more is risen to at once,
EASY_FROM_S = 4.0  # with this much in hand
# The share of the throughput that a rung may use: with no buffer, with the reserve, with a rich buffer.
STAY = (0.65, 0.97, 1.0)  # to be kept
RISE = (0.5, 0.8, 1.0)  # to be risen to,
RISE_LIVE = (0.5, 0.8, 0.92)  # where no more than the reserve may be fetched ahead, and nothing bridges a mistake
RISE_FROM = 0.4  # of the reserve, where it would not be the last step
MARGIN_S = 1.3  # of buffer that is as good as none: libVLC hands pictures out 1.2 s before they are shown
LOOK_S = 0.5  # of a fetch, before it is judged
SPARE_S = 1.0  # of buffer beyond what the lowest rung needs to come in time: a silence that passes is waited out
WORTH = 0.7  # a fetch is given up for one that takes at most this share of what is left of it


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of a ladder: its rate, and the rows of its picture. ``still``: it is the poster that stands there, and
    no rows count."""

    bandwidth_bps: float
    height: int
    still: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """``rungs`` with the lowest rate first, at least one. ``buffer_s``: media fetched and not yet played;
    ``buffer_most_s``: how far ahead pieces are fetched at most. ``last`` is the rung of the piece before, ``None`` at
    the start. ``max_rate_bps``: the rider's data saver. ``since_fall_s``: seconds since the rung last fell.
    ``latency_s``: from asking for a piece to its first byte, which ``throughput_bps`` then leaves out."""

    rungs: tuple[Rung, ...]
    buffer_s: float
    throughput_bps: float | None
    last: int | None = None
    panel_height: int = 1080
    max_rate_bps: float | None = None
    since_fall_s: float = math.inf
    piece_s: float = 4.0
    latency_s: float = 0.0
    buffer_most_s: float = 30.0


def choose(now: Situation) -> int:
    """The rung, as an index of ``now.rungs``. It never falls when there is more throughput or more buffer."""
    top = ceiling(now.rungs, now.panel_height, now.max_rate_bps)
    if now.throughput_bps is None:
        return 0 if now.last is None else min(now.last, top, _kept_by_buffer(now))
    if now.last is None:
        return min(top, _highest(now, lambda rung: arrives_in_s(now, rung) <= START_S))
    last = min(now.last, top)
    kept = max(_carried(now, STAY), min(_kept_by_buffer(now), _in_time(now)))
    if kept < last:
        return kept
    return max(last, _risen(now, top))


def ceiling(rungs: Sequence[Rung], panel_height: int, max_rate_bps: float | None = None) -> int:
    """The highest rung whose picture fits the panel and whose rate the data saver lets through; 0 where none does."""
    fitting = [
        index
        for index, rung in enumerate(rungs)
        if rung.height <= panel_height and (max_rate_bps is None or rung.bandwidth_bps <= max_rate_bps)
    ]
    return max(fitting, default=0)


def arrives_in_s(now: Situation, rung: Rung) -> float:
    """How long a piece of a rung takes to come; no longer than it lasts where nothing is known."""
    if now.throughput_bps is None:
        return now.piece_s
    return now.latency_s + now.piece_s * rung.bandwidth_bps / max(now.throughput_bps, 1.0)


def abandon(now: Situation, progress: Progress, recent_bps: float | None = None) -> int | None:
    """The lower rung to fetch instead, when the piece of rung ``now.last`` that is being fetched would come too late
    and the lower one sooner; ``None`` to go on. ``now.buffer_s`` is what is left to play now, ``recent_bps`` how fast
    it came of late, where that is known."""
    have, total = progress.have, progress.total
    if not now.last or total is None or progress.coming_s < LOOK_S or have >= total:
        return None
    rate = recent_bps / 8 if recent_bps else max(have, 1) / progress.coming_s
    left_s = (total - have) / rate
    whole_s = (progress.whole or total) / rate / now.rungs[now.last].bandwidth_bps
    last_moment_s = _last_moment_s(now, recent_bps or now.throughput_bps)
    pressing = now.buffer_s <= min(_reserve_s(now), last_moment_s) or progress.seconds >= now.piece_s
    if not pressing or left_s <= max(now.buffer_s - MARGIN_S, START_S - progress.seconds):
        return None
    seconds = [now.latency_s + rung.bandwidth_bps * whole_s for rung in now.rungs[: now.last]]
    fitting = seconds[: ceiling(now.rungs, now.panel_height, now.max_rate_bps) + 1]
    in_time = [i for i, needed_s in enumerate(fitting) if needed_s <= min(now.buffer_s - MARGIN_S, left_s * WORTH)]
    instead = max(in_time, default=0)
    return instead if seconds[instead] <= left_s * WORTH else None


def _last_moment_s(now: Situation, rate_bps: float | None) -> float:
    """The buffer with which a piece of the lowest rung has to be asked for at last."""
    needed_s = now.latency_s + now.piece_s * now.rungs[0].bandwidth_bps / (rate_bps or math.inf)
    return MARGIN_S + min(needed_s, now.piece_s) + SPARE_S


def bola_steps(rates: Sequence[float], low_s: float, high_s: float) -> list[float]:
    """The buffers, in seconds, from which BOLA prefers each next rung; ascending, one fewer than ``rates``.

    BOLA takes the rung m with the greatest (V (v + gamma p) - Q) / S, where v = ln(S / S of the lowest) is its utility
    and Q the buffer. Two neighbours are equal at Q = V (gamma p + a) with a = (S' v - S v') / (S' - S); V and gamma
    follow from where the first and the last of these points shall lie, ``low_s`` and ``high_s``.
    """
    points = []
    for lower, higher in pairwise(rates):
        utility, next_utility = math.log(lower / rates[0]), math.log(higher / rates[0])
        points.append((higher * utility - lower * next_utility) / (higher - lower))
    if len(points) < 2:
        return [low_s] * len(points)
    slope = (high_s - low_s) / (points[-1] - points[0])
    return [low_s + slope * (point - points[0]) for point in points]


def _kept_by_buffer(now: Situation) -> int:
    """The rung that BOLA takes."""
    rates = sorted({rung.bandwidth_bps for rung in now.rungs})
    steps = bola_steps(rates, _reserve_s(now), _rich_s(now))
    rate = rates[sum(step <= now.buffer_s for step in steps)]
    return _highest(now, lambda rung: rung.bandwidth_bps <= rate)


def _in_time(now: Situation) -> int:
    """The highest rung whose next piece arrives before the buffer comes down to the reserve."""
    return _highest(now, lambda rung: arrives_in_s(now, rung) <= now.buffer_s - _reserve_s(now))


def _carried(now: Situation, shares: tuple[float, float, float]) -> int:
    """The highest rung that the network carries for good."""
    none, some, rich = shares
    reserve_s, rich_s = _reserve_s(now), _rich_s(now)
    if now.buffer_s < reserve_s:
        share = none + (some - none) * now.buffer_s / reserve_s
    else:
        share = some + (rich - some) * min((now.buffer_s - reserve_s) / (rich_s - reserve_s), 1.0)
    return _within(now, share)


def _within(now: Situation, share: float) -> int:
    """The highest rung whose pieces need at most this share of the time."""
    return _highest(now, lambda rung: arrives_in_s(now, rung) <= share * now.piece_s)


def _risen(now: Situation, top: int) -> int:
    """Where to rise to, if now is the time. While the buffer is small only to the very top: that is one step. What
    takes but little of the network is risen to at any time."""
    live = _rich_s(now) < RESERVE_S
    easy = min(_within(now, EASY), top) if now.buffer_s >= min(EASY_FROM_S, _reserve_s(now)) else 0
    soon_s = 2 * RISE_SOON_S if live else RISE_SOON_S
    if now.since_fall_s < (soon_s if now.buffer_s >= _rich_s(now) else RISE_AFTER_S):
        return easy
    target = min(_carried(now, RISE_LIVE if live else RISE), top)
    return target if target == top or now.buffer_s >= RISE_FROM * _reserve_s(now) else easy


def _reserve_s(now: Situation) -> float:
    return min(RESERVE_S, RESERVE_SHARE * now.buffer_most_s)


def _rich_s(now: Situation) -> float:
    return RICH_SHARE * now.buffer_most_s


def _highest(now: Situation, fits: Callable[[Rung], bool]) -> int:
    """The highest rung that fits; 0 when none does."""
    return max((index for index, rung in enumerate(now.rungs) if fits(rung)), default=0)
