"""What a check says: for each cause its word, and what to do."""

import pytest

from drivers.errors import (
    BluetoothForbidden,
    BluetoothOff,
    InUse,
    LinkLost,
    OutOfRange,
    PortBusy,
    PortForbidden,
    PortMissing,
    WrongDevice,
)
from drivers.live_table import LiveTable
from drivers.sample import Sample
from drivers.sensor import LinkState, SensorStatus
from drivers.verdict import Verdict, judge


def status(**fields):
    return SensorStatus("ble://AA:BB:CC:DD:EE:FF", "Strap", **fields)


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (BluetoothOff, "bluetooth off"),
        (BluetoothForbidden, "no permission"),
        (PortForbidden, "no permission"),
        (PortMissing, "not there"),
        (PortBusy, "in use"),
        (InUse, "in use"),
        (OutOfRange, "out of range"),
        (WrongDevice, "wrong kind"),
        (LinkLost, "link lost"),
    ],
)
def test_each_trouble_has_its_word_its_reason_and_its_remedy(error, verdict):
    judged = judge(status(state=LinkState.LOST, error=error("it happened", "Do this.")), {}, 10.0)
    assert (judged.verdict, judged.remedy, judged.reasons[0]) == (verdict, "Do this.", "it happened")


def test_a_silent_one_is_told_with_bytes_frames_and_age():
    silent = status(state=LinkState.SILENT, error=LinkLost("Strap says nothing", "Wet it."))
    judged = judge(silent, {}, 10.0)
    assert judged.verdict is Verdict.SILENT and judged.reasons[1] == "0 bytes, 0 valid frames, 0 bad"


def test_bytes_without_frames_and_frames_without_values_are_odd_firmware():
    for counts in ({"bytes_seen": 400, "frames_bad": 40}, {"bytes_seen": 400, "frames_ok": 40, "last_frame_at_s": 7.5}):
        judged = judge(status(state=LinkState.RECEIVING, **counts), {}, 10.0)
        assert judged.verdict is Verdict.ODD_FIRMWARE and judged.remedy
    assert "40 valid frames, the last 2.5 s ago" in judged.reasons[1]


def test_one_that_is_not_reached_yet_is_no_fault_of_its_own():
    judged = judge(status(), {}, 10.0)
    assert judged.verdict is Verdict.LINK_LOST and "--seconds" in judged.remedy


def test_one_that_answers_is_fine_with_what_a_technician_should_know():
    ill = status(state=LinkState.RECEIVING, bytes_seen=900, frames_ok=90, frames_bad=10, battery_pct=9)
    judged = judge(ill, {"heart_rate_bpm": 140.0}, 10.0)
    assert judged.verdict is Verdict.FINE
    said = " ".join(judged.reasons)
    assert "heart rate" in said and "firmware is odd" in said and "low (9 %)" in said


def test_the_table_shows_rates_ages_estimates_and_drops_what_is_old():
    strap, bike = status(), SensorStatus("serial:///b", "Bike", state=LinkState.RECEIVING, bytes_seen=12)
    table = LiveTable([strap, bike], {"serial:///b": " (held)"})
    for tick in range(40):
        table.hear(Sample(tick / 4, bike.url, cadence_rpm=80, power_w=150, estimated=frozenset({"power_w"})))
    table.hear(Sample(5.0, strap.url, heart_rate_bpm=140))
    lines = [" ".join(line.split()) for line in table.lines(10.0)]
    assert lines[0].startswith("Strap connecting")
    assert lines[1] == "heart rate - bpm 0.2/s 5.0 s ago"
    assert lines[2].startswith("Bike (held) receiving 12 bytes")
    assert lines[3:] == ["cadence 80 rpm 4.0/s 0.2 s ago", "power 150 W 4.0/s 0.2 s ago estimated"]
