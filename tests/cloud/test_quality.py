"""Quality at the cloud: the ride's own tablet tells it, over MQTT or HTTP, as often as it likes."""

import json
import sqlite3
from dataclasses import replace

import pytest

from sync import topics
from sync.cloud.database import SCHEMA
from sync.cloud.store import Store
from sync.migrations import migrate
from sync.records import Answer, Quality, RideHeader, from_json, to_json

TOLD = Quality(startup_s=0.5, played_s=60.0, rungs={"720": 60.0}, bytes_by_pathway={"a": 1000}, path="hls")

NUL = b'{"ride_id": "te\\u0000st", "quality": {}}'


def publish(tablet, data):
    """Over MQTT; the answer."""
    tablet.mqtt.publish(topics.quality(tablet.id), data, qos=1).wait_for_publish(10)
    return tablet.answers.get(timeout=10)


@pytest.fixture(params=["mqtt", "http"])
def tell(request, tablet):
    """Sends the quality of a ride by either way and gives the Answer."""
    if request.param == "mqtt":
        return lambda ride_id, told: publish(tablet, json.dumps({"ride_id": ride_id, "quality": told}).encode())

    def post(ride_id, told):
        return from_json(Answer, tablet.http.post(f"/v1/rides/{ride_id}/quality", json=told).json())

    return post


def held(tablet, ride_id):
    told = tablet.http.get(f"/v1/rides/{ride_id}").json()["quality"]
    return from_json(Quality, told) if told else None


def test_it_is_kept_beside_the_ride_and_acknowledged(tell, tablet, ride, seconds):
    header = replace(ride(), finished_at=1_700_000_060.0)
    assert tablet.ask(header, seconds(0, 60, in_class=False)) == Answer(header.id, 60, finished=True)
    assert held(tablet, header.id) is None
    assert tell(header.id, to_json(TOLD)) == Answer(header.id, 60, finished=True, quality=True)
    assert held(tablet, header.id) == TOLD
    assert tablet.ask(header).quality, "and every answer about the ride says so"
    [listed] = [one for one in tablet.http.get("/v1/rides").json()["rides"] if one["ride"]["id"] == header.id]
    assert from_json(Quality, listed["quality"]) == TOLD


def test_told_again_it_is_kept_once_as_told_last(tell, tablet, ride):
    header = ride()
    tablet.ask(header)
    first, second = tell(header.id, to_json(TOLD)), tell(header.id, to_json(replace(TOLD, stalls=3)))
    assert first == second and second.quality
    found = held(tablet, header.id)
    assert found is not None and found.stalls == 3


@pytest.mark.parametrize(
    "nonsense",
    [
        {"stalls": -1},
        {"played_s": 1e15},
        {"rungs": {"720\n": 1.0}},
        {"path": "h\0s"},
        {"rungs": {str(i): 1.0 for i in range(99)}},
    ],
)
def test_nonsense_is_refused_and_changes_nothing(tablet, ride, nonsense):
    header = ride()
    tablet.ask(header)
    answer = publish(tablet, json.dumps({"ride_id": header.id, "quality": nonsense}).encode())
    assert answer.error and not answer.quality
    refused = tablet.http.post(f"/v1/rides/{header.id}/quality", json=nonsense)
    assert refused.status_code == 422 and refused.json()["remedy"]
    assert held(tablet, header.id) is None


def test_what_is_no_report_is_dropped_and_the_next_one_taken(tablet, ride):
    header = ride()
    tablet.ask(header)
    for rubbish in (b"", b"\xff\xfe", b"[]", b'{"ride_id": 3}', b'{"ride_id": "x", "quality": {"rungs": []}}', NUL):
        tablet.mqtt.publish(topics.quality(tablet.id), rubbish, qos=1).wait_for_publish(10)
    assert publish(tablet, json.dumps({"ride_id": header.id, "quality": to_json(TOLD)}).encode()).quality


def test_of_a_ride_that_is_not_held_the_tablet_hears_so(tablet):
    ride_id = RideHeader.new_id()
    answer = publish(tablet, json.dumps({"ride_id": ride_id, "quality": to_json(TOLD)}).encode())
    assert answer == Answer(ride_id, 0)
    assert tablet.http.post(f"/v1/rides/{ride_id}/quality", json=to_json(TOLD)).status_code == 404


def test_nobody_tells_it_of_anothers_ride(cloud, tablet, new_tablet, ride):
    header, stranger = ride(), new_tablet(cloud, "Bike 2")
    tablet.ask(header)
    answer = publish(stranger, json.dumps({"ride_id": header.id, "quality": to_json(TOLD)}).encode())
    assert answer.error and not answer.quality and answer.acknowledged == 0
    assert stranger.http.post(f"/v1/rides/{header.id}/quality", json=to_json(TOLD)).status_code == 404
    forged = json.dumps({"ride_id": header.id, "quality": to_json(TOLD)}).encode()
    stranger.mqtt.publish(topics.quality(tablet.id), forged, qos=1)  # the broker drops it
    stranger.ask(ride())  # and has dealt with it now
    assert held(tablet, header.id) is None


def test_a_store_of_the_version_before_is_brought_up_to_date(tmp_path):
    old = tmp_path / "older"
    old.mkdir()

    for script in sorted(SCHEMA.glob("*.sql"))[:3]:
        (old / script.name).write_text(script.read_text())
    db = sqlite3.connect(tmp_path / "cloud.sqlite3", isolation_level=None)
    migrate(db, old)
    db.execute("INSERT INTO rides (id, tablet_id, rider_id, rider_name, started_at) VALUES ('r', 't', 'a', 'Ada', 1)")
    db.close()
    store = Store.open(tmp_path / "cloud.sqlite3")
    known = store.held("r")
    assert known is not None and not known.quality and store.quality(known.no) is None
    with store.transaction():
        store.put_quality(known.no, TOLD)
    assert store.quality(known.no) == TOLD and store.held("r").quality
    store.close()
