"""The technician's bench as processes: several sensors at once, recording and replaying, calibrating, listening in."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from drivers.power_table import PowerTable


def drivers(*arguments, timeout=60, **environment):
    command = [sys.executable, "-m", "drivers", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, timeout=timeout, env={**os.environ, **environment}, text=True)


def dicts(text):
    return [json.loads(line) for line in text.splitlines()]


RESISTANCE = '"hex":"f14a04'  # a reply about it


def record_until(url, path, said, times):
    """Record until this was said so often after the resistance table was, then press Ctrl-C."""
    command = [sys.executable, "-m", "drivers", "record", url, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as recording:
        deadline_s = time.monotonic() + 60
        while "f71e15f6" not in (text := path.read_text() if path.exists() else "") or (
            text.partition("f71e15f6")[2].count(said) < times
        ):
            assert time.monotonic() < deadline_s, text[-500:]
            time.sleep(0.05)
        recording.send_signal(signal.SIGINT)
        told, _ = recording.communicate(timeout=30)
        assert recording.returncode == 0 and "0 bad" in told


@pytest.fixture
def runtime(tmp_path, monkeypatch):
    """Programs of this test meet each other only."""
    (tmp_path / "run").mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))


def test_watch_shows_several_sensors_at_once(virtual_bike_on, tmp_path, runtime):
    virtual_bike_on("serial", "--link", tmp_path / "bike", "--cadence", 80)
    meter = virtual_bike_on("dircon", "--no-mdns", "--interval", 0.25, "--cadence", 66)
    urls = f"serial://{tmp_path}/bike", f"dircon://{meter}"
    done = drivers("watch", *urls, "--json", "--seconds", 3)
    said = {url: [one for one in dicts(done.stdout) if one["source"] == url] for url in urls}
    assert done.returncode == 0 and all(said.values())
    assert {one.get("cadence_rpm") for one in said[urls[0]]} - {None} == {80}
    assert {one.get("cadence_rpm") for one in said[urls[1]]} - {None} == {66}
    table = drivers("watch", *urls, "--seconds", 3).stdout
    assert "heart rate" in table and table.count("/s   ") >= 6 and "battery 100 %" in table


def test_watch_of_one_that_is_there_and_one_that_is_not_says_which_and_why(virtual_bike, tmp_path, runtime):
    virtual_bike("--link", tmp_path / "bike")
    done = drivers("watch", f"serial://{tmp_path}/bike", f"serial://{tmp_path}/no", "--json", "--seconds", 3)
    assert done.returncode == 1 and dicts(done.stdout)
    assert f"there is no port {tmp_path}/no" in done.stderr and "Plug" in done.stderr


def test_what_was_recorded_is_replayed_with_the_same_values(virtual_bike, tmp_path, runtime):
    virtual_bike("--link", tmp_path / "bike", "--cadence", 80, "--resistance", 40)
    record_until(f"serial://{tmp_path}/bike", tmp_path / "ride.jsonl", RESISTANCE, times=6)
    again = drivers("replay", tmp_path / "ride.jsonl", "--speed", 0, "--json")
    samples = dicts(again.stdout)
    assert again.returncode == 0 and again.stderr == ""
    assert {one.get("cadence_rpm") for one in samples} == {None, 80.0}
    assert any(abs(one.get("resistance_pct", 0) - 40) < 0.5 for one in samples)
    total = drivers("replay", tmp_path / "ride.jsonl", "--speed", 0)
    assert total.stdout.startswith(f"{len(samples)} Samples in ")
    quick = drivers("replay", tmp_path / "ride.jsonl", "--speed", 20)
    assert quick.returncode == 0 and "80 rpm" in quick.stdout


def test_ctrl_c_ends_a_recording_well(virtual_bike, tmp_path, runtime):
    virtual_bike("--link", tmp_path / "bike")
    command = [sys.executable, "-m", "drivers", "record", f"serial://{tmp_path}/bike", str(tmp_path / "ride.jsonl")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as recording:
        assert "receiving" in recording.stderr.readline()
        recording.send_signal(signal.SIGINT)
        said, _ = recording.communicate(timeout=20)
        assert recording.returncode == 0 and "times bytes passed" in said
    assert len((tmp_path / "ride.jsonl").read_text().splitlines()) > 50


def test_what_cannot_be_recorded_or_replayed_is_a_sentence(tmp_path, runtime):
    (tmp_path / "there").write_text("GIF89a")
    for arguments in (
        ("record", f"serial://{tmp_path}/no", tmp_path / "there"),
        ("record", f"serial://{tmp_path}/no", tmp_path / "new", "--seconds", 1),
        ("replay", tmp_path / "there"),
        ("replay", tmp_path / "missing", "--speed", 0),
    ):
        done = drivers(*arguments)
        assert done.returncode == 1
        assert len(done.stderr) > 40 and "Traceback" not in done.stderr


def test_a_bike_that_is_ridden_is_watched_checked_and_recorded_by_others(virtual_bike, tmp_path, runtime):
    virtual_bike("--link", tmp_path / "bike", "--cadence", 80)
    url = f"serial://{tmp_path}/bike"
    command = [sys.executable, "-m", "drivers", "watch", url, "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as ridden:
        while "resistance_pct" not in ridden.stdout.readline():
            pass
        watched = drivers("watch", url, "--json", "--seconds", 3)
        assert "held by another program" in watched.stderr
        assert {name for one in dicts(watched.stdout) for name in one} > {"cadence_rpm", "power_w", "resistance_pct"}
        verdict = json.loads(drivers("check", url, "--json").stdout)
        assert verdict["answers"] and verdict["attached"]
        assert drivers("record", url, tmp_path / "heard.jsonl", "--seconds", 2).returncode == 0
        ridden.send_signal(signal.SIGINT)
        _, complaints = ridden.communicate(timeout=20)
        assert complaints == ""


def test_check_of_a_port_that_another_program_holds_closed_says_so(virtual_bike, tmp_path, runtime):
    import serial

    virtual_bike("--link", tmp_path / "bike")
    with serial.Serial(str(tmp_path / "bike"), exclusive=True):
        verdict = json.loads(drivers("check", f"serial://{tmp_path}/bike", "--seconds", 1, "--json").stdout)
    assert verdict["verdict"] == "in use" and verdict["remedy"]


def test_calibrating_beside_a_meter_makes_a_table_for_the_bike(virtual_bike_on, tmp_path, runtime):
    ride = ("--cadence", 85, "--resistance")
    virtual_bike_on("serial", "--link", tmp_path / "bike", *ride, 40)
    meter = virtual_bike_on("dircon", "--no-mdns", "--interval", 0.25, *ride, 45)  # takes 1.3 times as much
    arguments = "--meter", f"dircon://{meter}", "--out", tmp_path / "table.json", "--seconds", 36, "--json"
    done = drivers("calibrate", f"serial://{tmp_path}/bike", *arguments)
    assert done.returncode == 0, done.stderr
    table = PowerTable.from_json((tmp_path / "table.json").read_text())
    assert json.loads(done.stdout)["gain"] == table.gain == pytest.approx((45 / 40) ** 2.241, rel=0.03)
    assert table.basis == "meter" and table.cells
    assert "30 of 60 s" in done.stderr


def test_calibrating_by_too_short_a_ride_is_refused_and_leaves_no_table(virtual_bike, tmp_path, runtime):
    virtual_bike("--link", tmp_path / "bike")
    out = tmp_path / "table.json"
    done = drivers("calibrate", f"serial://{tmp_path}/bike", "--feel", 150, "--out", out, "--seconds", 2)
    assert done.returncode == 1 and "usable seconds" in done.stderr and not out.exists()
