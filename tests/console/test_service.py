"""What a technician reads of a sensor: rates, ages, the fault log, the table; and in which words a link is told."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import service
from console.link_words import link_words
from console.sensor_watch import CHANGES, SensorWatch
from console.status import status_items
from console.unknown import reckoned, what_a_ride_lacks, why_unknown
from drivers import errors
from drivers.ble_errors import forbidden, in_use, out_of_range
from drivers.peloton_poll import KnownBike
from drivers.resistance import ResistanceTable
from drivers.sample import Sample
from drivers.sensor import LinkState, SensorStatus

URL = "ble://C1:BA:CE:00:00:01"
OFF = errors.BluetoothOff("Bluetooth is switched off", "Switch it on in the system's settings.")


def sensor(kind: str = "bike", state: LinkState = LinkState.RECEIVING, name: str = "Bike", **said: float) -> Any:
    watch = SensorWatch()
    if said:
        watch.hear(Sample(100.0, URL, **said))
    status = SensorStatus(URL, name, state)
    return SimpleNamespace(url=URL, name=name, kind=kind, status=status, watch=watch, known=None)


def test_values_come_with_their_rate_and_age_and_what_is_reckoned_is_marked():
    one = sensor()
    for step in range(40):
        reckoned = frozenset({"power_w"})
        one.watch.hear(Sample(100 + step / 4, URL, cadence_rpm=88.04, power_w=151.0, estimated=reckoned))
    cadence, power = service.values(one, 110.0)
    assert (cadence.title, cadence.value, cadence.unit) == ("Cadence", "88.0", "rpm")
    assert cadence.notes == ("3.8", "0.2 s") and power.unit == "W est."
    assert service.values(one, 120.0)[0].notes == ("0.0", "10 s") and service.values(one, 120.0)[0].kind == "muted"
    assert len(service.minutes(one, 110.0)[0].values) == 40
    assert service.minutes(one, 200.0)[0].values == [], "a minute later nothing is left"


def test_a_share_of_valid_frames_is_never_rounded_up_to_all():
    status = SensorStatus(URL, "x", frames_ok=99_999, frames_bad=1, bytes_seen=5, last_frame_at_s=99.0, battery_pct=64)
    figures = {figure.title: figure for figure in service.link(status, 4.0, 100.0)}
    assert figures["Frames valid"].notes == ("99.99 %",) and figures["Frames damaged"].kind == "warn"
    assert figures["Battery"].value == "64" and figures["Last frame"].value == "1.0 s"


def test_the_table_says_where_the_sensor_stands_on_it():
    one = sensor()
    assert service.curve(one) is None, "a bike on the air has none"
    one.known = KnownBike()
    assert service.curve(one) == service.Curve((), None, None)
    one.known.table, one.known.raw_resistance = ResistanceTable([10 * entry for entry in range(31)]), 150.0
    curve = service.curve(one)
    assert len(curve.points) == 31 and curve.points[-1] == (300, 100.0) and curve.percent == pytest.approx(50)
    assert service.values(one, 100.0)[-1].value == "150"


def test_raw_bytes_are_shown_by_characteristic_and_not_those_we_send():
    one = sensor()
    one.watch.tap(99.0, True, "00002ad2-0000-1000-8000-00805f9b34fb", bytes.fromhex("440200"))
    one.watch.tap(99.5, False, "00002ad9-0000-1000-8000-00805f9b34fb", b"\0")
    assert [(one.title, one.value) for one in service.frames(one, 100.0)] == [("2AD2", "4402 00")]


def test_the_fault_log_has_every_turn_once_and_no_passing_try_to_connect():
    watch, status = SensorWatch(), SensorStatus(URL, "Bike")
    turns = [LinkState.CONNECTING, LinkState.RECEIVING, LinkState.LOST, LinkState.CONNECTING, LinkState.LOST]
    for second, state in enumerate([*turns, LinkState.RECEIVING]):
        status.state, status.error = state, out_of_range("Bike") if state is LinkState.LOST else None
        for look in range(3):
            watch.look(status, second * 0.75 + look * 0.25, 1_764_000_000 + second)
    told = service.faults(list(watch.changes), status, "bike")
    assert [fault.words.words for fault in told] == ["Receiving", "Not heard", "Receiving", "Connecting"]
    assert told[0].time > told[1].time and "Wake it" in told[1].words.remedy


@given(st.lists(st.sampled_from(list(LinkState)), max_size=200))
def test_the_fault_log_never_grows_beyond_fifty(states: list[LinkState]) -> None:
    watch, status = SensorWatch(), SensorStatus(URL, "Bike")
    for second, state in enumerate(states):
        status.state = state
        watch.look(status, second * 2.0, second)
    assert len(watch.changes) <= CHANGES
    assert not states or states[-1] is LinkState.CONNECTING or watch.changes[-1].state is states[-1]


@pytest.mark.parametrize(
    ("state", "error", "words", "remedy"),
    [
        (LinkState.NEEDS_RIDER, OFF, "No Bluetooth", "Switch it on"),
        (LinkState.NEEDS_RIDER, forbidden(), "Not allowed", "group bluetooth"),
        (LinkState.LOST, out_of_range("Bike"), "Not heard", "bring it nearer"),
        (LinkState.LOST, in_use("Bike"), "In use elsewhere", "Disconnect it there"),
        (LinkState.NEEDS_RIDER, errors.PortBusy("the port is in use", "Close it."), "In use elsewhere", "Close it"),
        (LinkState.NEEDS_RIDER, errors.PortMissing("no port", "Plug it in."), "Not plugged in", "Plug it in"),
        (LinkState.NEEDS_RIDER, errors.WrongDevice("a lamp", "Pair another."), "Wrong device", "Pair another"),
        (LinkState.LOST, errors.LinkLost("gone", "Wake it."), "Lost, trying again", "Wake it"),
        (LinkState.SILENT, errors.LinkLost("it fell silent", "Turn the pedals."), "Silent", "Turn the pedals"),
    ],
)
def test_each_trouble_has_its_own_word_and_its_remedy(
    state: LinkState, error: errors.DriverError, words: str, remedy: str
) -> None:
    told = link_words(SensorStatus(URL, "Bike", state, error), "bike")
    assert told.words == words and remedy in told.remedy and told.kind in ("warn", "fault")


def test_what_is_connected_but_of_no_use_is_not_called_well():
    receiving = SensorStatus(URL, "Strap", LinkState.RECEIVING)
    assert link_words(receiving, "heart rate", mute=True).words == "No beat"
    assert link_words(receiving, "bike", mute=True).words == "No numbers"
    damaged = link_words(receiving, "bike", damaged=0.33)
    assert damaged.words == "Damaged data" and "33 %" in damaged.remedy and "firmware" in damaged.remedy
    receiving.battery_pct = 15
    assert link_words(receiving, "heart rate").words == "Battery low, 15 %"
    receiving.battery_pct = 16
    assert link_words(receiving, "heart rate").words == "Receiving"


def test_a_strap_that_sends_frames_without_a_beat_is_noticed_after_five_seconds():
    watch, status = SensorWatch(), SensorStatus(URL, "Strap", LinkState.RECEIVING)
    watch.look(status, 10.0, 0.0)
    assert not watch.mute(14.0) and watch.mute(15.5)
    watch.hear(Sample(16.0, URL, heart_rate_bpm=120.0))
    assert not watch.mute(20.0) and watch.mute(21.5)


def test_a_nearly_empty_battery_is_in_the_status_bar():
    uplink = SimpleNamespace(state=SimpleNamespace(name="ONLINE"), waiting_rides=0)
    strap = sensor("heart rate")
    strap.status.battery_pct = 12
    assert ("12 %", True) in [(item.words, item.trouble) for item in status_items([strap], uplink)]


def test_what_nobody_tells_has_a_reason():
    bike, crank = sensor(cadence_rpm=80.0), sensor("speed/cadence", name="Crank", cadence_rpm=80.0)
    assert why_unknown("power_w", []) == why_unknown("power_w", [crank]) == "no sensor"
    assert why_unknown("power_w", [bike]) == "Bike does not tell"
    bike.status.state = LinkState.LOST
    assert why_unknown("cadence_rpm", [bike]) == "Bike is silent"


def test_what_is_reckoned_is_called_so_of_who_reckons_it():
    bike = sensor(cadence_rpm=80.0)
    bike.watch.hear(Sample(101.0, URL, power_w=150.0, estimated=frozenset({"power_w"})))
    assert reckoned("power_w", URL, [bike]) and not reckoned("cadence_rpm", URL, [bike])
    assert not reckoned("power_w", "ble://other", [bike])


def test_a_ride_says_beforehand_what_it_cannot_know():
    assert "stays unknown" in what_a_ride_lacks([])
    strap, bike = sensor("heart rate", heart_rate_bpm=120.0), sensor(cadence_rpm=80.0, power_w=150.0)
    assert "With a strap alone" in what_a_ride_lacks([strap])
    assert what_a_ride_lacks([strap, bike]) == ""
    assert what_a_ride_lacks([sensor("speed/cadence", cadence_rpm=80.0)]).startswith("No output")
    assert what_a_ride_lacks([sensor("speed/cadence", LinkState.LOST)]) == "", "nobody knows yet"
