"""The HTTP application: routes, errors and limits put together. It is given a Cloud and starts nothing."""

from __future__ import annotations

from fastapi import FastAPI

from sync.cloud import live_routes, media, routes, search_route
from sync.cloud.body_limit import BodyLimit
from sync.cloud.edge import steering
from sync.cloud.refusals import answer_errors_with_refusals
from sync.cloud.service import Cloud
from sync.cloud.throttle import Throttle

MAX_BODY = 128 * 1024


def make_app(cloud: Cloud) -> FastAPI:
    """The application over a started Cloud."""
    app = FastAPI(title="Breakaway cloud", version="1", docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.cloud = cloud
    app.state.throttle = Throttle()
    app.state.media = media.source(cloud.stores)
    app.include_router(routes.router)
    app.include_router(search_route.router)
    app.include_router(live_routes.router)
    app.include_router(steering.router)  # before the media, whose names it takes one of
    app.include_router(media.router)
    app.add_middleware(BodyLimit, most=MAX_BODY)
    answer_errors_with_refusals(app)
    return app
