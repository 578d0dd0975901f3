"""Recordings: written as documented, read back, refused with a sentence, and replayed on the wire they are from."""

import asyncio
import json
from datetime import UTC, datetime

import pytest
from bleak import BleakClient
from hypothesis import given
from hypothesis import strategies as st

from virtualbike import gatt_table as table
from virtualbike.bleak_backend import local_radio, steady_bike
from virtualbike.gatt_table import uuid
from virtualbike.recording import Moment, RecordingError, load, recording
from virtualbike.replaying import ReplayedBike

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def test_a_recording_is_lines_of_json_behind_a_header(tmp_path):
    path = tmp_path / "ride.jsonl"
    with recording(path, "ble://Breakaway", NOON) as recorder:
        recorder.note(100.0, "us", b"\x00", uuid(table.CONTROL_POINT))
        recorder.note(100.25, "bike", b"\x80\x00\x01", uuid(table.CONTROL_POINT))
    assert [json.loads(line) for line in path.read_text().splitlines()] == [
        {"breakaway-recording": 1, "url": "ble://Breakaway", "started_at": "2026-01-31T12:00:00+00:00"},
        {"t": 0.0, "from": "us", "ch": uuid(table.CONTROL_POINT), "hex": "00"},
        {"t": 0.25, "from": "bike", "ch": uuid(table.CONTROL_POINT), "hex": "800001"},
    ]


@given(st.lists(st.tuples(st.floats(0, 1e5), st.sampled_from(["bike", "us"]), st.binary(max_size=40)), max_size=9))
def test_what_is_written_is_read(tmp_path_factory, told):
    path = tmp_path_factory.mktemp("recordings") / "ride.jsonl"
    with recording(path, "serial://", NOON) as recorder:
        recorder.note(0.0, "us", b"")
        for at_s, sender, data in told:
            recorder.note(at_s, sender, data)
    read = load(path)[1:]
    assert [(moment.sender, moment.channel, moment.data) for moment in read] == [
        (who, None, hex) for _, who, hex in told
    ]
    assert [moment.t_s for moment in read] == pytest.approx([at_s for at_s, *_ in told], abs=1e-6)


def test_a_recording_is_never_written_over(tmp_path):
    (tmp_path / "ride.jsonl").write_text("precious")
    with pytest.raises(RecordingError, match="exists; choose another"), recording(tmp_path / "ride.jsonl", "", NOON):
        pass
    assert (tmp_path / "ride.jsonl").read_text() == "precious"
    with pytest.raises(RecordingError, match="choose another file"), recording(tmp_path / "no" / "ride", "", NOON):
        pass


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ":1: this is no recording"),
        ("hello", ":1: this is no recording"),
        ('{"breakaway-recording": 2}', ":1: this is no recording"),
        ('{"breakaway-recording": 1}\n{"t": 0, "from": "bike"}', ":2: this line of the recording is damaged"),
        ('{"breakaway-recording": 1}\n{"t": 0, "from": "you", "hex": ""}', ":2:"),
        ('{"breakaway-recording": 1}\n\n{"t": 0, "from": "us", "ch": 7, "hex": ""}', ":3:"),
        ('{"breakaway-recording": 1}\n{"t": "x", "from": "us", "ch": null, "hex": "zz"}', ":2:"),
    ],
)
def test_what_is_no_recording_is_told_with_its_line(tmp_path, text, message):
    (tmp_path / "ride.jsonl").write_text(text)
    with pytest.raises(RecordingError) as told:
        load(tmp_path / "ride.jsonl")
    assert message in str(told.value)


async def heard(bike, seconds):
    """What a client hears of indoor bike data in these seconds of a bike's time."""
    async with local_radio() as radio:
        peripheral = await radio.add_bike(bike, interval_s=None)
        told = []
        async with BleakClient(peripheral.address, backend=radio.client_backend) as client:
            await client.start_notify(uuid(table.INDOOR_BIKE_DATA), lambda _, data: told.append(bytes(data)))
            for second in seconds:
                await peripheral.tick(second)
            await client.read_gatt_char(uuid(table.BATTERY_LEVEL))  # what was on its way has arrived when this has
            await asyncio.sleep(0)
        return told


async def test_a_recorded_ride_is_told_again_byte_for_byte(tmp_path):
    path, clock = tmp_path / "ride.jsonl", [0.0]
    with recording(path, "ble://Breakaway", NOON) as recorder:
        async with local_radio() as radio:
            bike = await radio.add_bike(steady_bike(), interval_s=None, recorder=recorder, clock=lambda: clock[0])
            first = []
            async with BleakClient(bike.address, backend=radio.client_backend) as client:
                await client.start_notify(uuid(table.INDOOR_BIKE_DATA), lambda _, data: first.append(bytes(data)))
                for clock[0] in map(float, range(5)):
                    await bike.tick(clock[0])
                    await client.read_gatt_char(uuid(table.BATTERY_LEVEL))
                await client.read_gatt_char(uuid(table.RESISTANCE_RANGE))
    assert len(first) == 5
    assert load(path)[-1] == Moment(4.0, "bike", uuid(table.RESISTANCE_RANGE), bytes.fromhex("0000e8030a00"))
    replayed = ReplayedBike(load(path))
    assert await heard(replayed, [0.0, 0.5, 1.0, 1.5, 2.0]) == first[:3]
    assert not replayed.over
    again = ReplayedBike(load(path))
    assert await heard(again, [0.0, 10.0]) == first
    assert again.over


def test_a_recording_of_another_wire_is_refused():
    with pytest.raises(RecordingError, match="replay it on the wire it is from"):
        ReplayedBike([Moment(0.0, "bike", None, b"\xf1")])
