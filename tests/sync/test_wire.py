"""The binary form of a Batch: what goes in comes out, and nothing else is ever taken for a Batch."""

import string
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import wire
from sync.records import Batch, Point, RecordError, RideHeader

tenths = st.one_of(st.none(), st.integers(0, 20_000).map(lambda n: n / 10))
millis = st.integers(0, 4_000_000_000_000).map(lambda n: n / 1000)
names = st.text(string.ascii_letters + "äöüñ 日本", max_size=40)


@st.composite
def batches(draw):
    started, finished = draw(millis), draw(st.one_of(st.none(), millis.filter(bool)))
    class_id = draw(st.one_of(st.none(), names.filter(bool)))
    header = RideHeader(draw(st.uuids()).hex, draw(names), draw(names), started, class_id, finished)
    first = draw(st.integers(0, 100_000))
    speed = draw(st.sampled_from([tenths, st.none()]))
    values = [millis, st.one_of(st.none(), millis), tenths, tenths, tenths, tenths, speed]
    seconds = draw(st.lists(st.tuples(*values), max_size=40))
    return Batch(header, tuple(Point(first + i, *values) for i, values in enumerate(seconds)))


@given(batches())
def test_round_trip(batch):
    assert wire.decode(wire.encode(batch)) == batch


@given(batches())
def test_only_a_batch_with_a_speed_needs_a_cloud_that_knows_version_2(batch):
    assert wire.encode(batch)[1] == (2 if any(point.speed_kmh is not None for point in batch.points) else 1)


@given(batches(), st.data())
def test_damage_is_an_error_never_a_crash(batch, data):
    whole = bytearray(wire.encode(batch))
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    try:
        wire.decode(bytes(whole))
    except RecordError as error:
        assert str(error)


@given(st.binary(max_size=300))
def test_noise_is_an_error(noise):
    with pytest.raises(RecordError):
        wire.decode(noise + b"\xff")


@given(batches(), st.integers(1, 30))
def test_a_cut_batch_is_an_error(batch, cut):
    with pytest.raises(RecordError):
        wire.decode(wire.encode(batch)[:-cut])


def test_refusals_name_their_reason():
    header = RideHeader(RideHeader.new_id(), "r", "Ada", 1.0)
    whole = wire.encode(Batch(header))
    with pytest.raises(wire.WireError, match="version 9"):
        wire.decode(whole[:1] + b"\x09" + whole[2:])
    with pytest.raises(wire.WireError, match="not a batch"):
        wire.decode(b"{}}")
    bomb = zlib.compress(b"\0" * 50_000_000, wbits=-15)
    with pytest.raises(wire.WireError, match="when inflated"):
        wire.decode(bytes((wire.MAGIC, 1, wire.DEFLATED)) + bomb)
    with pytest.raises(wire.WireError, match="at most"):
        wire.encode(Batch(header, tuple(Point(i, float(i)) for i in range(wire.MAX_POINTS + 1))))


def test_a_steady_hour_is_small():
    header = RideHeader(RideHeader.new_id(), "r" * 32, "Ada", 1.0, "climb")
    points = [Point(i, 1.7e9 + i, float(i), 85 + i % 5 / 10, 40.0, 190 + i % 23, 140.0) for i in range(600)]
    assert len(wire.encode(Batch(header, tuple(points)))) < 600 * 4
