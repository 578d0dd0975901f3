"""High fives on their way from one ride to another. No I/O and no clock: times are passed in.

They are kept in memory and told once, with the receiver's next Answer: a high five that comes late is none. One that
is given again within some seconds is the same one, however often a finger taps.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sync.records import RideHeader

AGAIN_S = 10.0
STALE_S = 60.0  # a ride that asks for nothing for this long has gone
MOST = 20  # told at once


@dataclass(slots=True)
class _Waiting:
    """What waits for one ride: when it was last given something, and by whom what was given when."""

    at: float = 0.0
    names: list[str] = field(default_factory=list)
    given_at: dict[str, float] = field(default_factory=dict)


class Fives:
    """Use from one thread at a time."""

    def __init__(self) -> None:
        self._for: dict[str, _Waiting] = {}

    def give(self, giver: RideHeader, receiver: RideHeader, now: float) -> None:
        """Keep a high five for ``receiver``."""
        self._forget(now)
        waiting = self._for.setdefault(receiver.id, _Waiting())
        if now - waiting.given_at.get(giver.id, float("-inf")) < AGAIN_S:
            return
        waiting.at = waiting.given_at[giver.id] = now
        if len(waiting.names) < MOST:
            waiting.names.append(giver.rider_name)

    def take(self, ride_id: str) -> tuple[str, ...]:
        """The names of those who gave this ride a high five since it was last asked."""
        waiting = self._for.get(ride_id)
        if waiting is None:
            return ()
        names, waiting.names = tuple(waiting.names), []
        return names

    def _forget(self, now: float) -> None:
        for ride_id in [ride_id for ride_id, waiting in self._for.items() if now - waiting.at > STALE_S]:
            del self._for[ride_id]
