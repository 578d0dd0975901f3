"""A tablet as the cloud sees one: a real MQTT client, a real HTTP client, and batches of a ride."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import httpx
import paho.mqtt.client as paho
import pytest

from sync import topics, wire
from sync.records import Answer, Batch, Enrolment, Point, RideHeader, Standings, from_json

PATIENCE_S = 10.0


class Cloud(Protocol):
    """The part of the running cloud that a tablet needs."""

    url: str

    def enrol(self, name: str = ...) -> dict[str, Any]: ...


class Tablet:
    """One enrolled tablet. Answers and standings arrive in queues; use ``ask`` to send and wait."""

    def __init__(self, url: str, enrolment: Enrolment) -> None:
        self.id, self.token = enrolment.tablet_id, enrolment.token
        self.answers: queue.Queue[Answer] = queue.Queue()
        self.standings: queue.Queue[Standings] = queue.Queue()
        self.connected = threading.Event()
        self.lost = threading.Event()
        self.http = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {self.token}"}, timeout=PATIENCE_S)
        self.mqtt = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id=self.id)
        self.mqtt.username_pw_set(self.id, self.token)
        self.mqtt.on_connect = self._on_connect
        self.mqtt.on_disconnect = lambda *_: self.lost.set()
        self.mqtt.on_subscribe = lambda *_: self.connected.set()
        self.mqtt.on_message = self._on_message
        self.mqtt.connect(enrolment.mqtt_host, enrolment.mqtt_port)
        self.mqtt.loop_start()
        assert self.connected.wait(PATIENCE_S), "the broker did not take the tablet"

    def _on_connect(self, client: paho.Client, *_: object) -> None:
        client.subscribe([(topics.answers(self.id), 1), (topics.standings(self.id), 1)])

    def _on_message(self, client: paho.Client, _: object, message: paho.MQTTMessage) -> None:
        content = json.loads(message.payload)
        if message.topic == topics.answers(self.id):
            self.answers.put(from_json(Answer, content))
        else:
            self.standings.put(from_json(Standings, content))

    def publish(self, data: bytes, to: str | None = None) -> None:
        """Publish bytes on a topic, by default as a batch of its own; returns when the broker has them."""
        self.mqtt.publish(topics.batches(to or self.id), data, qos=1).wait_for_publish(PATIENCE_S)

    def ask(self, ride: RideHeader, points: list[Point] | None = None) -> Answer:
        """Send a batch over MQTT and wait for its answer."""
        self.publish(wire.encode(Batch(ride, tuple(points or ()))))
        return self.answers.get(timeout=PATIENCE_S)

    def post(self, ride: RideHeader, points: list[Point] | None = None) -> httpx.Response:
        """Send a batch over HTTP."""
        return self.http.post("/v1/batches", content=wire.encode(Batch(ride, tuple(points or ()))))

    def close(self) -> None:
        self.mqtt.disconnect()
        self.mqtt.loop_stop()
        self.http.close()


@pytest.fixture
def new_tablet() -> Iterator[Callable[..., Tablet]]:
    """``new_tablet(cloud, name)`` enrols and connects a tablet."""
    tablets: list[Tablet] = []

    def start(cloud: Cloud, name: str = "Bike 1") -> Tablet:
        tablets.append(Tablet(cloud.url, from_json(Enrolment, cloud.enrol(name))))
        return tablets[-1]

    yield start
    for tablet in tablets:
        tablet.close()


@pytest.fixture
def tablet(cloud: Cloud, new_tablet: Callable[..., Tablet]) -> Tablet:
    """A tablet of the shared cloud."""
    return new_tablet(cloud)


@pytest.fixture
def ride() -> Callable[..., RideHeader]:
    """``ride(class_id=, name=, rider_id=)`` makes a header of a new ride."""

    def make(class_id: str | None = None, name: str = "Ada", rider_id: str = "", **fields: Any) -> RideHeader:
        ride_id = RideHeader.new_id()
        return RideHeader(ride_id, rider_id or f"rider-of-{ride_id}", name, 1_700_000_000.0, class_id, **fields)

    return make


@pytest.fixture
def seconds() -> Callable[..., list[Point]]:
    """``seconds(first, last, power_w=)`` makes Points whose class clock runs with the ride."""

    def make(first: int, last: int, power_w: float = 200.0, in_class: bool = True) -> list[Point]:
        return [
            Point(s, 1_700_000_000.0 + s, s + 1.0 if in_class else None, 85.0, 40.0, power_w, 140.0)
            for s in range(first, last)
        ]

    return make


@pytest.fixture
def eventually() -> Callable[..., None]:
    """``eventually(condition)`` waits until it holds; for what sends no event."""

    def wait(condition: Callable[[], bool], within_s: float = PATIENCE_S) -> None:
        deadline = time.monotonic() + within_s
        while not condition():
            assert time.monotonic() < deadline, "it did not happen"
            time.sleep(0.05)

    return wait
