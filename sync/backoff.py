"""How long to wait before the next try: exponential with full jitter, so that a thousand tablets do not return at once.

The form is that of Marc Brooker, "Exponential Backoff and Jitter" (2015).
"""

from __future__ import annotations

import random
from collections.abc import Callable


class Backoff:
    """Waits between ``least_s`` and a ceiling that doubles from ``first_s`` up to ``most_s``."""

    def __init__(
        self,
        first_s: float = 1.0,
        most_s: float = 30.0,
        least_s: float = 0.2,
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._first_s, self._most_s, self._least_s = first_s, most_s, least_s
        self._uniform = uniform
        self._tries = 0

    def next_s(self) -> float:
        """How long to wait now."""
        ceiling = min(self._first_s * 2**self._tries, self._most_s)
        self._tries = min(self._tries + 1, 30)
        return self._uniform(self._least_s, ceiling)

    def reset(self) -> None:
        """A try succeeded."""
        self._tries = 0
