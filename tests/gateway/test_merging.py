"""One live film out of several origins' playlists, with invented times."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from console.gateway.merging import GRACE_S, Merged, Moment
from console.gateway.reading import Part, Segment, Track


def track(first: int, last: int, skew_s: float = 0.0, ended: bool = False, without: tuple[int, ...] = ()) -> Track:
    """Seconds ``first`` to ``last`` of the class, as an origin lists them."""
    seconds = [second for second in range(first, last + 1) if second not in without]
    segments = [Segment(1000 + n, Part(f"http://o/{n}"), 1.0, wall_s=n + skew_s) for n in seconds]
    return Track(tuple(segments), 1.0, ended)


def walls(moments: list[Moment]) -> list[int]:
    return [round(moment.wall_s) for moment in moments]


def test_a_rider_enters_near_the_live_edge():
    merged = Merged(behind_s=4.0)
    merged.take("a", 0, track(0, 29), 0.0)
    assert walls(merged.due(0.0)) == [26, 27, 28, 29]


def test_what_both_have_is_one_moment_with_two_offers():
    merged = Merged(4.0)
    assert merged.take("a", 0, track(0, 9), 0.0)
    assert not merged.take("b", 0, track(0, 9, skew_s=0.2), 0.1)
    moments = merged.due(0.1)
    assert walls(moments) == [6, 7, 8, 9]
    assert all(set(moment.offers) == {("a", 0), ("b", 0)} for moment in moments)


def test_when_one_stops_the_other_goes_on_without_a_hole():
    merged = Merged(4.0)
    merged.take("a", 0, track(0, 9), 0.0)
    merged.due(0.0)
    merged.take("b", 0, track(3, 11), 2.0)
    moments = merged.due(2.0)
    assert walls(moments) == [10, 11] and not any(moment.after_hole for moment in moments)
    assert [moment.place for moment in moments] == [4, 5]


def test_a_hole_waits_for_the_other_origin_and_then_no_longer():
    merged = Merged(4.0)
    merged.take("a", 0, track(0, 9), 0.0)
    merged.due(0.0)
    merged.take("a", 0, track(5, 12, without=(10, 11)), 3.0)
    assert merged.due(3.1) == []
    merged.take("b", 0, track(5, 10), 3.2)
    assert walls(merged.due(3.2)) == [10]
    assert merged.due(3.0 + GRACE_S - 0.1) == []
    late = merged.due(3.0 + GRACE_S + 0.01)
    assert walls(late) == [12] and late[0].after_hole


def test_what_is_past_is_not_offered_again():
    merged = Merged(2.0)
    merged.take("a", 0, track(8, 9), 0.0)
    merged.due(0.0)
    assert not merged.take("b", 0, track(0, 9), 0.5)
    assert merged.due(9.0) == []


def test_the_end_comes_when_any_origin_says_so():
    merged = Merged(4.0)
    merged.take("a", 0, track(0, 9, ended=True), 0.0)
    merged.due(0.0)
    assert merged.ended and not merged.pending


def test_playlists_without_times_say_nothing():
    merged = Merged(4.0)
    assert not merged.take("a", 0, Track((Segment(1, Part("x"), 1.0),), 1.0, False), 0.0)


@given(
    st.lists(
        st.tuples(
            st.sampled_from("ab"),
            st.integers(0, 40),
            st.integers(0, 12),
            st.sets(st.integers(0, 50), max_size=4),
            st.floats(0, 4),
        ),
        max_size=25,
    )
)
def test_whatever_origins_say_moments_come_in_order_and_none_twice(tellings):
    merged, now_s, found = Merged(4.0), 0.0, []
    for name, first, count, without, passed_s in tellings:
        now_s += passed_s
        skew_s = 0.1 if name == "b" else 0.0
        merged.take(name, 0, track(first, first + count, skew_s, without=tuple(without)), now_s)
        found += merged.due(now_s)
    found += merged.due(now_s + GRACE_S + 0.01)
    assert [moment.place for moment in found] == list(range(len(found)))
    assert all(after.wall_s > before.wall_s + 0.5 for before, after in itertools.pairwise(found))
    assert not merged.pending
