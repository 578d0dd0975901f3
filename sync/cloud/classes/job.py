"""A publication under way, on the disk: what is done of it is there after a power cut, whole, and never done twice.

A step is done when its file is there under its name. Files are written under another name and renamed when whole.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sync.cloud.whole_file import replace_file

STALE_S = 14 * 86400.0
PARTS, FACTS = "parts", "job.json"
_CHUNK = 1 << 24


class Job:
    """What is known and done of publishing one source, in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.parts.mkdir(parents=True, exist_ok=True)
        for path in [*folder.glob("tmp.*"), *self.parts.glob("*.tmp.*")]:
            path.unlink()  # cut off
        try:
            self._facts: dict[str, Any] = json.loads((folder / FACTS).read_bytes())
        except (OSError, ValueError):
            self._facts = {}

    @property
    def parts(self) -> Path:
        """Where encoded stretches lie."""
        return self.folder / PARTS

    @property
    def home(self) -> Path:
        """Where the class is put together."""
        return self.folder / "class"

    def part(self, name: str, number: int) -> Path:
        """The file of one stretch of one rung."""
        return self.parts / f"{name}-{number:04d}.mp4"

    def fact(self, name: str) -> Any:
        """Something found out before, ``None`` if it was not."""
        return self._facts.get(name)

    def learn(self, **facts: Any) -> None:
        """Keep what was found out."""
        self._facts |= facts
        replace_file(self.folder / FACTS, json.dumps(self._facts).encode())

    def begin(self, source: str) -> None:
        """Work for ``source`` from here on; what was done for another is of no use."""
        if self.fact("source") != source:
            kept = {name: self.fact(name) for name in ("file", "sha256")}
            self.clear()
            self.parts.mkdir(parents=True)
            self.learn(source=source, **kept)

    def clear(self) -> None:
        """Remove all of it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._facts = {}


def hashed(path: Path, job: Job, tell: Callable[[float], None]) -> str:
    """The SHA-256 of a file; remembered in ``job`` for as long as the file's size and time stay."""
    stat = path.stat()
    file = [str(path.absolute()), stat.st_size, stat.st_mtime_ns]
    if job.fact("file") != file:
        digest, done = hashlib.sha256(), 0
        with path.open("rb") as content:
            while chunk := content.read(_CHUNK):
                digest.update(chunk)
                done += len(chunk)
                tell(done / stat.st_size)
        job.learn(file=file, sha256=digest.hexdigest())
    return str(job.fact("sha256"))


def forget_old(folder: Path, now: float) -> None:
    """Remove jobs that nobody has gone on with for two weeks."""
    for facts in folder.glob(f"*/{FACTS}"):
        if now - facts.stat().st_mtime > STALE_S:
            shutil.rmtree(facts.parent, ignore_errors=True)
