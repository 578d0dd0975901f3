"""The leaderboard against a naive reading of its rules, and the rules one by one."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.cloud.curves import curve_of
from sync.cloud.leaderboard import AROUND, HERE_NOW_S, ClassBoard
from sync.records import Board, Point, RideHeader, StandingsRow

LENGTH = 60


def header(ride: int, rider: int, finished: bool = False) -> RideHeader:
    return RideHeader(f"ride{ride}", f"rider{rider}", f"Name {rider}", 0.0, "c", 1.0 if finished else None)


def points(first: int, powers: list[float], start_s: float = 0.0) -> list[Point]:
    """Points whose class clock runs with the ride, from ``start_s``."""
    return [Point(first + i, 0.0, max(start_s + first + i + 1.0, 0.0), power_w=p) for i, p in enumerate(powers)]


def clocked(*told: tuple[float | None, float | None]) -> list[Point]:
    """Points with (class clock, power), second by second."""
    return [Point(i, 0.0, class_s, power_w=power_w) for i, (class_s, power_w) in enumerate(told)]


@dataclass
class Naive:
    """The same rules, written for reading: everything is summed anew from the Points at every question."""

    rides: dict[str, RideHeader] = field(default_factory=dict)
    points: dict[str, list[Point]] = field(default_factory=dict)
    arrived: dict[str, float] = field(default_factory=dict)

    def add(self, ride: RideHeader, fresh: list[Point], now: float) -> None:
        self.rides[ride.id] = ride
        held = self.points.setdefault(ride.id, [])
        held += fresh[max(len(held) - fresh[0].second, 0) :] if fresh else []
        if fresh or not (held or ride.finished_at):
            self.arrived[ride.id] = now

    def clock(self, ride_id: str) -> float:
        return max((p.class_s for p in self.points[ride_id] if p.class_s <= LENGTH), default=0.0)

    def counted(self, ride_id: str) -> dict[int, float | None]:
        """Power by class second: a Point takes the nearest that no earlier one has, of the two around its clock."""
        counted: dict[int, float | None] = {}
        for p in self.points[ride_id]:
            around = {int(p.class_s), math.ceil(p.class_s)} - counted.keys()
            if around and p.class_s <= LENGTH:
                counted[min(around, key=lambda second: (abs(second - p.class_s), -second))] = p.power_w
        return counted

    def kj(self, ride_id: str, asker: str) -> float:
        up_to = max(self.counted(asker), default=0)
        return sum(round((w or 0.0) * 10) for second, w in self.counted(ride_id).items() if second <= up_to) / 10 / 1000

    def here_now(self, ride_id: str, now: float) -> Board:
        here = [r for r in self.rides if self.rides[r].finished_at is None and now - self.arrived.get(r, -1e9) <= 30]
        lines = [(self.kj(r, ride_id), self.rides[r].rider_name, r == ride_id) for r in here]
        return cut(lines)

    def all_time(self, ride_id: str) -> Board:
        best: dict[str, float] = {}
        for r, ride in self.rides.items():
            best[ride.rider_id] = max(best.get(ride.rider_id, 0.0), self.kj(r, ride_id))
        names = {ride.rider_id: ride.rider_name for ride in self.rides.values()}
        mine = self.rides[ride_id].rider_id
        return cut([(kj, names[rider], rider == mine) for rider, kj in best.items()])


def cut(lines: list[tuple[float, str, bool]]) -> Board:
    """Order, rank, and keep the leader and the rows around mine (the first ten when there is none)."""
    ordered = sorted(lines, key=lambda line: -line[0])
    rows = [StandingsRow(1 + sum(o[0] > kj for o in lines), name, kj, you) for kj, name, you in ordered]
    mine = next((i for i, row in enumerate(rows) if row.you), None)
    if mine is None:
        return Board(len(rows), None, tuple(rows[:10]))
    first = max(min(mine - AROUND, len(rows) - (2 * AROUND + 1)), 0)
    kept = [row for i, row in enumerate(rows) if i == 0 or first <= i <= first + 2 * AROUND]
    return Board(len(rows), rows[mine].rank, tuple(kept))


power = st.one_of(st.none(), st.sampled_from([0.0, 100.0, 100.0, 200.0]), st.floats(0, 900).map(lambda w: round(w, 1)))
batch = st.tuples(
    st.integers(0, 14),  # ride; rides n and n + 5 are the same rider's
    st.lists(power, max_size=20),
    st.booleans(),  # sent again from two seconds earlier
    st.integers(0, 9).map(lambda n: n == 0),  # finished
    st.sampled_from([0.0, 1.0, 20.0]),  # seconds that pass before it
    st.sampled_from([0.0, 0.3, 0.45, -0.45, 20.0, -10.0]),  # how far the class clock is from the ride's own
)


@settings(max_examples=150, deadline=None)
@given(st.lists(batch, min_size=1, max_size=25))
def test_it_agrees_with_the_naive_reading(batches):
    board, naive, now = ClassBoard("c", LENGTH), Naive(), 0.0
    for ride, powers, again, finished, passed, start_s in batches:
        now += passed
        one = header(ride, ride % 5, finished)
        held = len(naive.points.get(one.id, []))
        first = max(held - 2, 0) if again and powers else held
        fresh = points(first, powers, start_s)
        naive.add(one, fresh if first + len(fresh) > held else [], now)
        board.add(one, fresh, now)
        for seen_by in naive.rides:
            standings = board.standings(seen_by, now)
            assert standings.class_s == naive.clock(seen_by)
            assert standings.here_now == naive.here_now(seen_by, now)
            assert standings.all_time == naive.all_time(seen_by)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.lists(power, min_size=1, max_size=20)), min_size=1, max_size=10))
def test_a_board_rebuilt_from_curves_is_the_same(rides):
    grown, rebuilt = ClassBoard("c", LENGTH), ClassBoard("c", LENGTH)
    for number, (rider, powers) in enumerate(rides):
        one = header(number, rider)
        grown.add(one, points(0, powers), 0.0)
        rebuilt.remember(one, curve_of(points(0, powers), LENGTH))
    assert rebuilt.top(0.0).all_time == grown.top(0.0).all_time


def test_everyone_is_compared_at_the_askers_class_clock():
    board = ClassBoard("c", LENGTH)
    board.add(header(1, 1), points(0, [200.0] * 50), 0.0)
    board.add(header(2, 2), points(0, [250.0] * 10), 0.0)
    ahead, behind = board.standings("ride1", 0.0), board.standings("ride2", 0.0)
    assert [(row.name, row.kj) for row in ahead.here_now.rows] == [("Name 1", 10.0), ("Name 2", 2.5)]
    assert [(row.name, row.kj) for row in behind.here_now.rows] == [("Name 2", 2.5), ("Name 1", 2.0)]


def test_a_ride_again_keeps_the_best_in_all_time_and_shows_itself_here_now():
    board = ClassBoard("c", LENGTH)
    board.add(header(1, 1), points(0, [300.0] * LENGTH), 0.0)
    board.add(header(1, 1, finished=True), [], 0.0)
    board.add(header(2, 1), points(0, [100.0] * 20), 100.0)
    standings = board.standings("ride2", 100.0)
    assert standings.here_now == Board(1, 1, (StandingsRow(1, "Name 1", 2.0, True),))
    assert standings.all_time == Board(1, 1, (StandingsRow(1, "Name 1", 6.0, True),))


def test_who_finished_or_fell_silent_is_no_longer_here():
    board = ClassBoard("c", LENGTH)
    for ride in (1, 2, 3):
        board.add(header(ride, ride), points(0, [100.0] * 5), 0.0)
    board.add(header(2, 2, finished=True), [], 10.0)
    board.add(header(1, 1), points(5, [100.0]), 25.0)
    assert [row.name for row in board.standings("ride1", HERE_NOW_S).here_now.rows] == ["Name 1", "Name 3"]
    assert [row.name for row in board.standings("ride1", HERE_NOW_S + 1).here_now.rows] == ["Name 1"]
    assert board.standings("ride1", HERE_NOW_S + 1).all_time.count == 3


def test_in_a_crowd_one_sees_the_leader_and_the_neighbours():
    board = ClassBoard("c", LENGTH)
    for ride in range(100):
        board.add(header(ride, ride), points(0, [100.0 + ride] * 10), 0.0)
    here_now = board.standings("ride40", 0.0).here_now
    assert (here_now.count, here_now.rank) == (100, 60)
    assert [row.rank for row in here_now.rows] == [1, 57, 58, 59, 60, 61, 62, 63]
    assert [row.rank for row in here_now.rows if row.you] == [60]


def test_equal_output_shares_the_rank_and_keeps_the_order_of_coming():
    board = ClassBoard("c", LENGTH)
    for ride, watts in enumerate([100.0, 200.0, 100.0, 100.0, 50.0]):
        board.add(header(ride, ride), points(0, [watts]), 0.0)
    rows = board.standings("ride3", 0.0).here_now.rows
    assert [(row.rank, row.name) for row in rows] == [
        (1, "Name 1"),
        (2, "Name 0"),
        (2, "Name 2"),
        (2, "Name 3"),
        (5, "Name 4"),
    ]


def test_forgetting_a_silent_ride_keeps_its_best_and_the_others_curves():
    board = ClassBoard("c", LENGTH)
    for ride, at in ((1, 0.0), (2, 500.0), (3, 0.0), (4, 500.0)):
        board.add(header(ride, ride), points(0, [100.0 * ride] * 10), at)
    board.forget(before=400.0)
    assert not board.knows("ride1") and board.knows("ride4")
    assert [(r.name, r.kj) for r in board.standings("ride2", 500.0).here_now.rows] == [("Name 4", 4.0), ("Name 2", 2.0)]
    assert board.top(500.0).all_time.count == 4


@pytest.mark.parametrize(
    ("told", "joules"),
    [
        ([(s % 20, 100.0) for s in range(900)], 20 * 100.0),  # the same twenty seconds again and again
        ([*((s, 100.0) for s in range(30)), *((s, 900.0) for s in range(30))], 30 * 100.0),  # back, and harder
        ([(60.0, 100.0)] * 50, 100.0),  # the clock stands at the end
        ([(10, 100.0), (40, 100.0), (20, 100.0)], 300.0),  # left out, and ridden later: each second once
        ([(59.0, 100.0), (60.5, 100.0), (61.0, 100.0), (5000.0, 100.0)], 100.0),  # beyond the class
        ([(None, 100.0), (1.0, None)], 0.0),  # no class clock; no power meter
        ([(s + (0.45 if s % 2 else -0.45), 100.0) for s in range(1, 60)], 59 * 100.0),  # an uneven picture
    ],
)
def test_every_class_second_counts_once_and_the_first_to_tell_it_has_it(told, joules):
    board = ClassBoard("c", LENGTH)
    for point in clocked(*told):
        board.add(header(1, 1), [point], 0.0)
    whole, rebuilt = ClassBoard("c", LENGTH), ClassBoard("c", LENGTH)
    whole.restore(header(1, 1), clocked(*told), 0.0)
    rebuilt.remember(header(1, 1), curve_of(clocked(*told), LENGTH))
    seen = [board.standings("ride1", 0.0).here_now, whole.standings("ride1", 0.0).all_time]
    seen += [board.top(0.0).all_time, whole.top(0.0).here_now, rebuilt.top(0.0).all_time]
    assert [one.rows[0].kj * 1000 for one in seen] == [joules] * 5
