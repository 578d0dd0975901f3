"""``python -m sync``: what a technician types."""

import json
import subprocess
import sys

import pytest

from sync.cache import Cache


def sync(*arguments, code=0):
    done = subprocess.run([sys.executable, "-m", "sync", *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return json.loads(done.stdout) if code == 0 else done.stderr


@pytest.fixture
def data(cache):
    return str(cache.path.parent)


def test_enrol_status_push_pull(cloud, cache, data, ride):
    cloud.add_class("pushed")
    header = ride(120, class_id="pushed")
    assert sync("status", "--data", data, "--json")["enrolled"] is False
    assert sync("enrol", cloud.url, cloud.new_code(), "--data", data, "--json")["cloud"] == cloud.url
    status = sync("status", "--data", data, "--json")
    assert (status["waiting_rides"], status["waiting_points"]) == (1, 120)
    pushed = sync("push", "--data", data, "--json")
    assert (pushed["sent_rides"], pushed["waiting_points"], pushed["link"]) == (1, 0, "http")
    cache.discard_ride(header.id)
    pulled = sync("pull", "--data", data, "--json")
    assert pulled["rides"] == [header.id] and "pushed" in pulled["classes"]
    assert len(cache.points(header.id)) == 120
    assert [rider.name for rider in cache.riders()] == ["Ada"], "the ride's rider can see it again"
    assert [uncounted.id for uncounted in cache.uncounted_rides()] == [header.id]


def test_a_wrong_code_names_the_remedy(cloud, data):
    error = sync("enrol", cloud.url, "WRONG", "--data", data, "--json", code=1)
    assert "code" in error and "codes new" in error


def test_no_cloud_no_cache_no_enrolment(cache, data, tmp_path):
    assert "no cloud at" in sync("enrol", "http://127.0.0.1:9", "X", "--data", data, code=1)
    assert "--data" in sync("status", "--data", str(tmp_path / "nowhere"), code=1)
    assert "not enrolled" in sync("push", "--data", data, code=1)
    assert not (tmp_path / "nowhere").exists(), "looking makes nothing"


def test_status_while_the_console_rides(cache, data, ride, points):
    header = ride(10, finished=False)
    assert sync("status", "--data", data, "--json")["waiting_points"] == 10
    cache.append(header.id, points(10, 11))
    assert sync("status", "--data", data, "--json")["waiting_points"] == 11
    assert Cache.open(cache.path).unfinished_ride() is not None
