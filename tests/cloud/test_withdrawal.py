"""A ride that its rider takes back: it is gone from the cloud, and stays gone."""

from __future__ import annotations

import uuid

import pytest


@pytest.fixture
def class_id(cloud, eventually, tablet) -> str:
    name = f"class-{uuid.uuid4().hex[:8]}"
    cloud.add_class(name, duration_s=600)
    eventually(lambda: tablet.http.get(f"/v1/classes/{name}").status_code == 200)
    return name


def take_back(tablet, ride) -> int:
    return tablet.http.delete(f"/v1/rides/{ride.id}").status_code


def test_it_leaves_rides_points_and_leaderboards(tablet, ride, seconds, class_id):
    first, second = ride(class_id, "Ada", rider_id="ada"), ride(class_id, "Ada", rider_id="ada")
    tablet.ask(first, seconds(0, 20, power_w=100))
    best = tablet.ask(second, seconds(0, 20, power_w=300)).standings.all_time.rows
    assert [row.kj for row in best] == [6.0]
    assert take_back(tablet, second) == 204
    assert tablet.http.get(f"/v1/rides/{second.id}").status_code == 404
    assert second.id not in tablet.http.get("/v1/rides").text
    standings = tablet.ask(first, seconds(20, 21, power_w=100)).standings
    assert [row.kj for row in standings.all_time.rows] == [2.1] and standings.here_now.count == 1


def test_what_still_comes_of_it_is_refused_on_both_links(tablet, ride, seconds):
    header = ride()
    tablet.ask(header, seconds(0, 5))
    assert take_back(tablet, header) == 204
    assert tablet.ask(header, seconds(5, 9)).error == "the ride was taken back"
    refused = tablet.post(header, seconds(0, 9))
    assert refused.status_code == 410 and "remedy" in refused.json()
    assert take_back(tablet, header) == 404, "there is nothing left of it"


def test_one_that_has_not_arrived_yet_can_be_taken_back(tablet, ride, seconds):
    header = ride()
    assert take_back(tablet, header) == 404
    assert tablet.ask(header, seconds(0, 5)).error == "the ride was taken back"


def test_nobody_takes_back_anothers_ride(cloud, tablet, new_tablet, ride, seconds):
    other, header = new_tablet(cloud, "Bike 2"), ride()
    assert take_back(other, header) == 404, "nor before it has come"
    tablet.ask(header, seconds(0, 5))
    assert take_back(other, header) == 404
    assert tablet.ask(header).acknowledged == 5
    assert tablet.http.delete("/v1/rides/nonsense").status_code == 422
