"""The routes of live classes: what time it is, what is on, and the calendar."""

from __future__ import annotations

import time
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from sync.cloud.json_form import dumps
from sync.cloud.live_calendar import calendar
from sync.cloud.routes import JSON, NAMED, TheCloud, TheTablet
from sync.records import FitnessClass

CALENDAR = "text/calendar; charset=utf-8"
FRESH = {"Cache-Control": "no-store"}

router = APIRouter(prefix="/v1")


@dataclass(frozen=True, slots=True)
class Now:
    """The cloud's clock: Unix seconds."""

    now: float


@dataclass(frozen=True, slots=True)
class LiveList:
    """Live classes to come, on, and over since less than a day, by their start; ``now`` is the cloud's clock."""

    now: float
    classes: list[FitnessClass]


@router.get("/time", response_model=Now)
async def now() -> Response:
    """What time it is. Ask several times: the quickest answer tells best."""
    return Response(dumps(Now(time.time())), headers=FRESH, media_type=JSON)


@router.get("/live", response_model=LiveList, responses=NAMED)
async def live(cloud: TheCloud, tablet: TheTablet) -> Response:
    """The schedule of live classes and how each stands."""
    found = await cloud.run(cloud.catalogue.live)
    return Response(dumps(LiveList(time.time(), found)), headers=FRESH, media_type=JSON)


@router.get(
    "/live.ics",
    response_class=Response,
    responses={200: {"description": "The schedule as a calendar", "content": {"text/calendar": {}}}},
)
async def live_calendar(cloud: TheCloud) -> Response:
    """The schedule as a calendar. Public on purpose: calendars cannot carry a token, and it names no rider."""
    planned = await cloud.run(cloud.schedule.all)
    return Response(calendar(planned), headers={"Cache-Control": "public, max-age=60"}, media_type=CALENDAR)
