"""Tablets with a real cache, and rides in it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from sync.cache import Cache
from sync.records import Enrolment, Figures, Point, RideHeader, Totals, from_json

hypothesis.settings.register_profile("patient", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("patient")


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    opened = Cache.open(tmp_path / "tablet.sqlite3")
    yield opened
    opened.close()


@pytest.fixture
def points() -> Callable[..., list[Point]]:
    """``points(first, last)``: consecutive seconds with a slow swing in them."""

    def make(first: int, last: int, power_w: float = 200.0) -> list[Point]:
        return [
            Point(s, 1_700_000_000.0 + s, s + 1.0, 85.0 + s % 7 / 10, 40.0, power_w + s % 11, None)
            for s in range(first, last)
        ]

    return make


@pytest.fixture
def ride(cache: Cache, points: Callable[..., list[Point]]) -> Callable[..., RideHeader]:
    """``ride(seconds, class_id=, finished=)`` puts a ride into the cache."""

    def make(seconds: int, class_id: str | None = "climb", finished: bool = True, rider_id: str = "ada") -> RideHeader:
        header = RideHeader(RideHeader.new_id(), rider_id, "Ada", 1_700_000_000.0, class_id)
        cache.begin_ride(header)
        cache.append(header.id, points(0, seconds))
        if finished:
            kj = sum(point.power_w or 0 for point in points(0, seconds)) / 1000
            totals = Totals(seconds, kj, 1000.0, 100.0, power_w=Figures(200.0, 210.0))
            cache.finish_ride(header.id, header.started_at + seconds, totals)
        return header

    return make


@pytest.fixture
def enrol(cache: Cache) -> Callable[..., Enrolment]:
    """``enrol(cloud)`` enrols the tablet."""

    def do(cloud: Any) -> Enrolment:
        enrolment = from_json(Enrolment, cloud.enrol())
        cache.save_enrolment(cloud.url, enrolment)
        return enrolment

    return do


@pytest.fixture(params=["mqtt", "http"])
def link_name(request: pytest.FixtureRequest) -> str:
    """Runs a test over both links."""
    return str(request.param)


@pytest.fixture
def until() -> Callable[..., object]:
    """``await until(condition)`` lets the loop run until it holds."""

    async def wait(condition: Callable[[], object], within_s: float = 20.0) -> None:
        deadline = time.monotonic() + within_s
        while not condition():
            assert time.monotonic() < deadline, "it did not happen in time"
            await asyncio.sleep(0.02)

    return wait
