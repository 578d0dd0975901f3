"""How far a request for a piece is. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """``have`` of the ``total`` bytes that the request is to bring are here; ``None`` where that is not known.
    ``seconds`` have passed since it was sent, ``latency_s`` of them until its answer began. ``whole``: the bytes of the
    whole piece, of which others may have brought the beginning."""

    have: int
    total: int | None
    seconds: float
    latency_s: float = 0.0
    whole: int | None = None

    @property
    def coming_s(self) -> float:
        """For how long bytes have come."""
        return self.seconds - self.latency_s

    @property
    def left_s(self) -> float:
        """How long it will take, if it goes on like this."""
        if self.total is None or not self.have:
            return math.inf
        return (self.total - self.have) * self.coming_s / self.have
