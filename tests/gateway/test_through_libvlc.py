"""The picture goes on: real libVLC behind the console's player, on a gateway, in front of servers that break."""

from __future__ import annotations
