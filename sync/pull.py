"""Pulling: rides that the cloud holds of this tablet and that are missing here."""

from __future__ import annotations

from typing import Any

from sync.cache import Cache
from sync.http_link import HttpLink
from sync.links import LinkRefused
from sync.records import Point, RideHeader, from_json
from sync.riders import MOST_RIDERS, Rider


async def pull(cache: Cache) -> list[RideHeader]:
    """Fetch what is missing; returns the rides that came. Raises LinkDown, LinkRefused, RecordError."""
    enrolled = cache.enrolment()
    if enrolled is None:
        raise LinkRefused("This tablet is not enrolled with a cloud.")
    link = HttpLink(*enrolled)
    try:
        await link.open()
        known = set(cache.withdrawn())
        missing = [ride for ride in await _listed(link) if ride.id not in known and not cache.has_ride(ride.id)]
        for header in missing:
            answer = await link.get(f"/v1/rides/{header.id}/points")
            points = [from_json(Point, point) for point in answer["points"]]
            cache.keep_pulled(header, points, finished=header.finished_at is not None)
        _add_riders(cache, missing)
        return missing
    finally:
        await link.close()


async def _listed(link: HttpLink) -> list[RideHeader]:
    headers: list[RideHeader] = []
    before: str | None = None
    while True:
        page: dict[str, Any] = await link.get("/v1/rides", {"limit": "200"} | ({"before": before} if before else {}))
        headers += [from_json(RideHeader, ride["ride"]) for ride in page["rides"]]
        before = page["next"]
        if before is None:
            return headers


def _add_riders(cache: Cache, rides: list[RideHeader]) -> None:
    """Riders who are unknown here get a profile again, or nobody could see their rides."""
    known = {rider.id for rider in cache.riders()}
    for ride in rides:
        if ride.rider_id not in known and len(known) < MOST_RIDERS:
            cache.save_rider(Rider(ride.rider_id, ride.rider_name, colour=len(known) % 6, created_at=ride.started_at))
            known.add(ride.rider_id)
