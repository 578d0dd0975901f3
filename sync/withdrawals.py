"""Telling the cloud which rides are to be forgotten: one request a ride, over HTTP, until it has said yes."""

from __future__ import annotations

import httpx

from sync.http_link import new_client
from sync.records import Enrolment

PATIENCE_S = 5.0
GONE = (httpx.codes.NO_CONTENT, httpx.codes.NOT_FOUND)


async def withdraw(base_url: str, enrolment: Enrolment, ride_id: str) -> bool:
    """Whether the cloud holds nothing of a ride of this tablet any more."""
    headers = {"Authorization": f"Bearer {enrolment.token}"}
    try:
        async with await new_client(base_url, headers, PATIENCE_S) as client:
            return (await client.delete(f"/v1/rides/{ride_id}")).status_code in GONE
    except (httpx.HTTPError, httpx.InvalidURL):
        return False
