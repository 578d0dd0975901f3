"""Ports, checked before they are used, and an HTTP server on a socket of ours."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import random
import socket
from collections.abc import Iterator, Mapping
from itertools import combinations

import uvicorn

from sync.cloud.errors import PortBusy

UNGIVEN = range(20_000, 32_000)  # ports that Linux gives to nobody by itself (net.ipv4.ip_local_port_range)
TRIES = 20


class HttpServer(uvicorn.Server):
    """uvicorn, but the signals are ours, and ``ready`` tells when it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


def check_ports(ports: Mapping[str, int]) -> None:
    """``ports`` by option; each needs its own, but for 0. Raises :class:`PortBusy`."""
    for (one, port), (other, same) in combinations(ports.items(), 2):
        if port == same != 0:
            raise PortBusy(f"{one} and {other} are both {port}: give each a port of its own (0 takes any free one)")


def listen(host: str, port: int, option: str) -> socket.socket:
    """A listening socket. Raises :class:`PortBusy`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(1024)
    except OSError as error:
        listening.close()
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            raise PortBusy(
                f"cannot listen on {host} ({error.strerror}): give an address of this machine with --host "
                "(0.0.0.0 is all of them)"
            ) from error
        raise PortBusy(
            f"cannot listen on {host} port {port} ({error.strerror}): "
            f"stop what uses it, or choose another with {option} (0 takes any free one)"
        ) from error
    return listening


def free_port(host: str, port: int, option: str) -> int:
    """``port`` if it is free, any free one for 0. Raises :class:`PortBusy`.

    A program is yet to listen on it. So one that the system gives to every connection that goes out is not taken: it
    could be given away in between.
    """
    for one in (port,) if port else (*random.sample(UNGIVEN, TRIES), 0):
        try:
            with contextlib.closing(listen(host, one, option)) as listening:
                return int(listening.getsockname()[1])
        except PortBusy:
            if one == port:
                raise
    raise AssertionError("the last port tried returns or raises")
