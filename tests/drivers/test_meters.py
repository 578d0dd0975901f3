"""Power meters, speed and cadence sensors, straps and batteries: real frames and damaged ones."""

import struct

import pytest

from drivers.battery import BatteryDecoder, parse_battery
from drivers.cycling_power import CyclingPowerDecoder, parse_cycling_power
from drivers.errors import BadFrame
from drivers.heart_rate import HeartRate, HeartRateDecoder, parse_heart_rate
from drivers.speed_cadence import CscMeasurement, SpeedCadenceDecoder, parse_csc


def feed(decoder, *frames):
    """What is said for frames of hex, two seconds apart."""
    return [decoder.feed(bytes.fromhex(text), 2.0 * number) for number, text in enumerate(frames)]


@pytest.mark.parametrize(
    "pair", [("2000 0000 0100 000b", "2000 2d00 0200 b812"), ("20000000ffffffff", "20002d000000b707")]
)
def test_real_pedals_also_when_both_counters_wrap(pair):
    first, second = feed(CyclingPowerDecoder(), *pair)
    assert first == {"power_w": 0}
    assert second == {"power_w": 45, "cadence_rpm": pytest.approx(31.093, abs=0.001)}


def test_power_alone():
    assert feed(CyclingPowerDecoder(), "0000 d204") == [{"power_w": 1234}]


def test_wheel_and_crank_at_their_limits():
    assert parse_cycling_power(bytes.fromhex("3000 d204 ffffffff 033f ff07 e70f")) == {
        **{"power_w": 1234, "wheel_revs": 4294967295, "wheel_ticks": 16131, "crank_revs": 2047, "crank_ticks": 4071}
    }


def test_every_optional_field_is_in_its_place():
    """From CPS v1.1, table 3.2; the flags that announce nothing (reference, source, offset) are set too."""
    data = struct.pack(
        "<HhBHIHHHhhhh3sHHH",
        *(0x1FFF, 210, 101, 64, 7, 2048, 9, 1024, 300, -40, 640, -64),
        *(b"\x23\x61\x45", 88, 270, 123),
    )
    assert parse_cycling_power(data) == {
        **{"power_w": 210, "balance_pct": 50.5, "accumulated_torque_nm": 2, "wheel_revs": 7, "wheel_ticks": 2048},
        **{"crank_revs": 9, "crank_ticks": 1024, "max_force_n": 300, "min_force_n": -40, "max_torque_nm": 20},
        **{"min_torque_nm": -2, "max_angle_deg": 0x123, "min_angle_deg": 0x456, "top_dead_spot_deg": 88},
        **{"bottom_dead_spot_deg": 270, "energy_kj": 123},
    }
    decoder = CyclingPowerDecoder()
    assert decoder.feed(data, 0.0) == {"power_w": 210}
    later = data[:7] + struct.pack("<IHHH", 7 + 4, 4096, 10, 2048) + data[17:]
    kmh = 4 * 2.105 * 3.6
    assert decoder.feed(later, 1.0) == {"power_w": 210, "cadence_rpm": 60, "speed_kmh": pytest.approx(kmh)}
    for length in range(len(data)):
        assert decoder.feed(data[:length], 2.0) == {}
        with pytest.raises(BadFrame):
            parse_cycling_power(data[:length])
    assert (decoder.frames_ok, decoder.frames_bad) == (2, len(data))


def test_power_is_signed_and_below_zero_not_said():
    """pycycling reads 65534 W here."""
    assert parse_cycling_power(bytes.fromhex("0000 feff"))["power_w"] == -2
    assert feed(CyclingPowerDecoder(), "0000feff", "0000ffff", "0000c509", "0000c409") == [
        {},
        {},
        {},
        {"power_w": 2500},
    ]


def test_trailing_bytes_and_reserved_flags_of_a_meter():
    assert feed(CyclingPowerDecoder(), "00e0d204aabbcc") == [{"power_w": 1234}]


def test_speed_and_cadence_as_sent():
    assert parse_csc(bytes.fromhex("03 0c000000 441a 0200 991d")) == CscMeasurement(12, 6724, 2, 7577)
    assert parse_csc(bytes.fromhex("03 ffffffff 033f ff07 e70f")) == CscMeasurement(4294967295, 16131, 2047, 4071)
    assert parse_csc(bytes.fromhex("01 0c000000 441a")) == CscMeasurement(12, 6724)
    assert parse_csc(bytes.fromhex("02 0200 991d")) == CscMeasurement(None, None, 2, 7577)
    assert parse_csc(b"\x00") == CscMeasurement()


def test_speed_and_cadence_of_a_ride():
    decoder = SpeedCadenceDecoder(wheel_m=2.0)
    first = decoder.feed(struct.pack("<BIHHH", 0xFF, 2**32 - 1, 65000, 65535, 65000), 0.0)
    later = struct.pack("<BIHHH", 0xFF, 4, (65000 + 1024) & 0xFFFF, 0, (65000 + 700) & 0xFFFF)
    second = decoder.feed(later, 1.0)
    assert first == {}
    assert second == {"speed_kmh": pytest.approx(36.0), "cadence_rpm": pytest.approx(60 * 1024 / 700)}
    decoder.reset()
    assert decoder.feed(later, 1.5) == {}


def test_short_frames_of_a_speed_sensor():
    decoder, whole = SpeedCadenceDecoder(), bytes.fromhex("030c000000441a0200991d")
    assert all(decoder.feed(whole[:length], 0.0) == {} for length in range(len(whole)))
    assert (decoder.frames_ok, decoder.frames_bad) == (0, len(whole))
    with pytest.raises(BadFrame):
        parse_csc(whole[:-1])


@pytest.mark.parametrize(
    ("text", "heart", "said"),
    [
        ("10 43 7203", HeartRate(67, None, None, (882 / 1024,)), 67),
        ("18 43 d007 7203", HeartRate(67, None, 2000, (882 / 1024,)), 67),
        ("01 2c01", HeartRate(300), None),
        ("04 43", HeartRate(67, False), None),
        ("06 43", HeartRate(67, True), 67),
        ("02 43", HeartRate(67), 67),
        ("00 00", HeartRate(0), None),
        ("00 ff", HeartRate(255), None),
        ("16 43 7203 8003 99", HeartRate(67, True, None, (882 / 1024, 896 / 1024)), 67),
        ("e0 43 aa", HeartRate(67), 67),
    ],
)
def test_straps(text, heart, said):
    """Flags 04 tell that the strap does not touch the skin; pycycling reports contact there."""
    decoder = HeartRateDecoder()
    assert parse_heart_rate(bytes.fromhex(text)) == heart
    assert decoder.feed(bytes.fromhex(text), 0.0) == ({} if said is None else {"heart_rate_bpm": said})
    assert (decoder.frames_ok, decoder.contact, decoder.rr_s) == (1, heart.contact, heart.rr_s)


@pytest.mark.parametrize("text", ["", "00", "01 43", "08 43", "08 43 d0", "09 4300 d0"])
def test_short_frames_of_a_strap(text):
    decoder = HeartRateDecoder()
    assert decoder.feed(bytes.fromhex(text), 0.0) == {}
    assert (decoder.frames_ok, decoder.frames_bad) == (0, 1)
    with pytest.raises(BadFrame):
        parse_heart_rate(bytes.fromhex(text))


def test_battery():
    decoder = BatteryDecoder()
    assert feed(decoder, "64") == [{}]
    assert (decoder.percent, parse_battery(b"\x00")) == (100, 0)
    assert feed(decoder, "65", "ff", "") == [{}, {}, {}]
    assert (decoder.percent, decoder.frames_ok, decoder.frames_bad) == (100, 1, 3)
    decoder.reset()
    assert decoder.percent is None
