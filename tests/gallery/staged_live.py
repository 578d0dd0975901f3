"""Live classes on the stage: a schedule of today, and rides in them."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from console.live.live_timing import LiveTiming
from sync.records import FitnessClass, LiveTimes
from tests.gallery import seed
from tests.gallery.staged_picture import StagedPlayer
from tests.gallery.staged_ride import StagedRide, the_class

CLOCK_S = 1000.0  # what a staged ride's clock begins with
HLS, SRT = ("http://127.0.0.1:9/master.m3u8",), ("srt://127.0.0.1:9",)


def live_class(one: FitnessClass, in_s: float, state: str = "scheduled") -> FitnessClass:
    """The class as a live one that begins so soon, or has begun."""
    starts_at = time.time() + in_s
    times = LiveTimes(starts_at, starts_at + one.duration_s, state, HLS, SRT)
    return replace(one, id=f"live-{one.id}", playlist="", live=times)


def schedule(stage: Any, *starts_in_s: float) -> list[FitnessClass]:
    """Put live classes on the tablet that begin so soon; returns them."""
    classes = seed.catalogue()
    names = ("sunset-climb", "tempo-blocks", "easy-spin", "canyon-road", "blue-hour")
    chosen = [next(one for one in classes if one.id == name) for name in names]
    live = [live_class(one, in_s) for one, in_s in zip(chosen, starts_in_s, strict=False)]
    stage.cache.put_classes([*classes, *live])
    return live


class StagedLivePlayer(StagedPlayer):
    """A live picture, so many seconds late."""

    def __init__(self, path: str = "srt", delay_s: float = 0.4) -> None:
        super().__init__()
        self.path, self.delay_s = path, delay_s
        self.clock: Any = None

    @property
    def wall_s(self) -> float:
        """When the picture was on the air."""
        return float(self.clock()) - self.delay_s

    def look(self) -> None:
        """Nothing to decide."""


def ride_live(
    stage: Any, since_s: float, player: StagedLivePlayer | None = None, begun_s: float = 1000.0
) -> StagedRide:
    """A ride in a live class that began so many seconds before the rider came; negative before it begins."""
    one = the_class(stage)

    def timing(clock: Any) -> LiveTiming:
        if player is not None:
            player.clock = clock
        return LiveTiming(CLOCK_S - since_s, one.duration_s, player, clock)  # type: ignore[arg-type]

    ride = StagedRide(stage, one, player=player, timing=timing)
    stage.go("ride")
    return ride
