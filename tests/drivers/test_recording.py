"""The file format: what is written is read again, what is damaged is told with its line, a crash costs one line."""

import json
import string
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import RecordingError
from drivers.recording import Header, Moment, Recorder, read_recording

STARTED = datetime(2026, 1, 31, 12, tzinfo=UTC)
HEADER = b'{"breakaway-recording": 1, "url": "serial:///dev/ttyUSB0"}\n'
REPLY = b'{"t": 0.5, "from": "bike", "ch": null, "hex": "f1410332"}\n'


def written(tmp_path: Path, content: bytes) -> Path:
    (tmp_path / "ride.jsonl").write_bytes(content)
    return tmp_path / "ride.jsonl"


def test_what_is_recorded_is_read_again(tmp_path):
    with Recorder(tmp_path / "ride.jsonl", "ble://AA:BB:CC:DD:EE:FF", STARTED) as recorder:
        recorder.name = "IC Bike"
        recorder.note(1000.0, False, None, b"\xf5\x41\x36\xf6")
        recorder.note(1000.25, True, "00002ad2-0000-1000-8000-00805f9b34fb", b"\x44\x02")
    header, moments = read_recording(tmp_path / "ride.jsonl")
    assert header == Header("ble://AA:BB:CC:DD:EE:FF", "IC Bike", "2026-01-31T12:00:00+00:00")
    assert list(moments) == [
        Moment(0.0, False, None, b"\xf5\x41\x36\xf6"),
        Moment(0.25, True, "00002ad2-0000-1000-8000-00805f9b34fb", b"\x44\x02"),
    ]
    assert recorder.moments == 2 and recorder.error is None


def test_a_recording_can_be_read_line_by_line_with_any_json_tool(tmp_path):
    with Recorder(tmp_path / "ride.jsonl", "serial:///dev/ttyUSB0", STARTED) as recorder:
        recorder.note(7.0, True, None, b"\xf1\x41")
    head, moment = map(json.loads, (tmp_path / "ride.jsonl").read_text().splitlines())
    assert head["breakaway-recording"] == 1
    assert moment == {"t": 0.0, "from": "bike", "ch": None, "hex": "f141"}


def test_every_line_is_in_the_file_as_soon_as_it_was_noted(tmp_path):
    with Recorder(tmp_path / "ride.jsonl", "serial:///dev/ttyUSB0", STARTED) as recorder:
        recorder.note(1.0, True, None, b"\xf1")
        assert [moment.data for moment in read_recording(tmp_path / "ride.jsonl")[1]] == [b"\xf1"]


def test_what_a_crash_cut_off_is_passed_over(tmp_path):
    for cut in range(1, len(REPLY)):
        _, moments = read_recording(written(tmp_path, HEADER + REPLY + REPLY[:-cut]))
        assert len(list(moments)) == (2 if cut == 1 else 1)


def test_a_recording_is_never_overwritten(tmp_path):
    path = written(tmp_path, HEADER)
    with pytest.raises(RecordingError, match="exists"):
        Recorder(path, "serial:///dev/ttyUSB0", STARTED)
    assert path.read_bytes() == HEADER


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(RecordingError) as refused:
        Recorder(tmp_path / "no" / "ride.jsonl", "serial:///dev/ttyUSB0", STARTED)
    assert refused.value.remedy


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full disk to write to")
def test_a_full_disk_ends_the_recording_and_not_the_ride(tmp_path):
    with Recorder(tmp_path / "ride.jsonl", "serial:///dev/ttyUSB0", STARTED) as recorder:
        recorder._file.close()
        recorder._file = Path("/dev/full").open("wb", buffering=0)  # noqa: SIM115
        recorder.note(1.0, True, None, b"\xf1")
        assert "No space left" in str(recorder.error)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"GIF89a", 1),
        (b"[]\n", 1),
        (b'{"breakaway-recording": 2, "url": ""}\n', 1),
        (b'{"breakaway-recording": true, "url": ""}\n', 1),
        (HEADER + REPLY + b"nonsense\n" + REPLY, 3),
        (HEADER + b'{"t": -1, "from": "bike", "ch": null, "hex": ""}\n', 2),
        (HEADER + b'{"t": NaN, "from": "bike", "ch": null, "hex": ""}\n', 2),
        (HEADER + b'{"t": 1e300, "from": "bike", "ch": null, "hex": ""}\n', 2),
        (HEADER + b'{"t": 1, "from": "moon", "ch": null, "hex": ""}\n', 2),
        (HEADER + b'{"t": 1, "from": "bike", "ch": 5, "hex": ""}\n', 2),
        (HEADER + b'{"t": 1, "from": "bike", "ch": null, "hex": "f"}\n', 2),
        (HEADER + b'{"t": 1, "from": "bike"}\n', 2),
        (HEADER + b"[" * 100_000 + b"\n", 2),
    ],
)
def test_damage_is_told_with_its_line_and_what_to_do(tmp_path, content, line):
    with pytest.raises(RecordingError, match=f"line {line}: ") as refused:
        list(read_recording(written(tmp_path, content))[1])
    assert refused.value.remedy


def test_an_empty_file_and_a_missing_one_are_told(tmp_path):
    for path in (written(tmp_path, b""), tmp_path / "none", tmp_path):
        with pytest.raises(RecordingError) as refused:
            read_recording(path)
        assert refused.value.remedy


def test_time_that_runs_backwards_stands_still(tmp_path):
    earlier = REPLY.replace(b"0.5", b"0.2")
    _, moments = read_recording(written(tmp_path, HEADER + REPLY + earlier + b"\n" + REPLY.replace(b"0.5", b"0.9")))
    assert [moment.t_s for moment in moments] == [0.5, 0.5, 0.9]


def test_unknown_keys_and_upper_case_are_read(tmp_path):
    line = b'{"t": 1, "from": "bike", "ch": "00002AD2-0000-1000-8000-00805F9B34FB", "hex": "AB", "rssi": -60}\n'
    _, moments = read_recording(written(tmp_path, HEADER + line))
    assert list(moments) == [Moment(1.0, True, "00002ad2-0000-1000-8000-00805f9b34fb", b"\xab")]


moments = st.builds(
    Moment,
    st.floats(0, 1e6).map(lambda t: round(t, 6)),
    st.booleans(),
    st.none() | st.text(string.ascii_lowercase + string.digits + "-", min_size=1, max_size=36),
    st.binary(max_size=64),
)


@given(moments)
def test_a_moment_survives_its_line(moment):
    assert Moment.parse(moment.line()) == moment


@given(st.binary(max_size=200))
def test_any_bytes_are_a_recording_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "ride.jsonl"
    for whole in (content, HEADER + content):
        path.write_bytes(whole)
        try:
            list(read_recording(path)[1])
        except RecordingError as error:
            assert error.remedy
