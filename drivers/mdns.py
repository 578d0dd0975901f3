"""Devices in the network: whom others announce by multicast DNS, and what we announce. The only user of zeroconf.

Wahoo Direct Connect devices announce themselves as ``_wahoo-fitness-tnp._tcp``, with their services' 16-bit numbers in
the text record ``ble-service-uuids`` (as seen in QZ and on trainers; there is no public specification).
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from zeroconf import Error, IPVersion, ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from drivers.errors import LinkLost

DIRCON_TYPE = "_wahoo-fitness-tnp._tcp.local."
RESOLVE_MS = 3000
_FAILURES = (OSError, Error, TimeoutError)


@dataclass(frozen=True, slots=True)
class Announced:
    """A device in the network; ``services`` are UUIDs of 128 bits, as far as it says."""

    name: str
    host: str
    port: int
    services: frozenset[str]


class Network:
    """Who announces Direct Connect; ``devices`` is kept up to date inside of :meth:`listening`.

    ``interfaces`` are the addresses of interfaces to use; none means all.
    """

    def __init__(self, interfaces: Iterable[str] = ()) -> None:
        self.devices: dict[str, Announced] = {}
        self._interfaces = list(interfaces)
        self._resolving: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Browse for as long as the block runs. Raises :class:`LinkLost` where there is no network."""
        async with _opened(self._interfaces) as zeroconf:
            browser = AsyncServiceBrowser(zeroconf.zeroconf, DIRCON_TYPE, handlers=[self._changed])
            try:
                yield
            finally:
                await browser.async_cancel()
                for task in self._resolving:
                    task.cancel()
                await asyncio.gather(*self._resolving, return_exceptions=True)
                self.devices.clear()

    def _changed(self, zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:
        if state_change is ServiceStateChange.Removed:
            self.devices.pop(name, None)
            return
        task = asyncio.get_running_loop().create_task(self._resolve(zeroconf, service_type, name))
        self._resolving.add(task)
        task.add_done_callback(self._resolving.discard)

    async def _resolve(self, zeroconf: Zeroconf, service_type: str, name: str) -> None:
        info = AsyncServiceInfo(service_type, name)
        with suppress(*_FAILURES):
            if not await info.async_request(zeroconf, RESOLVE_MS):
                return
            hosts = info.parsed_scoped_addresses(IPVersion.V4Only) or info.parsed_scoped_addresses()
            if hosts and info.port:
                called = name.removesuffix(f".{service_type}")
                said = info.decoded_properties.get("ble-service-uuids") or ""
                self.devices[name] = Announced(called, hosts[0], info.port, _uuids(said))


@asynccontextmanager
async def announced(
    name: str,
    port: int,
    services: Iterable[int],
    *,
    properties: Mapping[str, str] | None = None,
    interfaces: Iterable[str] = (),
) -> AsyncIterator[None]:
    """Announce a Direct Connect device of ours on ``port`` for as long as the block runs.

    ``services`` are 16-bit numbers, ``properties`` more of the text record. Raises :class:`LinkLost` where there is no
    network or the name is taken by another.
    """
    text = {"ble-service-uuids": ",".join(f"0x{number:04X}" for number in services), **(properties or {})}
    hosts = list(interfaces) or _own_addresses()
    info = AsyncServiceInfo(
        DIRCON_TYPE,
        f"{name}.{DIRCON_TYPE}",
        port=port,
        parsed_addresses=hosts,
        properties=text,
        server=f"{socket.gethostname()}.local.",
    )
    async with _opened(interfaces) as zeroconf:
        try:
            try:
                # Not strict: the type's name is longer than RFC 6763 allows. The second wait is for the announcement.
                await (await zeroconf.async_register_service(info, allow_name_change=True, strict=False))
            except _FAILURES as error:
                raise LinkLost(f"{name} cannot be announced in the network ({error})", "Check the Wi-Fi.") from error
            yield
        finally:
            with suppress(*_FAILURES):
                await (await zeroconf.async_unregister_service(info))


@asynccontextmanager
async def _opened(interfaces: Iterable[str]) -> AsyncIterator[AsyncZeroconf]:
    """Multicast DNS that has started. Raises :class:`LinkLost` where there is no network."""
    try:
        chosen = list(interfaces)
        zeroconf = AsyncZeroconf(interfaces=chosen) if chosen else AsyncZeroconf()
    except _FAILURES as error:
        raise LinkLost(f"there is no network to look for devices in ({error})", "Check the Wi-Fi.") from error
    # In a task of its own: who is cancelled while waiting for the start cancels the start itself, and closing, which
    # waits for it too, would end there and leave the sockets open.
    started = asyncio.ensure_future(zeroconf.zeroconf.async_wait_for_start())
    try:
        await asyncio.wait({started})
        if failure := started.exception():
            raise LinkLost(f"there is no network to look for devices in ({failure})", "Check the Wi-Fi.") from failure
        yield zeroconf
    finally:
        await zeroconf.async_close()
        await asyncio.gather(started, return_exceptions=True)


def _own_addresses() -> list[str]:
    """The address by which others in the network reach this machine; loopback where there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a documentation address: nothing is sent, a route is chosen
            return [probe.getsockname()[0]]
        except OSError:
            return ["127.0.0.1"]


def _uuids(said: str) -> frozenset[str]:
    numbers = (part.strip().lower().removeprefix("0x") for part in said.split(","))
    found = set()
    for number in numbers:
        with suppress(ValueError):
            found.add(f"{int(number, 16):08x}-0000-1000-8000-00805f9b34fb" if len(number) <= 8 else number)
    return frozenset(found)
