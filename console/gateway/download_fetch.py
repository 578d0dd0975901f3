"""Fetching a class's files for good: over all its pathways, with the patience of somebody who does not wait for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from console.gateway.allowed import Allowed, NotAllowed
from console.gateway.asking import Client
from console.gateway.attempt import Source
from console.gateway.class_files import Ask
from console.gateway.fetching import Fetch, Patience, Promise
from console.gateway.outline import Unavailable
from console.gateway.pathways import Pathways
from console.gateway.reading import Part
from console.gateway.routes import host

PATIENT = Patience(stall_s=10.0, late_s=60.0)
TEXTS = (".m3u8", ".json", ".vtt")  # what changes in place, and may come compressed


def opener(client: Callable[[], Client]) -> Callable[[Sequence[str]], Ask]:
    """What opens a class: given its multivariant playlists, one a pathway, it gives what fetches its files. That
    raises :class:`NotGot`."""

    def opened(urls: Sequence[str]) -> Ask:
        allowed = Allowed()
        try:
            for url in urls:
                allowed.own(url)
        except NotAllowed as error:
            raise Unavailable(f"{error}.", "Check the server's address in Settings.") from error
        pathways = Pathways(dict.fromkeys(map(host, urls)))

        async def ask(places: Sequence[str]) -> bytes:
            text = PurePosixPath(urlsplit(places[0]).path).suffix in TEXTS
            promise = Promise(resumable=not text, packed=text)
            sources = [Source(host(url), Part(url)) for url in places]
            return (await Fetch(client(), allowed, pathways, sources, promise, PATIENT).run()).data

        return ask

    return opened
