"""The lobby of a live class, from tablet to tablet: who waits is seen by the others before anyone has ridden."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import httpx

from sync.cache import Cache
from sync.records import Enrolment, RideHeader, from_json
from tests.live.origins import PLAN
from tests.sync.uplinks import running


async def test_riders_arrive_in_the_lobby_of_the_others(cloud, cache, ride, enrol, until, tmp_path):
    enrolment = enrol(cloud)
    plan = tmp_path / "hour.toml"
    plan.write_text(PLAN)
    at = datetime.fromtimestamp(time.time() + 300, UTC).isoformat()
    cloud.run("live", "schedule", str(plan), "--at", at, "--id", "waited-for", "--json")
    token = {"Authorization": f"Bearer {enrolment.token}"}
    await until(lambda: httpx.get(f"{cloud.url}/v1/classes/waited-for", headers=token).status_code == 200)

    ada, heard = ride(0, class_id="waited-for", finished=False), []
    other = Cache.open(tmp_path / "other.sqlite3")
    other.save_enrolment(cloud.url, from_json(Enrolment, cloud.enrol("Bike 2")))
    bo = RideHeader(RideHeader.new_id(), "bo", "Bo", time.time(), "waited-for")
    async with running(cache, on_standings=heard.append, in_lobby=lambda: ada.id):
        await until(lambda: heard and heard[-1].here_now.count == 1)
        async with running(other, in_lobby=lambda: bo.id) as uplink:
            other.begin_ride(bo)
            uplink.poke()
            await until(lambda: heard[-1].here_now.count == 2)
    assert [(row.name, row.kj, row.you) for row in heard[-1].here_now.rows] == [("Ada", 0.0, True), ("Bo", 0.0, False)]
    other.close()
