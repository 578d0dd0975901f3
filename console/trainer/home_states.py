"""A ride as Home Assistant understands it over MQTT: what there is, announced once, and how it stands. Pure.

MQTT discovery (home-assistant.io/integrations/mqtt): one retained configuration for each entity under
``homeassistant/``, whose values are picked from one retained state. Without a ride the numbers are 0, so that nothing
is "unknown" after a restart of either side.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from console.ride import Now, Reading, RideState

PREFIX = "homeassistant"
HERE, AWAY = "online", "offline"


@dataclass(frozen=True, slots=True)
class Entity:
    """One line in Home Assistant. ``kind`` is its component, ``device_class`` one of its own."""

    key: str
    name: str
    unit: str = ""
    device_class: str = ""
    icon: str = ""
    kind: str = "sensor"
    total: bool = False  # counts up during a ride


ENTITIES = (
    Entity("riding", "Riding", device_class="running", kind="binary_sensor"),
    Entity("power_w", "Output", "W", "power"),
    Entity("cadence_rpm", "Cadence", "rpm", icon="mdi:rotate-right"),
    Entity("resistance_pct", "Resistance", "%", icon="mdi:car-brake-retarder"),
    Entity("heart_rate_bpm", "Heart rate", "bpm", icon="mdi:heart-pulse"),
    Entity("speed_kmh", "Speed", "km/h", "speed"),
    Entity("distance_m", "Distance", "m", "distance", total=True),
    Entity("elapsed_s", "Ride time", "s", "duration", total=True),
    Entity("work_kj", "Work", "kJ", icon="mdi:lightning-bolt", total=True),
    Entity("energy_kcal", "Calories", "kcal", icon="mdi:fire", total=True),
)


def base(node: str) -> str:
    """Under which this tablet says its own things."""
    return f"breakaway/{node}"


def availability_topic(node: str) -> str:
    """Where it is said whether the console runs."""
    return f"{base(node)}/availability"


def state_topic(node: str) -> str:
    """Where it is said how the ride stands."""
    return f"{base(node)}/state"


def discovery(node: str) -> Mapping[str, str]:
    """Topics and payloads that announce everything; ``node`` tells tablets apart, letters and digits."""
    device = {"identifiers": [f"breakaway_{node}"], "name": "Breakaway bike", "manufacturer": "Breakaway"}
    announced = {}
    for entity in ENTITIES:
        config: dict[str, object] = {
            "name": entity.name,
            "unique_id": f"breakaway_{node}_{entity.key}",
            "object_id": f"breakaway_{entity.key}",
            "state_topic": state_topic(node),
            "value_template": f"{{{{ value_json.{entity.key} }}}}",
            "availability_topic": availability_topic(node),
            "device": device,
            "origin": {"name": "Breakaway"},
        }
        if entity.kind == "sensor":
            config |= {
                "unit_of_measurement": entity.unit,
                "state_class": "total_increasing" if entity.total else "measurement",
            }
        config |= {"device_class": entity.device_class} if entity.device_class else {}
        config |= {"icon": entity.icon} if entity.icon else {}
        announced[f"{PREFIX}/{entity.kind}/breakaway_{node}/{entity.key}/config"] = json.dumps(config)
    return announced


def state(now: Now | None) -> str:
    """How the ride stands; ``None`` when none is on. A value that is stale or unknown is 0, as a bike that stands."""
    riding = now is not None and now.state is RideState.RIDING
    said: dict[str, object] = {entity.key: 0 for entity in ENTITIES if entity.kind == "sensor"}
    said["riding"] = "ON" if riding else "OFF"
    if now is not None and now.state is not RideState.FINISHED:
        for name in ("power_w", "cadence_rpm", "resistance_pct", "heart_rate_bpm"):
            reading: Reading = getattr(now, name)
            said[name] = 0 if reading.value is None or reading.stale else round(reading.value, 1)
        fresh = now.power_w.value is None or not now.power_w.stale
        said["speed_kmh"] = round(now.speed_kmh or 0.0, 1) if fresh else 0
        totals = now.totals
        said |= {"distance_m": round(totals.distance_m), "elapsed_s": int(now.elapsed_s)}
        said |= {"work_kj": round(totals.kj, 1), "energy_kcal": round(totals.kcal)}
    return json.dumps(said)
