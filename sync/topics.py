"""The MQTT topics between one tablet and the cloud. NATS sees the same names with dots for slashes."""

from __future__ import annotations


def batches(tablet_id: str) -> str:
    """Where a tablet publishes its Batches (binary, see :mod:`sync.wire`)."""
    return f"tablets/{tablet_id}/batches"


def quality(tablet_id: str) -> str:
    """Where a tablet publishes the Quality of a ride that is over (JSON, a QualityReport)."""
    return f"tablets/{tablet_id}/quality"


def answers(tablet_id: str) -> str:
    """Where the cloud publishes an Answer (JSON) to each Batch and QualityReport of this tablet."""
    return f"tablets/{tablet_id}/answers"


def standings(tablet_id: str) -> str:
    """Where the cloud publishes Standings (JSON) to this tablet when others in its class move."""
    return f"tablets/{tablet_id}/standings"
