"""The leaderboards in use, loaded from the store when a class is first asked for and let go when it is not."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable

from sync.cloud.curves import Curve, curve_of
from sync.cloud.leaderboard import HERE_NOW_S, ClassBoard
from sync.cloud.store import Held, Store
from sync.records import RideHeader, Standings

log = logging.getLogger(__name__)

MOST = 16  # boards in memory
KEEP_S = 600.0  # a silent ride stays this long
LONGEST_S = 6 * 3600


class Boards:
    """``class_seconds(class_id)`` is a class's length, ``None`` when the catalogue does not know the class."""

    def __init__(self, store: Store, class_seconds: Callable[[str], int | None]) -> None:
        self._store = store
        self._class_seconds = class_seconds
        self._boards: OrderedDict[str, ClassBoard] = OrderedDict()

    def add(self, held: Held, now: float) -> None:
        """Take in what a batch has brought (``held.stored`` is already in the store)."""
        class_id = held.ride.class_id
        if class_id is None:
            return
        board = self._board(class_id, now)
        if board is None:
            return
        if not board.knows(held.ride.id):
            self._restore(board, held)
        board.add(held.ride, held.stored, now, held.tablet_id)
        if held.ride.finished_at is not None and held.position:
            with self._store.transaction():
                self._store.save_curve(held, board.curve(held.ride.id))

    def standings(self, held: Held, now: float) -> Standings | None:
        """Both boards as a ride sees them; ``None`` for a free ride or a class that is not here."""
        board = self._board(held.ride.class_id, now) if held.ride.class_id else None
        if board is None:
            return None
        if not board.knows(held.ride.id):
            self._restore(board, held)
        return board.standings(held.ride.id, now)

    def top(self, class_id: str, now: float) -> Standings | None:
        """Both boards at the end of a class; ``None`` when the class is not here."""
        board = self._board(class_id, now)
        return board.top(now) if board else None

    def called(self, class_id: str, handle: str, now: float) -> RideHeader | None:
        """The ride that is here now in a class under a handle."""
        board = self._board(class_id, now)
        return board.called(handle, now) if board else None

    def drop(self, class_id: str) -> None:
        """Something of a class was taken back: its boards are made anew when next asked for."""
        self._boards.pop(class_id, None)

    def moved(self, class_id: str, movers: frozenset[str], now: float) -> list[tuple[str, Standings]]:
        """What those who are here see now that the rides ``movers`` have moved, each with the tablet it is for; not
        for a ride that alone has moved (its answer has told it)."""
        board = self._board(class_id, now)
        if board is None:
            return []
        return [
            (tablet_id, board.standings(ride_id, now)) for ride_id, tablet_id in board.here(now) if movers != {ride_id}
        ]

    def _board(self, class_id: str, now: float) -> ClassBoard | None:
        length_s = self._class_seconds(class_id)
        if length_s is None:
            return None
        seconds = min(length_s, LONGEST_S)
        board = self._boards.get(class_id)
        if board is None or board.seconds != seconds:
            board = self._boards[class_id] = self._load(class_id, seconds, now)
        self._boards.move_to_end(class_id)
        while len(self._boards) > MOST:
            self._boards.popitem(last=False)
        board.forget(now - KEEP_S)
        return board

    def _load(self, class_id: str, seconds: int, now: float) -> ClassBoard:
        board = ClassBoard(class_id, seconds)
        for held in self._store.class_rides(class_id):
            if held.arrived_at is None:
                continue
            if held.ride.finished_at is None and held.arrived_at >= now - HERE_NOW_S:
                self._restore(board, held)
            else:
                board.remember(held.ride, self._curve(held, seconds))
        return board

    def _restore(self, board: ClassBoard, held: Held) -> None:
        arrived_at = held.arrived_at if held.arrived_at is not None else float("-inf")
        board.restore(held.ride, self._store.points(held.no), arrived_at, held.tablet_id)

    def _curve(self, held: Held, seconds: int) -> Curve:
        """From what is kept beside the points, else from the points themselves (and keep it)."""
        kept = self._store.curve(held)
        if kept is not None and len(kept) == seconds + 1:
            return kept
        curve = curve_of(self._store.points(held.no), seconds)
        with self._store.transaction():
            self._store.save_curve(held, curve)
        return curve
