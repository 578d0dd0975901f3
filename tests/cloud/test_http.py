"""The HTTP side: catalogue, rides, and what bad requests get."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync import wire
from sync.records import Batch, FitnessClass, RideHeader, from_json


def is_refusal(answer: httpx.Response) -> bool:
    content = answer.json()
    return set(content) == {"error", "remedy", "details"} and bool(content["error"]) and bool(content["remedy"])


@pytest.fixture
def http(tablet) -> httpx.Client:
    return tablet.http


def test_classes_are_listed_newest_first_and_not_sent_twice(cloud, http, eventually):
    cloud.add_class("older", published_at=1.0)
    cloud.add_class("newer", published_at=2.0)
    eventually(lambda: {"older", "newer"} <= set(class_ids(http)))
    listed = http.get("/v1/classes")
    ids = class_ids(http)
    assert ids.index("newer") < ids.index("older")
    assert from_json(FitnessClass, listed.json()["classes"][0]).title
    again = http.get("/v1/classes", headers={"If-None-Match": listed.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    cloud.add_class("newest", published_at=3.0)
    eventually(lambda: "newest" in class_ids(http))
    ids = class_ids(http)
    assert ids.index("newest") < ids.index("newer")
    assert http.get("/v1/classes", headers={"If-None-Match": listed.headers["etag"]}).status_code == 200
    assert from_json(FitnessClass, http.get("/v1/classes/newest").json()).id == "newest"


def class_ids(http: httpx.Client) -> list[str]:
    return [one["id"] for one in http.get("/v1/classes").json()["classes"]]


def test_a_broken_class_is_left_out_and_the_others_stay(cloud, http, eventually):
    broken = cloud.data / "classes" / "broken"
    broken.mkdir()
    (broken / "class.json").write_text('{"id": "broken"}')
    cloud.add_class("sound")
    eventually(lambda: "sound" in class_ids(http))
    assert "broken" not in class_ids(http)


def test_rides_are_paged_newest_first(tablet, ride, seconds):
    headers = [ride() for _ in range(5)]
    for header in headers:
        tablet.post(header, seconds(0, 3, in_class=False))
    seen, before = [], None
    while True:
        page = tablet.http.get("/v1/rides", params={"limit": 2} | ({"before": before} if before else {})).json()
        seen += [one["ride"]["id"] for one in page["rides"]]
        before = page["next"]
        if before is None:
            break
    assert sorted(seen) == sorted(header.id for header in headers)


def test_totals_are_over_what_is_known(tablet, ride, seconds):
    header = ride()
    tablet.post(header, seconds(0, 10, power_w=100) + seconds(10, 20, power_w=300))
    totals = tablet.http.get(f"/v1/rides/{header.id}").json()["totals"]
    assert (totals["seconds"], totals["kj"], totals["power_w_mean"], totals["power_w_max"]) == (20, 4.0, 200.0, 300.0)
    assert (totals["cadence_rpm_mean"], totals["heart_rate_bpm_max"]) == (85.0, 140.0)


@pytest.mark.parametrize("path", ["/v1/classes", "/v1/rides", "/v1/rides/x", "/v1/rides/x/points", "/v1/classes/x"])
@pytest.mark.parametrize("token", [None, "wrong", "ä"])
def test_without_a_good_token_nothing_is_told(cloud, path, token):
    headers = {"Authorization": f"Bearer {token}".encode()} if token is not None else {}
    answer = httpx.get(cloud.url + path, headers=headers)
    assert answer.status_code == 401 and is_refusal(answer)
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        ("GET", "/nothing", {}, 404),
        ("GET", "/v1/nothing", {}, 404),
        ("GET", "/v1/classes/none", {}, 404),
        ("GET", "/v1/classes/none/standings", {}, 404),
        ("GET", "/v1/rides/none", {}, 404),
        ("DELETE", "/v1/rides", {}, 405),
        ("GET", "/v1/batches", {}, 405),
        ("GET", "/v1/rides?limit=0", {}, 422),
        ("GET", "/v1/rides?limit=many", {}, 422),
        ("POST", "/v1/enrol", {"json": {}}, 422),
        ("POST", "/v1/enrol", {"json": {"code": "X", "name": ""}}, 422),
        ("POST", "/v1/enrol", {"json": {"code": "X", "name": "te\0st"}}, 422),
        ("POST", "/v1/enrol", {"json": {"code": "X", "name": "te\x1b[2Jst"}}, 422),
        ("POST", "/v1/enrol", {"content": b'{"code": "X", "name": "te\\ud800st"}'}, 422),
        ("GET", "/v1/rides/te%00st", {}, 404),
        ("GET", "/v1/rides?before=te%00st", {}, 422),
        ("POST", "/v1/enrol", {"content": b"{"}, 422),
        ("POST", "/v1/batches", {"content": b"x" * 200_000}, 413),
    ],
)
def test_bad_requests_get_a_refusal(http, method, path, sent, status):
    answer = http.request(method, path, **sent)
    assert answer.status_code == status
    assert is_refusal(answer)


def test_a_body_of_unknown_length_is_limited_too(http):
    answer = http.post("/v1/batches", content=(b"x" * 10_000 for _ in range(30)))
    assert answer.status_code == 413 and is_refusal(answer)


def test_the_openapi_description_names_every_route_and_its_refusals(http):
    described = http.get("/openapi.json").json()
    paths = {
        *("/v1/enrol", "/v1/classes", "/v1/classes/{class_id}", "/v1/classes/{class_id}/standings", "/v1/rides"),
        *("/v1/rides/{ride_id}", "/v1/rides/{ride_id}/points", "/v1/batches", "/v1/health"),
    }
    assert paths <= set(described["paths"])
    batches = described["paths"]["/v1/batches"]["post"]
    assert "application/octet-stream" in batches["requestBody"]["content"]
    assert {"400", "401", "403", "413", "422"} <= set(batches["responses"])
    assert {"Standings", "FitnessClass", "Refusal", "Answer"} <= set(described["components"]["schemas"])


def test_health_tells_real_values(tablet, ride, seconds):
    before = tablet.http.get("/v1/health").json()
    tablet.ask(ride(), seconds(0, 30))
    tablet.post(ride(), [])
    after = tablet.http.get("/v1/health").json()
    assert after["status"] == "ok" and after["broker"]["ok"] and after["store"]["ok"]
    assert after["store"]["rides"] == before["store"]["rides"] + 2
    assert after["store"]["points"] == before["store"]["points"] + 30
    assert after["since_start"]["points"] == before["since_start"]["points"] + 30
    assert after["since_start"]["batches"] >= before["since_start"]["batches"] + 2
    assert after["ingest"]["waiting"] == 0 and 0 <= after["ingest"]["lag_s"] < 10


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_batches_are_answered_never_broken(tablet, seconds, data):
    header = RideHeader("e" * 32, "rider", "Ada", 1_700_000_000.0, "hills")
    whole = bytearray(wire.encode(Batch(header, tuple(seconds(0, 20)))))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    answer = tablet.http.post("/v1/batches", content=cut)
    assert answer.status_code in (200, 400, 403, 422)
    assert answer.status_code == 200 or is_refusal(answer)
