"""The edges of a cloud: where each class is found on them, and which of them are well."""

from __future__ import annotations

import asyncio
import hashlib
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import httpx

from sync.cloud.edge import signing
from sync.cloud.edge.pathways import ORIGIN
from sync.cloud.errors import CloudError
from sync.cloud.web_address import web_address
from sync.records import FitnessClass

PROBE_EVERY_S = 5.0
PROBE_WITHIN_S = 3.0
MOST = 16


class BadEdge(CloudError):
    """An edge's address is none."""


@dataclass(frozen=True, slots=True)
class Edge:
    """``url`` is its base, ``name`` its pathway."""

    name: str
    url: str


def edges_at(urls: Sequence[str]) -> tuple[Edge, ...]:
    """The edges with these base URLs. Raises :class:`BadEdge`."""
    if len(urls) > MOST:
        raise BadEdge(f"{len(urls)} edges are too many: name {MOST} at the most")
    for url in urls:
        parts = web_address(url)
        if parts is None or parts.query or parts.fragment:
            raise BadEdge(f"{url!r:.120} is no edge: write its address like https://edge-1.example.org")
    return tuple(Edge(f"edge-{i}", url.rstrip("/")) for i, url in enumerate(dict.fromkeys(urls), 1))


class Edges:
    """Of one cloud, which shares ``secret`` with them. Run :meth:`watch` as a task: an edge that does not answer is
    steered to last, and first again when it does."""

    def __init__(self, edges: Sequence[Edge], secret: str, wall: Callable[[], float] = time.time) -> None:
        self.edges = tuple(edges)
        self.ill: set[str] = set()  # names
        self._secret = secret
        self._wall = wall

    def etag(self, etag: str) -> str:
        """The ETag of a list of classes, made another whenever an address of theirs on an edge is."""
        if not self.edges:
            return etag
        state = f"{etag} {signing.expiry(self._wall())} {[edge.url for edge in self.edges]}"
        return '"' + hashlib.sha256(state.encode()).hexdigest()[:32] + '"'

    def base(self, edge: Edge, class_id: str) -> str:
        """What stands before ``/media/<class>/…`` on an edge, for now."""
        return edge.url + signing.prefix(self._secret, class_id, signing.expiry(self._wall()))

    def mirrored(self, one: FitnessClass) -> FitnessClass:
        """The class with its mirrors named."""
        return replace(one, mirrors=tuple(self.base(edge, one.id) for edge in self.edges)) if self.edges else one

    def pathways(self, class_id: str) -> dict[str, str]:
        """Pathway to base URL."""
        return {edge.name: self.base(edge, class_id) for edge in self.edges}

    def priority(self, asker: str) -> list[str]:
        """All pathways, best first: edges that are well, in an order of the asker's own (so that they share the load),
        then the cloud itself, then those that are ill."""
        turn = zlib.crc32(asker.encode()) % max(len(self.edges), 1)
        turned = [edge.name for edge in (*self.edges[turn:], *self.edges[:turn])]
        well = [name for name in turned if name not in self.ill]
        return [*well, ORIGIN, *(name for name in turned if name in self.ill)]

    async def watch(self) -> None:
        """Ask every edge now and then how it is, until cancelled."""
        async with httpx.AsyncClient(timeout=PROBE_WITHIN_S) as client:
            while self.edges:
                await asyncio.gather(*(self._probe(client, edge) for edge in self.edges))
                await asyncio.sleep(PROBE_EVERY_S)

    async def _probe(self, client: httpx.AsyncClient, edge: Edge) -> None:
        try:
            well = (await client.get(f"{edge.url}/edge/health")).is_success
        except httpx.HTTPError:
            well = False
        (self.ill.discard if well else self.ill.add)(edge.name)
