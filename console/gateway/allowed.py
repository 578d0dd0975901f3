"""Which addresses a class may be fetched from: its own, those of its mirrors, those its steering names. No others.

A playlist is somebody else's text: without this, a damaged or malicious one could have the tablet read its own files
or ask the machines around it.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443}

Origin = tuple[str, str, int]


class NotAllowed(ValueError):
    """The address must not be fetched; the message says why."""


def origin(url: str) -> Origin:
    """Scheme, host and port of a URL. Raises :class:`NotAllowed` if it has none that could be asked."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise NotAllowed(f"{url!r:.80} is no address") from error
    if parts.scheme not in PORTS:
        raise NotAllowed(f"{url!r:.80} is not on a web server")
    if not host:
        raise NotAllowed(f"{url!r:.80} names no server")
    if parts.username is not None or parts.password is not None:
        raise NotAllowed(f"{host}: an address with a password in it")
    return parts.scheme, host, port or PORTS[parts.scheme]


class Allowed:
    """The origins that one class may be fetched from."""

    def __init__(self) -> None:
        self._own: set[Origin] = set()
        self._named: set[Origin] = set()

    def own(self, url: str) -> None:
        """Allow the origin of one of the class's own addresses. Raises :class:`NotAllowed` if it has none."""
        self._own.add(origin(url))

    def check(self, url: str) -> str:
        """The same URL, if it may be fetched. Raises :class:`NotAllowed`."""
        asked = origin(url)
        if asked not in self._own and asked not in self._named:
            raise NotAllowed(f"{urlsplit(url).netloc:.80}: the class does not come from this server")
        return url

    def name(self, url: str) -> None:
        """Allow the origin of a pathway that the class's multivariant playlist or its steering names.

        Raises :class:`NotAllowed` for the tablet itself and its closest neighbours, unless the class is there.
        """
        asked = origin(url)
        if asked not in self._own and _is_near(asked[1]) and not any(_is_near(own[1]) for own in self._own):
            raise NotAllowed(f"{asked[1]}: a pathway cannot lead to the tablet itself")
        self._named.add(asked)


def _is_near(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or address.is_link_local or address.is_unspecified
