"""The technician's commands as processes: what they print, and how they end."""

import json
import os
import re
import signal
import subprocess
import sys

import pytest

from drivers import open_sensor

CAPTURE = bytes.fromhex(
    "fe00fef6 f1fe0335313088f6 f7 00 f7 f6 f1f70434363130b7f6"
    "f54136f6 f14103323930d0f6 f54439f6 f14405363333323038f6 f54a3ff6 f14a04343734300ef6 f54136f6 f14103323930d1f6"
)


def drivers(*arguments, stdin=b"", timeout=30):
    command = [sys.executable, "-m", "drivers", *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=timeout, env=os.environ)


def test_decode_prints_one_json_object_a_reply_and_counts_on_stderr(tmp_path):
    (tmp_path / "capture").write_bytes(CAPTURE)
    done = drivers("decode", "peloton", tmp_path / "capture", "--json")
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(one["kind"], one["value"], one["unit"], one["offset"]) for one in said] == [
        ("other", None, None, 4),
        ("calibration", 164, "counts", 16),
        ("cadence", 92, "rpm", 29),
        ("power", 233.6, "W", 41),
        ("resistance_raw", 474, "counts", 55),
    ]
    assert json.loads(done.stderr) == {"replies": 5, "requests": 6, "bad_frames": 1}
    assert done.returncode == 0


def test_decode_reads_stdin_and_speaks_to_people_too():
    done = drivers("decode", "peloton", "-", stdin=CAPTURE)
    assert b"power           233.6 W" in done.stdout
    assert done.stderr == b"5 valid replies, 6 requests, 1 bad frames\n"


def test_decode_reads_a_live_pipe_as_it_comes():
    command = [sys.executable, "-u", "-m", "drivers", "decode", "peloton", "-", "--json"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        process.stdin.write(CAPTURE[:40])
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["offset"] == 4
        process.stdin.close()


def test_decode_of_a_large_capture_does_not_take_long(tmp_path):
    (tmp_path / "capture").write_bytes(CAPTURE * 10_000)
    done = drivers("decode", "peloton", tmp_path / "capture", "--json", timeout=60)
    assert json.loads(done.stderr) == {"replies": 50_000, "requests": 60_000, "bad_frames": 10_000}


@pytest.mark.parametrize("file", ["missing", "."])
def test_decode_of_what_cannot_be_read_is_a_sentence(tmp_path, file):
    done = drivers("decode", "peloton", tmp_path / file)
    assert done.returncode == 1
    assert done.stderr.startswith(b"cannot read ") and b"Name a file" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("fly",),
        ("decode", "gibberish", "-"),
        ("watch",),
        ("watch", "x", "--seconds", "-1"),
        ("watch", "mail:bike"),
        ("record", "serial:///dev/null"),
        ("replay", "ride.jsonl", "--speed", "fast"),
        ("replay", "ride.jsonl", "--speed", "-1"),
        ("calibrate", "serial:///dev/null", "--out", "x"),
    ],
)
def test_wrong_usage_is_status_2_without_a_traceback(arguments):
    done = drivers(*arguments)
    assert done.returncode == 2
    assert done.stderr and b"Traceback" not in done.stderr


def test_watch_prints_one_json_object_a_sample_for_so_long(virtual_bike, tmp_path):
    virtual_bike("--link", tmp_path / "bike", "--cadence", 80, "--resistance", 40)
    done = drivers("watch", f"serial://{tmp_path}/bike?protocol=peloton", "--json", "--seconds", 4)
    samples = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0 and done.stderr == b""
    assert len(samples) >= 10
    for sample in samples:
        assert sample["source"] == f"serial://{tmp_path}/bike?protocol=peloton"
        assert sample["at_s"] > 0
        assert len(sample.keys() & {"cadence_rpm", "power_w", "resistance_pct"}) == 1
    assert {sample.get("cadence_rpm") for sample in samples} == {None, 80.0}


def test_watch_shows_the_newest_values_and_the_link(virtual_bike, tmp_path):
    virtual_bike("--link", tmp_path / "bike", "--cadence", 80, "--resistance", 40)
    done = drivers("watch", f"serial://{tmp_path}/bike", "--seconds", 4)
    assert done.returncode == 0
    *_, link, cadence, power, resistance = done.stdout.decode().splitlines()
    age = r" {2,}[0-2]\.\d s ago$"
    assert re.match(r"Peloton bike at .* receiving +\d+ bytes, \d+ valid frames, the last 0\.\d s ago, 0 bad$", link)
    assert re.match(r" +cadence +80 rpm +[34]\.\d/s" + age, cadence)
    assert re.match(r" +power +10\d W +[34]\.\d/s" + age, power)
    assert re.match(r" +resistance +40 % +[1-4]\.\d/s" + age, resistance)


def test_watch_ends_quietly_when_its_reader_has_seen_enough(virtual_bike, tmp_path):
    virtual_bike("--link", tmp_path / "bike")
    command = [sys.executable, "-m", "drivers", "watch", f"serial://{tmp_path}/bike", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert json.loads(process.stdout.readline())
        process.stdout.close()
        assert process.wait(5) == 0
        assert process.stderr.read() == b""


def test_watch_ends_quietly_on_ctrl_c(virtual_bike, tmp_path):
    virtual_bike("--link", tmp_path / "bike")
    command = [sys.executable, "-m", "drivers", "watch", f"serial://{tmp_path}/bike", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert json.loads(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
        assert process.stderr.read() == b""


def test_check_says_that_a_bike_answers(virtual_bike, tmp_path):
    virtual_bike("--link", tmp_path / "bike", "--cadence", 80, "--resistance", 40)
    done = drivers("check", f"serial://{tmp_path}/bike")
    assert done.returncode == 0
    assert b"answers: 80 rpm" in done.stdout
    verdict = json.loads(drivers("check", f"serial://{tmp_path}/bike", "--json").stdout)
    assert verdict["answers"] and verdict["state"] == "receiving" and verdict["cadence_rpm"] == 80


def test_check_of_no_bike_says_what_to_do(tmp_path):
    done = drivers("check", f"serial://{tmp_path}/nothing", "--seconds", 1, "--json")
    assert done.returncode == 1
    verdict = json.loads(done.stdout)
    assert not verdict["answers"] and "Plug" in verdict["remedy"]


def test_scan_lists_what_can_be_opened(virtual_bike, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    virtual_bike("--link", tmp_path / "my-bike")
    done = drivers("scan", "--json", "--seconds", "1.5")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert f"serial://{tmp_path}/my-bike?protocol=peloton" in [device["url"] for device in found]
    assert all(open_sensor(device["url"]).status.url == device["url"] for device in found)


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_watch_ends_when_its_reader_has_seen_enough(virtual_bike, tmp_path, form):
    link = tmp_path / "bike"
    virtual_bike("--link", link)
    command = [sys.executable, "-m", "drivers", "watch", f"serial://{link}", *form]
    watching = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert watching.stdout.readline()
    watching.stdout.close()
    assert watching.wait(20) == 0
    assert b"Traceback" not in watching.stderr.read()
    watching.stderr.close()
