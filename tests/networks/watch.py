"""Plays classes, all at once, and tells what was seen: one JSON object a line (Figures), in the order of the URLs.

    python -m tests.networks.watch ours|libvlc|hls_js URL ... [--within-s 60] [--ahead-s 24]

A class that ours is to be told several pathways of has their URLs joined by a bar: ``URL|URL``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from importlib import import_module

from tests.networks.figures import Figures

PLAYERS = {"ours": "Ours", "libvlc": "Libvlc", "hls_js": "HlsJs"}


def main() -> None:
    """Watch and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("player", choices=PLAYERS)
    parser.add_argument("urls", nargs="+")
    parser.add_argument("--within-s", type=float, default=60.0)
    parser.add_argument("--ahead-s", type=float, help="how much ours fetches ahead")
    asked = parser.parse_args()
    watcher = getattr(import_module(f"tests.networks.players.{asked.player}"), PLAYERS[asked.player])
    more = {} if asked.ahead_s is None else {"ahead_s": asked.ahead_s}
    watchers = [watcher(url, **more) for url in asked.urls]
    with ThreadPoolExecutor(len(watchers)) as threads:
        for seen in threads.map(lambda one: one.watch(asked.within_s), watchers):
            print(json.dumps(asdict(seen)), flush=True)


def watch(player: str, urls: Sequence[str], within_s: float, *more: str) -> list[Figures]:
    """Watch in a process of its own."""
    command = [sys.executable, "-m", "tests.networks.watch", player, *urls, "--within-s", str(within_s), *more]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=within_s + 90)
    return [Figures.of(json.loads(line)) for line in done.stdout.splitlines()]


if __name__ == "__main__":
    main()
    os._exit(0)  # libVLC's threads must not meet a Python that ends
