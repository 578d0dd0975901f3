"""The rung of a film's first piece. A change of rung makes libVLC hold a picture for most of a second: a class should
begin in the rung that will stay, as far as that can be known, and as soon as a rider may expect. Pure.
"""

from __future__ import annotations

from console.gateway.choice import Situation, ceiling

UNKNOWN_BPS = 1_500_000.0  # what is believed of a network nobody has used yet
FIRST_S = 2.0  # that a rider waits for the first piece, if it must be
AGAIN_S = 0.5  # that a better first piece may take at any rate
SUSTAINED = 0.75  # of the throughput, for a rung that shall stay


def first(now: Situation) -> int:
    """The rung to begin with."""
    return _highest(now, now.throughput_bps or UNKNOWN_BPS, FIRST_S)


def better(now: Situation, rung: int, waited_s: float) -> int | None:
    """The higher rung in which to fetch the first piece again, now that one of ``rung`` has told what the network
    carries; ``waited_s`` have passed since the beginning. ``None`` to go on with what is there."""
    if now.throughput_bps is None:
        return None
    wanted = _highest(now, now.throughput_bps, max(FIRST_S - waited_s, AGAIN_S))
    return wanted if wanted > rung else None


def _highest(now: Situation, throughput_bps: float, within_s: float) -> int:
    top = ceiling(now.rungs, now.panel_height, now.max_rate_bps)
    fitting = [
        index
        for index, rung in enumerate(now.rungs[: top + 1])
        if rung.bandwidth_bps <= SUSTAINED * throughput_bps
        and rung.bandwidth_bps * now.piece_s / throughput_bps + now.latency_s <= within_s
    ]
    return max(fitting, default=0)
