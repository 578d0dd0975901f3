"""A class played over a network, as arithmetic: what the rider would see of the choices. No sockets and no waiting."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from console.gateway.choice import Rung, Situation
from console.gateway.progress import Progress
from console.gateway.stills import Pace, abandon, choose
from console.gateway.throughput import Throughput

STEP_S = 0.05
LADDER = (Rung(500e3, 360), Rung(1.2e6, 540), Rung(2.5e6, 720), Rung(4.8e6, 1080))
Network = Callable[[float], float]  # the time in seconds: bits a second


@dataclass
class Seen:
    """What the rider saw."""

    startup_s: float = 0.0
    stalled_s: float = 0.0
    stalls: int = 0
    rungs: list[int] = field(default_factory=list)

    @property
    def switches(self) -> int:
        return sum(a != b for a, b in zip(self.rungs, self.rungs[1:], strict=False))

    @property
    def mean_rung(self) -> float:
        return sum(self.rungs) / len(self.rungs)

    def ratio(self, piece_s: float = 4.0) -> float:
        """The share of the time that the picture stood."""
        return self.stalled_s / (self.stalled_s + len(self.rungs) * piece_s)


def play(
    network: Network,
    length_s: float = 300.0,
    *,
    latency_s: float = 0.05,
    lost: float = 0.0,
    remembered_bps: float | None = None,
    ladder: tuple[Rung, ...] = LADDER,
    give_up: bool = True,
    seed: int = 1,
) -> Seen:
    """Play ``length_s`` of a class. ``lost`` is the share of requests that fail; they are asked again after 0.5 s."""
    chance, throughput, seen = random.Random(seed), Throughput(remembered_bps), Seen()
    now = Situation(ladder, 0.0, throughput.estimate_bps)
    clock, fell = 0.0, float("-inf")

    def passes(spent_s: float) -> None:
        nonlocal now, clock
        clock += spent_s
        if not seen.rungs:
            return
        short_s = max(spent_s - now.buffer_s, 0.0)
        seen.stalls += short_s > 0 and now.buffer_s > 0
        seen.stalled_s += short_s
        now = replace(now, buffer_s=max(now.buffer_s - spent_s, 0.0))

    for piece in range(round(length_s / now.piece_s)):
        passes(max(now.buffer_s + now.piece_s - now.buffer_most_s, 0.0))
        known = {"throughput_bps": throughput.estimate_bps, "latency_s": throughput.latency_s}
        rung = choose(replace(now, since_fall_s=clock - fell, **known))
        vary = chance.uniform(0.8, 1.2)
        while chance.random() < lost:
            passes(0.5)
        pace = Pace()
        while True:
            size = ladder[rung].bandwidth_bps * now.piece_s / 8 * 0.8 * vary
            passes(latency_s)
            fetched, elapsed_s, instead = 0.0, latency_s, None
            while fetched < size and instead is None:
                fetched += network(clock) * STEP_S / 8
                elapsed_s += STEP_S
                passes(STEP_S)
                if give_up:
                    tried = replace(now, last=rung, throughput_bps=throughput.estimate_bps)
                    recent_bps, trying = pace.see(elapsed_s, int(fetched)), now.last == 0 and ladder[0].still
                    instead = abandon(tried, Progress(int(fetched), int(size), elapsed_s), recent_bps, trying)
            throughput.add(int(min(fetched, size)), elapsed_s, latency_s)
            if instead is None:
                break
            rung = instead
            pace.go_on()
            if rung == now.last and ladder[rung].still:
                fell = clock
        if piece == 0:
            seen.startup_s = clock
        if now.last is not None and rung < now.last:
            fell = clock
        seen.rungs.append(rung)
        now = replace(now, last=rung, buffer_s=now.buffer_s + now.piece_s)
    return seen


def steady(mbit: float) -> Network:
    return lambda _at: mbit * 1e6


def steps(*parts: tuple[float, float]) -> Network:
    """(seconds, Mbit/s) one after the other, over and over."""
    whole = sum(seconds for seconds, _ in parts)

    def rate(at: float) -> float:
        at %= whole
        for seconds, mbit in parts:
            if at < seconds:
                return mbit * 1e6
            at -= seconds
        return parts[-1][1] * 1e6

    return rate


def saw_tooth(low: float, high: float, period_s: float) -> Network:
    return lambda at: (low + (high - low) * abs(2 * (at / period_s % 1) - 1)) * 1e6


def noisy(low: float, high: float, seed: int = 7) -> Network:
    """Another rate every second."""
    chance = random.Random(seed)
    rates = [chance.uniform(low, high) * 1e6 for _ in range(600)]
    return lambda at: rates[int(at) % len(rates)]
