"""Counts of one view: what came over which pathway, and in which rungs it was shown."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from console.gateway.fetching import Got


@dataclass
class Tally:
    """Filled by the loader, read by the quality figures. ``rung_s``: seconds given to libVLC by height;
    ``bytes_by_pathway`` is by host."""

    bytes_by_pathway: Counter[str] = field(default_factory=Counter)
    rung_s: dict[int, float] = field(default_factory=dict)
    switches: int = 0
    failovers: int = 0
    abandoned: int = 0
    from_disk: int = 0
    _last_height: int | None = None

    def fetched(self, got: Got) -> None:
        """A piece came over the network."""
        self.bytes_by_pathway.update(got.bytes_by_host)
        self.failovers += got.failovers

    def served(self, height: int, seconds: float) -> None:
        """A piece was given to libVLC."""
        self.rung_s[height] = self.rung_s.get(height, 0.0) + seconds
        if self._last_height not in (None, height):
            self.switches += 1
        self._last_height = height
