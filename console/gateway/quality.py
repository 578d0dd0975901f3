"""How well the picture of a class comes: what its rider sees, joined with what came over the network. Pure."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

from console.gateway.tally import Tally
from sync.records import Quality


class Picture(Enum):
    """What the rider sees."""

    WAITED_FOR = "waited for"  # none yet, or the last one stands and more is on its way
    MOVING = "moving"
    STANDING = "standing"  # as it should: paused, or over


class Watch:
    """Looks at the picture of one view from ``opened_at_s`` on; ``step`` is called many times a second."""

    def __init__(self, opened_at_s: float) -> None:
        self._opened_at_s = self._at_s = opened_at_s
        self._before = Picture.WAITED_FOR
        self.startup_s: float | None = None
        self.played_s = 0.0
        self.stalled_s = 0.0
        self.stalls = 0

    def step(self, now_s: float, picture: Picture) -> None:
        """Time has passed; this is what the rider sees now."""
        passed_s, self._at_s = max(now_s - self._at_s, 0.0), now_s
        if self._before is Picture.MOVING:
            self.played_s += passed_s
        elif self._before is Picture.WAITED_FOR and self.startup_s is not None:
            self.stalled_s += passed_s
        if picture is Picture.WAITED_FOR and self._before is Picture.MOVING:
            self.stalls += 1
        if picture is not Picture.WAITED_FOR and self.startup_s is None:
            self.startup_s = now_s - self._opened_at_s
        self._before = picture

    def joined(self, came: Quality, shown: int, dropped: int) -> Quality:
        """What was seen, with how it ``came`` and the pictures ``shown`` and ``dropped``."""
        return replace(
            came,
            startup_s=None if self.startup_s is None else round(self.startup_s, 3),
            played_s=round(self.played_s, 1),
            stalled_s=round(self.stalled_s, 1),
            stalls=self.stalls,
            shown=shown,
            dropped=dropped,
        )


def came(tally: Tally) -> Quality:
    """How a view's film came."""
    fetched = sum(tally.bytes_by_pathway.values())
    return Quality(
        switches=tally.switches,
        rungs={str(height): round(seconds, 1) for height, seconds in tally.rung_s.items()},
        bytes_by_pathway=dict(tally.bytes_by_pathway),
        failovers=tally.failovers,
        path="tablet" if tally.from_disk and not fetched else "hls",
    )


def together(first: Quality | None, then: Quality) -> Quality:
    """The figures of two views of one ride, as after a restart; the start-up is that of the first."""
    if first is None:
        return then
    paths = dict.fromkeys(path for path in (first.path, then.path) if path)
    return Quality(
        first.startup_s if first.startup_s is not None else then.startup_s,
        round(first.played_s + then.played_s, 1),
        round(first.stalled_s + then.stalled_s, 1),
        first.stalls + then.stalls,
        first.switches + then.switches,
        first.shown + then.shown,
        first.dropped + then.dropped,
        {key: first.rungs.get(key, 0.0) + then.rungs.get(key, 0.0) for key in first.rungs | then.rungs},
        {
            key: first.bytes_by_pathway.get(key, 0) + then.bytes_by_pathway.get(key, 0)
            for key in first.bytes_by_pathway | then.bytes_by_pathway
        },
        first.failovers + then.failovers,
        ", ".join(paths),
    )
