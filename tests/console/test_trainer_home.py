"""The ride in Home Assistant: announced by itself, never "unknown", and away when the console is."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from console.ride import Now, Ride
from console.settings import Settings
from console.trainer import home_states
from console.trainer.broadcast import Broadcast
from console.trainer.home_broker import BrokerAddress
from drivers.errors import LinkLost, NeedsRider
from drivers.sample import Sample
from tests.sync.uplinks import broker_without_a_cloud

WITHIN_S = 20.0


class Store:
    """Settings without a disk."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}

    def setting(self, key: str, default: Any = None) -> Any:
        return self.kept.get(key, default)

    def set_setting(self, key: str, value: Any) -> None:
        self.kept[key] = value


class Home:
    """A Home Assistant that has just been started: what the broker tells it."""

    def __init__(self, port: int) -> None:
        self.told: dict[str, str] = {}
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv311)
        self._client.username_pw_set("home", "secret")
        self._client.on_message = lambda _client, _data, message: self.told.update(
            {message.topic: message.payload.decode()}
        )
        self._client.on_connect = lambda client, *_: client.subscribe("#", 1)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def ended(self, ending: str) -> str:
        """The payload of the topic that ends so."""
        return next((payload for topic, payload in self.told.items() if topic.endswith(ending)), "")

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[int]:
    with broker_without_a_cloud(tmp_path, "home", "secret") as port:
        yield port


@pytest.fixture
async def sent_on() -> AsyncIterator[Callable[..., tuple[Broadcast, Settings]]]:
    tasks = []

    def start(address: str, now: Callable[[], Now | None] = lambda: None) -> tuple[Broadcast, Settings]:
        settings = Settings(Store())
        settings.home_broker = address
        broadcast = Broadcast(settings, now, retry_s=0.2)
        tasks.append(asyncio.create_task(broadcast.run()))
        return broadcast, settings

    yield start
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def until(true: Callable[[], Any]) -> Any:
    async with asyncio.timeout(WITHIN_S):
        while not (found := true()):  # noqa: ASYNC110 - another thread fills it
            await asyncio.sleep(0.05)
    return found


def riding() -> Now:
    ride = Ride()
    ride.start(0.0)
    for second in range(1, 31):
        ride.feed(Sample(float(second), "bike", cadence_rpm=88.0, power_w=180.0, resistance_pct=41.2))
        ride.advance(float(second), float(second))
    return ride.now(30.0)


async def test_a_home_that_comes_later_knows_everything_at_once(broker: int, sent_on: Any) -> None:
    broadcast, settings = sent_on(f"mqtt://home:secret@127.0.0.1:{broker}", riding)
    await until(lambda: broadcast.home.on)
    await asyncio.sleep(0.6)  # the first state is told with the next turn
    home = Home(broker)
    try:
        state = json.loads(await until(lambda: home.ended("/state")))
        assert (state["power_w"], state["cadence_rpm"], state["riding"]) == (180.0, 88.0, "ON")
        assert state["heart_rate_bpm"] == 0 and state["elapsed_s"] == 30 and state["work_kj"] > 5
        config = json.loads(await until(lambda: home.ended("power_w/config")))
        assert (config["device_class"], config["unit_of_measurement"]) == ("power", "W")
        assert config["state_topic"] in home.told and config["value_template"] == "{{ value_json.power_w }}"
        assert home.told[config["availability_topic"]] == "online"
        await until(lambda: sum(topic.endswith("/config") for topic in home.told) == len(home_states.ENTITIES))
        settings.home_broker = ""
        await until(lambda: home.told[config["availability_topic"]] == "offline")
        assert not broadcast.home.on
    finally:
        home.close()


async def test_what_prevents_it_is_told_with_what_to_do(broker: int, sent_on: Any) -> None:
    stranger, settings = sent_on(f"home:wrong@127.0.0.1:{broker}")
    refused = await until(lambda: stranger.home.trouble)
    assert isinstance(refused, NeedsRider) and "user and password" in refused.remedy
    settings.home_broker = "127.0.0.1:1"
    await until(lambda: isinstance(stranger.home.trouble, LinkLost))
    settings.home_broker = "http://nowhere"
    trouble = await until(lambda: isinstance(stranger.home.trouble, NeedsRider) and stranger.home.trouble)
    assert "Write it like mqtt://" in trouble.remedy


async def test_a_broker_that_goes_away_is_missed_and_found_again(tmp_path: Path, sent_on: Any) -> None:
    with broker_without_a_cloud(tmp_path, "home", "secret") as port:
        broadcast, _ = sent_on(f"home:secret@127.0.0.1:{port}")
        await until(lambda: broadcast.home.on)
    await until(lambda: not broadcast.home.on and broadcast.home.trouble)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.168.1.5", BrokerAddress("192.168.1.5")),
        (" broker.local:1884 ", BrokerAddress("broker.local", 1884)),
        ("mqtt://me:p%40ss@host", BrokerAddress("host", 1883, "me", "p@ss")),
        ("mqtts://host", BrokerAddress("host", 8883, tls=True)),
        ("[::1]:1883", BrokerAddress("::1", 1883)),
    ],
)
def test_addresses(text: str, address: BrokerAddress) -> None:
    assert BrokerAddress.parse(text) == address


@pytest.mark.parametrize("text", ["http://host", "host:port", "mqtt://", "host/path", "host:99999", "mqtt://h?x=1"])
def test_an_address_that_is_none_says_how_to_write_one(text: str) -> None:
    with pytest.raises(NeedsRider) as refused:
        BrokerAddress.parse(text)
    assert "mqtt://user:password@" in refused.value.remedy


def test_without_a_ride_and_with_a_stale_one_the_numbers_are_0_and_none_is_unknown() -> None:
    nothing = json.loads(home_states.state(None))
    assert nothing.keys() == {entity.key for entity in home_states.ENTITIES}
    assert nothing.pop("riding") == "OFF" and set(nothing.values()) == {0}
    ride = Ride()
    ride.start(0.0)
    ride.feed(Sample(0.5, "bike", cadence_rpm=88.0, power_w=180.0))
    ride.advance(3.5, 3.5)
    stale = json.loads(home_states.state(ride.now(3.5)))
    assert (stale["power_w"], stale["cadence_rpm"], stale["riding"]) == (0, 0, "ON")


def test_the_address_is_written_in_the_settings(stage: Any, finger: Any) -> None:
    from tests.gallery.window import step
    from tests.gallery.writing import said, target

    screen = stage.go("settings", group="apps")
    step(4)
    form = next(one for one in screen.walk() if type(one).__name__ == "HomeForm")
    form.ids.address.text = "192.168.1.5"
    finger.tap(target("Use it", screen))
    assert Settings(stage.cache).home_broker == "192.168.1.5"
    assert any("Home Assistant" in words for words in said(screen))
