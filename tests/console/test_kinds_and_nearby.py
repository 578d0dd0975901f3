"""What is offered for pairing, in which order, and by which words its kind is called."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from console.kinds import canonical
from console.link_words import kind_words, offer_words
from console.nearby import Nearby, bars
from drivers.discovery import Found
from drivers.sensor import LinkState, SensorStatus

HERE = "ble://C1:BA:CE:00:00:01?name=Breakaway"


def found(url: str, kind: str = "bike", dbm: int | None = -60, heard_s: float | None = 100.0) -> Found:
    return Found(url, url, kind, "", dbm, heard_s, (kind,))


def paired(url: str, state: LinkState = LinkState.LOST, peer: str = "") -> Any:
    return SimpleNamespace(url=url, status=SensorStatus(url, "x", state, peer=peer))


def urls(seen: list[Found], *sensors: Any) -> list[str]:
    return [one.url for one in Nearby().offered(seen, sensors, 100.0)]


def test_bikes_come_first_and_the_strong_before_the_weak():
    seen = [found("ble://A", "heart rate", -50), found("ble://B", dbm=-90), found("ble://C", dbm=-55)]
    assert urls([*seen, found("serial:///dev/ttyUSB0", dbm=None)]) == [
        "serial:///dev/ttyUSB0",
        "ble://C",
        "ble://B",
        "ble://A",
    ]


def test_no_row_moves_under_a_finger_when_signals_change():
    nearby = Nearby()
    weak, strong = found("ble://A", dbm=-90), found("ble://B", dbm=-50)
    assert nearby.offered([weak], [], 100.0) == [weak]
    before = [one.url for one in nearby.offered([weak, strong], [], 100.0)]
    after = nearby.offered([found("ble://A", dbm=-40), found("ble://B", dbm=-95)], [], 101.0)
    assert [one.url for one in after] == before


def test_what_is_paired_is_not_offered_again_even_when_it_was_found_without_its_name():
    assert urls([found(HERE.split("?")[0])], paired(HERE)) == []
    assert urls([found("dircon://10.0.0.7:36866?name=KICKR")], paired("dircon://10.0.0.7:36866")) == []
    assert urls([found("keiser://56")], paired("keiser://57")) == ["keiser://56"]


def test_a_bike_whose_address_has_rotated_keeps_its_pairing():
    rotated = found("ble://C1:BA:CE:00:00:99?name=Breakaway")
    assert urls([rotated], paired(HERE)) == [], "it is looked for, and this is the only one of its name"
    assert urls([rotated], paired(HERE, LinkState.RECEIVING, "c1:ba:ce:00:00:99")) == [], "connected to just this one"
    old = found(HERE, heard_s=90.0)
    assert urls([old, rotated], paired(HERE)) == [], "its former address was not heard for long"


def test_another_bike_of_the_same_name_can_be_paired():
    other = found("ble://C1:BA:CE:00:00:99?name=Breakaway")
    assert urls([other], paired(HERE, LinkState.RECEIVING, "C1:BA:CE:00:00:01")) == [other.url]
    assert urls([found(HERE), other], paired(HERE)) == [other.url], "both are there"


def test_kinds_kept_by_earlier_versions_are_understood():
    assert (canonical("heart"), canonical("power"), canonical("bike")) == ("heart rate", "power meter", "bike")
    assert kind_words(["heart"]) == kind_words(["heart rate"]) == "Heart rate"


def test_what_is_found_says_its_kinds_and_its_wire():
    bike = Found("ble://A", "B", "bike", "", kinds=("bike", "power meter", "speed/cadence", "heart rate"))
    assert offer_words(bike) == "Bike, power meter, heart rate, Bluetooth"
    assert offer_words(Found("ble://A", "C", "speed/cadence", "", kinds=("speed/cadence",))).startswith("Speed and")
    assert offer_words(Found("dircon://h:1", "D", "bike", "", kinds=("bike",))) == "Bike, Wi-Fi"
    assert offer_words(Found("serial:///dev/x", "E", "bike", "USB serial, FTDI")) == "USB serial, FTDI"


def test_a_signal_has_one_to_four_bars_and_a_cable_none():
    assert [bars(dbm) for dbm in (None, -95, -82, -74, -66, -40)] == [0, 1, 2, 3, 4, 4]
