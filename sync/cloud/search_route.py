"""The route that finds classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from sync.cloud.json_form import dumps
from sync.cloud.routes import JSON, NAMED, TheCloud, TheTablet
from sync.records import FitnessClass
from sync.search import query as asked

MOST = 200
Value = Annotated[str, Query(max_length=80)]

router = APIRouter(prefix="/v1")


@dataclass(frozen=True, slots=True)
class SearchResult:
    """``counts`` tells, field by field, how many classes each value would bring with the other fields as they are.
    ``read_as`` are the words that were looked for where nothing has those of the question."""

    classes: list[FitnessClass]
    total: int
    counts: dict[str, dict[str, int]]
    read_as: str | None


@router.get("/search", response_model=SearchResult, responses=NAMED)
async def search(
    cloud: TheCloud,
    tablet: TheTablet,
    q: Annotated[str, Query(max_length=200, description="Words, or their beginnings; faults are forgiven")] = "",
    length: Annotated[Literal["", "15", "30", "45", "60"], Query(description="Minutes, about")] = "",
    kind: Value = "",
    coach: Value = "",
    effort: Annotated[Literal["", "1", "2", "3"], Query(description="As riders rate it, else its author")] = "",
    music: Value = "",
    collection: Value = "",
    order: Literal["best", "newest", "shortest", "longest", "easiest", "hardest"] = "best",
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST)] = asked.PAGE,
) -> Response:
    """Find classes: words, filters, order; a page at a time."""
    wanted = asked.Query(q, length, kind, coach, effort, music, collection, order, offset, limit)
    found, classes = await cloud.finder.search(wanted)
    counts = {name: dict(values) for name, values in found.counts.items()}
    result = SearchResult([*map(cloud.edges.mirrored, classes)], found.total, counts, found.read_as)
    return Response(dumps(result), media_type=JSON)
