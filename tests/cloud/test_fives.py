"""High fives in the cloud's memory: how often one counts, and that it does not fill up."""

from __future__ import annotations

from sync.cloud.fives import AGAIN_S, MOST, STALE_S, Fives
from sync.records import RideHeader


def ride(name: str) -> RideHeader:
    return RideHeader(f"ride of {name}", name, name, 0.0, "c")


def test_the_same_rider_counts_again_after_a_while() -> None:
    fives, ada, bo = Fives(), ride("Ada"), ride("Bo")
    fives.give(bo, ada, 100.0)
    assert fives.take(ada.id) == ("Bo",) and fives.take(ada.id) == ()
    fives.give(bo, ada, 100.0 + AGAIN_S - 1)
    assert fives.take(ada.id) == ()
    fives.give(bo, ada, 100.0 + AGAIN_S)
    fives.give(ride("Cy"), ada, 101.0 + AGAIN_S)
    assert fives.take(ada.id) == ("Bo", "Cy")
    assert fives.take(bo.id) == ()


def test_a_crowd_is_cut_and_who_has_gone_is_forgotten() -> None:
    fives, ada = Fives(), ride("Ada")
    for number in range(MOST + 5):
        fives.give(ride(f"rider {number}"), ada, 100.0)
    assert len(fives.take(ada.id)) == MOST
    fives.give(ada, ride("Bo"), 101.0)
    fives.give(ride("Cy"), ride("Di"), 102.0 + STALE_S)
    assert set(fives._for) == {"ride of Di"}
