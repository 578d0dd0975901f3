"""Recorded or overheard bytes: whatever they are, nothing raises, and no value that cannot be true is told."""

from hypothesis import given, settings
from hypothesis import strategies as st

from drivers import gatt
from drivers.overhearing import CHANNELS_MAX, Overhearing
from drivers.peloton import CALIBRATION, READ, request
from drivers.peloton_listener import PelotonListener
from drivers.plausible import LIMITS
from drivers.profiles import DECODERS
from drivers.recording import Header, Moment
from drivers.sensor import SensorStatus

TABLES = {
    "a": [100 + 25 * index for index in range(31)],
    "b": [120 + 20 * index for index in range(31)],
}

moments = st.builds(
    Moment,
    st.floats(0, 1e4),
    st.booleans(),
    st.none() | st.sampled_from([*DECODERS, gatt.RESISTANCE_RANGE, "strange"]),
    st.binary(max_size=40),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(moments, max_size=30), st.sampled_from(["serial:///x", "keiser://1", "ble://x"]))
def test_any_bytes_on_any_channel_are_counted_and_never_told_as_what_cannot_be(passed, url):
    status = SensorStatus(url, "any")
    heard = Overhearing(Header(url, "Flywheel"), status)
    for moment in passed:
        for sample in heard.take(moment, moment.t_s):
            for name, (low, high) in LIMITS.items():
                value = getattr(sample, name)
                assert value is None or low <= value <= high
    assert status.bytes_seen <= sum(len(moment.data) for moment in passed)


def test_a_file_with_endless_channels_takes_no_endless_memory():
    heard = Overhearing(Header("ble://x"), SensorStatus("ble://x", "x"))
    for number in range(10 * CHANNELS_MAX):
        heard.take(Moment(0.0, True, f"strange {number}", b"\x00"), 0.0)
    assert len(heard._strange) == CHANNELS_MAX


def reply(code, digits):
    body = bytes([0xF1, code, len(digits)]) + digits[::-1].encode()
    return body + bytes([sum(body) & 0xFF, 0xF6])


def teach(listener, table, order=range(31)):
    for index in order:
        listener.hear_question(request(CALIBRATION, index))
        listener.hear(reply(CALIBRATION, f"{table[index]:04d}"), 0.0)


def resistance(listener, counts):
    said = [fields for _ in range(3) for fields in listener.hear(reply(0x4A, f"{counts:04d}"), 1.0)]
    return said[-1]["resistance_pct"] if said else None


def test_the_table_is_learnt_in_any_order_and_from_repeated_answers():
    listener = PelotonListener()
    teach(listener, TABLES["a"], [*range(30, -1, -1), 5, 5])
    assert listener.table is not None and list(listener.table.counts) == TABLES["a"]
    assert resistance(listener, TABLES["a"][15]) == 50


def test_another_bike_on_the_same_line_has_another_table():
    listener = PelotonListener()
    teach(listener, TABLES["a"])
    teach(listener, TABLES["b"])
    assert list(listener.table.counts) == TABLES["b"]


def test_an_answer_to_nobodys_question_is_no_entry():
    listener = PelotonListener()
    teach(listener, TABLES["a"])
    listener.hear_question(request(READ, 0x41))
    listener.hear(reply(CALIBRATION, "0999"), 0.0)
    assert list(listener.table.counts) == TABLES["a"]


def test_a_question_may_come_in_two_parts():
    listener = PelotonListener()
    for index, counts in enumerate(TABLES["a"]):
        question = request(CALIBRATION, index)
        listener.hear_question(question[:2])
        listener.hear_question(question[2:])
        listener.hear(reply(CALIBRATION, f"{counts:04d}"), 0.0)
    assert listener.table is not None


def test_without_its_table_a_bike_tells_no_resistance_unless_it_knows_percent():
    listener = PelotonListener()
    assert resistance(listener, 500) is None
    assert [fields for _ in range(3) for fields in listener.hear(reply(0x49, "037"), 2.0)][-1] == {
        "resistance_pct": 37.0
    }
