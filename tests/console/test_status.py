"""The words of the status bar."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from console.status import status_items, why_no_standings
from drivers.sensor import LinkState, SensorStatus


def sensor(kind: str, state: LinkState) -> Any:
    return SimpleNamespace(kind=kind, status=SensorStatus("serial:///x", "x", state))


def uplink(state: str, waiting: int = 0) -> Any:
    return SimpleNamespace(state=SimpleNamespace(name=state), waiting_rides=waiting)


def words(sensors: list[Any], status: Any) -> list[tuple[str, bool]]:
    return [(item.words, item.trouble) for item in status_items(sensors, status)]


def test_all_well() -> None:
    sensors = [sensor("bike", LinkState.RECEIVING), sensor("heart", LinkState.RECEIVING)]
    said = words(sensors, uplink("ONLINE"))
    assert said == [("Bike", False), ("Strap", False), ("Online", False), ("Synced", False)]


def test_nothing_paired_and_nowhere_enrolled() -> None:
    assert words([], uplink("NOT_ENROLLED")) == [("No bike", True), ("Not enrolled", True)]


def test_offline_rides_wait_and_say_how_many() -> None:
    said = words([sensor("bike", LinkState.RECEIVING)], uplink("OFFLINE", 2))
    assert said[1:] == [("Offline", True), ("2 rides waiting", True)]


def test_a_cloud_that_was_only_just_asked_is_no_trouble() -> None:
    assert words([sensor("bike", LinkState.RECEIVING)], uplink("CONNECTING", 1))[1:] == [
        ("Connecting", False),
        ("1 ride waiting", False),
    ]


def test_why_there_are_no_standings() -> None:
    assert why_no_standings(uplink("ONLINE")) == why_no_standings(uplink("CONNECTING")) == ""
    assert "refuses" in why_no_standings(uplink("REFUSED"))
    assert "No network" in why_no_standings(uplink("OFFLINE"))


def test_rides_on_their_way_are_no_trouble() -> None:
    assert words([sensor("bike", LinkState.RECEIVING)], uplink("ONLINE", 1))[-1] == ("1 ride waiting", False)


@pytest.mark.parametrize("state", [state for state in LinkState if state is not LinkState.RECEIVING])
def test_a_bike_that_is_not_heard_leads_to_the_sensors(state: LinkState) -> None:
    item = status_items([sensor("bike", state)], uplink("ONLINE"))[0]
    assert item.trouble and item.screen == "sensors" and item.words.startswith("Bike: ")


def test_one_bike_that_is_heard_is_enough() -> None:
    sensors = [sensor("bike", LinkState.LOST), sensor("bike", LinkState.RECEIVING)]
    assert words(sensors, uplink("ONLINE"))[0] == ("Bike", False)
