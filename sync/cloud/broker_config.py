"""NATS server's configuration: who may log in, to what, and how much of everything there may be.

Tablets speak MQTT only, each with its own user. A QoS 1 subscription is delivered through ``$MQTT.sub.<random>``,
which NATS server subscribes to in the tablet's name, hence that permission; a tablet cannot ask for it itself.
Who logs in with another's client id throws the other out, whatever the user: client ids are the tablet ids, which are
128 random bits and are told to nobody else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CLOUD_USER = "cloud"
PROBE_USER = "probe"  # may log in over MQTT and do nothing else: by it we see that the broker is ready
MAX_PAYLOAD = 128 * 1024  # twice the largest batch
MAX_STORE = 8 << 30
MAX_MEMORY = 256 << 20
MAX_UNACKNOWLEDGED = 1024  # QoS 1 messages under way to one tablet


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the broker listens: MQTT for tablets, NATS for the cloud itself (loopback only)."""

    mqtt_host: str
    mqtt_port: int
    nats_port: int
    nats_host: str = "127.0.0.1"


def broker_config(addresses: Addresses, store: Path, cloud_password: str, logins: Mapping[str, str]) -> str:
    """The configuration file; all passwords are bcrypt hashes. JSON is valid NATS configuration."""
    cloud = {"user": CLOUD_USER, "password": cloud_password, "allowed_connection_types": ["STANDARD"]}
    probe = _mqtt_user(PROBE_USER, cloud_password, publish=[], subscribe=[])
    config = {
        "server_name": "breakaway",
        "host": addresses.nats_host,
        "port": addresses.nats_port,
        "max_payload": MAX_PAYLOAD,
        "max_control_line": 4096,
        "logtime": False,
        "jetstream": {"store_dir": str(store), "max_memory_store": MAX_MEMORY, "max_file_store": MAX_STORE},
        "mqtt": {
            "host": addresses.mqtt_host,
            "port": addresses.mqtt_port,
            "max_ack_pending": MAX_UNACKNOWLEDGED,
            "ack_wait": "30s",
        },
        "authorization": {
            "timeout": 5,
            "users": [cloud, probe, *(_tablet(tablet_id, password) for tablet_id, password in logins.items())],
        },
    }
    return json.dumps(config, indent=1)


def _tablet(tablet_id: str, password: str) -> dict[str, object]:
    own = f"tablets.{tablet_id}"
    return _mqtt_user(
        tablet_id,
        password,
        publish=[f"{own}.batches", f"{own}.quality"],
        subscribe=[f"{own}.answers", f"{own}.standings", "$MQTT.sub.>"],
    )


def _mqtt_user(name: str, password: str, publish: list[str], subscribe: list[str]) -> dict[str, object]:
    return {
        "user": name,
        "password": password,
        "allowed_connection_types": ["MQTT"],
        "permissions": {
            "publish": {"allow": publish} if publish else {"deny": [">"]},
            "subscribe": {"allow": subscribe} if subscribe else {"deny": [">"]},
        },
    }
