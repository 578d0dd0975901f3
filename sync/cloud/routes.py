"""The routes under ``/v1``. Each takes a request apart, asks the parts of the cloud, and shapes the answer."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import AfterValidator, BaseModel, Field
from starlette.responses import Response

from sync.cloud import health
from sync.cloud.accounts import CodeRefused
from sync.cloud.bounds import RIDE_ID, plain
from sync.cloud.ingest import Delivery, Fault, Kind, Outcome
from sync.cloud.json_form import dumps
from sync.cloud.refusals import Refused
from sync.cloud.service import Cloud
from sync.cloud.store import Held, NotYours, Totals
from sync.records import (
    Answer,
    Enrolment,
    FitnessClass,
    Point,
    Quality,
    QualityReport,
    Refusal,
    RideHeader,
    Standings,
)

JSON = "application/json"
Responses = dict[int | str, dict[str, Any]]
ENROL: Responses = {status: {"model": Refusal} for status in (403, 422, 429, 503)}
NAMED: Responses = {status: {"model": Refusal} for status in (401, 404, 422, 503)}
BATCH: Responses = {status: {"model": Refusal} for status in (400, 401, 403, 410, 413, 422, 503)}
NOT_CHANGED: Responses = {304: {"description": "Not changed"}}
BATCH_BODY = {
    "requestBody": {
        "required": True,
        "description": "One Batch in its binary form",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
FAULTS = {Fault.UNREADABLE: 400, Fault.IMPOSSIBLE: 422, Fault.NOT_YOURS: 403, Fault.WITHDRAWN: 410}

router = APIRouter(prefix="/v1")
bearer = HTTPBearer(auto_error=False, description="The token from /v1/enrol")


class EnrolRequest(BaseModel):
    """A one-time code, and the tablet's name as its owner knows it."""

    code: str = Field(min_length=1, max_length=40)
    name: Annotated[str, AfterValidator(plain)] = Field(min_length=1, max_length=80)


class FiveRequest(BaseModel):
    """Whom a high five is for: the handle of a line of the standings."""

    handle: str = Field(min_length=1, max_length=64)


@dataclass(frozen=True, slots=True)
class ClassList:
    classes: list[FitnessClass]


@dataclass(frozen=True, slots=True)
class RideStatus:
    """What the cloud holds of a ride: seconds 0 to ``acknowledged`` - 1, their totals, and how well the picture came
    (``None`` before the tablet has told)."""

    ride: RideHeader
    acknowledged: int
    totals: Totals
    quality: Quality | None = None


@dataclass(frozen=True, slots=True)
class RideList:
    """Newest first. ``next`` is the ``before`` of the next page, ``None`` on the last one."""

    rides: list[RideStatus]
    next: str | None


@dataclass(frozen=True, slots=True)
class PointList:
    ride_id: str
    points: list[Point]


def the_cloud(request: Request) -> Cloud:
    cloud: Cloud = request.app.state.cloud
    return cloud


TheCloud = Annotated[Cloud, Depends(the_cloud)]


async def the_tablet(cloud: TheCloud, given: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> str:
    """The id of the tablet whose token the request carries."""
    tablet_id = await cloud.run(cloud.accounts.authenticate, given.credentials) if given else None
    if tablet_id is None:
        raise Refused(
            401, "the token is missing, unknown or revoked", "enrol the tablet again", {"WWW-Authenticate": "Bearer"}
        )
    return tablet_id


TheTablet = Annotated[str, Depends(the_tablet)]


@router.post("/enrol", response_model=Enrolment, responses=ENROL)
async def enrol(request: Request, cloud: TheCloud, wanted: EnrolRequest) -> Response:
    """A code for a tablet's credentials; when the answer arrives, the tablet can log in."""
    address = request.client.host if request.client else ""
    throttle = request.app.state.throttle
    wait_s = throttle.wait_s(address, time.monotonic())
    if wait_s > 0:
        raise Refused(
            429, "too many wrong codes", f"wait {wait_s:.0f} seconds", {"Retry-After": str(math.ceil(wait_s))}
        )
    try:
        enrolment = await cloud.enrol(wanted.code, wanted.name, request.url.hostname or "127.0.0.1")
    except CodeRefused:
        throttle.failed(address, time.monotonic())
        raise Refused(
            403, "the code is wrong, used or expired", "ask for a new code: python -m sync.cloud codes new"
        ) from None
    return Response(dumps(enrolment), media_type=JSON)


@router.get("/classes", response_model=ClassList, responses=NOT_CHANGED | NAMED)
async def classes(request: Request, cloud: TheCloud, tablet: TheTablet) -> Response:
    """All classes, newest first."""
    etag, found = await cloud.run(lambda: (cloud.edges.etag(cloud.catalogue.etag()), cloud.catalogue.classes()))
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if is_current(request, etag):
        return Response(status_code=304, headers=headers)
    return Response(dumps(ClassList([*map(cloud.edges.mirrored, found)])), headers=headers, media_type=JSON)


@router.get("/classes/{class_id}", response_model=FitnessClass, responses=NAMED)
async def fitness_class(cloud: TheCloud, tablet: TheTablet, class_id: str) -> Response:
    """One class."""
    found = await cloud.run(cloud.catalogue.fitness_class, class_id)
    if found is None:
        raise _no_class(class_id)
    return Response(dumps(cloud.edges.mirrored(found)), media_type=JSON)


@router.get("/classes/{class_id}/standings", response_model=Standings, responses=NAMED)
async def standings(cloud: TheCloud, tablet: TheTablet, class_id: str, ride_id: str | None = None) -> Response:
    """The boards of a class: its best at the end, or with ``ride_id`` what that ride sees at its class clock."""
    if ride_id is None:
        found = await cloud.run(cloud.boards.top, class_id, time.time())
    else:
        held = await _held(cloud, tablet, ride_id)
        if held.ride.class_id != class_id:
            raise _no_ride(ride_id)
        found = await cloud.run(cloud.boards.standings, held, time.time())
    if found is None:
        raise _no_class(class_id)
    return Response(dumps(found), media_type=JSON)


@router.get("/rides", response_model=RideList, responses=NAMED)
async def rides(
    cloud: TheCloud,
    tablet: TheTablet,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: Annotated[
        str | None, Query(pattern=f"^{RIDE_ID.pattern}$", description="A ride id: only older rides")
    ] = None,
) -> Response:
    """This tablet's rides, newest first."""
    found = await cloud.run(cloud.store.rides, tablet, limit, before)
    statuses = [await _status(cloud, held) for held in found]
    following = found[-1].ride.id if len(found) == limit else None
    return Response(dumps(RideList(statuses, following)), media_type=JSON)


@router.get("/rides/{ride_id}", response_model=RideStatus, responses=NAMED)
async def ride(cloud: TheCloud, tablet: TheTablet, ride_id: str) -> Response:
    """One of this tablet's rides."""
    return Response(dumps(await _status(cloud, await _held(cloud, tablet, ride_id))), media_type=JSON)


@router.delete("/rides/{ride_id}", status_code=204, responses=NAMED)
async def withdraw(
    cloud: TheCloud, tablet: TheTablet, ride_id: Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
) -> Response:
    """Take one of this tablet's rides back: its seconds are deleted, leaderboards forget it, and what still comes of it
    is refused. Also for a ride that has not arrived yet; the answer to that is 404."""
    try:
        known = await cloud.run(cloud.ingest.withdraw, ride_id, tablet)
    except NotYours:
        known = False
    if not known:
        raise _no_ride(ride_id)
    return Response(status_code=204)


@router.get("/rides/{ride_id}/points", response_model=PointList, responses=NAMED)
async def points(cloud: TheCloud, tablet: TheTablet, ride_id: str) -> Response:
    """Every second held of one of this tablet's rides."""
    held = await _held(cloud, tablet, ride_id)
    return Response(dumps(PointList(ride_id, await cloud.run(cloud.store.points, held.no))), media_type=JSON)


@router.post("/rides/{ride_id}/fives", status_code=204, responses=NAMED)
async def give_five(cloud: TheCloud, tablet: TheTablet, ride_id: str, wanted: FiveRequest) -> Response:
    """A high five from one of this tablet's rides to another in the same class, named by its ``handle`` in the
    standings. It arrives with the next Answer to that ride; the same again within some seconds is one."""
    held = await _held(cloud, tablet, ride_id)
    if not await cloud.give_five(held.ride, wanted.handle):
        raise Refused(404, "nobody of that handle rides this class now", "take the handle from the newest standings")
    return Response(status_code=204)


@router.post("/rides/{ride_id}/quality", response_model=Answer, responses=BATCH | NAMED)
async def quality(cloud: TheCloud, tablet: TheTablet, ride_id: str, told: Quality) -> Response:
    """How well the picture of a ride's class came, told when the ride is over; told again, it takes the old one's
    place. The same goes over MQTT."""
    await _held(cloud, tablet, ride_id)
    [outcome] = await cloud.accept([Delivery(tablet, dumps(QualityReport(ride_id, told)), Kind.QUALITY)])
    return _answered(outcome)


@router.post(
    "/batches",
    response_model=Answer,
    openapi_extra=BATCH_BODY,
    responses=BATCH,
)
async def batches(request: Request, cloud: TheCloud, tablet: TheTablet) -> Response:
    """The same Batch that goes over MQTT, for networks that let only HTTP through."""
    [outcome] = await cloud.accept([Delivery(tablet, await request.body())])
    return _answered(outcome)


@router.get("/health", response_model=health.Health, responses={503: {"model": health.Health}})
async def health_now(cloud: TheCloud) -> Response:
    """How the cloud is: 200 when everything works, 503 when something does not."""
    measured = await health.measure(cloud)
    return Response(dumps(measured), 200 if measured.status == "ok" else 503, media_type=JSON)


def is_current(request: Request, etag: str) -> bool:
    """Whether the client already has what ``etag`` names (RFC 9110, section 13.1.2)."""
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    return etag in known or "*" in known


def _answered(outcome: Outcome) -> Response:
    """The cloud's word on what was sent. Raises :class:`Refused`."""
    if outcome.fault is not None:
        raise Refused(
            FAULTS[outcome.fault], outcome.reason, "the same will be refused again: mend it, or leave the ride out"
        )
    return Response(dumps(outcome.answer), media_type=JSON)


async def _status(cloud: Cloud, held: Held) -> RideStatus:
    quality = await cloud.run(cloud.store.quality, held.no) if held.quality else None
    return RideStatus(held.ride, held.position, await cloud.run(cloud.store.totals, held.no), quality)


async def _held(cloud: Cloud, tablet_id: str, ride_id: str) -> Held:
    held = await cloud.run(cloud.store.held, ride_id, tablet_id) if RIDE_ID.fullmatch(ride_id) else None
    if held is None:
        raise _no_ride(ride_id)
    return held


def _no_ride(ride_id: str) -> Refused:
    return Refused(404, f"this tablet has no ride {ride_id!r:.80} here", "send the ride first, or see /v1/rides")


def _no_class(class_id: str) -> Refused:
    return Refused(404, f"there is no class {class_id!r:.80}", "see /v1/classes for what there is")
