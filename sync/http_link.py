"""The HTTP link, for networks that block MQTT: one POST a batch; standings come with the answers."""

from __future__ import annotations

from typing import Any

import httpx

from sync import wire
from sync.links import ANSWER_WITHIN_S, BatchRefused, LinkDown, LinkError, LinkRefused
from sync.records import Answer, Batch, Enrolment, RecordError, from_json


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
        self._client = httpx.AsyncClient(base_url=self._base_url, headers=self._headers, timeout=ANSWER_WITHIN_S)
        try:
            await self.get("/v1/rides", {"limit": "1"})
        except LinkError:
            await self.close()
            raise

    async def send(self, batch: Batch) -> Answer:
        """Post a batch and read its answer."""
        headers = {"Content-Type": "application/octet-stream"}
        return _read(await self._request("POST", "/v1/batches", content=wire.encode(batch), headers=headers))

    async def get(self, path: str, query: dict[str, str] | None = None) -> Any:
        """Decoded JSON of a route. Raises LinkDown, LinkRefused, BatchRefused."""
        return (await self._request("GET", path, params=query or {})).json()

    async def close(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _request(self, method: str, path: str, **given: Any) -> httpx.Response:
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
        raise refusal(response)


def refusal(response: httpx.Response) -> LinkError:
    """The error that an unsuccessful response means."""
    try:
        reason = str(response.json()["error"])
    except (ValueError, KeyError, TypeError):
        reason = f"HTTP {response.status_code}"
    if response.status_code == 401:
        return LinkRefused(f"The cloud refuses this tablet's token ({reason}).")
    if response.status_code in (400, 403, 404, 413, 422):
        return BatchRefused(reason)
    return LinkDown(f"The cloud cannot take rides now ({reason}).")


def _read(response: httpx.Response) -> Answer:
    try:
        return from_json(Answer, response.json())
    except (RecordError, ValueError) as error:
        raise LinkDown(f"The cloud's answer cannot be read ({error}).") from error
