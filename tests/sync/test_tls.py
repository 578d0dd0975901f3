"""MQTT over TLS, against a real NATS server with a certificate of an authority made for the test."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import nats
import pytest
from nats.aio.client import Client

from sync import topics, wire
from sync.links import LinkDown
from sync.mqtt_link import MqttLink
from sync.records import Batch, Enrolment, RideHeader, to_json
from tests.sync.ledger import Ledger
from tests.sync.uplinks import free_port, listens

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="certificates are made with openssl")
TABLET = "t" * 32
RIDE = RideHeader("a" * 32, "ada", "Ada", 1_700_000_000.0)


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``ca.pem``, and ``server.pem`` that it has signed for the name localhost only."""
    folder = tmp_path_factory.mktemp("certificates")
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl(folder, "req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Test CA")
    openssl(folder, "req", *key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost")
    (folder / "names").write_text("subjectAltName = DNS:localhost")
    signed = ["x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"]
    openssl(folder, *signed, "-days", "2", "-extfile", "names", "-out", "server.pem")
    return folder


class Server:
    """NATS server that speaks MQTT over TLS only, and behind it a cloud kept small."""

    def __init__(self, folder: Path, certificates: Path) -> None:
        self.ledger, self.mqtt_port, self.port = Ledger(), free_port(), free_port()
        self._client: Client | None = None
        users = [{"user": TABLET, "password": "secret"}, {"user": "cloud", "password": "cloud"}]
        tls = {"cert_file": str(certificates / "server.pem"), "key_file": str(certificates / "server.key")}
        config = {"host": "127.0.0.1", "port": self.port, "server_name": "tls", "authorization": {"users": users}}
        config |= {"jetstream": {"store_dir": str(folder)}, "mqtt": {"port": self.mqtt_port, "tls": tls}}
        (folder / "tls.conf").write_text(json.dumps(config))
        command = [shutil.which("nats-server", path="/usr/sbin:/usr/bin:/usr/local/bin") or "nats-server"]
        self._process = subprocess.Popen([*command, "-c", str(folder / "tls.conf")], stderr=subprocess.DEVNULL)

    def listens(self) -> bool:
        return listens(self.port) and listens(self.mqtt_port)

    async def serve(self) -> None:
        """Answer batches."""
        client = self._client = await nats.connect(f"nats://127.0.0.1:{self.port}", user="cloud", password="cloud")

        async def answer(message) -> None:
            told = self.ledger.put(wire.decode(message.data))
            await client.publish(topics.answers(TABLET).replace("/", "."), json.dumps(to_json(told)).encode())

        await client.subscribe(topics.batches("*").replace("/", "."), cb=answer)
        await client.flush()

    async def stop(self) -> None:
        if self._client is not None:
            await self._client.close()
        self._process.terminate()
        self._process.wait(10)


@pytest.fixture
async def server(tmp_path, certificates, until):
    running = Server(tmp_path, certificates)
    try:
        await until(running.listens)
        await running.serve()
        yield running
    finally:
        await running.stop()


@pytest.fixture
def link(server):
    links = []

    def make(host="localhost", tls=True):
        links.append(MqttLink(Enrolment(TABLET, "secret", host, server.mqtt_port, tls)))
        return links[-1]

    return make


async def test_a_ride_goes_over_tls(server, link, certificates, monkeypatch, points):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "ca.pem"))
    open_link = link()
    await open_link.open()
    assert (await open_link.send(Batch(RIDE, tuple(points(0, 60))))).acknowledged == 60
    assert (await open_link.send(Batch(RIDE, tuple(points(60, 61))))).acknowledged == 61
    await open_link.close()
    assert len(server.ledger.rides[RIDE.id]) == 61


@pytest.mark.parametrize("distrust", ["an unknown authority", "another name"])
async def test_a_certificate_that_cannot_be_trusted_ends_the_try_before_a_password_is_sent(
    server, link, certificates, monkeypatch, distrust
):
    if distrust == "another name":
        monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "ca.pem"))
    with pytest.raises(LinkDown, match=r"cannot be trusted.*CERTIFICATE_VERIFY_FAILED"):
        await link("localhost" if distrust == "an unknown authority" else "127.0.0.1").open()


async def test_without_tls_nobody_gets_in(server, link):
    with pytest.raises(LinkDown):
        await link(tls=False).open()
