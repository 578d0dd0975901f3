"""Flywheel: the one known capture, cut and damaged in every way a link does."""

from functools import reduce
from operator import xor

from hypothesis import given
from hypothesis import strategies as st

from drivers.flywheel import LONGEST, FlywheelDecoder

CAPTURED = bytes.fromhex("ff1f0c0122000000000000005a00000000000000000000000000000a000000016155")


def stats(power=200, cadence=90, heart=0, speed=0, brake=0):
    body = bytearray(CAPTURED[1:-2])
    body[2:4], body[7], body[11], body[12:14], body[14] = power.to_bytes(2), heart, cadence, speed.to_bytes(2), brake
    return b"\xff" + bytes(body) + bytes([reduce(xor, body), 0x55])


def test_the_capture():
    said = FlywheelDecoder().feed(CAPTURED, 0.0)
    assert said == {"power_w": 290, "cadence_rpm": 90, "speed_kmh": 0, "resistance_pct": 0}


def test_every_field():
    assert FlywheelDecoder().feed(stats(310, 85, 143, 275, 42), 0.0) == {
        **{"power_w": 310, "cadence_rpm": 85, "heart_rate_bpm": 143, "speed_kmh": 27.5, "resistance_pct": 42}
    }


@given(st.lists(st.integers(1, 33), max_size=12))
def test_frames_cut_anywhere(cuts):
    decoder, stream, said = FlywheelDecoder(), CAPTURED + stats(150), []
    for cut in [*cuts, len(stream)]:
        said.append(decoder.feed(stream[:cut], 0.0).get("power_w"))
        stream = stream[cut:]
    assert said[-1] == 150 or 150 in said
    assert (decoder.frames_ok, decoder.frames_bad) == (2, 0)


@given(st.integers(0, len(CAPTURED) - 1), st.integers(1, 255))
def test_a_flipped_byte_costs_one_frame_and_shows_nothing(at, flip):
    damaged = bytearray(CAPTURED)
    damaged[at] ^= flip
    decoder = FlywheelDecoder()
    assert decoder.feed(bytes(damaged), 0.0) == {}
    assert decoder.feed(stats(150) + stats(151) + stats(152), 1.0)["power_w"] == 152
    assert decoder.frames_bad >= 1


def test_garbage_takes_no_memory():
    decoder = FlywheelDecoder()
    for _ in range(100):
        decoder.feed(b"\xff\x40" * 500, 0.0)
        assert len(decoder._pending) <= LONGEST + 3


def test_a_lost_link_forgets_half_a_frame():
    decoder = FlywheelDecoder()
    decoder.feed(CAPTURED[:20], 0.0)
    decoder.reset()
    assert decoder.feed(CAPTURED, 1.0)["power_w"] == 290
    assert decoder.frames_bad == 0


def test_other_frames_say_nothing():
    decoder = FlywheelDecoder()
    assert decoder.feed(bytes.fromhex("ff03010203 55".replace(" ", "")), 0.0) == {}
    assert decoder.feed(bytes([0xFF, 2, 0x07, 2 ^ 7, 0x55]), 0.0) == {}
    assert decoder.frames_ok == 1
