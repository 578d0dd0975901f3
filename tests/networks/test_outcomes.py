"""What a rider notices of each network: when the picture begins, whether it goes on, whether the class is all there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.networks.clip import RATES
from tests.networks.figures import Figures
from tests.networks.network import Networks
from tests.networks.profiles import PROFILES
from tests.networks.watch import watch

LENGTH_S = 24.0
AHEAD_S = 10.0  # little, so that what happens to the network meets a class that is still being fetched
WITHIN_S = 55.0


@dataclass(frozen=True)
class Promise:
    """The latest first picture, the most rebuffering (of 1), and the least share of the time above the lowest rung;
    ``still``: the least and most seconds in which sound and poster is all there is. All networks are played at once, on
    a machine that may be busy."""

    startup_s: float = 4.0
    rebuffering: float = 0.06
    above_lowest: float = 0.5
    still: tuple[float, float] = (0.0, 0.0)


PROMISES = {profile.name: Promise() for profile in PROFILES} | {
    "steady-0.7": Promise(startup_s=7.0, above_lowest=0.0),
    "saw-tooth": Promise(above_lowest=0.2),
    "collapse": Promise(rebuffering=0.1, above_lowest=0.3),
    "slow-start": Promise(startup_s=8.0, above_lowest=0.0),
    "steady-0.15": Promise(startup_s=8.0, still=(22.0, LENGTH_S + 1)),
    "trickle": Promise(startup_s=8.0, still=(0.0, 18.0), above_lowest=0.2),
    "drought": Promise(rebuffering=0.2, still=(4.0, 18.0), above_lowest=0.2),
    "lte": Promise(still=(0.0, 8.5)),  # two pieces, with so little ahead
    "gaps": Promise(rebuffering=0.1, above_lowest=0.3),
    "far": Promise(startup_s=8.0, above_lowest=0.3),
    "late": Promise(above_lowest=0.3),
    "errors": Promise(above_lowest=0.4),  # it comes down for good reason, with so little ahead
}
LONGEST_S = 3.5  # that a picture may stand, anywhere


@pytest.fixture(scope="module")
def seen(clip_folder: Path) -> dict[str, Figures]:
    """The clip on every network, all at the same time."""
    names = list(PROMISES)
    with Networks(names, clip_folder) as networks:
        urls = [networks[name].url for name in names]
        return dict(zip(names, watch("ours", urls, WITHIN_S, "--ahead-s", str(AHEAD_S)), strict=True))


@pytest.mark.parametrize("name", PROMISES)
def test_the_picture_begins_goes_on_and_ends_when_the_class_does(seen: dict[str, Figures], name: str) -> None:
    promise, figures = PROMISES[name], seen[name]
    assert figures.startup_s is not None and figures.startup_s <= promise.startup_s, figures
    assert figures.rebuffering <= promise.rebuffering and figures.longest_s <= LONGEST_S, figures
    assert figures.ended and figures.position_s == pytest.approx(LENGTH_S, abs=0.5), figures
    assert figures.played_s + figures.stalled_s >= LENGTH_S - 1.5, figures  # nothing was left out
    still = figures.heights.get(0, 0.0)  # the poster with the sound
    assert promise.still[0] <= still <= promise.still[1], figures
    above = 1 - figures.heights.get(min(RATES), 0.0) / figures.played_s
    assert above >= promise.above_lowest, figures
