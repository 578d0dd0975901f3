"""What can be set about the gateway. Bounds are what a tablet with 2 GB of memory bears."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """Seconds, bytes and counts; every one has a default that suits a bike on a home's Wi-Fi."""

    ahead_s: float = 24.0  # of film held ahead of the rider's position
    memory_bytes: int = 96_000_000  # of pieces held in memory by one view
    connect_s: float = 3.0  # for a connection, before the next pathway is tried
    ask_s: float = 6.0  # for a playlist
    stall_s: float = 2.5  # without a byte, before a piece is asked for elsewhere as well
    hold_s: float = 12.0  # that libVLC is kept waiting for a piece; its calls may block as long
    piece_bytes: int = 64_000_000
