"""Recording what an encoder sends, as it comes, beside everything else: whatever happens here, the class goes on.

<folder>/<session>.ts      MPEG-TS, appended to; good up to its last byte whenever it is cut off
<folder>/<session>.json    {"wall_at_pts_0": when its timestamp 0 was on the air}
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
from pathlib import Path

from sync.cloud.whole_file import replace_file

log = logging.getLogger(__name__)

MOST_WAITING = 64 * 1024 * 1024  # bytes that a slow disk has not yet taken
SYNC_EVERY_S = 2.0
NOTE_STEP_S = 0.005


class Recording:
    """Of one encoder's one connection. ``trouble`` says what is wrong, ``bytes`` how much is written."""

    def __init__(self, folder: Path, session: str) -> None:
        self.trouble: str | None = None
        self.bytes = 0
        self._path = folder / f"{session}.ts"
        self._noted: float | None = None
        self._waiting: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._held = 0
        self._writing = asyncio.create_task(self._write_all())

    def write(self, data: bytes) -> None:
        """The next bytes; they are left out when the disk is that far behind."""
        if self.trouble:
            return
        if self._held > MOST_WAITING:
            self._complain("the disk is too slow for the recording; pieces are missing")
            return
        self._held += len(data)
        self._waiting.put_nowait(data)

    async def note(self, offset_s: float) -> None:
        """Say when timestamp 0 was on the air, as known by now."""
        if self._noted is not None and abs(offset_s - self._noted) < NOTE_STEP_S:
            return
        self._noted = offset_s
        content = json.dumps({"wall_at_pts_0": offset_s}).encode()
        try:
            await asyncio.to_thread(replace_file, self._path.with_suffix(".json"), content)
        except OSError as error:
            self._complain(f"the recording's time cannot be written: {error.strerror}")

    async def close(self) -> None:
        """Returns when everything is on the disk."""
        self._waiting.put_nowait(None)
        await self._writing

    async def _write_all(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab", buffering=0) as file:
                synced_at = loop.time()
                while (data := await self._waiting.get()) is not None:
                    await asyncio.to_thread(file.write, data)
                    self._held -= len(data)
                    self.bytes += len(data)
                    if loop.time() - synced_at > SYNC_EVERY_S:
                        synced_at = loop.time()
                        await asyncio.to_thread(os.fdatasync, file.fileno())
                os.fsync(file.fileno())
        except OSError as error:
            self._complain(f"the recording ended: {error.strerror}; free some space in {self._path.parent}")

    def _complain(self, words: str) -> None:
        if self.trouble is None:
            self.trouble = words
            log.error("%s", words)


def offset_of(path: Path) -> float | None:
    """What was noted beside the recording ``path``, ``None`` when nothing was."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        return float(json.loads(path.with_suffix(".json").read_bytes())["wall_at_pts_0"])
    return None
