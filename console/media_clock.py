"""The position of a playing film, smooth and true. No clock of its own: every call says what time it is.

libVLC reports positions that are up to a second old and never ahead of the picture by more than some hundredths.
What it does exactly is to show pictures on the machine's own steady clock. So the position is counted from the
first picture after an opening or a seek, whose place in the film is known, and runs with the steady clock while
pictures come. Only after a stall, when libVLC leaves out what came too late, do the reported positions decide:
the furthest ahead of some seconds, corrected by how far they were off before the stall.
"""

from __future__ import annotations

import itertools
from collections import deque

FRAME_S = 1 / 30  # until the pictures themselves have told
EARLIEST_S = 0.015  # two pictures of one film are not closer
COUNTED = 16  # pictures that settle the pace and the start
AHEAD_S = 0.25  # how far the position runs on without a new picture
GAP_S = 0.4  # pictures further apart have stalled
WINDOW_S = 2.5  # reported positions worth comparing: they move once a second
DISAGREE_S = 0.3
SETTLED_S = 0.1
CHANGE_S = 1.5  # in which libVLC has changed to pictures of another size


class MediaClock:
    """Seconds into the film. Times ``at_s`` are of one monotonic clock."""

    def __init__(self, position_s: float = 0.0) -> None:
        self._told_s = self._frozen_s = self._stood_s = position_s
        self._offset_s: float | None = None  # film time = steady time + offset
        self._last_s = 0.0  # when the last new picture came
        self._changed_by_s = float("-inf")  # until when a gap is a change of size, in which the film goes on
        self._shown: list[float] | None = []  # when the first pictures since the anchor came
        self._reports: deque[tuple[float, float]] = deque()
        self._bias_s = 0.0  # reported minus true
        self._measured = False  # whether that is known since the last anchor
        self._true = True  # whether the offset comes from a known picture
        self._paused_at_s: float | None = None

    def anchor(self, position_s: float) -> None:
        """The next new picture is the one at ``position_s``: after opening and seeking."""
        self._told_s = self._frozen_s = position_s
        self._offset_s = None
        self._shown = []
        self._reports.clear()
        self._true = True
        self._measured = False

    def frame(self, at_s: float) -> None:
        """A new picture is shown."""
        if self._offset_s is not None and at_s - self._last_s > GAP_S and at_s > self._changed_by_s:
            self._offset_s = self.position(at_s) - at_s
            self._shown = None
            self._reports.clear()
            self._true = False
        elif self._shown is not None:
            self._count(self._shown, at_s)
        self._last_s, self._changed_by_s = at_s, float("-inf")

    def change(self, at_s: float) -> None:
        """Pictures of another size are next. libVLC throws away those it has, so none comes for a while."""
        if self._offset_s is not None and at_s - self._last_s < GAP_S:
            self._changed_by_s = at_s + CHANGE_S
            self._shown = None

    def _count(self, shown: list[float], at_s: float) -> None:
        # The first picture is shown as soon as it is there, the second when its time has come.
        if len(shown) == 1 and at_s - shown[0] < EARLIEST_S:
            shown.clear()  # libVLC flashes a last old picture after some seeks
        shown.append(at_s)
        if len(shown) == 2:
            self._offset_s = self._frozen_s + FRAME_S - at_s
        elif len(shown) == COUNTED:
            steps = sorted(later - earlier for earlier, later in itertools.pairwise(shown[1:]))
            pace_s = steps[len(steps) // 2]
            # A picture may come late, never early: the earliest one is right.
            self._offset_s = self._frozen_s + max(i * pace_s - at for i, at in enumerate(shown) if i)
            self._shown = None

    def report(self, at_s: float, position_s: float) -> bool:
        """libVLC tells a position; returns whether it is further than the ones before."""
        moved = not self._reports or position_s > max(told for _, told in self._reports)
        self._reports.append((at_s, position_s))
        while at_s - self._reports[0][0] > WINDOW_S:
            self._reports.popleft()
        if self._offset_s is not None and at_s - self._reports[0][0] > WINDOW_S - 0.5:
            self._compare(self._offset_s)
        return moved

    def _compare(self, offset_s: float) -> None:
        furthest_s = max(told - at for at, told in self._reports)
        error_s = furthest_s - self._bias_s - offset_s
        if self._true and (not self._measured or abs(error_s) < DISAGREE_S):
            self._bias_s = furthest_s - offset_s
            self._measured = True
        elif error_s > DISAGREE_S or (not self._true and abs(error_s) > SETTLED_S):
            self._offset_s = offset_s + error_s
            self._reports.clear()

    def pause(self, at_s: float) -> None:
        """The film stands still."""
        if self._paused_at_s is None:
            self._stood_s = self.position(at_s)
            self._paused_at_s = at_s

    def resume(self, at_s: float) -> None:
        """The film goes on from where it stood."""
        if self._paused_at_s is None:
            return
        passed_s = at_s - self._paused_at_s
        self._paused_at_s = None
        self._last_s += passed_s
        self._shown = self._shown and [shown + passed_s for shown in self._shown]
        self._reports.clear()
        if self._offset_s is not None:
            self._offset_s -= passed_s

    def position(self, at_s: float) -> float:
        """Seconds into the film at ``at_s``: never backwards between two anchors."""
        if self._offset_s is None:
            return self._frozen_s
        if self._paused_at_s is not None:
            return self._stood_s
        self._told_s = max(self._told_s, min(at_s, max(self._last_s + AHEAD_S, self._changed_by_s)) + self._offset_s)
        return self._told_s
