"""Two origins of one class, and one encoder that sends to both: shared by all tests that do not break them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.live.origins import LONG, Encoder, Origin, schedule


@dataclass
class OnAir:
    """``a`` takes RTMP, ``b`` too."""

    a: Origin
    b: Origin
    encoder: Encoder


@pytest.fixture(scope="module")
def on_air(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnAir]:
    """A class that is on."""
    data = tmp_path_factory.mktemp("live")
    schedule(data, "hour", plan=LONG)
    a, b = (Origin(data, "hour", name).start() for name in ("a", "b"))
    encoder = Encoder((a.encoder_url, b.encoder_url)).start()
    for origin in (a, b):
        origin.await_state("live")
    yield OnAir(a, b, encoder)
    encoder.stop()
    for origin in (a, b):
        origin.stop()


@pytest.fixture
def new_origin(tmp_path: Path) -> Iterator[Callable[..., Origin]]:
    """``new_origin(wire=, plan=)`` starts an origin of a class of its own, to be broken at will."""
    started: list[Origin] = []

    def start(class_id: str = "hour", name: str = "a", wire: str = "rtmp", options: tuple[str, ...] = ()) -> Origin:
        data = tmp_path / "data"
        if not (data / "live" / class_id).exists():
            schedule(data, class_id, plan=LONG)
        started.append(Origin(data, class_id, name, wire, options).start())
        return started[-1]

    yield start
    for origin in started:
        if origin.process is not None:
            origin.stop()


@pytest.fixture
def new_encoder() -> Iterator[Callable[..., Encoder]]:
    """``new_encoder(url, …)`` starts an encoder."""
    started: list[Encoder] = []

    def start(*urls: str, **how: object) -> Encoder:
        started.append(Encoder(urls, **how).start())  # type: ignore[arg-type]
        return started[-1]

    yield start
    for encoder in started:
        if encoder.process is not None:
            encoder.stop()
