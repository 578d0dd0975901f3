"""How well the picture came: kept with the ride, sent once the ride is over, believed only on the cloud's word."""

from __future__ import annotations

import json
import time
from typing import Any

import httpx
import pytest

from sync.__main__ import main
from sync.cache import Cache
from sync.links import BatchRefused, LinkDown, NotTaken
from sync.records import Answer, Quality, QualityReport, RecordError, from_json, to_json
from sync.riders import GUEST_ID
from sync.sending import Sender
from tests.sync.ledger import Ledger, Wire
from tests.sync.uplinks import only, running

GOOD = Quality(
    startup_s=0.4,
    played_s=1700.0,
    stalled_s=1.5,
    stalls=1,
    switches=2,
    shown=51_000,
    dropped=12,
    rungs={"360": 8.0, "720": 1692.0},
    bytes_by_pathway={"edge-1": 400_000_000, "edge-2": 2_000_000},
    failovers=1,
    path="hls",
)


def asked(cloud: Any, enrolment: Any, ride_id: str) -> Quality | None:
    headers = {"Authorization": f"Bearer {enrolment.token}"}
    answer = httpx.get(f"{cloud.url}/v1/rides/{ride_id}", headers=headers)
    told = answer.json().get("quality") if answer.status_code == 200 else None
    return from_json(Quality, told) if told else None


def test_it_is_the_same_after_a_journey_through_json() -> None:
    assert from_json(Quality, json.loads(json.dumps(to_json(GOOD)))) == GOOD
    assert from_json(Quality, {"mood": "good"}) == Quality()
    with pytest.raises(RecordError, match=r"rungs\.720"):
        from_json(Quality, {"rungs": {"720": "long"}})
    with pytest.raises(RecordError, match="rungs"):
        from_json(Quality, {"rungs": [1]})


def test_it_is_kept_with_its_ride_and_waits_for_it(cache: Cache, ride: Any) -> None:
    header = ride(60)
    assert cache.quality(header.id) is None
    cache.put_quality(header.id, GOOD)
    assert cache.quality(header.id) == GOOD and cache.waiting_quality() == [], "the ride goes first"
    cache.acknowledge(Answer(header.id, 60, finished=True))
    assert cache.waiting_quality() == [header.id]
    cache.acknowledge(Answer(header.id, 60, finished=True, quality=True))
    assert cache.waiting_quality() == []
    cache.acknowledge(Answer(header.id, 60, finished=True))
    assert cache.waiting_quality() == [header.id], "a cloud that has lost it is sent it again"


def test_a_guests_stays_here(cache: Cache, ride: Any) -> None:
    header = ride(60, rider_id=GUEST_ID)
    cache.put_quality(header.id, GOOD)
    cache.acknowledge(Answer(header.id, 60, finished=True))
    assert cache.waiting_quality() == []


async def test_it_reaches_the_cloud_once_over_either_link(
    cloud: Any, cache: Cache, ride: Any, enrol: Any, until: Any, link_name: str
) -> None:
    header, enrolment = ride(60), enrol(cloud)
    cache.put_quality(header.id, GOOD)
    async with running(cache, make_links=only(link_name)):
        await until(lambda: asked(cloud, enrolment, header.id))
        await until(lambda: not cache.waiting_quality())
    assert asked(cloud, enrolment, header.id) == GOOD
    async with running(cache, make_links=only(link_name)) as uplink:
        await until(lambda: uplink.status.state.name == "ONLINE")
        assert cache.waiting_quality() == []


async def test_it_goes_after_the_rides_that_wait(cache: Cache, ride: Any) -> None:
    header, other = ride(700), ride(50)
    cache.put_quality(header.id, GOOD)
    line = _Line(Ledger())
    sender = _sender(cache, line)
    while await sender.step(everything=True):
        pass
    assert line.reports == [QualityReport(header.id, GOOD)]
    assert {batch.ride.id for batch in line.ledger.batches} == {header.id, other.id}
    assert cache.waiting() == [] and cache.waiting_quality() == []


@pytest.mark.parametrize("failure", ["lost", "older", "silent"])
async def test_trouble_with_it_delays_no_ride_and_loses_nothing(cache: Cache, ride: Any, failure: str) -> None:
    header = ride(60)
    cache.put_quality(header.id, GOOD)
    line = _Line(Ledger(), failure)
    sender = _sender(cache, line)
    if failure == "lost":
        with pytest.raises(LinkDown):
            while await sender.step(everything=True):
                pass
    else:
        while await sender.step(everything=True):
            pass
        later = ride(30)
        while await sender.step(everything=True):
            pass
        assert len(line.ledger.rides[later.id]) == 30 and len(line.reports) == 1, "and is not asked again and again"
    assert cache.waiting_quality() == [header.id]
    line.failure = ""
    again = _sender(cache, line)
    while await again.step(everything=True):
        pass
    assert cache.waiting_quality() == []


async def test_one_that_is_refused_stays_and_lets_the_others_go(cache: Cache, ride: Any) -> None:
    first, second = ride(60), ride(60)
    for header in (first, second):
        cache.put_quality(header.id, GOOD)
    line = _Line(Ledger(), "refused")
    sender = _sender(cache, line)
    while await sender.step(everything=True):
        pass
    assert len(line.reports) == 2 and cache.waiting_quality() == []
    assert cache.quality(first.id) == GOOD


async def test_a_cloud_that_lost_the_ride_gets_it_again_first(cache: Cache, ride: Any) -> None:
    header = ride(60)
    cache.put_quality(header.id, GOOD)
    cache.acknowledge(Answer(header.id, 60, finished=True))
    line = _Line(Ledger())
    sender = _sender(cache, line)
    while await sender.step(everything=True):
        pass
    assert len(line.ledger.rides[header.id]) == 60 and line.reports[-1] == QualityReport(header.id, GOOD)
    assert cache.waiting_quality() == [] and cache.waiting() == []


def test_status_counts_what_waits(cache: Cache, ride: Any, capsys: pytest.CaptureFixture[str]) -> None:
    header = ride(60)
    cache.put_quality(header.id, GOOD)
    cache.acknowledge(Answer(header.id, 60, finished=True))
    assert main(["status", "--data", str(cache.path.parent), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["waiting_quality"] == 1


class _Line(Wire):
    """A link that also takes reports; ``failure`` says how it does not."""

    def __init__(self, ledger: Ledger, failure: str = "") -> None:
        super().__init__(ledger)
        self.failure = failure
        self.reports: list[QualityReport] = []

    async def report(self, report: QualityReport) -> Answer:
        self.reports.append(report)
        if self.failure == "lost":
            raise LinkDown("lost")
        if self.failure == "older":
            raise NotTaken("the cloud knows nothing of it")
        if self.failure == "refused":
            raise BatchRefused("nonsense")
        held = len(self.ledger.rides.get(report.ride_id, []))
        known = report.ride_id in self.ledger.finished
        return Answer(report.ride_id, held, known, quality=known and self.failure != "silent")


def _sender(cache: Cache, link: Wire) -> Sender:
    async def at_once(action: Any, *arguments: Any) -> Any:
        return action(*arguments)

    return Sender(cache, link, at_once, wall=time.time)
