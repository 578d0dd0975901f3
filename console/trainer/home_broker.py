"""The ride over MQTT, to the broker of somebody's home. Beside the uplink's the only user of paho."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from console.trainer import home_states
from drivers.errors import LinkLost, NeedsRider

EXAMPLE = "mqtt://user:password@192.168.1.5:1883"
PORT, TLS_PORT = 1883, 8883
CONNECT_WITHIN_S = 5.0
KEEPALIVE_S = 30
GOODBYE_S = 1.0


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Where the broker is, and who we are there; no ``user`` is nobody."""

    host: str
    port: int = PORT
    user: str = ""
    password: str = ""
    tls: bool = False

    @classmethod
    def parse(cls, text: str) -> BrokerAddress:
        """Read ``host``, ``host:port`` or a URL. Raises :class:`NeedsRider`."""
        text = text.strip()
        try:
            parts = urlsplit(text if "://" in text else f"mqtt://{text}")
            port = parts.port
        except ValueError:
            raise _not_understood(text) from None
        if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname or parts.path.strip("/") or parts.query:
            raise _not_understood(text)
        tls = parts.scheme == "mqtts"
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname, port or (TLS_PORT if tls else PORT), user, password, tls)


def _not_understood(text: str) -> NeedsRider:
    return NeedsRider(f"{text!r} is no address of a broker", f"Write it like {EXAMPLE}.")


class HomeBroker:
    """One connection: ``tell`` it how the ride stands, ``gone`` returns when it has ended."""

    def __init__(self, address: BrokerAddress, node: str) -> None:
        self._address, self._node = address, node
        self._loop = asyncio.get_running_loop()
        self._connected: asyncio.Future[None] = self._loop.create_future()
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._told = ""
        name = f"breakaway-{node}"
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2, name, protocol=mqtt.MQTTv311, reconnect_on_failure=False
        )
        if address.user:
            self._client.username_pw_set(address.user, address.password or None)
        self._client.will_set(home_states.availability_topic(node), home_states.AWAY, qos=1, retain=True)
        self._client.on_connect, self._client.on_disconnect = self._on_connect, self._on_disconnect

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Be announced for as long as the block runs. Raises NeedsRider or LinkLost where that cannot be."""
        address, client = self._address, self._client
        try:
            async with asyncio.timeout(CONNECT_WITHIN_S):
                if address.tls:
                    await asyncio.to_thread(client.tls_set)
                client.connect_timeout = CONNECT_WITHIN_S
                await asyncio.to_thread(client.connect, address.host, address.port, KEEPALIVE_S)
                client.loop_start()
                await self._connected
            for topic, config in home_states.discovery(self._node).items():
                client.publish(topic, config, qos=1, retain=True)
            client.publish(home_states.availability_topic(self._node), home_states.HERE, qos=1, retain=True)
            try:
                yield
            finally:
                await self._leave()
        except (OSError, TimeoutError) as error:
            where = f"{address.host}:{address.port}"
            raise LinkLost(f"no MQTT broker answers at {where}", "Check its address; it is tried again.") from error
        finally:
            client.disconnect()
            await asyncio.shield(asyncio.to_thread(client.loop_stop))

    async def gone(self) -> None:
        """Returns when the broker has hung up."""
        await asyncio.shield(self._ended)

    def tell(self, state: str) -> None:
        """Say how the ride stands, when that is news."""
        if state != self._told:
            self._told = state
            self._client.publish(home_states.state_topic(self._node), state, qos=0, retain=True)

    async def _leave(self) -> None:
        info = self._client.publish(home_states.availability_topic(self._node), home_states.AWAY, qos=1, retain=True)
        with suppress(ValueError, RuntimeError):  # it was not sent: the broker says so for us, when it notices
            await asyncio.shield(asyncio.to_thread(info.wait_for_publish, GOODBYE_S))

    # The two below run on paho's thread and only hand over to the loop.

    def _on_connect(self, _client: mqtt.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        self._loop.call_soon_threadsafe(self._welcomed, str(reason) if reason.is_failure else "")

    def _on_disconnect(self, *_: Any) -> None:
        self._loop.call_soon_threadsafe(self._end)

    def _welcomed(self, refusal: str) -> None:
        if self._connected.done():
            return
        if refusal:
            what = f"the MQTT broker refuses this tablet ({refusal.lower()})"
            self._connected.set_exception(NeedsRider(what, f"Write user and password into its address: {EXAMPLE}."))
        else:
            self._connected.set_result(None)

    def _end(self) -> None:
        if not self._ended.done():
            self._ended.set_result(None)
