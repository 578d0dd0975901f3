"""Direct Connect: every message there and back, streams cut anywhere, damage, and strangers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers import gatt
from drivers.dircon import (
    LONGEST_BODY,
    PATIENCE,
    Code,
    DirconDecoder,
    Id,
    Message,
    about,
    characteristics,
    characteristics_reply,
    enable,
    refused,
    services,
    services_reply,
    subject,
)
from drivers.errors import BadFrame

BIKE = bytes.fromhex("00002ad200001000800000805f9b34fb")
uuids = st.integers(0, 0xFFFF).map(gatt.uuid16) | st.just(gatt.ECHELON)
properties = st.frozensets(st.sampled_from(["read", "write", "notify", "indicate"]))
values = st.binary(min_size=1, max_size=200)
messages = st.one_of(
    st.builds(lambda sequence, some: services_reply(sequence, some), st.integers(0, 255), st.lists(uuids, max_size=8)),
    st.builds(characteristics_reply, st.integers(0, 255), uuids, st.dictionaries(uuids, properties, max_size=8)),
    st.builds(about, st.sampled_from([Id.READ, Id.WRITE, Id.NOTIFICATION]), st.integers(0, 255), uuids, values),
    st.builds(enable, st.integers(0, 255), uuids, st.booleans()),
    st.builds(Message, st.sampled_from(list(Id)), st.integers(0, 255), st.just(b""), st.sampled_from(list(Code)[1:])),
)


def test_the_bytes():
    assert Message(Id.SERVICES, 7).encode().hex() == "010107000000"
    assert enable(3, gatt.INDOOR_BIKE_DATA).encode() == bytes.fromhex("010503000011") + BIKE + b"\x01"
    notification = about(Id.NOTIFICATION, 0, gatt.INDOOR_BIKE_DATA, b"\x44\x00").encode()
    assert notification == bytes.fromhex("010600000012") + BIKE + b"\x44\x00"
    assert refused(Message(Id.READ, 9), Code.NO_CHARACTERISTIC).encode().hex() == "010309040000"


def test_a_list_of_characteristics():
    there = {
        gatt.INDOOR_BIKE_DATA: frozenset({"notify"}),
        gatt.FITNESS_MACHINE_CONTROL_POINT: frozenset({"write", "indicate"}),
        gatt.ECHELON_WRITE: frozenset({"write-without-response"}),
    }
    reply = characteristics_reply(2, gatt.FITNESS_MACHINE, there)
    assert reply.body[-1] == 2 and reply.body[32] == 4
    heard = characteristics(DirconDecoder().feed(reply.encode())[0])
    assert heard == (gatt.FITNESS_MACHINE, there | {gatt.ECHELON_WRITE: frozenset({"write"})})


@given(st.lists(messages, max_size=6), st.lists(st.integers(1, 40), max_size=20))
def test_messages_survive_a_stream_that_is_cut_anywhere(sent, cuts):
    stream, decoder, heard = b"".join(message.encode() for message in sent), DirconDecoder(), []
    for cut in cuts:
        heard += decoder.feed(stream[:cut])
        stream = stream[cut:]
    heard += decoder.feed(stream)
    assert heard == sent
    assert (decoder.frames_ok, decoder.frames_bad) == (len(sent), 0)
    for message in heard:
        if message.id is Id.SERVICES:
            assert services_reply(message.sequence, services(message)).body == message.body


@given(st.binary(max_size=40).filter(lambda noise: 1 not in noise), messages, messages)
def test_after_noise_the_next_message_is_heard(noise, first, second):
    decoder = DirconDecoder()
    assert decoder.feed(first.encode() + noise + second.encode()) == [first, second]
    assert decoder.frames_bad == bool(noise)


@given(st.binary(max_size=300))
def test_whatever_comes_is_a_whole_message_or_nothing(data):
    decoder = DirconDecoder()
    for message in decoder.feed(data):
        assert message.encode() in data
        assert all(len(uuid) == 36 for uuid in services(message)) or message.id is not Id.SERVICES
        if message.code is Code.DONE and message.id is not Id.SERVICES:
            uuid, value = subject(message)
            assert len(uuid) == 36 and message.body.endswith(value)
        if message.id is Id.CHARACTERISTICS and message.code is Code.DONE:
            characteristics(message)


def test_a_refusal_names_nothing():
    with pytest.raises(BadFrame):
        subject(refused(Message(Id.READ, 1), Code.NO_CHARACTERISTIC))


@pytest.mark.parametrize("garbage", [b"HTTP/1.1 400 Bad Request\r\n", b"\x01\x09", b"\x01\x01\x00\x00\x00\x05"])
def test_a_stranger_is_told_from_a_trainer_soon(garbage):
    decoder = DirconDecoder()
    with pytest.raises(BadFrame):
        for _ in range(2 * PATIENCE // len(garbage)):
            assert decoder.feed(garbage) == []
            assert len(decoder._pending) <= LONGEST_BODY
    assert decoder.feed(Message(Id.SERVICES, 1).encode()) == [Message(Id.SERVICES, 1)], "and can begin anew"


def test_what_is_promised_is_never_kept_beyond_the_longest_body():
    decoder = DirconDecoder()
    decoder.feed(bytes.fromhex("01060000ffff"))
    assert decoder.frames_bad == 1
    with pytest.raises(ValueError):
        Message(Id.WRITE, 1, bytes(LONGEST_BODY + 1)).encode()


def test_a_lost_connection_forgets_half_a_message():
    decoder = DirconDecoder()
    decoder.feed(Message(Id.SERVICES, 1).encode()[:4])
    decoder.reset()
    assert decoder.feed(Message(Id.SERVICES, 2).encode()) == [Message(Id.SERVICES, 2)]
