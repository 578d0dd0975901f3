"""The codec: every vector known from real bikes, and never a wrong value from damaged bytes."""

from itertools import pairwise

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from drivers import peloton
from drivers.peloton import Decoder, Kind, request

BIKE_A = [
    *(164, 169, 186, 222, 297, 369, 440, 497, 558, 609, 653, 687, 726, 757, 783, 803),
    *(827, 845, 861, 874, 889, 901, 911, 921, 930, 938, 944, 952, 958, 963, 967),
]
BIKE_B = [
    *(174, 185, 206, 232, 276, 340, 404, 469, 520, 576, 629, 667, 708, 743, 780, 804),
    *(830, 854, 874, 894, 911, 927, 941, 956, 964, 976, 982, 994, 1002, 1006, 1014),
]


def decode(data):
    decoder = Decoder()
    return decoder.feed(data) + decoder.finish(), decoder


def values(data):
    return [(frame.kind, frame.value) for frame in decode(data)[0]]


def reply(code, payload):
    body = bytes([0xF1, code, len(payload)]) + payload
    return body + bytes([sum(body) % 256, 0xF6])


def digits(value, length):
    return str(value).zfill(length)[::-1].encode()


@pytest.mark.parametrize(
    ("hexes", "kind", "value", "unit"),
    [
        ("f1 41 03 32 39 30 d0 f6", Kind.CADENCE, 92, "rpm"),
        ("f1 41 03 31 35 30 cb f6", Kind.CADENCE, 51, "rpm"),
        ("f1 41 03 30 30 30 c5 f6", Kind.CADENCE, 0, "rpm"),
        ("f1 44 05 36 33 33 32 30 38 f6", Kind.POWER, 233.6, "W"),
        ("f1 44 05 30 30 30 30 30 2a f6", Kind.POWER, 0, "W"),
        ("f1 4a 04 34 37 34 30 0e f6", Kind.RESISTANCE_RAW, 474, "counts"),
        ("f1 49 03 30 34 30 d1 f6", Kind.RESISTANCE, 40, "%"),
        ("f1 f7 04 34 36 31 30 b7 f6", Kind.CALIBRATION, 164, "counts"),
        ("f1 f7 04 37 36 39 30 c2 f6", Kind.CALIBRATION, 967, "counts"),
        ("f1 fe 03 35 31 30 88 f6", Kind.OTHER, None, None),
        ("f1 fb 07 01 13 f6 12 34 56 78 11 f6", Kind.OTHER, None, None),  # an id may hold an F6
        ("f1 57 02 41 42 cd f6", Kind.OTHER, None, None),
        ("f1 99 02 31 32 ef f6", Kind.OTHER, None, None),  # a code nobody knows yet
        ("f1 e8 01 31 0b f6", Kind.OTHER, None, None),
        ("e8 45 53 30 32 e2 f6", Kind.OTHER, None, None),  # a bike of another make says hello
        ("ef 00 ef f6", Kind.OTHER, None, None),
        ("f3 41 04 38 f6", Kind.OTHER, None, None),  # and refuses a question
    ],
)
def test_a_reply_says_what_it_speaks_of(hexes, kind, value, unit):
    frames, decoder = decode(bytes.fromhex(hexes))
    assert [(frame.kind, frame.value, frame.unit, frame.offset) for frame in frames] == [(kind, value, unit, 0)]
    assert (decoder.replies, decoder.requests, decoder.bad_frames) == (1, 0, 0)


@pytest.mark.parametrize(
    ("kind", "code", "hexes"),
    [
        (peloton.READ, peloton.CADENCE, "f5 41 36 f6"),
        (peloton.READ, peloton.POWER, "f5 44 39 f6"),
        (peloton.READ, peloton.RAW_RESISTANCE, "f5 4a 3f f6"),
        (peloton.READ, peloton.RESISTANCE, "f5 49 3e f6"),
        (peloton.READ, peloton.BIKE_ID, "f5 fb f0 f6"),
        (peloton.CALIBRATION, 0x00, "f7 00 f7 f6"),
        (peloton.CALIBRATION, 0x1E, "f7 1e 15 f6"),
        (peloton.BOOT, 0x00, "fe 00 fe f6"),
    ],
)
def test_a_request_is_written_and_recognised(kind, code, hexes):
    assert request(kind, code) == bytes.fromhex(hexes)
    _, decoder = decode(bytes.fromhex(hexes))
    assert (decoder.replies, decoder.requests, decoder.bad_frames) == (0, 1, 0)


@pytest.mark.parametrize("error", range(1, 7))
def test_every_refusal_says_what_was_refused(error):
    (frame,), _ = decode(bytes([0xF3, 0x4A, error, (0xF3 + 0x4A + error) & 0xFF, 0xF6]))
    assert (frame.code, frame.payload) == (0xF3, bytes([0x4A, error]))


@pytest.mark.parametrize("table", [BIKE_A, BIKE_B])
def test_a_whole_table_is_read_in_order(table):
    stream = b"".join(request(peloton.CALIBRATION, at) + reply(0xF7, digits(v, 4)) for at, v in enumerate(table))
    frames, decoder = decode(stream)
    assert [frame.value for frame in frames] == table
    assert (decoder.requests, decoder.bad_frames) == (31, 0)


def test_notices_between_replies_cost_none():
    stream = bytes.fromhex("e845533032e2f6 f54136f6 f14103323930d0f6 f3440138f6 ef00eff6 f14405363333323038f6")
    frames, decoder = decode(stream)
    assert [(frame.offset, frame.value) for frame in frames] == [
        (0, None),
        (11, 92),
        (19, None),
        (24, None),
        (28, 233.6),
    ]
    assert (decoder.replies, decoder.requests, decoder.bad_frames) == (5, 1, 0)


def test_a_request_with_an_unknown_code_is_a_request_too():
    _, decoder = decode(bytes.fromhex("f5 99 8e f6"))
    assert (decoder.requests, decoder.bad_frames) == (1, 0)


def test_a_capture_with_the_terminator_sent_first_is_read_without_complaint():
    frames, decoder = decode(bytes.fromhex("f6f54136 f14103323930d0f6 f6f54439 f14405363333323038f6"))
    assert [(frame.offset, frame.value) for frame in frames] == [(4, 92), (16, 233.6)]
    assert (decoder.replies, decoder.requests, decoder.bad_frames) == (2, 2, 0)


@pytest.mark.parametrize(
    "hexes",
    [
        "f1 41 03 32 39 30 d1 f6",  # checksum
        "f1 41 03 32 39 30 d0 f5",  # terminator
        "41 03 32 39 30 d0 f6",  # header lost
        "f1 41 03 32 3a 30 d1 f6",  # not a digit
        "f1 41 04 32 39 30 30 01 f6",  # not the length of a cadence
        "f1 44 03 32 39 30 d3 f6",  # not the length of a power
        "f1 41 03 39 39 39 e0 f6",  # 999 rpm
        "f1 44 05 39 39 39 39 39 57 f6",  # 9999.9 W
        "f1 4a 04 39 39 39 39 23 f6",  # beyond a 10-bit converter
        "f1 49 03 31 30 31 cf f6",  # 101 %
        "f1 41 03 32 39",  # cut off
        "f1 fb",
        "f5 41 37 f6",
        "f3 41 07 3b f6",  # a refusal knows errors 1 to 6
        "f3 41 04 39 f6",
        "e8 45 53 30 32 e3 f6",
        "ef 00 ef f5",
    ],
)
def test_a_damaged_frame_is_counted_and_gives_no_value(hexes):
    frames, decoder = decode(bytes.fromhex(hexes))
    assert frames == []
    assert (decoder.replies, decoder.requests, decoder.bad_frames) == (0, 0, 1)


def test_each_of_several_damaged_frames_is_counted():
    _, decoder = decode(bytes.fromhex("f14103323930d1f6 f14405363333323039f6 f14103323930d0f6 4103323930d0f6"))
    assert (decoder.replies, decoder.bad_frames) == (1, 3)


def test_a_frame_right_behind_a_cut_one_is_found():
    frames, decoder = decode(bytes.fromhex("f1 41 03 32 f1 44 05 36 33 33 32 30 38 f6"))
    assert [(frame.offset, frame.value) for frame in frames] == [(4, 233.6)]
    assert decoder.bad_frames == 1


def test_a_frame_inside_an_unfinished_one_is_found_at_the_end():
    frames, _ = decode(bytes.fromhex("f1 fb 10 f1 41 03 32 39 30 d0 f6"))
    assert [frame.value for frame in frames] == [92]


def test_a_frame_is_given_as_soon_as_its_last_byte_is_there():
    decoder = Decoder()
    *body, last = bytes.fromhex("f14103323930d0f6")
    assert decoder.feed(bytes(body)) == []
    assert decoder.feed(bytes([last]))[0].value == 92


cadences = st.integers(0, 250).map(lambda v: (reply(0x41, digits(v, 3)), (Kind.CADENCE, v)))
powers = st.integers(0, 25_000).map(lambda v: (reply(0x44, digits(v, 5)), (Kind.POWER, v / 10)))
raws = st.integers(0, 1023).map(lambda v: (reply(0x4A, digits(v, 4)), (Kind.RESISTANCE_RAW, v)))
percents = st.integers(0, 100).map(lambda v: (reply(0x49, digits(v, 3)), (Kind.RESISTANCE, v)))
entries = st.integers(0, 1023).map(lambda v: (reply(0xF7, digits(v, 4)), (Kind.CALIBRATION, v)))
ids = st.binary(min_size=1, max_size=16).map(lambda v: (reply(0xFB, v), (Kind.OTHER, None)))
numbers = cadences | powers | raws | percents | entries
replies = numbers | ids
requests = st.sampled_from([request(0xF5, 0x41), request(0xF5, 0x44)[:3], b"\xf6" + request(0xF5, 0x4A)[:3]])
captures = st.lists(replies | requests.map(lambda data: (data, None)), max_size=12)


@given(captures)
def test_what_was_said_is_what_is_read(parts):
    frames, decoder = decode(b"".join(data for data, _ in parts))
    assert [(frame.kind, frame.value) for frame in frames] == [said for _, said in parts if said]
    assert (decoder.requests, decoder.bad_frames) == (sum(said is None for _, said in parts), 0)


def whole(data):
    frames, decoder = decode(data)
    return frames, decoder.replies, decoder.requests, decoder.bad_frames


@given(st.binary(max_size=60) | captures.map(lambda parts: b"".join(data for data, _ in parts)), st.data())
def test_how_the_bytes_are_cut_makes_no_difference(data, draw):
    cuts = sorted(draw.draw(st.lists(st.integers(0, len(data)), max_size=8)))
    decoder = Decoder()
    frames = [frame for begin, end in pairwise([0, *cuts, len(data)]) for frame in decoder.feed(data[begin:end])]
    frames += decoder.finish()
    assert (frames, decoder.replies, decoder.requests, decoder.bad_frames) == whole(data)


@given(st.lists(numbers, min_size=1, max_size=6), st.data())
def test_one_flipped_bit_never_gives_a_wrong_value(parts, draw):
    stream = bytearray(b"".join(data for data, _ in parts))
    at = draw.draw(st.integers(0, len(stream) - 1))
    stream[at] ^= 1 << draw.draw(st.integers(0, 7))
    said, read = [said for _, said in parts], values(bytes(stream))
    assert len(read) >= len(said) - 1
    assert_in_order(read, said)


# A sum cannot tell the order of its terms: a cut of exactly one frame's length, from inside a reply to the same place
# in the next reply with the same code, may join two values unseen. No bike is asked the same thing twice in a row.
@given(st.lists(numbers, min_size=1, max_size=6), st.data())
def test_bytes_cut_out_never_give_a_wrong_value(parts, draw):
    stream = b"".join(data for data, _ in parts)
    begin = draw.draw(st.integers(0, len(stream)))
    end = draw.draw(st.integers(begin, min(len(stream), begin + 7)))
    assert_in_order(values(stream[:begin] + stream[end:]), [said for _, said in parts])


# An F1 in the noise may begin a reply that the next good one completes: the checksum tells it from a true one in
# all but one of 256 cases, the length that belongs to the code in the rest.
@given(st.lists(numbers, min_size=1, max_size=6), st.binary(max_size=20), st.data())
@example([(reply(0x41, b"290"), (Kind.CADENCE, 92))], bytes.fromhex("f1 09 06"), None)
@example([(reply(0x41, b"290"), (Kind.CADENCE, 92))], bytes.fromhex("f5 fc"), None)
@example([(reply(0x41, b"290"), (Kind.CADENCE, 92))], bytes.fromhex("f1 41 03 32"), None)
def test_noise_between_frames_loses_none_and_adds_no_value(parts, noise, draw):
    assume(not {0xFB, 0xFE, 0x57, 0x50, 0x52, 0x54} & set(noise))
    at = draw.draw(st.integers(0, len(parts))) if draw else 0
    chunks = [data for data, _ in parts]
    read = values(b"".join([*chunks[:at], noise, *chunks[at:]]))
    assert [(kind, value) for kind, value in read if kind is not Kind.OTHER] == [said for _, said in parts]


@given(st.binary(max_size=400))
def test_noise_alone_gives_no_value(noise):
    assume(b"\xf1" not in noise)
    assert [value for _, value in values(noise) if value is not None] == []


def assert_in_order(read, said):
    """Everything read was said, in this order."""
    remaining = iter(said)
    assert all(one in remaining for one in read), f"{read} was never said; {said} was"
