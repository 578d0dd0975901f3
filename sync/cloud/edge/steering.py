"""The routes of steering: the manifest, and the master playlist of a cloud that has edges."""

from __future__ import annotations

import json

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from sync.cloud.catalogue import SLUG
from sync.cloud.edge.edges import Edges
from sync.cloud.edge.pathways import MANIFEST, manifest, with_pathways
from sync.cloud.refusals import Refused
from sync.cloud.storage.errors import BadAddress, NoSuchKey, StorageError
from sync.cloud.storage.kinds import PLAYLIST, SERVED

CORS = {"Access-Control-Allow-Origin": "*"}

router = APIRouter(prefix="/media")


@router.get(f"/{{class_id}}/{MANIFEST}", response_class=Response)
async def steering(request: Request, class_id: str) -> Response:
    """Where to fetch a class from, best first: HLS Content Steering. Public, as media are."""
    edges: Edges = request.app.state.cloud.edges
    if not SLUG.fullmatch(class_id) or not edges.edges:
        raise Refused(404, "this cloud has no edges to steer to", "take the class's playlist as it is")
    asker = request.client.host if request.client else ""
    body = json.dumps(manifest(edges.priority(asker)))
    # Each asker has an order of its own, so no cache may keep it for others.
    return Response(body, media_type="application/json", headers={**CORS, "Cache-Control": "private, no-store"})


def is_steered(edges: Edges, name: str) -> bool:
    """Whether a file of a class is a master playlist that the cloud adds its edges to."""
    return bool(edges.edges) and "/" not in name and name.startswith("master") and name.endswith(".m3u8")


async def steered(request: Request, class_id: str, name: str) -> Response | None:
    """A class's master playlist with the cloud's edges in it; ``None`` when there is none."""
    edges: Edges = request.app.state.cloud.edges
    storage = request.app.state.cloud.stores.media
    try:
        master = (await run_in_threadpool(lambda: storage.get(f"{class_id}/{name}").read())).decode()
    except (NoSuchKey, BadAddress):
        return None
    except StorageError as error:
        raise Refused(503, f"the store of media: {error}", "try again in some seconds", {"Retry-After": "5"}) from error
    asker = request.client.host if request.client else ""
    text = with_pathways(master, f"/media/{class_id}/{name}", edges.pathways(class_id), edges.priority(asker)[0])
    media_type, _ = SERVED[".m3u8"]
    return Response(text, media_type=media_type, headers={**CORS, "Cache-Control": PLAYLIST})
