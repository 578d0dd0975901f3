"""A bad cable: flips and drops bytes."""

from __future__ import annotations

import random


class Noise:
    """Damages each byte with probability ``share`` (0-1): half of them lose a bit's value, half are lost."""

    def __init__(self, share: float, *, seed: int = 1) -> None:
        self._share = share
        self._random = random.Random(f"{seed} noise")

    def pass_through(self, data: bytes) -> bytes:
        """What comes out at the other end of the cable."""
        if self._share <= 0.0:
            return data
        out = bytearray()
        for byte in data:
            if self._random.random() >= self._share:
                out.append(byte)
            elif self._random.random() < 0.5:
                out.append(byte ^ (1 << self._random.randrange(8)))
        return bytes(out)
