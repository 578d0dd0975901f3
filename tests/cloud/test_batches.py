"""Batches through both ways in: what is acknowledged, stored and refused."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from sync import wire
from sync.records import Answer, Batch, RideHeader, from_json


@pytest.fixture(params=["mqtt", "http"])
def ask(request, tablet):
    """Sends a batch by either way and gives the Answer."""
    if request.param == "mqtt":
        return tablet.ask
    return lambda ride, points=None: from_json(Answer, tablet.post(ride, points).json())


def test_points_are_acknowledged_and_can_be_read_back(ask, tablet, ride, seconds):
    header, points = ride(), seconds(0, 60, in_class=False)
    assert ask(header, points) == Answer(header.id, 60)
    held = tablet.http.get(f"/v1/rides/{header.id}").json()
    assert held["acknowledged"] == 60
    assert held["ride"]["rider_name"] == "Ada"
    assert held["totals"]["kj"] == pytest.approx(60 * 200 / 1000)
    sent = [{"second": p.second, "power_w": p.power_w, "class_s": None} for p in points]
    got = tablet.http.get(f"/v1/rides/{header.id}/points").json()["points"]
    assert [{key: one[key] for key in sent[0]} for one in got] == sent


def test_overlap_is_stored_once_and_the_first_write_wins(ask, tablet, ride, seconds):
    header = ride()
    ask(header, seconds(0, 10, power_w=100))
    assert ask(header, seconds(5, 15, power_w=300)).acknowledged == 15
    powers = [one["power_w"] for one in tablet.http.get(f"/v1/rides/{header.id}/points").json()["points"]]
    assert powers == [100] * 10 + [300] * 5


def test_the_same_batch_again_changes_nothing(ask, tablet, ride, seconds):
    header = ride()
    first, second = (ask(header, seconds(0, 10)) for _ in range(2))
    assert first == second == Answer(header.id, 10)


def test_a_gap_stores_nothing_and_tells_the_position(ask, ride, seconds):
    header = ride()
    ask(header, seconds(0, 10))
    assert ask(header, seconds(12, 20)).acknowledged == 10
    assert ask(header, seconds(10, 20)).acknowledged == 20


def test_an_empty_batch_asks_for_the_position_and_makes_the_ride_known(ask, tablet, ride):
    header = ride()
    assert ask(header) == Answer(header.id, 0)
    assert tablet.http.get(f"/v1/rides/{header.id}").json()["ride"]["id"] == header.id


def test_the_end_of_a_ride_is_acknowledged_and_stays(ask, ride, seconds):
    header = ride()
    assert not ask(header, seconds(0, 5)).finished
    assert ask(replace(header, finished_at=header.started_at + 5)).finished
    assert ask(header).finished, "an older header that comes late does not undo the end"


def test_another_tablets_ride_is_refused(cloud, tablet, new_tablet, ride, seconds):
    header = ride()
    tablet.ask(header, seconds(0, 10))
    thief = new_tablet(cloud, "Bike 2")
    refused = thief.ask(replace(header, rider_name="Mallory"), seconds(10, 20))
    assert refused.error and refused.acknowledged == 0
    assert thief.post(header, seconds(10, 20)).status_code == 403
    assert thief.http.get(f"/v1/rides/{header.id}").status_code == 404
    held = tablet.http.get(f"/v1/rides/{header.id}").json()
    assert (held["acknowledged"], held["ride"]["rider_name"]) == (10, "Ada")


def test_impossible_values_are_refused_and_nothing_is_stored(tablet, ride, seconds):
    header, wild = ride(), seconds(0, 10)
    wild[7] = replace(wild[7], power_w=90_000.0)
    answer = tablet.ask(header, wild)
    assert answer.acknowledged == 0 and "power_w" in (answer.error or "")
    refusal = tablet.post(header, wild)
    assert refusal.status_code == 422 and "second 7" in refusal.json()["error"]
    assert tablet.ask(header) == Answer(header.id, 0)


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"B\x09\x00", wire.encode(Batch(RideHeader("0" * 32, "r", "R", 1)))[:9]]
)
def test_bytes_that_are_no_batch_are_refused_and_do_not_block(tablet, ride, seconds, data):
    tablet.publish(data)
    refusal = tablet.http.post("/v1/batches", content=data)
    assert refusal.status_code == 400
    assert set(refusal.json()) == {"error", "remedy", "details"}
    header = ride()
    assert tablet.ask(header, seconds(0, 3)) == Answer(header.id, 3)


@pytest.mark.parametrize(
    ("nonsense", "named"),
    [
        ({"rider_name": ""}, "rider_name"),
        ({"rider_name": "  "}, "rider_name"),
        ({"rider_name": "Ada\nBo"}, "rider_name"),
        ({"rider_name": "Ada\x1b[2J"}, "rider_name"),
        ({"rider_name": "A" * 41}, "rider_name"),
        ({"rider_id": ""}, "rider_id"),
        ({"rider_id": "a\x00b"}, "rider_id"),
        ({"class_id": "c" * 81}, "class_id"),
        ({"finished_at": 1_699_999_999.0}, "finished_at"),
        ({"started_at": time.time() + 2 * 86400}, "started_at"),
    ],
)
def test_a_header_of_nonsense_is_refused_and_nothing_is_stored(tablet, ride, seconds, nonsense, named):
    header = replace(ride(), **nonsense)
    answer = tablet.ask(header, seconds(0, 5))
    assert answer.acknowledged == 0 and (answer.error or "").startswith(named)
    refusal = tablet.post(header, seconds(0, 5))
    assert refusal.status_code == 422 and named in refusal.json()["error"]
    assert tablet.http.get(f"/v1/rides/{header.id}").status_code == 404


@pytest.mark.parametrize("name", ["Ada Łukasiewicz-O’Neill", "山田太郎", "👩‍🚀", "A" * 40])
def test_a_name_of_any_language_is_taken(tablet, ride, seconds, name):
    header = replace(ride(), rider_name=name)
    assert tablet.ask(header, seconds(0, 5)) == Answer(header.id, 5)


def test_a_ride_of_a_class_that_is_gone_is_stored_without_a_board(tablet, ride, seconds):
    header = ride("taken-down")
    assert tablet.ask(header, seconds(0, 5)) == Answer(header.id, 5), "stored, and no standings"
    assert tablet.http.get("/v1/classes/taken-down/standings").status_code == 404
    assert tablet.http.get(f"/v1/rides/{header.id}").json()["ride"]["class_id"] == "taken-down"
