"""Classes on the tablet as a scene needs them: what stands still, and what screens asked for."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from console.gateway.downloads import Download, State
from console.gateway.outline import Unavailable
from sync.records import FitnessClass

NO_ROOM = Unavailable("There is no room on the tablet.", "Remove another class, or give classes more room in Settings.")


class StagedDownloads:
    """Has what screens read of downloads; ``note`` hears what they asked for."""

    def __init__(self, note: Callable[..., object]) -> None:
        self.known: dict[str, Download] = {}
        self.sizes: dict[str, int] = {}
        self.looked: list[str] = []
        self._note = note

    def put(self, class_id: str, state: State, share: float = 0.0, trouble: Unavailable | None = None) -> None:
        """A download in some state."""
        self.known[class_id] = Download(class_id, state, share, 412_000_000, trouble)

    def all(self) -> list[Download]:
        return list(self.known.values())

    def get(self, class_id: str) -> Download | None:
        return self.known.get(class_id)

    def size_bytes(self, class_id: str) -> int | None:
        return self.sizes.get(class_id)

    def look(self, class_id: str) -> None:
        self.looked.append(class_id)

    def want(self, class_id: str) -> None:
        self._note("want", class_id)

    def pause(self, class_id: str) -> None:
        self._note("pause", class_id)

    def remove(self, class_id: str) -> None:
        self._note("remove", class_id)


class StagedKeeping:
    """What of classes stays on the tablet."""

    def __init__(self, note: Callable[..., object]) -> None:
        self.downloads = StagedDownloads(note)
        self.kept: Any = SimpleNamespace(used_bytes=3_180_000_000, pinned_bytes=0)
        self.remove_all = lambda: note("remove_all")

    def can_keep(self, one: FitnessClass) -> bool:
        return one.live is None

    def put_some(self) -> None:
        """Some classes here, one on its way, one that failed."""
        for class_id in ("sunset-climb", "forest-loop", "tempo-blocks", "cold-start", "canyon-road"):
            self.downloads.put(class_id, State.READY, 1.0)
        self.downloads.put("night-sprints", State.DOWNLOADING, 0.62)
        self.downloads.put("pulse-20", State.FAILED, 0.1, NO_ROOM)
        self.kept.pinned_bytes = 2_060_000_000
