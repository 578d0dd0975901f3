"""Enrolling a tablet: a one-time code of the cloud for this tablet's own credentials."""

from __future__ import annotations

import httpx

from sync.http_link import refusal
from sync.links import LinkDown
from sync.records import Enrolment, RecordError, from_json


class EnrolmentFailed(Exception):
    """The tablet was not enrolled. ``remedy`` says what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.remedy = remedy


async def enrol(base_url: str, code: str, name: str) -> Enrolment:
    """Exchange a code for credentials. Raises :class:`EnrolmentFailed`."""
    try:
        async with httpx.AsyncClient(base_url=base_url, timeout=15) as client:
            response = await client.post("/v1/enrol", json={"code": code.strip(), "name": name})
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise EnrolmentFailed(
            f"There is no cloud at {base_url} ({error or type(error).__name__}).",
            "Check the address and the network, then try again.",
        ) from error
    if not response.is_success:
        raise _failure(response)
    try:
        return from_json(Enrolment, response.json())
    except (RecordError, ValueError) as error:
        raise EnrolmentFailed(
            f"{base_url} answers, but not as a Breakaway cloud ({error}).", "Check the address."
        ) from error


def _failure(response: httpx.Response) -> EnrolmentFailed:
    try:
        given = response.json()
        return EnrolmentFailed(_sentence(given["error"]), _sentence(given["remedy"]))
    except (ValueError, KeyError, TypeError):
        reason = refusal(response)
        waits = isinstance(reason, LinkDown)
        return EnrolmentFailed(str(reason), "Try again in a minute." if waits else "Check the address and the code.")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
