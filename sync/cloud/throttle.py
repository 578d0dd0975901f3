"""Slows down guessing: so many failures an address and minute."""

from __future__ import annotations

from collections import defaultdict, deque


class Throttle:
    """Counts failures by address in the last ``window_s``; all times on one clock given by the caller."""

    def __init__(self, most: int = 10, window_s: float = 60.0) -> None:
        self._most = most
        self._window_s = window_s
        self._failures: dict[str, deque[float]] = defaultdict(deque)

    def wait_s(self, address: str, now: float) -> float:
        """How long this address must wait before it may try; 0 when it may."""
        failures = self._failures.get(address)
        while failures and failures[0] <= now - self._window_s:
            failures.popleft()
        if not failures:
            self._failures.pop(address, None)
            return 0.0
        return failures[0] + self._window_s - now if len(failures) >= self._most else 0.0

    def failed(self, address: str, now: float) -> None:
        """Note one failure."""
        for other in [other for other, times in self._failures.items() if times[-1] <= now - self._window_s]:
            del self._failures[other]
        self._failures[address].append(now)
