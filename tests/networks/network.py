"""Starts networks: ``with Networks(["lossy", "dying"], folder) as networks: networks["lossy"].url``."""

from __future__ import annotations

import json
import select
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.networks.profiles import BY_NAME, Profile
from tests.networks.steered import STEERED

READY_S = 30.0


@dataclass(frozen=True)
class Network:
    """One network that runs. ``urls``: the class's multivariant playlist on each pathway; ``url``: the one to open,
    which knows them all."""

    profile: Profile
    urls: tuple[str, ...]
    url: str


class Networks:
    """Networks in front of ``folder``, which has a ``master.m3u8``, all in one process of their own."""

    def __init__(self, names: Sequence[str], folder: Path) -> None:
        self.folder = folder
        command = [sys.executable, "-m", "tests.networks.server", str(folder), *names]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._networks = {name: _network(BY_NAME[name], ports) for name, ports in self._hear().items()}

    def __getitem__(self, name: str) -> Network:
        return self._networks[name]

    def asked(self, name: str) -> list[dict[str, Any]]:
        """What was asked on a network: :class:`tests.networks.server.Asked`, as dictionaries."""
        assert self._process.stdin is not None
        self._process.stdin.write(name + "\n")
        self._process.stdin.flush()
        heard: list[dict[str, Any]] = self._hear()
        return heard

    def _hear(self) -> Any:
        assert self._process.stdout is not None
        assert select.select([self._process.stdout], [], [], READY_S)[0], "the networks do not answer"
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        """Take the networks down."""
        self._process.kill()
        self._process.communicate()

    def __enter__(self) -> Networks:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _network(profile: Profile, ports: Sequence[int]) -> Network:
    bases = [f"http://127.0.0.1:{port}" for port in ports]
    urls = tuple(f"{base}/master.m3u8" for base in bases[: len(profile.pathways)])
    return Network(profile, urls, urls[0] if len(urls) == 1 else f"{bases[-1]}/{STEERED}")
