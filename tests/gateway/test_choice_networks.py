"""What a rider sees of five minutes of a class on twelve networks, as arithmetic (see ``playing``)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from console.gateway.choice import Rung
from tests.gateway.playing import LADDER, Network, noisy, play, saw_tooth, steady, steps

DEAD = 1e-6


@dataclass(frozen=True)
class Case:
    """A network and what may be expected: the least mean rung (of 0-3) and the most switches; it never stalls."""

    name: str
    network: Network
    least_mean: float
    most_switches: int
    startup_s: float = 1.2
    most_stills: int = 0  # of 75 pieces, where the poster may stand in the picture's place
    how: dict[str, Any] = field(default_factory=dict)


CASES = [
    Case("6 Mbit/s", steady(6), 2.7, 2),
    Case("2 Mbit/s", steady(2), 0.9, 1),
    Case("0.7 Mbit/s", steady(0.7), 0.0, 0, startup_s=3.0),
    Case("saw-tooth of 1 to 8 Mbit/s", saw_tooth(1, 8, 40), 1.8, 5),
    Case("LTE with drop-outs", steps((14, 9), (5, 0.3), (9, 4), (3, 0.1)), 1.85, 10, most_stills=9),
    Case("gaps of 2 s", steps((18, 5), (2, DEAD)), 2.8, 2),
    Case("5 % of requests lost", steady(5), 2.8, 2, how={"lost": 0.05}),
    Case("a CDN dies", steps((60, 6), (3, DEAD), (1000, 4)), 2.8, 2),
    Case("6, then 1 Mbit/s", steps((100, 6), (200, 1)), 0.9, 4),
    Case("1, then 7 Mbit/s", steps((100, 1), (200, 7)), 1.1, 4, startup_s=2.2),
    Case("a satellite's 600 ms", steady(4), 1.8, 2, how={"latency_s": 0.6}),
    Case("another rate every second", noisy(1, 7), 1.6, 4),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_picture_never_stops_and_is_as_good_as_the_network_lets_it(case: Case) -> None:
    for seed in (1, 2, 3):
        seen = play(case.network, seed=seed, **case.how)
        assert seen.stalls == 0 and seen.ratio() == 0, seen
        assert seen.startup_s <= case.startup_s
        assert seen.mean_rung >= case.least_mean, seen
        assert seen.switches <= case.most_switches, seen


def test_a_network_that_is_known_begins_well() -> None:
    known, unknown = play(steady(20), remembered_bps=20e6), play(steady(20))
    assert known.rungs[0] == 3 and known.switches == 0 and known.startup_s < 1.5
    assert unknown.rungs[0] == 0 and unknown.switches == 1


def test_a_network_that_is_remembered_wrongly_costs_seconds_at_most() -> None:
    seen = play(steady(1), remembered_bps=60e6)
    assert seen.startup_s < 3 and seen.stalls == 0 and seen.rungs[-1] == 0


def test_giving_a_fetch_up_spares_a_stall() -> None:
    sudden = steps((100, 6), (200, 0.55))
    assert play(sudden).stalled_s < 0.5 * play(sudden, give_up=False).stalled_s or play(sudden).stalled_s == 0


def test_less_than_the_lowest_rung_stalls_and_shows_the_lowest() -> None:
    seen = play(steady(0.3))
    assert set(seen.rungs) == {0} and seen.ratio() == pytest.approx(1 - 0.3 / 0.4, abs=0.05)


WITH_STILL = (Rung(90e3, 0, still=True), *LADDER)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_poster_is_no_rung_where_the_network_carries_pictures(case: Case) -> None:
    seen = play(case.network, ladder=WITH_STILL, **case.how)
    plain = play(case.network, **case.how)
    assert seen.stalls == 0 and seen.rungs.count(0) <= case.most_stills, seen
    if not seen.rungs.count(0):
        assert [rung - 1 for rung in seen.rungs] == plain.rungs


def test_less_than_the_lowest_picture_is_sound_with_the_poster_and_never_stops() -> None:
    seen = play(steady(0.2), ladder=WITH_STILL)
    assert set(seen.rungs) == {0} and seen.stalls == 0 and seen.startup_s < 5


def test_the_picture_goes_when_it_must_and_comes_back_when_it_can() -> None:
    seen = play(steps((100, 4), (100, 0.2), (100, 4)), ladder=WITH_STILL)
    gone = [place for place, rung in enumerate(seen.rungs) if rung == 0]
    assert seen.stalls == 0 and gone[0] * 4 >= 100, seen
    assert set(seen.rungs[gone[0] : gone[-1]]) == {0} and gone[-1] * 4 < 100 + 100 + 45, seen  # it does not come and go


def test_one_rung_is_no_choice() -> None:
    assert set(play(steady(3), ladder=(Rung(1e6, 720),)).rungs) == {0}
