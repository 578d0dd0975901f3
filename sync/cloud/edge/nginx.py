"""The configuration of an edge: nginx as Debian has it, with a cache, signed addresses and limits."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from sync.cloud.edge import worker
from sync.cloud.errors import CloudError

TEMPLATE = Path(__file__).parent / "nginx.conf.in"
# Two rungs' playlists a second and their segments, for the tablets of a studio behind one address.
RATE, BURST, CONNECTIONS = 200, 400, 200
MOST_RATE = 1_000_000
_SIZE = re.compile(r"[1-9]\d{0,5}[mg]")
_LISTEN = re.compile(r"(?:(?:([\d.]+)|\[([0-9a-fA-F:.]+)\]):)?(\d{1,5})")


class BadConfig(CloudError):
    """Something that the configuration of an edge needs is wrong."""


@dataclass(frozen=True, slots=True)
class EdgeConfig:
    """``origin`` is the cloud's URL, ``live`` those of live origins (served below ``/live/``); ``cache`` a directory
    that grows to ``size`` (as nginx writes it: 500m, 20g); ``listen`` a port, or an address and a port; ``rate`` asks a
    second; ``user`` the directive that names the workers' user, or nothing."""

    origin: str
    secret: str
    cache: Path
    listen: str = "8090"
    size: str = "20g"
    live: tuple[str, ...] = ()
    rate: int = RATE
    access_log: str = "off"
    user: str = field(default_factory=lambda: worker.directive(worker.unprivileged()))

    def __post_init__(self) -> None:
        """Raises :class:`BadConfig`."""
        for url in (self.origin, *self.live):
            _server(url)
        if not _SIZE.fullmatch(self.size):
            raise BadConfig(f"{self.size!r:.40} is no size: write it like 500m or 20g")
        if not _can_be_listened_on(self.listen):
            raise BadConfig(f"{self.listen!r:.60} is nothing to listen on: write 8090, or 0.0.0.0:8090 (1 to 65535)")
        if not 1 <= self.rate <= MOST_RATE:
            raise BadConfig(f"{self.rate} is no rate: write how many asks a second, from 1 to {MOST_RATE}")
        if re.search(r"[\s;{}\"'\\$]", f"{self.cache.resolve()}{self.access_log}"):
            raise BadConfig(
                f"{self.cache.resolve()}: nginx takes no directory with spaces, quotes, braces or ; in its name"
            )


def text(config: EdgeConfig) -> str:
    """The whole configuration."""
    fields: Mapping[str, str] = {
        "CACHE": str(config.cache.resolve()),
        "SIZE": config.size,
        "LISTEN": config.listen,
        "SECRET": config.secret,
        "ORIGIN": _server(config.origin),
        "HOST": _host(config.origin),
        "RATE": str(config.rate),
        "BURST": str(max(config.rate * BURST // RATE, 1)),
        "CONNECTIONS": str(CONNECTIONS),
        "ACCESS_LOG": config.access_log,
        "USER": config.user,
        "LIVE_UPSTREAM": _live_upstream(config.live),
        "LIVE_LOCATION": _LIVE_LOCATION if config.live else "",
    }
    return re.sub(r"@([A-Z_]+)@", lambda match: fields[match[1]], TEMPLATE.read_text())


_LIVE_LOCATION = """
        # Live playlists are kept for a second, so that of a thousand viewers one asks the origin.
        location ~ ^/live(?<path>/.+)$ {
            limit_except GET { deny all; }
            limit_req zone=asks burst=400 nodelay;
            limit_conn connections 200;
            proxy_cache media;
            proxy_cache_key live$path;
            proxy_cache_valid 200 206 1s;
            proxy_next_upstream error timeout http_500 http_502 http_503 http_504 http_404;
            proxy_next_upstream_tries 2;
            proxy_connect_timeout 1s;
            proxy_read_timeout 3s;
            proxy_pass http://live$path;
            add_header X-Cache $upstream_cache_status always;
        }
"""


def _can_be_listened_on(text: str) -> bool:
    found = _LISTEN.fullmatch(text)
    try:
        if found and (address := found[1] or found[2]):
            ipaddress.ip_address(address)
    except ValueError:
        return False
    return found is not None and 1 <= int(found[3]) <= 65535


def _live_upstream(live: tuple[str, ...]) -> str:
    if not live:
        return ""
    servers = "\n".join(f"        server {_server(url)} max_fails=1 fail_timeout=2s;" for url in live)
    return f"    upstream live {{\n{servers}\n        keepalive 32;\n    }}\n"


def _server(url: str) -> str:
    """``host:port`` of an origin."""
    try:
        parts = urlsplit(url)
        port = parts.port or 80
    except ValueError:
        raise BadConfig(f"{url!r:.120} is no address") from None
    if (
        parts.scheme != "http"
        or not parts.hostname
        or parts.path.strip("/")
        or not re.fullmatch(r"[\w.:-]+", parts.hostname)
    ):
        raise BadConfig(f"{url!r:.120} is no origin: write it like http://cloud.example.org:8080")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{host}:{port}"


def _host(url: str) -> str:
    return urlsplit(url).netloc
