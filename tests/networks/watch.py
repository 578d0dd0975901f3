"""Plays URLs, all at once, and tells what was seen: one JSON object a line, in the order of the URLs.

python -m tests.networks.watch ours|libvlc|hls_js WITHIN_S URL ...
"""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from importlib import import_module

PLAYERS = {"ours": "Ours", "libvlc": "Libvlc", "hls_js": "HlsJs"}


def main(player: str, within_s: float, urls: list[str]) -> None:
    """Watch and print."""
    watcher = getattr(import_module(f"tests.networks.players.{player}"), PLAYERS[player])
    with ThreadPoolExecutor(len(urls)) as threads:
        for seen in threads.map(lambda url: watcher(url).watch(within_s), urls):
            print(json.dumps(asdict(seen)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), sys.argv[3:])
    os._exit(0)  # libVLC's threads must not meet a Python that ends
