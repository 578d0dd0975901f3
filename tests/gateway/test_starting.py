"""The rung a class begins in."""

from __future__ import annotations

import pytest

from console.gateway.choice import Rung, Situation
from console.gateway.starting import better, first

LADDER = (Rung(400_000, 360), Rung(900_000, 540), Rung(1_300_000, 720), Rung(2_500_000, 1080))


def at(throughput_bps: float | None, panel_height: int = 1080, piece_s: float = 4.0, **more: float) -> Situation:
    return Situation(LADDER, 0.0, throughput_bps, panel_height=panel_height, piece_s=piece_s, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("throughput_bps", "height"),
    [(None, 360), (300_000, 360), (1_900_000, 540), (3_000_000, 720), (6_000_000, 1080), (1e9, 1080)],
)
def test_it_is_the_highest_that_comes_soon_and_can_stay(throughput_bps, height):
    assert LADDER[first(at(throughput_bps))].height == height


def test_short_pieces_let_an_unknown_network_begin_higher():
    assert LADDER[first(at(None, piece_s=2.0))].height == 540


def test_panel_and_data_saver_are_heeded():
    assert LADDER[first(at(1e9, panel_height=720))].height == 720
    assert LADDER[first(at(1e9, max_rate_bps=1_000_000))].height == 540


def test_a_better_first_piece_is_fetched_only_while_the_rider_would_not_mind():
    assert better(at(20_000_000), 0, waited_s=0.1) == 3
    assert better(at(20_000_000), 0, waited_s=0.4) == 2, "sooner, not best"
    assert better(at(6_000_000), 0, waited_s=0.6) is None
    assert better(at(1e9), 3, waited_s=0.1) is None
    assert better(at(None), 0, waited_s=0.1) is None
