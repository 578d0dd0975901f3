"""The MQTT link: batches out, answers and standings in, over one connection (MQTT 3.1.1, QoS 1).

With ``mqtt_tls`` in the enrolment it speaks TLS, and the broker must show a certificate for its name from somebody this
computer trusts. OpenSSL's ``SSL_CERT_FILE`` names a certificate authority of one's own, for MQTT and HTTP alike.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from contextlib import suppress
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from sync import topics
from sync.links import ANSWER_WITHIN_S, BatchRefused, LinkDown, LinkRefused, NotTaken, OnStandings, encoded
from sync.records import Answer, Batch, Enrolment, QualityReport, RecordError, Standings, from_json, to_json

CONNECT_WITHIN_S = 4.0
SOCKET_WITHIN_S = 3.0  # less, so that no connection is made after everybody has given it up
KEEPALIVE_S = 15
REFUSALS = ("Not authorized", "Bad user name or password")


class MqttLink:
    """See :class:`sync.links.Link`. Standings that the cloud pushes go to ``on_standings``, on the loop's thread."""

    name = "mqtt"

    def __init__(self, enrolment: Enrolment, on_standings: OnStandings = lambda standings: None) -> None:
        self._enrolment = enrolment
        self._on_standings = on_standings
        self._client: mqtt.Client | None = None
        self._answers: dict[str, asyncio.Future[Answer]] = {}
        self._lost: asyncio.Future[None] | None = None

    async def open(self) -> None:
        """Connect and subscribe to this tablet's own topics."""
        await self.close()
        self._loop = asyncio.get_running_loop()
        self._lost = self._loop.create_future()
        self._subscribed: asyncio.Future[None] = self._loop.create_future()
        self._client = await asyncio.to_thread(self._new_client)  # for TLS it reads all known certificates: 50 ms
        host, port = self._enrolment.mqtt_host, self._enrolment.mqtt_port
        try:
            async with asyncio.timeout(CONNECT_WITHIN_S):
                await asyncio.to_thread(self._client.connect, host, port, KEEPALIVE_S)
                self._client.loop_start()
                await self._subscribed
        except ssl.SSLError as error:
            await self.close()
            raise LinkDown(f"MQTT at {host}:{port} cannot be trusted, or does not speak TLS ({error}).") from error
        except (OSError, TimeoutError) as error:
            await self.close()
            raise LinkDown(f"MQTT at {host}:{port} does not answer ({error or 'timeout'}).") from error
        except LinkRefused:
            await self.close()
            raise

    async def send(self, batch: Batch) -> Answer:
        """Publish a batch and wait for its answer."""
        topic = topics.batches(self._enrolment.tablet_id)
        answer = await self._exchange(batch.ride.id, topic, await encoded(batch))
        if answer is None:
            raise LinkDown("The cloud does not answer over MQTT.")
        return answer

    async def report(self, report: QualityReport) -> Answer:
        """Publish how well a ride's picture came and wait for the answer. A broker of an older cloud lets nobody
        publish there, and says nothing."""
        data = json.dumps(to_json(report)).encode()
        answer = await self._exchange(report.ride_id, topics.quality(self._enrolment.tablet_id), data)
        if answer is None:
            raise NotTaken("The cloud does not say whether it took it.")
        return answer

    async def _exchange(self, ride_id: str, topic: str, data: bytes) -> Answer | None:
        """Publish and wait for the answer about a ride; ``None`` when none comes. Raises LinkDown, BatchRefused."""
        client, lost = self._client, self._lost
        if client is None or lost is None or lost.done():
            raise LinkDown("The MQTT connection broke.")
        answer = self._answers[ride_id] = self._loop.create_future()
        try:
            client.publish(topic, data, qos=1)
            await asyncio.wait({answer, lost}, timeout=ANSWER_WITHIN_S, return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                if lost.done():
                    raise LinkDown("The MQTT connection broke.")
                return None
            if (reason := answer.result().error) is not None:
                raise BatchRefused(reason)
            return answer.result()
        finally:
            self._answers.pop(ride_id, None)

    async def watch(self) -> None:
        """Raise LinkDown once the connection is lost: at once when closed, after the keep-alive when cut."""
        assert self._lost is not None, "watched before it was open"
        await asyncio.shield(self._lost)
        raise LinkDown("The MQTT connection broke.")

    async def close(self) -> None:
        """Disconnect and end paho's thread."""
        client, self._client = self._client, None
        if client is not None:
            client.disconnect()
            await asyncio.to_thread(client.loop_stop)

    def _new_client(self) -> mqtt.Client:
        enrolment = self._enrolment
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=enrolment.tablet_id,
            protocol=mqtt.MQTTv311,
            reconnect_on_failure=False,  # the uplink decides when, and by which link
        )
        client.username_pw_set(enrolment.tablet_id, enrolment.token)
        client.connect_timeout = SOCKET_WITHIN_S
        if enrolment.mqtt_tls:
            client.tls_set_context(_tls())
        client.on_connect, client.on_disconnect = self._connected, self._disconnected
        client.on_subscribe, client.on_message = self._acknowledged, self._message
        return client

    # The four below run on paho's thread and only hand over to the loop.

    def _connected(self, client: mqtt.Client, _data: Any, _flags: Any, reason: ReasonCode, _properties: Any) -> None:
        if not reason.is_failure:
            tablet_id = self._enrolment.tablet_id
            client.subscribe([(topics.answers(tablet_id), 1), (topics.standings(tablet_id), 1)])
        elif str(reason) in REFUSALS:
            self._call(self._fail, LinkRefused(f"The cloud refuses this tablet's token ({reason})."))
        else:
            self._call(self._fail, OSError(str(reason)))

    def _acknowledged(self, _client: mqtt.Client, _data: Any, _id: int, reasons: Any, _properties: Any) -> None:
        if any(reason.is_failure for reason in reasons):
            self._call(self._fail, LinkRefused("The cloud does not let this tablet hear its own answers."))
        else:
            self._call(self._succeed)

    def _disconnected(self, client: mqtt.Client, _data: Any, _flags: Any, _reason: Any, _properties: Any) -> None:
        self._call(self._lose, client)

    def _message(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        self._call(self._take, message.topic, bytes(message.payload))

    def _call(self, what: Any, *arguments: Any) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody is left to tell
            self._loop.call_soon_threadsafe(what, *arguments)

    # And these on the loop's.

    def _fail(self, error: Exception) -> None:
        if not self._subscribed.done():
            self._subscribed.set_exception(error)

    def _succeed(self) -> None:
        if not self._subscribed.done():
            self._subscribed.set_result(None)

    def _lose(self, client: mqtt.Client) -> None:
        if client is self._client and self._lost is not None and not self._lost.done():
            self._lost.set_result(None)
            self._fail(OSError("the connection was closed"))

    def _take(self, topic: str, payload: bytes) -> None:
        try:
            if topic == topics.answers(self._enrolment.tablet_id):
                answer = from_json(Answer, json.loads(payload))
                waiting = self._answers.get(answer.ride_id)
                if waiting is not None and not waiting.done():
                    waiting.set_result(answer)
            else:
                self._on_standings(from_json(Standings, json.loads(payload)))
        except (RecordError, ValueError):
            return  # a cloud that speaks nonsense has not answered: the batch is sent again


class _TlsSocket(ssl.SSLSocket):
    def do_handshake(self, block: bool = False) -> None:
        """Closes the connection of a handshake that failed: paho would leave it open."""
        try:
            super().do_handshake(block)
        except OSError:
            self.close()
            raise


def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.sslsocket_class = _TlsSocket
    return context
