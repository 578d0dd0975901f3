"""Networks as riders have them: what a line carries, second by second, and what goes wrong with the servers behind it.

Times count from the first request. The rungs of the clip that is played over them need 0.35, 0.9 and 2.5 Mbit/s
(:mod:`tests.networks.clip`).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Literal

MBIT = 1_000_000

Kind = Literal["refuse", "silent", "error", "cut", "late"]


@dataclass(frozen=True, slots=True)
class Step:
    """The line for some seconds: bits a second over all connections together, the round trip, and the share of requests
    that come to nothing."""

    seconds: float
    bits_per_s: float
    round_trip_s: float = 0.04
    loss: float = 0.0


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with one server from one second to another: connections are refused, it says nothing any more, it
    answers with 503, its segments end in the middle, or its answers begin ``wait_s`` late. ``share`` of the requests
    meet it (always the same share, not always the same requests); ``only`` those whose path contains this."""

    kind: Kind
    from_s: float = 0.0
    to_s: float = inf
    share: float = 1.0
    wait_s: float = 0.0
    only: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """A named network. ``steps`` begin again after the last. ``pathways``: the troubles of each server that has the
    class; the rider's line is shared by all of them."""

    name: str
    says: str
    steps: tuple[Step, ...]
    pathways: tuple[tuple[Trouble, ...], ...] = ((),)


def _steady(megabits: float, **line: float) -> tuple[Step, ...]:
    return (Step(inf, megabits * MBIT, **line),)


_SAW = tuple(Step(2, megabits * MBIT) for megabits in (5, 4, 3, 2, 1, 0.6))
_LTE = (
    Step(6, 8 * MBIT, 0.06),
    Step(1, 0),
    Step(3, 3 * MBIT, 0.12),
    Step(2, 0.15 * MBIT, 0.3),
    Step(4, 2 * MBIT, 0.09),
    Step(1.5, 0),
)
_WAKING = (Step(5, 0.45 * MBIT), Step(3, 1 * MBIT), Step(4, 3 * MBIT), Step(inf, 6 * MBIT))

_TRICKLE = 0.15 * MBIT

PROFILES = (
    Profile("steady-6", "a good line", _steady(6)),
    Profile("steady-2", "a fair line", _steady(2)),
    Profile("steady-0.7", "a poor line", _steady(0.7, round_trip_s=0.06)),
    Profile("saw-tooth", "5 Mbit/s falling to 0.6, again and again", _SAW),
    Profile("collapse", "6 Mbit/s, after 7 s only 0.6", (Step(7, 6 * MBIT), Step(inf, 0.6 * MBIT))),
    Profile("slow-start", "a line that begins at 0.45 Mbit/s and wakes up", _WAKING),
    Profile("trickle", "sound alone for 3 s, then 4 Mbit/s", (Step(3, _TRICKLE), Step(inf, 4 * MBIT))),
    Profile("steady-0.15", "a line that carries sound alone", _steady(0.15)),
    Profile("drought", "4 Mbit/s, after 5 s only enough for sound", (Step(5, 4 * MBIT), Step(inf, _TRICKLE))),
    Profile("lte", "a mobile line with drop-outs", _LTE),
    Profile("gaps", "4 Mbit/s, nothing at all for 2 s of every 8", (Step(6, 4 * MBIT), Step(2, 0))),
    Profile("far", "6 Mbit/s, 0.4 s there and back", _steady(6, round_trip_s=0.4)),
    Profile("lossy", "every 20th request is reset or times out", _steady(4, loss=0.05)),
    Profile("cut", "every 3rd segment ends in the middle", _steady(4), ((Trouble("cut", share=0.34, only=".m4s"),),)),
    Profile("late", "every 3rd answer begins 2 s late", _steady(4), ((Trouble("late", share=0.34, wait_s=2),),)),
    Profile("errors", "the server answers 503 for 4 s", _steady(3), ((Trouble("error", 5, 9),),)),
    Profile("dying", "the first of two servers dies after 5 s", _steady(4), ((Trouble("refuse", 5),), ())),
    Profile("falling-silent", "the first of two says nothing after 5 s", _steady(4), ((Trouble("silent", 5),), ())),
    Profile("hole", "the first of two lacks a segment", _steady(4), ((Trouble("error", only="/0002-"),), ())),
)
BY_NAME = {profile.name: profile for profile in PROFILES}
