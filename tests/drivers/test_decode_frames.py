"""``decode`` for radio protocols, as a process: what a technician gets for frames in hexadecimal."""

import json
import subprocess
import sys

import pytest

BIKE = "# an IC4\n4402da020201220100\n\n44 02 da 02\nnonsense\n44:02:ca:0c:a0:00:2c:01:8f\n"


def decode(protocol, text, *options):
    command = [sys.executable, "-m", "drivers", "decode", protocol, "-", *options]
    done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode().splitlines(), done.stderr.decode()


def test_one_json_object_a_frame_and_counts_on_stderr():
    lines, counts = decode("ftms", BIKE, "--json")
    first, short, nonsense, last = map(json.loads, lines)
    assert first["values"] == {"speed_kmh": 7.3, "cadence_rpm": 129, "power_w": 290}
    assert first["fields"]["heart_rate_bpm"] == 0, "all that was sent, also what is not taken for true"
    assert (first["line"], first["ok"], first["hex"]) == (2, True, "4402da020201220100")
    assert (short["line"], short["ok"], short["values"]) == (4, False, {}) and "too short" in short["error"]
    assert nonsense == {"line": 5, "ok": False, "error": "not hexadecimal"}
    assert last["values"]["heart_rate_bpm"] == 143
    assert json.loads(counts) == {"frames_ok": 2, "frames_bad": 2}


def test_words_for_people():
    lines, counts = decode("ftms", BIKE)
    assert lines[0].split() == ["2", "speed_kmh", "7.3", "cadence_rpm", "129", "power_w", "290"]
    assert "bad frame: 4 bytes are too short" in lines[1]
    assert counts == "2 valid frames, 2 bad frames\n"


@pytest.mark.parametrize(
    ("protocol", "text", "values"),
    [
        (
            "cps",
            "2000 0000 0100 000b\n2000 2d00 0200 b812",
            {"power_w": 45, "cadence_rpm": pytest.approx(31.093, abs=1e-3)},
        ),
        ("csc", "02 0100 0000\n02 0200 0004", {"cadence_rpm": 60}),
        ("hr", "10437203", {"heart_rate_bpm": 67}),
        ("treadmill", "0000e803", {"speed_kmh": 10}),
        ("echelon", "f0d20101c4", {"resistance_pct": 0}),
        (
            "flywheel",
            "ff1f0c0122000000000000005a000000000000\n00000000000000000a000000016155",
            {"power_w": 290, "cadence_rpm": 90, "speed_kmh": 0, "resistance_pct": 0},
        ),
    ],
)
def test_every_protocol(protocol, text, values):
    lines, counts = decode(protocol, text, "--json")
    assert json.loads(lines[-1])["values"] == values
    assert json.loads(counts)["frames_bad"] == 0


@pytest.mark.parametrize("company", ["", "0201"])
def test_a_keiser_with_and_without_its_company_id(company):
    lines, _ = decode("keiser", company + "063000383803460573000D00042701000A", "--json")
    said = json.loads(lines[0])
    assert (said["values"]["power_w"], said["fields"]["firmware"]) == (115, [6, 30])


def test_a_file_that_is_no_text_is_bad_lines_and_no_traceback(tmp_path):
    (tmp_path / "noise").write_bytes(bytes(range(128, 256)) * 1000)
    command = [sys.executable, "-m", "drivers", "decode", "hr", str(tmp_path / "noise"), "--json"]
    done = subprocess.run(command, capture_output=True, timeout=30)
    assert done.returncode == 0
    assert json.loads(done.stderr)["frames_bad"] >= 1
