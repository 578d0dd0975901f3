"""What the tablet keeps of one class: its files by their path within the class. Reads and writes off the loop."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from console.gateway.kept import Kept, Key


@dataclass(frozen=True, slots=True)
class Shelf:
    """``store`` may be missing, and so may the class's id: then nothing is kept."""

    store: Kept | None = None
    class_id: str = ""
    revision: str = ""

    async def get(self, path: str) -> bytes | None:
        """A file, whole and right, or ``None``."""
        if self.store is None or not self.class_id:
            return None
        return await asyncio.to_thread(self.store.get, Key(self.class_id, self.revision, path))

    async def put(self, path: str, data: bytes, sha256: str | None = None) -> None:
        """Keep a file, if there is room."""
        if self.store is not None and self.class_id:
            await asyncio.to_thread(self.store.put, Key(self.class_id, self.revision, path), data, sha256)
