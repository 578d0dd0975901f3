"""A ride as a file for training sites: whole, in rising time, with speed and watts, without what nobody measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from console.__main__ import main
from console.effort import speed_mps
from console.ride import totals_of
from console.tcx import EXTENSION, TCX, file_name, tcx
from sync.cache import Cache
from sync.place import FILE
from sync.records import Point, RideHeader
from sync.ride_table import RideSummary
from sync.riders import Rider

NS = {"t": TCX, "x": EXTENSION}
STARTED = 1_764_000_000.0


def summary_of(points: list[Point], title: str | None = None, name: str = "Ada") -> RideSummary:
    header = RideHeader("a" * 32, "ada", name, STARTED, "c" if title else None, STARTED + 100)
    return RideSummary(header, totals_of(points, 75.0), title, False, False)


def ridden(seconds: int, **values: float) -> list[Point]:
    return [Point(second, STARTED + 1 + second, **values) for second in range(seconds)]


def read(points: list[Point], **about: Any) -> ET.Element:
    return ET.fromstring(tcx(summary_of(points, **about), points))


def texts(root: ET.Element, path: str) -> list[str]:
    return [str(found.text) for found in root.findall(path, NS)]


def test_every_second_is_there_with_watts_speed_cadence_and_heart():
    points = ridden(90, cadence_rpm=88.4, power_w=201.4, heart_rate_bpm=140.2, resistance_pct=40.0)
    root = read(points, title="Sunset Climb")
    assert texts(root, ".//x:Watts") == ["201"] * 90 and texts(root, ".//t:Trackpoint/t:Cadence") == ["88"] * 90
    assert texts(root, ".//t:Trackpoint/t:HeartRateBpm/t:Value") == ["140"] * 90
    assert float(texts(root, ".//x:Speed")[0]) == pytest.approx(speed_mps(201.4), abs=0.001)
    metres = [float(text) for text in texts(root, ".//t:Trackpoint/t:DistanceMeters")]
    assert metres == sorted(metres) and metres[-1] == pytest.approx(summary_of(points).totals.distance_m, abs=0.1)
    assert texts(root, ".//t:TotalTimeSeconds") == ["90"] and texts(root, ".//x:AvgWatts") == ["201"]
    assert root.find(".//t:Activity", NS).get("Sport") == "Biking" and texts(root, ".//t:Notes") == ["Sunset Climb"]


def test_what_nobody_measured_is_left_out_and_no_zero():
    root = read(ridden(10, cadence_rpm=80.0))
    assert texts(root, ".//x:Watts") == texts(root, ".//t:HeartRateBpm") == []
    assert read([]).find(".//t:Track", NS) is None


def test_a_run_is_one_and_has_its_own_speed():
    root = read(ridden(60, speed_kmh=12.0, heart_rate_bpm=150.0))
    assert root.find(".//t:Activity", NS).get("Sport") == "Running"
    assert set(texts(root, ".//x:Speed")) == {"3.333"} and texts(root, ".//t:Lap/t:DistanceMeters") == ["200.0"]


def test_a_pause_begins_a_new_track_and_a_clock_that_was_set_back_makes_no_time_fall():
    points = [Point(0, 100.0), Point(1, 101.0), Point(2, 400.0), Point(3, 50.0), Point(4, 51.0)]
    root = read(points)
    assert [len(track) for track in root.findall(".//t:Track", NS)] == [2, 3]
    times = texts(root, ".//t:Trackpoint/t:Time")
    assert times == sorted(times) and len(set(times)) == 5


def test_names_are_safe_in_the_file_and_as_its_name():
    summary = summary_of(ridden(1), title='<Up & "down">', name="Zoë/../Müller")
    assert "/" not in file_name(summary) and file_name(summary).endswith("-aaaaaaaa.tcx")
    assert texts(ET.fromstring(tcx(summary, ridden(1))), ".//t:Notes") == ['<Up & "down">']


def test_all_rides_are_written_once_from_the_command_line(tmp_path: Path, capsys: Any) -> None:
    cache, folder = Cache.open(tmp_path / FILE), tmp_path / "out"
    cache.save_rider(Rider("ada", "Ada"))
    for number in range(3):
        header = RideHeader(f"{number}" * 32, "ada", "Ada", STARTED + number * 4000)
        points = ridden(60, power_w=150.0)
        cache.begin_ride(header)
        cache.append(header.id, points)
        if number < 2:
            cache.finish_ride(header.id, STARTED + 100, totals_of(points, 75.0))
    cache.close()
    assert main(["--data", str(tmp_path), "--export", str(folder)]) == 0
    assert len(list(folder.iterdir())) == 2, "the ride that is not finished is not written"
    assert main(["--data", str(tmp_path), "--export", str(folder)]) == 0
    assert "0 rides" in capsys.readouterr().out
    (tmp_path / "file").write_text("")
    assert main(["--data", str(tmp_path), "--export", str(tmp_path / "file")]) == 1
