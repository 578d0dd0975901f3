"""The estimate of the network: quick to see a drop, slow to believe in luck."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.gateway.throughput import Throughput

MBIT = 125_000  # bytes


def test_nothing_is_known_before_the_first_piece_and_all_of_it_after() -> None:
    throughput = Throughput()
    assert throughput.estimate_bps is None and throughput.latency_s == 0
    throughput.add(2 * MBIT, 0.5)
    assert throughput.estimate_bps == pytest.approx(4e6)


def test_a_drop_is_seen_with_the_next_piece_and_luck_is_not() -> None:
    throughput = Throughput()
    for _ in range(20):
        throughput.add(4 * MBIT, 1.0)
    throughput.add(4 * MBIT, 8.0)
    assert 0.5e6 <= (throughput.estimate_bps or 0) < 1.2e6
    steady = Throughput()
    for _ in range(20):
        steady.add(1 * MBIT, 1.0)
    steady.add(8 * MBIT, 1.0)
    assert (steady.estimate_bps or 0) < 2e6


def test_pieces_out_of_some_cache_do_not_drown_real_ones() -> None:
    throughput = Throughput()
    for _ in range(5):
        throughput.add(2 * MBIT, 1.0)
    for _ in range(3):
        throughput.add(8 * MBIT, 0.002)
    assert (throughput.estimate_bps or 0) < 8e6


def test_a_network_faster_than_the_clock_is_fast_and_not_unknown() -> None:
    throughput = Throughput()
    throughput.add(8 * MBIT, 0.001)
    assert (throughput.estimate_bps or 0) > 50e6


def test_tiny_answers_do_not_count_unless_they_took_for_ever() -> None:
    throughput = Throughput()
    throughput.add(900, 0.06)
    assert throughput.estimate_bps is None
    throughput.add(900, 8.0)
    assert (throughput.estimate_bps or 0) < 2_000


def test_what_is_remembered_decides_first_and_is_soon_outweighed() -> None:
    throughput = Throughput(remembered_bps=20e6)
    assert throughput.estimate_bps == pytest.approx(20e6)
    for _ in range(4):
        throughput.add(2 * MBIT, 2.0)
    assert (throughput.estimate_bps or 0) < 2.5e6


def test_the_way_there_and_back_is_told_apart_from_the_width() -> None:
    throughput = Throughput()
    for _ in range(5):
        throughput.add(4 * MBIT, 1.6, first_byte_s=0.6)
    assert throughput.estimate_bps == pytest.approx(4e6) and throughput.latency_s == pytest.approx(0.6)


@pytest.mark.parametrize("nonsense", [float("nan"), float("inf"), -1.0, 0.0])
def test_a_spoilt_memory_does_no_harm(nonsense: float) -> None:
    throughput = Throughput(remembered_bps=nonsense)
    throughput.add(2 * MBIT, 4.0)
    assert 0 < (throughput.estimate_bps or 0) <= 0.5e6 + 1


@given(st.lists(st.tuples(st.integers(0, 10**8), st.floats(0, 100)), max_size=30))
def test_it_lies_between_the_slowest_and_the_fastest_piece(pieces: list[tuple[int, float]]) -> None:
    throughput = Throughput()
    for size, elapsed_s in pieces:
        throughput.add(size, elapsed_s)
    if throughput.estimate_bps is not None:
        rates = [size * 8 / max(elapsed_s, 0.05) for size, elapsed_s in pieces]
        assert min(rates) * 0.999 <= throughput.estimate_bps <= max(rates) * 1.001
