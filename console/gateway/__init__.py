"""The gateway between libVLC and the world: it reads a class's playlists, fetches its pieces over several pathways,
picks the rung of each, keeps what it has, and serves libVLC one stream that does not break off.

No Kivy here, and nothing of ours but :mod:`sync.records`.
"""

from console.gateway.gateway import Gateway
from console.gateway.outline import Outline, Unavailable
from console.gateway.settings import GatewaySettings
from console.gateway.view import View

__all__ = ["Gateway", "GatewaySettings", "Outline", "Unavailable", "View"]
