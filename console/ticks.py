"""When a rider hears a tick: in a segment's last three seconds, and when the next one begins. No Kivy, no clock."""

from __future__ import annotations

import math

from console.cues import Moment
from console.tones import Tone

LAST_S = 3
JUMP_S = 1.5  # more of the class than this between two looks was jumped over, not ridden


class Ticks:
    """Look at every turn with :meth:`due`."""

    def __init__(self) -> None:
        self._before: Moment | None = None

    def due(self, moment: Moment, riding: bool) -> Tone | None:
        """The tone to hear at this moment of the plan; none while the ride is paused or after a jump in the class."""
        before, self._before = self._before, moment
        if before is None or not riding or before.segment is None:
            return None
        if moment.index == before.index:
            left, left_before = math.ceil(moment.left_s), math.ceil(before.left_s)
            ridden = 0 <= before.left_s - moment.left_s <= JUMP_S
            return Tone.TICK if ridden and left < left_before and 1 <= left <= LAST_S else None
        ridden = moment.index == before.index + 1 and before.left_s + moment.into_s <= JUMP_S
        return Tone.CHANGE if ridden else None
