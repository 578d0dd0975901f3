"""Where the rider is in the film: told by the player, else guessed from what libVLC has asked for. Pure."""

from __future__ import annotations

TOLD_S = 3.0  # for which a told position is believed
JUMP_S = 1.0
TAKEN_AHEAD_S = 6.0  # that libVLC takes; what lies further ahead can still be fetched in a better rung,
LATEST_S = 3.0  # and waited for until it is as near as this
FAR_S = 60.0  # libVLC never reads so far ahead


class Playhead:
    """Seconds into the film."""

    def __init__(self, position_s: float = 0.0) -> None:
        self._position_s = position_s
        self._told_at_s: float | None = None
        self._served_at_s: float | None = None
        self._ceiling_s = position_s

    def tell(self, position_s: float, now_s: float) -> bool:
        """The player says where it is; whether that is somewhere else than was thought."""
        jumped = abs(position_s - self.position_s(now_s)) > JUMP_S
        self._position_s, self._told_at_s = position_s, now_s
        return jumped

    def asked(self, start_s: float, now_s: float) -> None:
        """libVLC asks for the piece that begins at ``start_s``: without the player's word, the film is behind that."""
        if self._told(now_s):
            return
        if not self._position_s <= start_s <= self._ceiling_s + 30.0:  # a jump
            self._position_s, self._served_at_s = start_s, None
        self._ceiling_s = start_s
        self._position_s = max(self._position_s, start_s - FAR_S)

    def served(self, now_s: float) -> None:
        """libVLC has received a piece, and plays from now on."""
        if self._served_at_s is None:
            self._served_at_s = now_s

    def left(self, start_s: float, end_s: float, now_s: float) -> bool:
        """Whether the player has gone elsewhere, so that a piece from ``start_s`` to ``end_s`` is of no use to it."""
        return self._told(now_s) and not self._position_s - 1.0 < end_s < self._position_s + FAR_S + end_s - start_s

    def early(self, start_s: float, now_s: float, coming: bool = False) -> bool:
        """Whether a piece begins so far ahead that libVLC may be kept waiting for it; ``coming``: for a better one."""
        return self._told(now_s) and start_s - self._position_s > (LATEST_S if coming else TAKEN_AHEAD_S)

    def position_s(self, now_s: float) -> float:
        """Where the rider is now, at least."""
        if self._told(now_s) or self._served_at_s is None:
            return self._position_s
        return max(min(self._position_s + now_s - self._served_at_s, self._ceiling_s), self._position_s)

    def _told(self, now_s: float) -> bool:
        return self._told_at_s is not None and now_s - self._told_at_s <= TOLD_S
