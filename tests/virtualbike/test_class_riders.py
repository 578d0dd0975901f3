"""Many riders in one class, through a real cloud; and the form their seconds travel in."""

import json
import subprocess
import sys
from uuid import UUID

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import wire
from virtualbike.batch_form import Ride, Second, batch
from virtualbike.class_riders import ClassRider

HEADER = Ride(UUID(int=7 << 64), "virtual-1", "Virtual 001", "hills", 1_700_000_000.5)


def ride_class(cloud, *options):
    arguments = ["--cloud", cloud.url, *map(str, options)]
    command = [sys.executable, "-m", "virtualbike", "class", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=100)


def test_ten_riders_ride_a_class_to_its_end_and_stand_on_its_board(cloud):
    cloud.add_class("hills-with-robots", duration_s=60)
    code = cloud.new_code()
    told = ride_class(
        cloud, "--code", code, "--class-id", "hills-with-robots", "--riders", 10, "--seconds", 30, "--speed", 10
    )
    assert told.returncode == 0, told.stderr
    outcome = json.loads(told.stdout.splitlines()[-1])
    assert (outcome["riders"], outcome["points"], outcome["acknowledged"], outcome["finished"]) == (10, 300, 300, 10)
    assert outcome["errors"] == 0 and 0 < outcome["latency_ms"]["p50"] <= outcome["latency_ms"]["max"]
    token = cloud.enrol()["token"]
    answer = httpx.get(
        f"{cloud.url}/v1/classes/hills-with-robots/standings", headers={"Authorization": f"Bearer {token}"}
    ).json()
    rows = answer["all_time"]["rows"]
    assert answer["all_time"]["count"] == 10
    assert len({row["kj"] for row in rows}) == len(rows) and all(row["name"].startswith("Virtual ") for row in rows)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"--code": "WRONG"}, "the code is wrong, used or expired; ask for a new code"),
        ({"--class-id": "nowhere"}, "there is no class 'nowhere'; see /v1/classes"),
        ({"--cloud": "http://127.0.0.1:1"}, "the cloud at http://127.0.0.1:1 does not answer"),
    ],
)
def test_what_prevents_the_class_is_one_clear_line(cloud, change, message):
    given = {"--code": "", "--class-id": "nowhere"} | change
    given["--code"] = given["--code"] or cloud.new_code()
    told = ride_class(cloud, *(word for pair in given.items() for word in pair))
    assert told.returncode == 1 and told.stdout == ""
    assert told.stderr.startswith("virtual-bike: ") and message in told.stderr and told.stderr.count("\n") == 1


values = st.floats(0, 5000).map(lambda value: round(value, 1))
seconds = st.builds(
    Second,
    st.floats(0, 2e9).map(lambda at: round(at, 3)),
    st.floats(0, 86_400).map(lambda at: round(at, 3)),
    *[values] * 4,
)


@given(st.integers(0, 86_000), st.lists(seconds, max_size=30), st.sampled_from([0.0, 1_700_000_100.25]))
def test_the_cloud_reads_what_was_meant(first, ridden, finished):
    read = wire.decode(batch(HEADER, first, ridden, finished))
    assert (read.ride.id, read.ride.rider_id, read.ride.rider_name) == (HEADER.id.hex, "virtual-1", "Virtual 001")
    assert (read.ride.class_id, read.ride.started_at, read.ride.finished_at) == (
        "hills",
        1_700_000_000.5,
        finished or None,
    )
    assert [point.second for point in read.points] == list(range(first, first + len(ridden)))
    for point, second in zip(read.points, ridden, strict=True):
        shown = (point.at, point.class_s, point.cadence_rpm, point.resistance_pct, point.power_w, point.heart_rate_bpm)
        meant = (second.at_s, second.class_s, second.cadence_rpm, second.resistance_pct, second.power_w)
        assert shown == pytest.approx((*meant, second.heart_rate_bpm))


def test_riders_are_of_their_own_strength_and_alike_for_one_seed():
    def work(number, seed):
        rider = ClassRider(number, "hills", seed=seed, started_s=0.0)
        rider.ride_until(60, 1.0)
        return sum(second.power_w for second in rider.made)

    assert len({round(work(number, 1)) for number in range(1, 9)}) == 8
    assert work(3, 1) == work(3, 1) != work(3, 2)


def test_a_rider_sends_what_is_not_held_again_and_the_end_with_the_last():
    rider = ClassRider(1, "hills", seed=1, started_s=1_700_000_000.0)
    rider.ride_until(5, 1.0)
    first = wire.decode(rider.next_batch(last=False))
    assert (len(first.points), first.ride.finished_at) == (5, None)
    rider.held = 3
    again = wire.decode(rider.next_batch(last=True))
    assert [point.second for point in again.points] == [3, 4] and again.ride.finished_at == 1_700_000_005.0
    rider.held = 5
    assert wire.decode(rider.next_batch(last=True)).ride.finished_at
    rider.finished = True
    assert rider.next_batch(last=True) is None
