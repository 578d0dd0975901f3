"""The choice of rungs: what always holds, whatever the network does."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.gateway.choice import Rung, Situation, abandon, bola_steps, ceiling, choose
from console.gateway.progress import Progress
from tests.gateway.playing import LADDER, play, steady

RATES = st.floats(1e3, 200e6)
BUFFERS = st.floats(0, 60)


@st.composite
def ladders(draw: st.DrawFn) -> tuple[Rung, ...]:
    rates = sorted(draw(st.lists(st.floats(50e3, 40e6), min_size=1, max_size=7)))
    heights = sorted(draw(st.lists(st.sampled_from((0, 240, 360, 540, 720, 1080, 2160)), min_size=7, max_size=7)))
    return tuple(Rung(rate, height) for rate, height in zip(rates, heights, strict=False))


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    ladder = draw(ladders())
    return Situation(
        ladder,
        draw(BUFFERS),
        draw(st.none() | RATES),
        draw(st.none() | st.integers(0, len(ladder) - 1)),
        draw(st.sampled_from((480, 720, 800, 1080, 2160))),
        draw(st.none() | st.floats(1e5, 1e7)),
        draw(st.floats(0, 600)),
        draw(st.sampled_from((1.0, 2.0, 4.0, 6.0, 10.0))),
        draw(st.floats(0, 2)),
        draw(st.sampled_from((4.0, 8.0, 30.0, 60.0))),
    )


@given(situations())
def test_it_is_always_a_rung_and_never_above_what_panel_and_data_saver_allow(now: Situation) -> None:
    top = ceiling(now.rungs, now.panel_height, now.max_rate_bps)
    assert 0 <= choose(now) <= top
    rung = now.rungs[top]
    assert top == 0 or (rung.height <= now.panel_height and rung.bandwidth_bps <= (now.max_rate_bps or float("inf")))


@given(situations(), RATES, RATES)
def test_a_faster_network_never_brings_a_lower_rung(now: Situation, one: float, other: float) -> None:
    slow, fast = (choose(replace(now, throughput_bps=rate)) for rate in sorted((one, other)))
    assert slow <= fast


@given(situations(), BUFFERS, BUFFERS)
def test_more_buffer_never_brings_a_lower_rung(now: Situation, one: float, other: float) -> None:
    little, much = (choose(replace(now, buffer_s=buffer_s)) for buffer_s in sorted((one, other)))
    assert little <= much


@given(situations(), st.integers(0, 10**7), st.floats(0, 60), st.integers(1, 10**7))
def test_a_fetch_is_given_up_only_for_a_lower_rung_that_is_allowed(
    now: Situation, fetched: int, elapsed_s: float, size: int
) -> None:
    instead = abandon(now, Progress(fetched, size, elapsed_s))
    if instead is not None:
        assert now.last is not None and 0 <= instead < now.last
        assert instead <= ceiling(now.rungs, now.panel_height, now.max_rate_bps)


@pytest.mark.parametrize("mbit", [0.3, 0.55, 0.9, 1.3, 1.9, 2.6, 3.4, 4.7, 5.1, 8.0, 40.0])
def test_on_a_steady_network_it_settles_and_stays(mbit: float) -> None:
    seen = play(steady(mbit))
    assert len(set(seen.rungs[-45:])) == 1, seen.rungs
    assert (seen.switches <= 2 and seen.stalls == 0) or mbit < LADDER[0].bandwidth_bps / 1e6
    assert all(a <= b for a, b in pairwise(seen.rungs)), seen.rungs


def test_bolas_steps_rise_from_the_first_to_the_last_point_given() -> None:
    steps = bola_steps([0.5e6, 1.2e6, 2.5e6, 4.8e6], 8, 18)
    assert steps[0] == 8 and steps[-1] == pytest.approx(18) and steps == sorted(steps)
    assert bola_steps([1e6], 8, 18) == [] and bola_steps([1e6, 2e6], 8, 18) == [8]


def test_the_first_piece_arrives_soon_and_a_known_network_begins_higher() -> None:
    start = Situation(LADDER, 0.0, None)
    assert choose(start) == 0
    assert choose(replace(start, throughput_bps=30e6)) == 3
    for rate in (1e6, 3e6, 6e6, 30e6):
        rung = choose(replace(start, throughput_bps=rate))
        assert rung == 0 or 4 * LADDER[rung].bandwidth_bps / rate <= 1.5


def test_after_a_fall_it_rises_only_when_that_has_paid_for_a_while() -> None:
    now = Situation(LADDER, 12.0, 9e6, last=1, since_fall_s=6.0)
    assert choose(now) == 2  # which takes little of the network
    assert choose(replace(now, since_fall_s=30.0)) == 3
    assert choose(replace(now, since_fall_s=0.0, throughput_bps=50e6)) == 3
    assert choose(replace(now, since_fall_s=0.0, throughput_bps=50e6, buffer_s=1.0)) == 1


def test_a_live_class_where_little_can_be_ahead_rises_to_what_the_network_carries_with_some_to_spare() -> None:
    live = Situation(LADDER, 3.5, 2.6e6, last=1, piece_s=1.0, buffer_most_s=4.0)
    assert choose(live) == 1 and choose(replace(live, throughput_bps=2.8e6)) == 2
    assert choose(replace(live, buffer_s=28.0, piece_s=4.0, buffer_most_s=30.0)) == 2
    assert choose(replace(live, throughput_bps=2.8e6, since_fall_s=4.0)) == 1


def test_a_full_buffer_bridges_a_dip_and_a_small_one_gives_way() -> None:
    dip = Situation(LADDER, 28.0, 1.6e6, last=2)
    assert choose(dip) == 2
    assert choose(replace(dip, buffer_s=5.0)) == 1
    assert choose(replace(dip, buffer_s=28.0, throughput_bps=0.2e6)) == 0  # the next piece would take 50 s


def test_the_data_saver_takes_effect_at_once() -> None:
    assert choose(Situation(LADDER, 28.0, 50e6, last=3, max_rate_bps=1.5e6)) == 1


@pytest.mark.parametrize(
    ("buffer_s", "fetched", "elapsed_s", "recent_bps", "instead"),
    [
        (6.0, 100_000, 2.0, 0.4e6, 0),  # 46 s more of the high rung; the lowest takes 5
        (6.0, 100_000, 2.0, None, None),  # it may have been silent for a moment: there is time to wait
        (2.6, 100_000, 2.0, None, 0),  # until there is none
        (6.0, 1_500_000, 2.0, 6e6, None),  # arrives in time
        (25.0, 50_000, 2.0, 0.2e6, None),  # nothing presses yet
        (25.0, 50_000, 4.5, 0.1e6, 0),  # hopeless
        (6.0, 2_390_000, 9.0, 2e6, None),  # nearly there: anything else takes longer
        (2.0, 0, 0.2, None, None),  # too soon to tell
    ],
)
def test_a_fetch_that_comes_too_late_is_given_up(
    buffer_s: float, fetched: int, elapsed_s: float, recent_bps: float | None, instead: int | None
) -> None:
    now = Situation(LADDER, buffer_s, 5e6, last=3)
    assert abandon(now, Progress(fetched, 2_400_000, elapsed_s), recent_bps) == instead


def test_how_long_an_answer_was_late_says_nothing_of_the_pace_after_it() -> None:
    now = Situation(LADDER, 2.5, 5e6, last=3)
    assert abandon(now, Progress(2_000_000, 2_400_000, 4.0, latency_s=2.0)) is None
    assert abandon(now, Progress(1_000_000, 2_400_000, 2.4, latency_s=2.0)) is None  # too soon to tell
    assert abandon(now, Progress(100_000, 2_400_000, 4.0, latency_s=2.0)) == 0


def test_what_others_brought_before_counts() -> None:
    now = Situation(LADDER, 2.5, 5e6, last=3)
    nearly = Progress(10_000, 250_000, 1.0, whole=2_400_000)  # another one takes as long as this
    assert abandon(now, nearly, 200_000) is None and abandon(now, replace(nearly, whole=250_000), 200_000) == 0


def test_the_lowest_rung_is_never_given_up() -> None:
    assert abandon(Situation(LADDER, 0.0, 1e5, last=0), Progress(10, 10**6, 30.0)) is None
