"""Two tablets in one class see each other."""

from __future__ import annotations

import time
import uuid
from dataclasses import replace

import pytest


@pytest.fixture
def class_id(cloud) -> str:
    """A class of its own for each test."""
    name = f"class-{uuid.uuid4().hex[:8]}"
    cloud.add_class(name, duration_s=600)
    return name


@pytest.fixture
def pair(cloud, new_tablet, ride, class_id):
    """Two tablets and their rides in one class."""
    a, b = new_tablet(cloud, "Bike 1"), new_tablet(cloud, "Bike 2")
    rides = ride(class_id, "Ada"), ride(class_id, "Bo")
    wait_for_class(a, class_id)
    return a, b, *rides


def wait_for_class(tablet, class_id) -> None:
    deadline = time.monotonic() + 10
    while tablet.http.get(f"/v1/classes/{class_id}").status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_an_answer_brings_acknowledgement_and_standings_together(pair, seconds, class_id):
    a, b, ada, bo = pair
    a.ask(ada, seconds(0, 30, power_w=200))
    answer = b.ask(bo, seconds(0, 20, power_w=300))
    assert answer.acknowledged == 20
    standings = answer.standings
    assert (standings.class_id, standings.ride_id, standings.class_s) == (class_id, bo.id, 20.0)
    rows = [(row.rank, row.name, row.kj, row.you) for row in standings.here_now.rows]
    assert rows == [(1, "Bo", 6.0, True), (2, "Ada", 4.0, False)]
    assert standings.all_time.rows == standings.here_now.rows


def test_the_others_are_told_without_asking(pair, seconds):
    a, b, ada, bo = pair
    a.ask(ada, seconds(0, 10, power_w=200))
    b.ask(bo, seconds(0, 10, power_w=300))
    pushed = a.standings.get(timeout=10)
    assert pushed.ride_id == ada.id
    assert [(row.name, row.kj, row.you) for row in pushed.here_now.rows] == [("Bo", 3.0, False), ("Ada", 2.0, True)]
    assert b.standings.empty(), "whoever moved has it from the answer"


def test_a_batch_over_http_is_told_to_the_others_too(pair, seconds):
    a, b, ada, bo = pair
    a.ask(ada, seconds(0, 10))
    assert b.post(bo, seconds(0, 10)).json()["standings"]["here_now"]["count"] == 2
    assert a.standings.get(timeout=10).here_now.count == 2


def test_a_storm_of_points_becomes_few_pushes(pair, seconds):
    a, b, ada, bo = pair
    a.ask(ada, seconds(0, 1))
    began = time.monotonic()
    for second in range(60):
        b.ask(bo, seconds(second, second + 1))
    took = time.monotonic() - began
    while a.standings.get(timeout=10).here_now.rows[0].kj < 60 * 0.2 and not a.standings.empty():
        pass
    assert a.standings.qsize() <= took / 0.2 + 2


def test_finishing_leaves_here_now_and_stays_in_all_time(pair, seconds):
    a, b, ada, bo = pair
    a.ask(ada, seconds(0, 30, power_w=300))
    assert a.ask(replace(ada, finished_at=ada.started_at + 30)).finished
    standings = b.ask(bo, seconds(0, 30, power_w=200)).standings
    assert [row.name for row in standings.here_now.rows] == ["Bo"]
    assert [(row.rank, row.name) for row in standings.all_time.rows] == [(1, "Ada"), (2, "Bo")]


def test_the_class_screen_sees_the_best_of_all_time(pair, seconds, class_id):
    a, b, ada, bo = pair
    a.ask(ada, seconds(0, 30, power_w=200))
    b.ask(bo, seconds(0, 10, power_w=300))
    top = b.http.get(f"/v1/classes/{class_id}/standings").json()
    assert [(row["name"], row["kj"], row["you"]) for row in top["all_time"]["rows"]] == [
        ("Ada", 6.0, False),
        ("Bo", 3.0, False),
    ]
    mine = b.http.get(f"/v1/classes/{class_id}/standings", params={"ride_id": bo.id}).json()
    assert (mine["all_time"]["rank"], mine["class_s"]) == (1, 10.0)
    assert b.http.get(f"/v1/classes/{class_id}/standings", params={"ride_id": ada.id}).status_code == 404


def test_standings_hold_names_and_nothing_else_of_others(pair, seconds):
    a, b, ada, bo = pair
    a.ask(ada, seconds(0, 10))
    said = b.post(bo, seconds(0, 10)).text
    for secret in (ada.id, ada.rider_id, a.id):
        assert secret not in said


def test_a_free_ride_has_no_standings(tablet, ride, seconds):
    assert tablet.ask(ride(), seconds(0, 5, in_class=False)).standings is None


def test_a_ride_in_a_class_that_is_not_here_is_kept_all_the_same(tablet, ride, seconds):
    answer = tablet.ask(ride("long-gone"), seconds(0, 5))
    assert (answer.acknowledged, answer.standings) == (5, None)


def test_standings_survive_a_restart(new_cloud, new_tablet, ride, seconds):
    cloud = new_cloud()
    cloud.add_class("hills", duration_s=60)
    tablet = new_tablet(cloud)
    for name, watts in (("Ada", 200), ("Bo", 300)):
        header = ride("hills", name)
        tablet.ask(header, seconds(0, 60, power_w=watts))
        tablet.ask(replace(header, finished_at=1_700_000_060.0))
    live = ride("hills", "Cy")
    tablet.ask(live, seconds(0, 30, power_w=250))
    before = tablet.ask(live).standings
    tablet.connected.clear()
    cloud.stop()
    cloud.start()
    assert tablet.connected.wait(15)
    after = tablet.ask(live).standings
    assert (after.here_now, after.all_time) == (before.here_now, before.all_time)
    assert [(row.rank, row.name) for row in after.all_time.rows] == [(1, "Bo"), (2, "Cy"), (3, "Ada")]


def handle_of(answer, name: str) -> str:
    return next(row.handle for row in answer.standings.here_now.rows if row.name == name)


@pytest.mark.parametrize("link", ["mqtt", "http"])
def test_a_high_five_arrives_once_with_the_next_answer(pair, seconds, link):
    a, b, ada, bo = pair
    a.ask(ada, seconds(0, 5))
    handle = handle_of(b.ask(bo, seconds(0, 5)), "Ada")
    for _tap in range(3):
        assert b.http.post(f"/v1/rides/{bo.id}/fives", json={"handle": handle}).status_code == 204

    def next_answer(second: int) -> list[str]:
        if link == "mqtt":
            return list(a.ask(ada, seconds(second, second + 1)).fives)
        return a.post(ada, seconds(second, second + 1)).json()["fives"]

    assert next_answer(5) == ["Bo"], "three taps in a second are one high five"
    assert next_answer(6) == []
    assert b.ask(bo, seconds(5, 6)).fives == ()


def test_nobody_gives_a_high_five_in_anothers_name_or_to_who_is_not_there(pair, seconds):
    a, b, ada, bo = pair
    a.ask(ada, seconds(0, 5))
    answer = b.ask(bo, seconds(0, 5))
    handle = handle_of(answer, "Ada")
    assert handle and handle != ada.id and handle_of(answer, "Bo") == ""
    assert not [row for row in answer.standings.all_time.rows if row.handle]
    gives = {
        "another's ride": b.http.post(f"/v1/rides/{ada.id}/fives", json={"handle": handle}).status_code,
        "no such handle": b.http.post(f"/v1/rides/{bo.id}/fives", json={"handle": "0123"}).status_code,
        "no handle": b.http.post(f"/v1/rides/{bo.id}/fives", json={}).status_code,
        "nobody's": b.http.post(
            f"/v1/rides/{bo.id}/fives", json={"handle": handle}, headers={"Authorization": "Bearer x"}
        ).status_code,
    }
    assert gives == {"another's ride": 404, "no such handle": 404, "no handle": 422, "nobody's": 401}
    a.ask(replace(ada, finished_at=ada.started_at + 30))
    assert b.http.post(f"/v1/rides/{bo.id}/fives", json={"handle": handle}).status_code == 404, "she has gone"
