"""Treadmill Data, from the order of the fields in FTMS v1.0, table 4.1."""

import struct

import pytest

from drivers.errors import BadFrame
from drivers.treadmill import TreadmillDecoder, parse_treadmill

EVERYTHING = struct.pack(
    "<HHHHBhhHHBBHHBBBHHhh",
    *(0x1FFE, 1000, 950, 0x0D86, 0, 25, 14, 300, 12, 60, 55),
    *(120, 700, 11, 143, 85, 1800, 600, -20, 250),
)


def test_every_field_is_in_its_place():
    assert parse_treadmill(EVERYTHING) == {
        **{"speed_kmh": 10.0, "average_speed_kmh": 9.5, "distance_m": 3462, "incline_pct": 2.5, "ramp_angle_deg": 1.4},
        **{"climbed_m": 30.0, "descended_m": 1.2, "pace_km_per_min": 6.0, "average_pace_km_per_min": 5.5},
        **{"energy_kcal": 120, "energy_kcal_per_h": 700, "energy_kcal_per_min": 11, "heart_rate_bpm": 143, "met": 8.5},
        **{"elapsed_s": 1800, "remaining_s": 600, "belt_force_n": -20, "power_w": 250},
    }


def test_a_run_is_speed_slope_distance_and_heart_but_no_power_at_a_crank():
    assert TreadmillDecoder().feed(EVERYTHING, 0.0) == {
        **{"speed_kmh": 10.0, "distance_m": 3462, "incline_pct": 2.5, "heart_rate_bpm": 143}
    }


def test_downhill_and_what_is_not_available():
    decoder = TreadmillDecoder()
    assert decoder.feed(struct.pack("<HHhh", 0x0008, 800, -30, 0x7FFF), 0.0) == {"speed_kmh": 8, "incline_pct": -3}
    assert decoder.feed(struct.pack("<HHhh", 0x0008, 0xFFFF, 0x7FFF, 0x7FFF), 1.0) == {}
    assert (decoder.frames_ok, decoder.frames_bad) == (2, 0)


def test_a_pace_of_two_bytes_is_known_by_the_frames_length():
    one = struct.pack("<HHBHHBB", 0x01A0, 1000, 60, 120, 700, 11, 143)
    two = struct.pack("<HHHHHBB", 0x01A0, 1000, 300, 120, 700, 11, 143)
    for frame, pace in ((one, ("pace_km_per_min", 6.0)), (two, ("pace_s_per_500m", 300))):
        assert pace in parse_treadmill(frame).items()
        assert TreadmillDecoder().feed(frame, 0.0) == {"speed_kmh": 10.0, "heart_rate_bpm": 143}


def test_split_and_short_frames():
    decoder = TreadmillDecoder()
    assert decoder.feed(struct.pack("<Hhh", 0x0009, 25, 0), 0.0) == {}
    assert decoder.feed(struct.pack("<HHB", 0x0100, 1000, 150), 0.1) == {
        **{"incline_pct": 2.5, "speed_kmh": 10, "heart_rate_bpm": 150}
    }
    assert decoder.feed(EVERYTHING[:-1], 1.0) == {}
    assert decoder.frames_bad == 1
    with pytest.raises(BadFrame):
        parse_treadmill(EVERYTHING[:-1])
