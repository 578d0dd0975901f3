"""Attacks on every codec: no bytes make it raise, show what cannot be true, or grow."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.battery import BatteryDecoder
from drivers.cycling_power import CyclingPowerDecoder, parse_cycling_power
from drivers.echelon import EchelonDecoder, message
from drivers.errors import BadFrame
from drivers.flywheel import FlywheelDecoder
from drivers.ftms import IndoorBikeDecoder, Range, parse_feature, parse_indoor_bike, parse_power_range, parse_status
from drivers.heart_rate import HeartRateDecoder, parse_heart_rate
from drivers.keiser import KeiserDecoder, parse_keiser
from drivers.sample import Sample
from drivers.schwinn import SchwinnDecoder
from drivers.speed_cadence import SpeedCadenceDecoder, parse_csc
from drivers.treadmill import TreadmillDecoder, parse_treadmill

DECODERS = [
    *(IndoorBikeDecoder, lambda: IndoorBikeDecoder(Range(0, 100, 1)), SchwinnDecoder, TreadmillDecoder),
    *(CyclingPowerDecoder, SpeedCadenceDecoder, HeartRateDecoder, BatteryDecoder),
    *(KeiserDecoder, EchelonDecoder, FlywheelDecoder),
]
LIMITS = {
    **{"cadence_rpm": (0, 250), "power_w": (0, 2500), "resistance_pct": (0, 100), "heart_rate_bpm": (1, 250)},
    **{"speed_kmh": (0, 200.0001), "incline_pct": (-60, 60), "distance_m": (0, 0xFFFFFE)},
}
FILLED = [bytes([byte]) * 40 for byte in (0x00, 0xFF, 0x7F, 0x80, 0x01)]
framed_echelon = st.builds(message, st.sampled_from([0xD1, 0xD2, 0xA1]), st.binary(max_size=16))
# Small first bytes are flags that announce little, so that values are read at all.
likely = st.builds(
    lambda flags, rest: bytes(flags) + rest, st.tuples(*[st.integers(0, 255)] * 2), st.binary(max_size=36)
)
frames = st.binary(max_size=40) | likely | st.sampled_from(FILLED) | framed_echelon
times = st.floats(0, 1e5) | st.sampled_from([0.0, 1.0, 2.0])


def test_the_limits_are_those_of_a_sample():
    assert {field.name for field in fields(Sample)} - {"at_s", "source", "estimated"} == LIMITS.keys()


@pytest.mark.parametrize("make", DECODERS)
@given(heard=st.lists(st.tuples(frames, times), max_size=12))
def test_whatever_comes_nothing_raises_and_nothing_untrue_is_shown(make, heard):
    decoder = make()
    for data, at_s in heard:
        before = decoder.frames_ok + decoder.frames_bad
        for name, value in decoder.feed(data, at_s).items():
            low, high = LIMITS[name]
            assert low <= value <= high, (name, value)
        if not isinstance(decoder, KeiserDecoder | FlywheelDecoder):
            assert decoder.frames_ok + decoder.frames_bad >= before + 1, "every frame is counted"
    decoder.reset()


@pytest.mark.parametrize("make", DECODERS)
def test_all_flags_of_the_world_take_little_memory(make):
    decoder = make()
    for flags in range(0, 0x10000, 7):
        decoder.feed(flags.to_bytes(2, "little") + bytes(50), 0.0)
    parser = getattr(decoder, "_parser", None)
    assert parser is None or parser.layout.cache_info().currsize <= 256


PARSERS = [
    *(parse_indoor_bike, parse_treadmill, parse_feature, parse_power_range, parse_status),
    *(parse_cycling_power, parse_csc, parse_heart_rate, parse_keiser),
]


@pytest.mark.parametrize("parse", PARSERS)
@given(data=frames)
def test_a_parser_reads_or_says_bad_frame(parse, data):
    try:
        first = parse(data)
    except BadFrame:
        return
    assert parse(data) == first
