"""``python -m sync``: what a technician types."""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys

import pytest

from sync.cache import Cache
from sync.enrol import EnrolmentFailed, enrol
from tests.sync.uplinks import running


def sync(*arguments, code=0):
    done = subprocess.run([sys.executable, "-m", "sync", *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return json.loads(done.stdout) if code == 0 else done.stderr


def in_words(env, *arguments):
    command = [sys.executable, "-m", "sync", *arguments]
    return subprocess.run(command, env=os.environ | env, capture_output=True, text=True, check=True).stdout


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
    with cache.writing() as db:
        db.execute("DELETE FROM rides WHERE id = ?", (header.id,))  # as on a tablet that has lost it
    pulled = sync("pull", "--data", data, "--json")
    assert pulled["rides"] == [header.id] and "pushed" in pulled["classes"]
    assert len(cache.points(header.id)) == 120
    assert [rider.name for rider in cache.riders()] == ["Ada"], "the ride's rider can see it again"
    assert [uncounted.id for uncounted in cache.uncounted_rides()] == [header.id]


def test_after_a_damage_the_tablet_is_the_same_to_the_cloud_and_gets_its_rides_back(cloud, cache, data, ride, points):
    enrolled = sync("enrol", cloud.url, cloud.new_code(), "--data", data, "--json")
    whole, begun = ride(120), ride(30, finished=False)
    assert sync("push", "--data", data, "--json")["waiting_points"] == 0
    cache.close()
    cache.path.write_bytes(b"rubbish" * 1000)
    assert sync("status", "--data", data, "--json")["tablet"] == enrolled["tablet"]
    assert set(sync("pull", "--data", data, "--json")["rides"]) == {whole.id, begun.id}
    again = Cache.open(cache.path)
    assert len(again.points(whole.id)) == 120
    again.append(begun.id, points(30, 40))
    pushed = sync("push", "--data", data, "--json")
    assert (pushed["waiting_points"], pushed["refused"]) == (0, []), "the old ride goes on"
    again.close()


def test_a_wrong_code_names_the_remedy(cloud, data):
    error = sync("enrol", cloud.url, "WRONG", "--data", data, "--json", code=1)
    assert "code" in error and "codes new" in error


@pytest.mark.parametrize("folder", ["", "new"])
def test_an_enrolment_that_fails_leaves_nothing_behind(new_cloud, tmp_path, folder):
    cloud, data = new_cloud(), tmp_path / "tablet" / folder
    data.parent.mkdir(exist_ok=True)
    before = sorted(tmp_path.rglob("*"))
    assert "code" in sync("enrol", cloud.url, "WRONG", "--data", str(data), code=1)
    assert sorted(tmp_path.rglob("*")) == before
    assert sync("enrol", cloud.url, cloud.new_code(), "--data", str(data), "--json")["cloud"] == cloud.url
    assert "code" in sync("enrol", cloud.url, "WRONG", "--data", str(data), code=1)
    assert sync("status", "--data", str(data), "--json")["enrolled"], "what was there stays"


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
    again = Cache.open(cache.path)
    assert again.unfinished_ride() is not None
    again.close()


async def test_status_tells_how_the_console_stood(cloud, cache, data, ride, enrol, until):
    enrol(cloud)
    ride(10)
    async with running(cache) as uplink:
        await until(lambda: not cache.waiting())
        assert uplink.status.last_acknowledged_at
    status = await asyncio.to_thread(sync, "status", "--data", data, "--json")
    assert status["last_acknowledged_at"] == pytest.approx(uplink.status.last_acknowledged_at, abs=5)
    assert (status["console"]["state"], status["console"]["link"]) == ("online", "mqtt")
    told = await asyncio.to_thread(in_words, {"BREAKAWAY_DATA": data}, "status")
    assert "enrolled              yes" in told and "online, link mqtt" in told


def test_a_refused_ride_is_told_and_the_others_are_sent(cloud, cache, data, ride, points):
    refused, fine = ride(0), ride(20)
    cache.append(refused.id, points(5, 10))  # its first seconds are missing
    sync("enrol", cloud.url, cloud.new_code(), "--data", data, "--json")
    assert f"ride {refused.id}" in sync("push", "--data", data, code=1)
    status = sync("status", "--data", data, "--json")
    assert (status["waiting_rides"], [one["ride"] for one in status["refused"]]) == (0, [refused.id])
    assert not [summary for summary in cache.rides("ada") if summary.header.id == fine.id and summary.waiting]


@pytest.mark.parametrize("content", ["newer", "damaged", "locked"])
def test_a_file_that_cannot_be_used_gets_a_sentence(cache, data, content):
    cache.close()
    db = sqlite3.connect(cache.path)
    if content == "damaged":
        cache.path.write_bytes(b"rubbish" * 1000)
        assert sync("status", "--data", data, "--json")["rides"] == []
        assert len(list(cache.path.parent.glob("*damaged*"))) == 1
    elif content == "newer":
        db.execute("PRAGMA user_version = 99")
        assert "Update" in sync("status", "--data", data, code=1)
    else:
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("CREATE TABLE held (id)")
        assert "locked" in sync("status", "--data", data, code=1)
    db.close()


def test_help_names_every_command():
    told = in_words({}, "--help")
    assert all(verb in told for verb in ("status", "push", "pull", "enrol"))


@pytest.mark.parametrize(
    "address", ["http://", "http://[::1", "http://127.0.0.1:99999", "http://127.0.0.1:x", "http://xn--", "http://a b"]
)
async def test_an_address_that_can_be_none_is_told_so(address):
    with pytest.raises(EnrolmentFailed) as refused:
        await enrol(address, "ABCD-EFGH", "Bike")
    assert "address" in f"{refused.value} {refused.value.remedy}"
