"""The HTTP link, for networks that block MQTT: one POST a batch; standings come with the answers."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from sync.links import ANSWER_WITHIN_S, BatchRefused, LinkDown, LinkError, LinkRefused, NotTaken, encoded
from sync.records import Answer, Batch, Enrolment, QualityReport, RecordError, from_json, to_json

LOOK_AGAIN_S = 20.0
REFUSES = (400, 403, 410, 413, 422)
MISSING = (404, 405)


class HttpLink:
    """See :class:`sync.links.Link`."""

    name = "http"

    def __init__(self, base_url: str, enrolment: Enrolment) -> None:
        self._base_url = base_url
        self._headers = {"Authorization": f"Bearer {enrolment.token}"}
        self._client: httpx.AsyncClient | None = None

    async def open(self) -> None:
        """Make sure that the cloud answers and accepts the token."""
        await self.close()
        self._client = await new_client(self._base_url, self._headers, ANSWER_WITHIN_S)
        try:
            await self._look()
        except LinkError:
            await self.close()
            raise

    async def send(self, batch: Batch) -> Answer:
        """Post a batch and read its answer."""
        headers = {"Content-Type": "application/octet-stream"}
        answer = _read(await self._request("POST", "/v1/batches", content=await encoded(batch), headers=headers))
        if answer.ride_id != batch.ride.id:
            raise LinkDown("The cloud's answer is about another ride.")
        if answer.error is not None:
            raise BatchRefused(answer.error)
        return answer

    async def report(self, report: QualityReport) -> Answer:
        """Post how well a ride's picture came."""
        path = f"/v1/rides/{report.ride_id}/quality"
        return _read(await self._request("POST", path, missing=NotTaken, json=to_json(report.quality)))

    async def watch(self) -> None:
        """Look now and then whether the cloud still answers: nothing else would tell while there is nothing to send."""
        while True:
            await asyncio.sleep(LOOK_AGAIN_S)
            await self._look()

    async def get(self, path: str, query: dict[str, str] | None = None) -> Any:
        """Decoded JSON of a route. Raises LinkDown, LinkRefused, BatchRefused."""
        return (await self._request("GET", path, params=query or {})).json()

    async def close(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _look(self) -> None:
        try:
            await self.get("/v1/rides", {"limit": "1"})
        except (BatchRefused, ValueError) as error:
            raise LinkDown(f"{self._base_url} answers, but not as a Breakaway cloud ({error}).") from error

    async def _request(
        self, method: str, path: str, missing: type[NotTaken] | None = None, **given: Any
    ) -> httpx.Response:
        """Any successful response; ``missing`` is raised when there is no such route or ride."""
        if self._client is None:
            raise LinkDown("The HTTP link is not open.")
        try:
            response = await self._client.request(method, path, **given)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise LinkDown(
                f"The cloud at {self._base_url} does not answer ({error or type(error).__name__})."
            ) from error
        if response.is_success:
            return response
        if missing is not None and response.status_code in MISSING:
            raise missing(f"The cloud at {self._base_url} has no place for it.")
        raise refusal(response)


async def new_client(base_url: str, headers: dict[str, str], timeout_s: float) -> httpx.AsyncClient:
    """A client, made in a thread: it reads all the certificates this computer trusts, which takes 50 ms on a PC and
    would be seen on the screen."""
    return await asyncio.to_thread(lambda: httpx.AsyncClient(base_url=base_url, headers=headers, timeout=timeout_s))


def refusal(response: httpx.Response) -> LinkError:
    """The error that an unsuccessful response means. Only the cloud itself can refuse a batch: what a proxy or
    another server says on the way (an error page instead of a Refusal) may be different the next time."""
    try:
        given = response.json()
        reason, ours = str(given["error"]), "remedy" in given
    except (ValueError, KeyError, TypeError):
        reason, ours = f"HTTP {response.status_code}", False
    if response.status_code == 401:
        return LinkRefused(f"The cloud refuses this tablet's token ({reason}).")
    if response.status_code in REFUSES and ours:
        return BatchRefused(reason)
    return LinkDown(f"The cloud cannot take rides now ({reason}).")


def _read(response: httpx.Response) -> Answer:
    try:
        return from_json(Answer, response.json())
    except (RecordError, ValueError) as error:
        raise LinkDown(f"The cloud's answer cannot be read ({error}).") from error
