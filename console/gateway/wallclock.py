"""When what the player shows was on the air: position in the film to media wall time. Pure."""

from __future__ import annotations


class WallClock:
    """Positions count from the first picture after each opening. Where the film's own clock breaks, positions go on
    while the wall time jumps."""

    def __init__(self) -> None:
        self._opening = True
        self._anchors: list[tuple[float, float]] = []  # position, wall time; ascending
        self._last_place = -1
        self._end_s = 0.0  # the position at the end of what was taken

    def opened(self) -> None:
        """The player opens the film, again: the next piece it takes is at position 0."""
        self._opening = True

    def took(self, place: int, wall_s: float, duration_s: float, breaks: bool) -> None:
        """The player took a piece."""
        if self._opening:
            self._anchors, self._opening = [(0.0, wall_s)], False
            self._end_s = duration_s
        elif place > self._last_place:
            if breaks:
                self._anchors.append((self._end_s, wall_s))
                self._end_s += duration_s
            else:
                position_s, at_s = self._anchors[-1]
                self._end_s = position_s + wall_s + duration_s - at_s
        self._last_place = max(place, self._last_place)

    def wall_s(self, position_s: float) -> float | None:
        """Unix time of a position; ``None`` before anything was taken."""
        before = [anchor for anchor in self._anchors if anchor[0] <= position_s] or self._anchors[:1]
        return before[-1][1] + position_s - before[-1][0] if before else None

    def ahead_s(self, position_s: float, end_wall_s: float | None) -> float:
        """How much film there is from a position to ``end_wall_s``."""
        wall_s = self.wall_s(position_s)
        return max(end_wall_s - wall_s, 0.0) if wall_s is not None and end_wall_s is not None else 0.0
