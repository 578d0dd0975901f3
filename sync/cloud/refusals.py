"""Every error of the HTTP side as one JSON form, a Refusal: what is wrong and what to do. No tracebacks."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from sync.cloud.errors import BrokerError, StoreFailed
from sync.cloud.json_form import dumps
from sync.records import Refusal

log = logging.getLogger(__name__)

REMEDIES = {
    404: "check the address; /openapi.json lists what there is",
    405: "use one of the methods in the Allow header",
    413: "send less at once",
}


class Refused(Exception):
    """Raised by a route to answer with ``status`` and a Refusal."""

    def __init__(self, status: int, error: str, remedy: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(error)
        self.status = status
        self.refusal = Refusal(error, remedy)
        self.headers = headers


def refusal_response(status: int, refusal: Refusal, headers: Mapping[str, str] | None = None) -> Response:
    """The Refusal as an HTTP response."""
    return Response(dumps(refusal), status, dict(headers or {}), "application/json")


def answer_errors_with_refusals(app: FastAPI) -> None:
    """Register the handlers of all errors."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(BrokerError, _broker_error)
    app.add_exception_handler(StoreFailed, _store_error)
    app.add_exception_handler(Exception, _unexpected)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return refusal_response(error.status, error.refusal, error.headers)


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    remedy = REMEDIES.get(error.status_code, "see /openapi.json for what this address takes")
    return refusal_response(error.status_code, Refusal(str(error.detail), remedy), error.headers)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    details = tuple(f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors())
    remedy = "mend what the details name; /openapi.json has the form"
    return refusal_response(422, Refusal("the request is not understood", remedy, details))


def _broker_error(request: Request, error: Exception) -> Response:
    return refusal_response(503, Refusal(str(error), "try again in some seconds"), {"Retry-After": "5"})


def _store_error(request: Request, error: Exception) -> Response:
    log.error("%s %s: the store: %s", request.method, request.url.path, error)
    refusal = Refusal("the cloud's store does not answer", "try again; if it goes on, look at the cloud's disk")
    return refusal_response(503, refusal, {"Retry-After": "5"})


def _unexpected(request: Request, error: Exception) -> Response:
    refusal = Refusal("something broke in the cloud", "try again; the cloud's log says what happened")
    return refusal_response(500, refusal)
