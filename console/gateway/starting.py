"""The rung of a film's first piece. A change of rung is seen: a class should begin in the rung that will
stay, as far as that can be known, and as soon as a rider may expect. Pure.
"""

from __future__ import annotations

from console.gateway.choice import Situation, ceiling

USUAL_PIECE_S = 4.0  # before the first playlist of pieces has come
UNKNOWN_BPS = 1_500_000.0  # what is believed of a network nobody has used yet
FIRST_S = 2.0  # that a rider waits for the first piece, where the network is known
BETTER_S = 0.8  # that the rider waits in all for a better first piece, where it was not
CAUTION = 0.8  # of what a single piece has told
SUSTAINED = 0.75  # of the throughput, for a rung that shall stay


def first(now: Situation) -> int:
    """The rung to begin with."""
    return _highest(now, now.throughput_bps or UNKNOWN_BPS, FIRST_S)


def better(now: Situation, rung: int, waited_s: float) -> int | None:
    """The higher rung in which to fetch the first piece again, now that one of ``rung`` has told what the network
    carries; ``waited_s`` have passed since the beginning. ``None`` to go on with what is there."""
    if now.throughput_bps is None:
        return None
    wanted = _highest(now, now.throughput_bps * CAUTION, BETTER_S - waited_s)
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
