"""One class's leaderboards, in memory. No I/O and no clock: times are passed in.

What counts is told in :mod:`sync.cloud.curves`: every class second of a ride once, and none beyond the class.

Everyone is compared at the asker's class clock: the furthest class second that has counted. *Here now* are the rides
with a Point in the last 30 s that have not finished, and those that wait to begin and have said so in the last 30 s.
*All time* has one line a rider: the best that any of the rider's rides had produced by that class second.
Equal output shares a rank; within it, who came first stands first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sync.cloud.curves import TENTHS, Curve, Curves, add_to_curve
from sync.records import Board, Point, RideHeader, Standings, StandingsRow

HERE_NOW_S = 30.0
FORGET_EVERY_S = 5.0
AROUND = 3  # rows above and below the asker; what one side lacks the other gets
TOP = 10
HANDLE_BYTES = 8
INDEX_BITS = 24  # of a sort key: up to 16 million lines
INDEX_MASK = (1 << INDEX_BITS) - 1


@dataclass(slots=True)
class Live:
    """A ride that is being ridden, or was until a moment ago. ``column`` is its place among the live curves,
    ``claimed`` the class seconds that have counted and ``furthest`` the last of them, ``position`` the next second
    expected, ``owner`` whom its standings are for, ``handle`` what other tablets call it: they do not learn its id."""

    header: RideHeader
    column: int
    claimed: bytearray
    owner: str = ""
    position: int = 0
    clock_s: float = 0.0
    furthest: int = 0
    arrived_at: float = float("-inf")
    handle: str = ""


class ClassBoard:
    """The leaderboards of one class of ``seconds`` length."""

    def __init__(self, class_id: str, seconds: int) -> None:
        self.class_id = class_id
        self.seconds = seconds
        self._best = Curves(seconds)  # one column a rider
        self._riders: dict[str, int] = {}
        self._names: list[str] = []
        self._now = Curves(seconds)  # one column a live ride
        self._live: dict[str, Live] = {}
        self._forgot = float("-inf")
        self._present: tuple[float, list[Live]] | None = None  # who is here, as last asked for

    def knows(self, ride_id: str) -> bool:
        """Whether the ride's own curve is here; if not, ``restore`` it before ``add``."""
        return ride_id in self._live

    def remember(self, header: RideHeader, curve: Curve) -> None:
        """Take in a ride for the all-time board only: enough for a ride that is over."""
        best = self._best.column(self._rider(header))
        np.maximum(best, curve, out=best)

    def restore(self, header: RideHeader, points: Sequence[Point], arrived_at: float, owner: str = "") -> None:
        """Take in a whole ride, whose last Point arrived at ``arrived_at``."""
        if ride := self._live.get(header.id):
            self._drop(ride)
        self.add(header, points, arrived_at, owner)

    def add(self, header: RideHeader, points: Sequence[Point], now: float, owner: str = "") -> None:
        """Take in a ride's next Points, as of ``now``; with none, its new header. Points already taken in do not
        count again."""
        ride, rider = self._ride(header), self._rider(header)
        ride.owner = owner
        points = [point for point in points if point.second >= ride.position]
        if not points:
            if not ride.position and header.finished_at is None:  # in the lobby, or on the saddle
                ride.arrived_at = now
            return
        ride.arrived_at, ride.position = now, points[-1].second + 1
        in_class = [point.class_s for point in points if point.class_s is not None and point.class_s <= self.seconds]
        ride.clock_s = max([ride.clock_s, *in_class])
        curve = self._now.column(ride.column)
        counted = add_to_curve(curve, ride.claimed, points)
        if counted is None:
            return
        first, last = counted
        ride.furthest = max(ride.furthest, last)
        best = self._best.column(rider)[first:]
        np.maximum(best, curve[first:], out=best)

    def forget(self, before: float) -> None:
        """Let go of the curves of rides whose last Point arrived before ``before``; all time keeps them."""
        if before < self._forgot + FORGET_EVERY_S:
            return
        self._forgot = before
        for ride in [ride for ride in self._live.values() if ride.arrived_at < before]:
            self._drop(ride)

    def _drop(self, ride: Live) -> None:
        self._now.remove(ride.column)
        del self._live[ride.header.id]
        for other in self._live.values():
            other.column -= other.column > ride.column
        self._present = None

    def curve(self, ride_id: str) -> Curve:
        """The curve of a known ride."""
        return self._now.column(self._live[ride_id].column).copy()

    def here(self, now: float) -> list[tuple[str, str]]:
        """The rides that are here now: their ids and owners."""
        return [(ride.header.id, ride.owner) for ride in self._here(now)]

    def called(self, handle: str, now: float) -> RideHeader | None:
        """The ride that is here now under a handle."""
        return next((ride.header for ride in self._here(now) if ride.handle == handle), None)

    def standings(self, ride_id: str, now: float) -> Standings:
        """Both boards as a known ride sees them, at its class clock."""
        ride = self._live[ride_id]
        second = ride.furthest
        all_time = _board(self._best.row(second), self._names, self._riders[ride.header.rider_id])
        return Standings(self.class_id, ride_id, ride.clock_s, now, self._here_now(second, now, ride), all_time)

    def top(self, now: float) -> Standings:
        """Both boards at the end of the class, as nobody in particular sees them; the ride id is empty."""
        second = self.seconds
        all_time = _board(self._best.row(second), self._names, None)
        return Standings(self.class_id, "", float(second), now, self._here_now(second, now, None), all_time)

    def _here_now(self, second: int, now: float, asker: Live | None) -> Board:
        here = self._here(now)
        tenths = self._now.row(second)[[ride.column for ride in here]]
        mine = next((i for i, ride in enumerate(here) if ride is asker), None)
        return _board(tenths, [ride.header.rider_name for ride in here], mine, [ride.handle for ride in here])

    def _here(self, now: float) -> list[Live]:
        if self._present is None or self._present[0] != now:
            here = [
                ride
                for ride in self._live.values()
                if ride.header.finished_at is None and now - ride.arrived_at <= HERE_NOW_S
            ]
            self._present = now, here
        return self._present[1]

    def _ride(self, header: RideHeader) -> Live:
        self._present = None
        ride = self._live.get(header.id)
        if ride is None:
            handle = hashlib.blake2b(header.id.encode(), digest_size=HANDLE_BYTES).hexdigest()
            claimed = bytearray(self.seconds + 1)
            ride = self._live[header.id] = Live(header, self._now.append(), claimed, handle=handle)
        ride.header = header
        return ride

    def _rider(self, header: RideHeader) -> int:
        column = self._riders.get(header.rider_id)
        if column is None:
            column = self._riders[header.rider_id] = self._best.append()
            self._names.append(header.rider_name)
        self._names[column] = header.rider_name
        return column


def _board(tenths: Curve, names: Sequence[str], mine: int | None, handles: Sequence[str] = ()) -> Board:
    """The rows worth showing: the leader, the riders around ``mine`` (an index), or the top when there is none."""
    count = len(tenths)
    if count == 0:
        return Board(0, None)
    # One number a line, smaller is better, all different: output first, then who came first.
    keys = (-tenths.astype(np.int64) << INDEX_BITS) + np.arange(count)
    if mine is None:
        begin, end = 0, min(TOP, count)
    else:
        place = int(np.count_nonzero(keys < keys[mine]))
        rows_wanted = 2 * AROUND + 1
        begin = max(min(place - AROUND, count - rows_wanted), 0)
        end = min(begin + rows_wanted, count)
    parted = np.partition(keys, sorted({0, begin, end - 1}))
    lines = [int(key) & INDEX_MASK for key in np.sort(parted[begin:end])]
    rows = _rows(lines, begin, tenths, names, mine, handles)
    if begin > 0:
        leader = int(parted[0]) & INDEX_MASK
        rows.insert(0, StandingsRow(1, names[leader], _kj(tenths[leader]), handle=handles[leader] if handles else ""))
    return Board(count, next((row.rank for row in rows if row.you), None), tuple(rows))


def _rows(
    lines: Sequence[int],
    begin: int,
    tenths: Curve,
    names: Sequence[str],
    mine: int | None,
    handles: Sequence[str],
) -> list[StandingsRow]:
    """Rows for consecutive lines of the order, the first of them at place ``begin`` from 0."""
    rows: list[StandingsRow] = []
    rank = int(np.count_nonzero(tenths > tenths[lines[0]])) + 1
    for place, line in enumerate(lines, begin + 1):
        if rows and tenths[line] != tenths[lines[len(rows) - 1]]:
            rank = place
        handle = handles[line] if handles and line != mine else ""
        rows.append(StandingsRow(rank, names[line], _kj(tenths[line]), line == mine, handle))
    return rows


def _kj(tenths: np.int32) -> float:
    return int(tenths) / TENTHS / 1000
