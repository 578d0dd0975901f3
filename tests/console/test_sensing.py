"""Several sensors, one door: what reaches the ride when they speak of the same value."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Self

import pytest

from console.sensing import Sensing
from drivers import Sample, SensorStatus

BIKE, PEDALS = "serial:///dev/ttyUSB0", "ble://pedals"


class Talker:
    """A sensor that says what the test says."""

    def __init__(self, url: str) -> None:
        self.status = SensorStatus(url, url)
        self.words: asyncio.Queue[Sample] = asyncio.Queue()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        pass

    async def __aiter__(self) -> AsyncIterator[Sample]:
        while True:
            yield await self.words.get()
            self.words.task_done()


class Room:
    """A bike and pedals, and what the ride heard of them."""

    def __init__(self) -> None:
        self.talkers = {url: Talker(url) for url in (BIKE, PEDALS)}
        self.heard: list[Sample] = []
        self.now_s = 0.0
        self.sensing = Sensing(self.heard.append, open_sensor=self._open, clock=lambda: self.now_s)
        self.sensing.pair(BIKE, "Bike", "bike")
        self.sensing.pair(PEDALS, "Pedals", "power")

    def _open(self, url: str, tap: object) -> Talker:
        return self.talkers[url]

    async def say(self, url: str, **values: float) -> None:
        """Let a sensor speak, and the word pass."""
        self.now_s += 0.1
        talker = self.talkers[url]
        talker.words.put_nowait(Sample(self.now_s, url, **values))
        await talker.words.join()


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    made = Room()
    yield made
    await made.sensing.close()


async def test_only_the_word_of_the_believed_one_reaches_the_ride(room: Room) -> None:
    await room.say(PEDALS, power_w=161.0)
    await room.say(BIKE, power_w=150.0, cadence_rpm=80.0)
    assert [(sample.source, sample.power_w, sample.cadence_rpm) for sample in room.heard] == [
        (PEDALS, 161.0, None),
        (BIKE, None, 80.0),
    ]
    assert room.sensing.latest("power_w").source == PEDALS
    assert room.sensing.speaking("power_w") == [PEDALS, BIKE]


async def test_the_riders_choice_comes_first_until_it_is_left_to_the_ranks_again(room: Room) -> None:
    room.sensing.choose("power_w", BIKE)
    await room.say(BIKE, power_w=150.0)
    await room.say(PEDALS, power_w=161.0)
    assert room.sensing.latest("power_w").value == 150.0 and len(room.heard) == 1
    room.sensing.choose("power_w", "")
    await room.say(PEDALS, power_w=162.0)
    assert room.sensing.latest("power_w").value == 162.0


async def test_a_forgotten_sensor_gives_way_at_once(room: Room) -> None:
    await room.say(PEDALS, power_w=161.0)
    await room.sensing.forget(PEDALS)
    await room.say(BIKE, power_w=150.0)
    assert room.sensing.latest("power_w").value == 150.0 and room.sensing.speaking("power_w") == [BIKE]
