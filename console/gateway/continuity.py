"""Makes the pieces of a live film follow each other on one clock, whichever origin and encoder they come from. Pure.

libVLC 3 gives up at a discontinuity of fragmented MP4. So where the film's own clock jumps, as when an encoder was
started again, the times in the pieces are moved so that the film's clock goes with the wall clock.
"""

from __future__ import annotations

from console.gateway.fmp4 import begins_at_s, moved, timescales

JUMP_S = 0.25  # between pieces, from which libVLC would notice


class Continuity:
    """The film's clock up to now."""

    def __init__(self) -> None:
        self._scales: dict[int, int] | None = None
        self._next_s: float | None = None  # where the next piece begins on the film's clock
        self._end_wall_s = 0.0
        self._shift_s = 0.0

    def fit(self, init: bytes, data: bytes, wall_s: float, duration_s: float) -> bytes | None:
        """The piece, following the one before; ``None`` if that cannot be, because its tracks are others. Then the film
        begins anew with it."""
        scales = timescales(init)
        begins_s = begins_at_s(scales, data)
        if self._scales is None or self._next_s is None or begins_s is None:
            self._begin(scales, begins_s)
            begins_s = begins_s or 0.0
        elif scales != self._scales:
            self._begin(scales, begins_s)
            self._note(begins_s, wall_s, duration_s)
            return None
        else:
            expected_s = self._next_s + wall_s - self._end_wall_s
            if abs(begins_s + self._shift_s - expected_s) > JUMP_S:
                self._shift_s = expected_s - begins_s
        self._note(begins_s, wall_s, duration_s)
        return moved(scales, data, self._shift_s) if self._shift_s else data

    def _begin(self, scales: dict[int, int], begins_s: float | None) -> None:
        self._scales, self._next_s, self._shift_s = scales, begins_s, 0.0

    def _note(self, begins_s: float, wall_s: float, duration_s: float) -> None:
        self._next_s = begins_s + self._shift_s + duration_s
        self._end_wall_s = wall_s + duration_s
