"""Keiser bikes: the documented advertisement, the M7i's, and everything that must not count."""

import pytest

from drivers.errors import BadFrame
from drivers.keiser import KeiserDecoder, KeiserFrame, parse_keiser

M3I = bytes.fromhex("0201063000383803460573000D00042701000A")[2:]  # as bleak gives it, without the company id
M7I = bytes.fromhex("0201010500383803460573000D0004270A20033601")[2:]


def changed(at, *values, data=M3I):
    return data[:at] + bytes(values) + data[at + len(values) :]


def test_the_documented_advertisement():
    assert parse_keiser(M3I) == KeiserFrame((6, 30), True, 56, 82.4, 135, 115, 13, 4 * 60 + 39, 160.9344, 10)
    assert KeiserDecoder().feed(M3I, 0.0) == {
        **{"cadence_rpm": 82.4, "heart_rate_bpm": 135, "power_w": 115, "distance_m": 160.9344},
        "resistance_pct": pytest.approx(9 / 23 * 100),
    }


def test_the_m7i_has_its_gear_earlier_and_no_trip():
    frame = parse_keiser(M7I)
    assert (frame.firmware, frame.power_w, frame.gear, frame.distance_m) == ((1, 5), 115, 10, None)


def test_kilometres_and_miles():
    assert parse_keiser(changed(14, 0x0F, 0x80)).distance_m == 1500
    assert parse_keiser(changed(14, 0x0F, 0x00)).distance_m == pytest.approx(1.5 * 1609.344)


def test_old_firmware_sends_no_gear():
    assert parse_keiser(changed(1, 0x20)).gear is None
    assert parse_keiser(M3I[:-1]).gear is None
    assert "resistance_pct" not in KeiserDecoder().feed(changed(1, 0x20), 0.0)


@pytest.mark.parametrize(("kind", "live"), [(0, True), (1, False), (99, False), (127, False), (128, True), (227, True)])
def test_a_look_back_on_a_ride_is_not_now(kind, live):
    decoder = KeiserDecoder()
    assert bool(decoder.feed(changed(2, kind), 0.0)) is live
    assert decoder.frames_ok == 1
    assert not decoder.feed(changed(2, 228), 0.0) and not decoder.feed(changed(2, 255), 0.0)


def test_one_bike_among_many():
    decoder = KeiserDecoder(57)
    assert decoder.feed(M3I, 0.0) == {}
    assert decoder.feed(changed(3, 57), 0.1)["power_w"] == 115
    first_come = KeiserDecoder()
    first_come.feed(M3I, 0.0)
    assert first_come.feed(changed(3, 57), 0.1) == {}


@pytest.mark.parametrize(
    ("firmware", "timeout_s"), [((6, 0x29), 7), ((6, 0x30), 1), ((6, 0x32), 1), ((5, 0x45), 7), ((7, 0), 1)]
)
def test_silence_is_judged_by_firmware(firmware, timeout_s):
    decoder = KeiserDecoder()
    assert decoder.timeout_s == 7
    decoder.feed(changed(0, *firmware), 0.0)
    assert decoder.timeout_s == timeout_s


def test_no_heart_no_gear_and_absurd_numbers_are_not_said():
    decoder = KeiserDecoder()
    assert "heart_rate_bpm" not in decoder.feed(changed(6, 0, 0), 0.0)
    assert "resistance_pct" not in decoder.feed(changed(16, 0), 0.0)
    assert "resistance_pct" not in decoder.feed(changed(16, 25), 0.0)
    assert decoder.feed(changed(4, *b"\xff" * 6), 0.0).keys() == {"distance_m", "resistance_pct"}


@pytest.mark.parametrize("data", [b"", M3I[:15], changed(1, 0x3A), changed(13, 60)])
def test_damage_is_dropped_and_counted(data):
    decoder = KeiserDecoder()
    assert decoder.feed(data, 0.0) == {}
    assert (decoder.frames_ok, decoder.frames_bad) == (0, 1)
    with pytest.raises(BadFrame):
        parse_keiser(data)
