"""Attacks on the codec: any bytes, long streams of garbage, replies damaged in every way."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.peloton import Decoder, Kind

HEADS = st.sampled_from([0xF1, 0xF5, 0xF7, 0xFE, 0xF6, 0xE8, 0xEF, 0xF3])
CODES = st.sampled_from([0x41, 0x44, 0x4A, 0x49, 0xF7, 0xFB, 0xFE, 0x57, 0x99])
# Bytes that look like the protocol far more often than chance would have it.
LIKELY = st.lists(HEADS | CODES | st.integers(0, 5) | st.integers(0x30, 0x3A) | st.integers(0, 255), max_size=120)
LIMITS = {
    Kind.CADENCE: ("rpm", 3, 250, 1),
    Kind.POWER: ("W", 5, 2500, 10),
    Kind.RESISTANCE_RAW: ("counts", 4, 1023, 1),
    Kind.RESISTANCE: ("%", 3, 100, 1),
    Kind.CALIBRATION: ("counts", 4, 1023, 1),
}


def with_checksum(body):
    return bytes(body) + bytes([sum(body) & 0xFF, 0xF6])


framed = st.builds(
    lambda head, code, length, body: with_checksum([head, code, length, *body]),
    HEADS,
    CODES,
    st.integers(0, 18),
    st.lists(st.integers(0x30, 0x39) | st.integers(0, 255), max_size=18),
)
streams = st.lists(LIKELY.map(bytes) | framed | st.binary(max_size=30), max_size=8).map(b"".join)


@given(streams)
def test_whatever_comes_every_frame_is_really_there_and_true(stream):
    decoder = Decoder()
    frames = decoder.feed(stream) + decoder.finish()
    end = 0
    for frame in frames:
        assert frame.offset >= end, "frames never overlap"
        end = frame.offset + len(frame.payload) + (5 if stream[frame.offset] == 0xF1 else 3)
        raw = stream[frame.offset : end]
        assert raw == with_checksum(raw[:-2])
        assert frame.payload in raw
        if frame.kind is Kind.OTHER:
            assert (frame.value, frame.unit) == (None, None)
            continue
        unit, length, limit, divisor = LIMITS[frame.kind]
        assert raw[:3] == bytes([0xF1, frame.code, length])
        assert frame.unit == unit
        assert 0 <= frame.value <= limit
        assert round(frame.value * divisor) == int(frame.payload[::-1])
    assert decoder.replies == len(frames)


@given(streams)
def test_after_whatever_came_a_terminator_and_a_good_reply_is_soon_heard(stream):
    """The longest frame is 21 bytes: two good replies with room between, and the second is always heard."""
    decoder = Decoder()
    decoder.feed(stream)
    good = bytes.fromhex("f14103323930d0f6")
    frames = decoder.feed(b"\0" * 21 + good)
    assert frames[-1].value == 92


@pytest.mark.parametrize(
    "garbage", [b"\xf1", b"\xf1\xfb\x10", b"\xe8", b"\xf5\x99\x8e", b"\xf6", b"\0", b"$GPGGA,1\r\n"]
)
def test_megabytes_of_garbage_take_neither_memory_nor_long(garbage):
    decoder, chunk = Decoder(), garbage * (4096 // len(garbage))
    begin_s = time.process_time()
    for _ in range(128):
        assert decoder.feed(chunk) == []
        assert len(decoder._pending) <= 21
    assert time.process_time() - begin_s < 8, "half a megabyte: a real line needs four minutes for it"
