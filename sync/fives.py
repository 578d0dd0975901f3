"""Giving another rider a high five: one request, over HTTP, and no second try. Late is worse than never."""

from __future__ import annotations

import httpx

from sync.http_link import new_client
from sync.records import Enrolment

PATIENCE_S = 4.0


async def give_five(base_url: str, enrolment: Enrolment, ride_id: str, handle: str) -> bool:
    """From a ride of this tablet to the one called ``handle`` in its standings; whether it is on its way."""
    headers = {"Authorization": f"Bearer {enrolment.token}"}
    try:
        async with await new_client(base_url, headers, PATIENCE_S) as client:
            return (await client.post(f"/v1/rides/{ride_id}/fives", json={"handle": handle})).is_success
    except (httpx.HTTPError, httpx.InvalidURL):
        return False
