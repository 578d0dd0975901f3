"""Pieces of classes that stay on the tablet: bounded, checked, and gone before the ride's own database lacks room.

Nothing here raises because of a disk: what cannot be kept is fetched again.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from console.gateway.pieces_folder import Name, PieceFile, PiecesFolder, free_bytes, group_of, name_of

DIRE_SHARE = 0.25  # of the free floor: with less than this, downloaded classes go too
TOUCH_EVERY_S = 600.0  # files tell when they were last of use, no more exactly than this: flash wears


class Key(NamedTuple):
    """A piece's name: its class, the class's revision or the source of the film, and its path within the class."""

    class_id: str
    revision: str
    path: str


class Kept:
    """At most ``most_bytes`` of pieces in ``folder``, as long as ``free_floor_bytes`` of the disk stay free.

    Of what must go, the piece that was of use the longest ago goes first. Downloaded classes are pinned: they go only
    when the disk is nearly full and nothing else is left. Usable from any thread; methods read and write the disk, and
    the first one that asks for pieces looks through the folder (0.1 s for ten classes on a PC).
    """

    def __init__(
        self,
        folder: Path,
        most_bytes: int,
        free_floor_bytes: int,
        *,
        free: Callable[[Path], int] = free_bytes,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.free_floor_bytes = free_floor_bytes
        self._most_bytes = most_bytes
        self._wall = wall
        self._lock = threading.RLock()
        self._files = PiecesFolder(folder, free)
        self._pinned: set[str] = set()
        self._found: OrderedDict[Name, PieceFile] | None = None
        self._sizes: Counter[str] = Counter()  # bytes by group

    @property
    def used_bytes(self) -> int:
        """Of all pieces."""
        with self._lock:
            self._learn()
            return self._sizes.total()

    @property
    def pinned_bytes(self) -> int:
        """Of downloaded classes."""
        with self._lock:
            self._learn()
            return sum(self._sizes[group] for group in self._pinned)

    @property
    def most_bytes(self) -> int:
        """The bound. What is too much after setting a lower one goes with the next piece, or :meth:`shrink`."""
        return self._most_bytes

    @most_bytes.setter
    def most_bytes(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes

    def has(self, key: tuple[str, str, str]) -> bool:
        """Whether a piece is kept; its content is not looked at."""
        with self._lock:
            return name_of(key) in self._pieces

    def get(self, key: tuple[str, str, str]) -> bytes | None:
        """A piece, whole and right; ``None`` when it is not kept, or was damaged and is now gone."""
        name = name_of(key)
        with self._lock:
            piece = self._pieces.get(name)
        if piece is None:
            return None
        data = self._files.read(piece)
        if data is None:
            self._remove(name, piece)
            return None
        self._used(name, piece)
        return data

    def put(self, key: tuple[str, str, str], data: bytes, sha256: str | None = None) -> bool:
        """Keep a piece. False when there is no room, the disk does not take it, or ``sha256`` (hex) is another's."""
        found = hashlib.sha256(data).hexdigest()
        if sha256 is not None and found != sha256.lower():
            return False
        name = name_of(key)
        if not self._make_room(len(data), name):
            return False
        piece = self._files.write(name, data, found, self._wall())
        if piece is None and self._evict(2 * len(data), name):  # the disk is fuller than it said
            piece = self._files.write(name, data, found, self._wall())
        if piece is None:
            return False
        with self._lock:
            before = self._pieces.pop(name, None)
            self._pieces[name] = piece
            self._sizes[name.group] += piece.size - (before.size if before else 0)
        if before is not None and before.path != piece.path:
            self._files.unlink(before)
        return True

    def drop(self, key: tuple[str, str, str]) -> None:
        """Remove one piece."""
        with self._lock:
            piece = self._pieces.get(name_of(key))
        if piece is not None:
            self._remove(name_of(key), piece)

    def pin(self, class_id: str, revision: str) -> bool:
        """From now on this class's pieces stay, those to come too. False when the disk does not take even that."""
        group = group_of(class_id, revision)
        if not self._files.pin(group):
            return False
        with self._lock:
            self._pinned.add(group)
        return True

    def is_pinned(self, class_id: str, revision: str) -> bool:
        """Whether this class's pieces stay."""
        with self._lock:
            self._learn()
            return group_of(class_id, revision) in self._pinned

    def unpin(self, class_id: str, revision: str) -> None:
        """Treat this class's pieces like any others."""
        group = group_of(class_id, revision)
        with self._lock:
            self._pinned.discard(group)
        self._files.unpin(group)

    def pin_only(self, wanted: Iterable[tuple[str, str]]) -> None:
        """Treat all classes but these (class id, revision) like any others, as after a kill in the middle of a
        removal."""
        names = {group_of(class_id, revision) for class_id, revision in wanted}
        with self._lock:
            self._learn()
            others = self._pinned - names
            self._pinned -= others
        for group in others:
            self._files.unpin(group)

    def remove(self, class_id: str, revision: str) -> None:
        """Remove all pieces of a class."""
        self.unpin(class_id, revision)
        for name, piece in self._of(class_id, revision):
            self._remove(name, piece)
        self._files.forget(group_of(class_id, revision))

    def settle(self, class_id: str, revision: str) -> None:
        """When this returns, a power cut takes nothing of a class's pieces."""
        for _name, piece in self._of(class_id, revision):
            self._files.settle(piece.path)
        self._files.settle(self._files.folder / group_of(class_id, revision))

    def keep_only(self, class_id: str, revision: str, paths: Iterable[str]) -> None:
        """Remove all pieces of a class but these."""
        wanted = {name_of(Key(class_id, revision, path)) for path in paths}
        for name, piece in self._of(class_id, revision):
            if name not in wanted:
                self._remove(name, piece)

    def bytes_of(self, class_id: str, revision: str) -> int:
        """Of one class's pieces."""
        with self._lock:
            self._learn()
            return self._sizes[group_of(class_id, revision)]

    def room(self) -> int:
        """The bytes that could still be pinned: within the bound, and above the floor of the disk."""
        pinned = self.pinned_bytes
        loose = self.used_bytes - pinned
        return max(min(self._most_bytes - pinned, self._files.free() + loose - self.free_floor_bytes), 0)

    def shrink(self) -> None:
        """Give way to others on the disk, and keep to the bound. To be called now and then."""
        self._evict(self._missing(0))
        dire = int(self.free_floor_bytes * DIRE_SHARE) - self._files.free()
        if dire > 0:
            self._evict(dire, pinned=True)

    @property
    def _pieces(self) -> OrderedDict[Name, PieceFile]:
        """All pieces, those of use the longest ago first. To be asked for with the lock held."""
        return self._learn()

    def _learn(self) -> OrderedDict[Name, PieceFile]:
        """Look through the folder, if that was not done yet; with the lock held."""
        if self._found is None:
            found, pinned = self._files.find()
            self._found = OrderedDict(found)
            self._pinned |= pinned
            for name, piece in found.items():
                self._sizes[name.group] += piece.size
        return self._found

    def _of(self, class_id: str, revision: str) -> list[tuple[Name, PieceFile]]:
        group = group_of(class_id, revision)
        with self._lock:
            return [(name, piece) for name, piece in self._pieces.items() if name.group == group]

    def _make_room(self, size: int, name: Name) -> bool:
        """Whether ``size`` bytes fit in the place of ``name``, when others have gone for them; if not, none goes."""
        missing = self._missing(size, name)
        if missing <= 0:
            return True
        return missing <= self.used_bytes - self.pinned_bytes and self._evict(missing, name) >= missing

    def _missing(self, size: int, name: Name | None = None) -> int:
        """The bytes that must go before ``size`` more fit in the place of ``name``."""
        with self._lock:
            old = self._pieces.get(name) if name else None
            grown = size - (old.size if old else 0)
            over = self.used_bytes + grown - self._most_bytes
        return max(over, self.free_floor_bytes + grown - self._files.free())

    def _evict(self, wanted: int, spare: Name | None = None, *, pinned: bool = False) -> int:
        """Remove pieces, those of use the longest ago first, until ``wanted`` bytes are free; the bytes freed."""
        freed = 0
        with self._lock:
            going = [
                one for one in self._pieces.items() if one[0] != spare and (pinned or one[0].group not in self._pinned)
            ]
        for name, piece in going:
            if freed >= wanted:
                break
            freed += piece.size if self._remove(name, piece) else 0
        return freed

    def _remove(self, name: Name, piece: PieceFile) -> bool:
        """Whether it is off the disk. One that cannot be removed is forgotten all the same: it is of no use."""
        with self._lock:
            if self._pieces.get(name) is not piece:
                return False
            del self._pieces[name]
            self._sizes[name.group] -= piece.size
        return self._files.unlink(piece)

    def _used(self, name: Name, piece: PieceFile) -> None:
        now = self._wall()
        with self._lock:
            if self._pieces.get(name) is not piece:
                return
            self._pieces.move_to_end(name)
        if not 0 <= now - piece.used_at < TOUCH_EVERY_S:
            self._files.touch(piece, now)
