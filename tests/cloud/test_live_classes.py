"""The cloud's side of a live class: who waits in its lobby, the schedule over HTTP, the calendar, the time."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import icalendar
import pytest

from sync.records import FitnessClass, from_json
from tests.live.origins import PLAN

PATIENCE_S = 10.0


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "hour.toml"
    path.write_text(PLAN)
    return path


def scheduled(cloud, plan: Path, class_id: str, in_s: float, *options: str) -> dict:
    """Schedule a class that starts ``in_s`` seconds from now."""
    at = datetime.fromtimestamp(time.time() + in_s, UTC).isoformat()
    line = cloud.run("live", "schedule", str(plan), "--at", at, "--id", class_id, "--json", *options)
    return json.loads(line)


def test_riders_in_the_lobby_see_each_other(cloud, tablet, new_tablet, ride, plan, eventually):
    scheduled(cloud, plan, "lobby-hour", 120)
    eventually(lambda: tablet.http.get("/v1/classes/lobby-hour").status_code == 200)
    ada, bo = ride("lobby-hour", "Ada"), ride("lobby-hour", "Bo")
    tablet.ask(ada)
    seen = new_tablet(cloud, "Bike 2").ask(bo).standings
    assert [(row.name, row.kj, row.you) for row in seen.here_now.rows] == [("Ada", 0.0, False), ("Bo", 0.0, True)]
    told = tablet.standings.get(timeout=PATIENCE_S)
    assert told.here_now.count == 2, "whoever came first is told of the second"


def test_the_catalogue_has_what_is_scheduled(cloud, tablet, plan, eventually):
    planned = scheduled(cloud, plan, "soon-hour", 300, "--origin", "http://127.0.0.1:9", "--origin", "http://[::1]:9/")
    eventually(lambda: tablet.http.get("/v1/classes/soon-hour").status_code == 200)
    before = tablet.http.get("/v1/classes").headers["etag"]
    answer = tablet.http.get("/v1/live").json()
    assert abs(answer["now"] - time.time()) < 5
    found = next(one for one in answer["classes"] if one["id"] == "soon-hour")
    soon = from_json(FitnessClass, found)
    assert soon.live is not None and soon.live.state == "lobby" and soon.live.starts_at == planned["starts_at"]
    assert soon.live.ends_at - soon.live.starts_at == soon.duration_s == 20
    assert soon.live.hls == ("http://127.0.0.1:9/master.m3u8", "http://[::1]:9/master.m3u8")
    assert found in tablet.http.get("/v1/classes").json()["classes"]
    scheduled(cloud, plan, "soon-hour", 3000)
    eventually(lambda: tablet.http.get("/v1/classes/soon-hour").json()["live"]["state"] == "scheduled")
    assert tablet.http.get("/v1/classes").headers["etag"] != before


def test_a_class_without_origins_goes_by_the_clock(cloud, tablet, plan, eventually):
    scheduled(cloud, plan, "now-hour", -1)
    state = lambda: tablet.http.get("/v1/classes/now-hour").json().get("live", {}).get("state")  # noqa: E731
    eventually(lambda: state() == "live")
    cloud.run("live", "end", "now-hour")
    eventually(lambda: state() == "ended")


def test_calendars_follow_the_schedule(cloud, tablet, plan, eventually):
    planned = scheduled(cloud, plan, "ics-hour", 86_400)

    def event() -> icalendar.Event | None:
        answer = httpx.get(f"{cloud.url}/v1/live.ics")
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        events = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
        return next((one for one in events if str(one["UID"]).startswith("ics-hour@")), None)

    eventually(lambda: event() is not None)
    first = event()
    assert first["DTSTART"].dt == datetime.fromtimestamp(round(planned["starts_at"]), UTC)
    assert (first["DTEND"].dt - first["DTSTART"].dt).total_seconds() == 20
    assert (first["SEQUENCE"], first["STATUS"], first["SUMMARY"]) == (0, "CONFIRMED", "Power Hour, Ines Aragón")
    cloud.run("live", "cancel", "ics-hour")
    eventually(lambda: event()["STATUS"] == "CANCELLED")
    assert event()["SEQUENCE"] == 1 and event()["UID"] == first["UID"]
    eventually(lambda: tablet.http.get("/v1/classes/ics-hour").status_code == 404)


def test_the_time_and_what_needs_a_token(cloud):
    before = time.time()
    answer = httpx.get(f"{cloud.url}/v1/time")
    assert before - 1 < answer.json()["now"] < time.time() + 1
    assert answer.headers["cache-control"] == "no-store"
    assert httpx.get(f"{cloud.url}/v1/live").status_code == 401
    paths = httpx.get(f"{cloud.url}/openapi.json").json()["paths"]
    assert {"/v1/time", "/v1/live", "/v1/live.ics"} <= set(paths)
    assert "text/calendar" in paths["/v1/live.ics"]["get"]["responses"]["200"]["content"]
