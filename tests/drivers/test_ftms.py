"""What riders see of an FTMS bike: real frames, records split in two, levels, and what is not available."""

import struct

import pytest

from drivers.errors import BadFrame
from drivers.ftms import (
    Event,
    Feature,
    IndoorBikeDecoder,
    Range,
    Status,
    Target,
    machine_types,
    parse_feature,
    parse_indoor_bike,
    parse_power_range,
    parse_resistance_range,
    parse_status,
)

# Frames of real bikes and of other programs' tests: hex, what they hold.
VECTORS = [
    ("4402da020201220100", {"speed_kmh": 7.3, "cadence_rpm": 129, "power_w": 290, "heart_rate_bpm": 0}),
    ("4400ca0ca0002c01", {"speed_kmh": 32.74, "cadence_rpm": 80, "power_w": 300}),
    ("4402ca0ca0002c018f", {"speed_kmh": 32.74, "cadence_rpm": 80, "power_w": 300, "heart_rate_bpm": 143}),
    (
        "5402ca0ca000d3a4002c018f",
        {"speed_kmh": 32.74, "cadence_rpm": 80, "distance_m": 42195, "power_w": 300, "heart_rate_bpm": 143},
    ),
    (
        "5408b906b000860d0045002001",
        {"speed_kmh": 17.21, "cadence_rpm": 88, "distance_m": 3462, "power_w": 69, "elapsed_s": 288},
    ),
    ("4402f208b000400000", {"speed_kmh": 22.9, "cadence_rpm": 88, "power_w": 64, "heart_rate_bpm": 0}),
    (
        "7403b20cb000ab00001100a200030000000000",
        {
            **{"speed_kmh": 32.5, "cadence_rpm": 88, "distance_m": 171, "resistance_level": 17, "power_w": 162},
            **{"energy_kcal": 3, "energy_kcal_per_h": 0, "energy_kcal_per_min": 0, "heart_rate_bpm": 0},
        },
    ),
    ("6400ca0ca00028002c01", {"speed_kmh": 32.74, "cadence_rpm": 80, "resistance_level": 40, "power_w": 300}),
]
SAMPLE = {"speed_kmh", "cadence_rpm", "distance_m", "power_w", "heart_rate_bpm"}


@pytest.mark.parametrize(("text", "fields"), VECTORS)
def test_real_frames(text, fields):
    assert parse_indoor_bike(bytes.fromhex(text)) == fields
    decoder = IndoorBikeDecoder()
    expected = {name: value for name, value in fields.items() if name in SAMPLE and (name, value) != ZERO_HEART}
    assert decoder.feed(bytes.fromhex(text), 0.0) == expected
    assert (decoder.frames_ok, decoder.frames_bad) == (1, 0)


ZERO_HEART = ("heart_rate_bpm", 0)


def test_a_set_cadence_bit_means_present_whatever_the_service_prints():
    assert "cadence_rpm" not in IndoorBikeDecoder().feed(bytes.fromhex("4000ca0c2c01"), 0.0)


def test_bytes_behind_the_announced_ones_do_not_matter_and_missing_ones_do():
    decoder, frame = IndoorBikeDecoder(), bytes.fromhex("4402ca0ca0002c018f")
    assert decoder.feed(frame + b"\x00\xff", 0.0) == decoder.feed(frame, 0.0)
    for length in range(len(frame)):
        assert decoder.feed(frame[:length], 0.0) == {}
    assert (decoder.frames_ok, decoder.frames_bad) == (2, len(frame))
    with pytest.raises(BadFrame):
        parse_indoor_bike(frame[:-1])


def test_reserved_flags_announce_nothing():
    assert IndoorBikeDecoder().feed(bytes.fromhex("44e2ca0ca0002c018f"), 0.0)["heart_rate_bpm"] == 143


def frame(flags, form, *values):
    return struct.pack("<H" + form, flags, *values)


@pytest.mark.parametrize(
    ("data", "absent"),
    [
        (frame(0x0044, "HHh", 3274, 0xFFFF, 300), "cadence_rpm"),
        (frame(0x0044, "HHh", 3274, 502, 300), "cadence_rpm"),
        (frame(0x0044, "HHh", 0xFFFF, 160, 300), "speed_kmh"),
        (frame(0x0044, "HHh", 3274, 160, -1), "power_w"),
        (frame(0x0044, "HHh", 3274, 160, 2501), "power_w"),
        (frame(0x0044, "HHh", 3274, 160, 0x7FFF), "power_w"),
        (frame(0x0050, "HHBh", 3274, 0xFFFF, 0xFF, 300), "distance_m"),
        (frame(0x0240, "HhB", 3274, 300, 0), "heart_rate_bpm"),
        (frame(0x0240, "HhB", 3274, 300, 255), "heart_rate_bpm"),
    ],
)
def test_what_is_not_available_or_cannot_be_true_is_not_said_and_the_rest_is(data, absent):
    reading = IndoorBikeDecoder().feed(data, 0.0)
    assert absent not in reading
    assert len(reading) >= 2


def test_a_record_in_two_notifications_is_said_once_and_whole():
    decoder = IndoorBikeDecoder()
    assert decoder.feed(frame(0x0045, "Hh", 160, 300), 1.0) == {}
    whole = decoder.feed(frame(0x0200, "HB", 3274, 143), 1.1)
    assert whole == {"cadence_rpm": 80, "power_w": 300, "speed_kmh": 32.74, "heart_rate_bpm": 143}
    assert decoder.feed(frame(0x0000, "H", 3000), 2.0) == {"speed_kmh": 30}, "nothing of the record before is left"


def test_half_a_record_does_not_outlive_the_link():
    decoder = IndoorBikeDecoder()
    decoder.feed(frame(0x0045, "Hh", 160, 300), 1.0)
    decoder.reset()
    assert decoder.feed(frame(0x0000, "H", 3000), 1.5) == {"speed_kmh": 30}


@pytest.mark.parametrize("later_s", [3.5, 0.5])
def test_half_a_record_does_not_outlive_its_time_nor_a_clock_that_runs_backwards(later_s):
    decoder = IndoorBikeDecoder()
    decoder.feed(frame(0x0045, "Hh", 160, 300), 1.0)
    assert decoder.feed(frame(0x0000, "H", 3000), later_s) == {"speed_kmh": 30}
    assert decoder.frames_bad == 1


def test_a_bike_that_always_promises_more_is_still_heard():
    decoder = IndoorBikeDecoder()
    said = [decoder.feed(frame(0x0045, "Hh", 160, 300 + second), float(second)) for second in range(4)]
    assert [reading.get("power_w") for reading in said] == [None, 300, 301, 302]


def test_a_resistance_level_is_a_share_of_the_range_once_that_is_known():
    level = bytes.fromhex("6400ca0ca00028002c01")
    decoder = IndoorBikeDecoder()
    assert "resistance_pct" not in decoder.feed(level, 0.0)
    decoder.levels = parse_resistance_range(struct.pack("<hhH", 0, 800, 10))
    assert decoder.feed(level, 1.0)["resistance_pct"] == 50
    decoder.levels = Range(10, 110, 1)
    assert decoder.feed(level, 2.0)["resistance_pct"] == 30
    decoder.levels = Range(0, 24, 1)
    assert "resistance_pct" not in decoder.feed(level, 3.0), "level 40 of 24 is a contradiction"
    decoder.levels = Range(5, 5, 1)
    assert "resistance_pct" not in decoder.feed(level, 4.0)
    decoder.levels = None
    assert decoder.feed(level, 5.0)["power_w"] == 300


def test_a_bike_with_levels_of_one_byte_is_known_by_its_range():
    levels = parse_resistance_range(bytes([1, 33, 1]))
    assert (levels.minimum, levels.maximum, levels.step) == (1, 33, 1)
    decoder = IndoorBikeDecoder(levels)
    frame = bytes.fromhex("6400ca0ca00011") + (300).to_bytes(2, "little")
    assert decoder.feed(frame, 0.0) == {"speed_kmh": 32.74, "cadence_rpm": 80, "resistance_pct": 50, "power_w": 300}
    assert IndoorBikeDecoder().feed(frame, 0.0) == {}, "of another bike it would be a short frame"


def test_features_and_ranges():
    features, targets = parse_feature(struct.pack("<II", 1 << 1 | 1 << 7 | 1 << 14, 1 << 2 | 1 << 3 | 1 << 13))
    assert features == Feature.CADENCE | Feature.RESISTANCE_LEVEL | Feature.POWER
    assert targets == Target.RESISTANCE | Target.POWER | Target.SIMULATION
    assert parse_feature(b"\xff" * 8) == (sum(Feature), sum(Target)), "reserved bits are nothing known"
    assert parse_resistance_range(struct.pack("<hhH", 10, 1000, 5)) == Range(1, 100, 0.5)
    assert parse_power_range(struct.pack("<hhH", 0, 1500, 5)) == Range(0, 1500, 5)


@pytest.mark.parametrize("parse", [parse_feature, parse_resistance_range, parse_power_range, parse_status])
def test_short_values_are_bad(parse):
    with pytest.raises(BadFrame):
        parse(b"")


def test_a_range_that_ends_before_it_begins_is_bad():
    with pytest.raises(BadFrame):
        parse_power_range(struct.pack("<hhH", 100, 50, 1))


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("01", Status(Event.RESET, None)),
        ("0201", Status(Event.STOPPED, 1)),
        ("0202", Status(Event.STOPPED, 2)),
        ("04", Status(Event.STARTED, None)),
        ("0728", Status(Event.RESISTANCE, 4.0)),
        ("079001", Status(Event.RESISTANCE, 40.0)),
        ("08c800", Status(Event.POWER, 200)),
        ("12000000000000", Status(Event.SIMULATION, None)),
        ("15b400", Status(Event.CADENCE, 90)),
        ("ff", Status(Event.CONTROL_LOST, None)),
    ],
)
def test_status(text, status):
    assert parse_status(bytes.fromhex(text)) == status


@pytest.mark.parametrize("text", ["02", "08c8", "0b0100", "aa"])
def test_a_status_without_its_value_or_meaning_is_bad(text):
    with pytest.raises(BadFrame):
        parse_status(bytes.fromhex(text))


@pytest.mark.parametrize(
    ("service_data", "types"),
    [("012000", {"bike"}), ("010020", {"bike"}), ("0120", {"bike"}), ("010100", {"treadmill"}), ("01", set())],
)
def test_machine_types_are_read_from_swapped_and_missing_bytes_too(service_data, types):
    assert machine_types(bytes.fromhex(service_data)) == types
