"""A class ridden from home to summary, and what can go wrong on the way."""

from __future__ import annotations

import json
import signal
import sqlite3
import time

import pytest

from sync.cache import Cache
from sync.records import Quality, from_json

pytestmark = pytest.mark.timeout(240)

CLASS_ID, CLASS_S = "short-ride", 32


def start_class(console):
    """From home into the class, as a rider does; returns when the picture moves."""
    console.until(lambda state: state["screen"] == "home" and state["online"])
    console.touch(icon="layout-grid")
    console.touch(class_id=CLASS_ID)
    console.touch(text="Start")
    return console.until(lambda state: state["session"] and state["session"]["frames"] > 0)


def stored(cloud, ride_id):
    """The seconds of a ride that the cloud holds."""
    db = sqlite3.connect(f"file:{cloud.data}/cloud.sqlite3?mode=ro", uri=True)
    try:
        rows = db.execute(
            "SELECT second FROM points JOIN rides ON rides.no = ride_no WHERE rides.id = ? ORDER BY second", (ride_id,)
        )
        return [second for (second,) in rows]
    finally:
        db.close()


def quality(cloud, ride_id):
    """What the cloud knows of how a ride's picture came."""
    db = sqlite3.connect(f"file:{cloud.data}/cloud.sqlite3?mode=ro", uri=True)
    try:
        [(record,)] = db.execute("SELECT quality FROM rides WHERE id = ?", (ride_id,))
        return from_json(Quality, json.loads(record)) if record else None
    finally:
        db.close()


def kept(console, ride_id):
    """The Points of a ride in the tablet's file."""
    cache = Cache.open(console.data / "tablet.sqlite3")
    try:
        return cache.points(ride_id)
    finally:
        cache.close()


def test_a_class_from_home_to_summary(class_cloud, bike, new_console):
    console = new_console(class_cloud, bike)
    ride = start_class(console)["session"]["ride"]
    riding = console.until(lambda state: state["session"]["seconds"] >= 5)["session"]
    assert riding["state"] == "riding" and riding["cadence"]["value"] == pytest.approx(90, abs=3)
    assert riding["class_s"] == pytest.approx(riding["seconds"], abs=2.5)
    standings = console.until(lambda state: state["session"]["standings"])["session"]["standings"]
    assert standings["class_id"] == CLASS_ID and standings["here_now"]["rank"] == 1
    console.until(lambda state: state["screen"] == "summary", within_s=CLASS_S + 60)
    points = kept(console, ride)
    assert [point.second for point in points] == list(range(len(points)))
    assert len(points) == pytest.approx(CLASS_S, abs=2), "the class is as long as its plan"
    assert all(point.power_w for point in points[5:]), "every second has the bike's power"
    whole = [point.second for point in points]
    console.until(lambda state: state["waiting_rides"] == 0 and stored(class_cloud, ride) == whole)
    console.until(lambda state: quality(class_cloud, ride))
    told = quality(class_cloud, ride)
    assert told.path == "hls" and told.startup_s < 5 and told.played_s == pytest.approx(CLASS_S, abs=4)
    assert told.shown > 0 and sum(told.bytes_by_pathway.values()) > 0 and list(told.rungs) == ["360"]
    assert console.close() == 0


def test_the_cloud_dies_in_mid_ride_and_comes_back(class_cloud, bike, new_console):
    console = new_console(class_cloud, bike)
    ride = start_class(console)["session"]["ride"]
    console.until(lambda state: state["session"]["seconds"] >= 5)
    class_cloud.stop(signal.SIGKILL)
    away = console.until(lambda state: not state["online"])["session"]
    on = console.until(lambda state: state["session"]["seconds"] >= away["seconds"] + 5)["session"]
    assert on["state"] == "riding" and on["power"]["value"], "the ride goes on, with its numbers"
    class_cloud.start()
    console.until(lambda state: state["online"])
    console.until(lambda state: state["screen"] == "summary", within_s=CLASS_S + 60)
    seconds = [point.second for point in kept(console, ride)]
    assert seconds == list(range(len(seconds)))
    console.until(lambda state: state["waiting_rides"] == 0 and stored(class_cloud, ride) == seconds)


def test_the_bike_is_unplugged_and_plugged_in_again(class_cloud, bike, new_console):
    console = new_console(class_cloud, bike)
    ride = start_class(console)["session"]["ride"]
    console.until(lambda state: state["session"]["power"]["value"])
    bike.unplug()
    console.until(lambda state: state["session"]["power"]["stale"], within_s=10)
    lost = console.until(lambda state: state["session"]["power"]["value"] is None, within_s=10)["session"]
    console.picture("bike-lost")
    assert lost["state"] == "riding", "silence is not standing still"
    bike.plug_in()
    back = time.monotonic()
    console.until(lambda state: state["session"]["power"]["value"], within_s=15)
    assert time.monotonic() - back < 6, "the numbers are soon back (3 s on a quiet machine)"
    console.touch(icon="x")
    console.touch(text="End ride")
    points = kept(console, ride)
    assert [point.second for point in points] == list(range(len(points)))
    assert any(point.power_w is None for point in points) and points[-1].power_w, "the gap is a gap, not zero"


def test_a_console_killed_in_mid_ride_offers_to_resume(class_cloud, bike, new_console):
    console = new_console(class_cloud, bike)
    session = start_class(console)["session"]
    told = console.until(lambda state: state["session"]["seconds"] >= 8)["session"]
    console.kill()
    before = kept(console, session["ride"])
    assert len(before) >= told["seconds"] - 1, "at most the running second is lost"
    again = new_console(class_cloud, bike, again=True)
    offered = again.until(lambda state: state["session"])["session"]
    assert (offered["ride"], offered["state"], offered["seconds"]) == (session["ride"], "paused", len(before))
    again.touch(text="Continue")
    on = again.until(lambda state: state["session"]["seconds"] >= len(before) + 3)["session"]
    assert on["class_s"] >= before[-1].class_s
    again.touch(icon="x")
    again.touch(text="End ride")
    again.until(lambda state: state["session"] is None)
    after = kept(again, session["ride"])
    assert after[: len(before)] == before and [p.second for p in after] == list(range(len(after)))
    whole = [point.second for point in after]
    again.until(lambda state: state["waiting_rides"] == 0 and stored(class_cloud, session["ride"]) == whole)


def test_two_consoles_in_one_class_see_each_other(class_cloud, bike, new_console, tmp_path):
    ada, bo = new_console(class_cloud, bike, "Ada"), new_console(class_cloud, None, "Bo")
    start_class(ada)
    start_class(bo)

    def names(state):
        standings = state["session"]["standings"]
        return {row["name"] for row in standings["here_now"]["rows"]} if standings else set()

    seen_by_ada = ada.until(lambda state: {"Ada", "Bo"} <= names(state))["session"]["standings"]
    bo.until(lambda state: {"Ada", "Bo"} <= names(state))
    rows = seen_by_ada["here_now"]["rows"]
    assert [row["name"] for row in rows if row["you"]] == ["Ada"]
    assert rows[0]["name"] == "Ada", "who pedals leads"
    bo.touch(kind="Hand")  # there is only Ada's
    ada.until(lambda state: state["session"]["fives"] == ["Bo"])
    ada.picture("high-five")
    bo.picture("high-five-given")


def test_without_cloud_sensor_and_class_it_opens_and_offers_just_ride(new_console):
    console = new_console()
    console.until(lambda state: state["screen"] == "home")
    console.touch(text="Just ride")
    console.until(lambda state: state["screen"] == "just-ride")
    console.picture("just-ride-without-bike")
    assert console.close() == 0


def test_a_damaged_cache_is_set_aside_and_the_rider_is_told(new_console, tmp_path):
    data = tmp_path / "tablet-Ada"
    console = new_console()
    console.until(lambda state: state["screen"] == "home")
    console.close()
    (data / "tablet.sqlite3").write_bytes(b"nonsense" * 2000)
    again = new_console(again=True)
    state = again.until(lambda state: state["screen"] in ("home", "profiles"))
    assert state["set_aside"] and (data / state["set_aside"]).exists()
    again.picture("set-aside")


def test_closing_the_window_leaves_no_process(new_console, bike):
    console = new_console(None, bike)
    console.until(lambda state: state["screen"] == "home")
    began = time.monotonic()
    assert console.close() == 0
    assert time.monotonic() - began < 5
