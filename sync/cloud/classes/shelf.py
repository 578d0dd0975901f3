"""The classes in a store, one folder each.

    <id>/class.json            the record: the one small file that says what is offered; it is written last
    <id>/master.m3u8           the master playlist once more, under a name that stays
    <id>/versions/<rev>.json   what a version is made of
    <id>/…                     pieces, which never change

All but the first three is named by its content. The version before stays until the next is published: someone may be
riding it, and :meth:`Shelf.roll_back` offers it again.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from sync.cloud.classes.errors import MakerError
from sync.cloud.classes.pieces import Piece
from sync.cloud.classes.versions import Version
from sync.cloud.data_directory import writing
from sync.cloud.storage.address import Stores, shelf_of
from sync.cloud.storage.door import checked
from sync.cloud.storage.errors import BadAddress, NoSuchKey
from sync.cloud.storage.kinds import kind_of
from sync.records import FitnessClass, RecordError, from_json, to_json

MAKING = ".making"
AT_ONCE = 4  # pieces on their way to the store


class Shelf:
    """The classes of a cloud: in ``stores``, or below its directory ``data``, where classes are made in any case."""

    def __init__(self, data: Path, stores: Stores | None = None) -> None:
        stores = stores or shelf_of(data)
        self.directory = (data / "classes").absolute()  # ffmpeg works in other directories
        self._media, self._records = stores.media, stores.records

    def check(self) -> None:
        """Find out whether classes can be put here. Raises :class:`StorageError`."""
        self._media.check()
        self._records.check()

    def classes(self) -> list[FitnessClass]:
        """All classes that can be ridden, by id. A class file that cannot be read counts as none."""
        records = [one.key for one in self._records.list() if one.key.endswith("/class.json")]
        found = (self.find(key.partition("/")[0]) for key in records if key.count("/") == 1)
        return [one for one in found if one is not None]

    def find(self, class_id: str) -> FitnessClass | None:
        """One class, ``None`` when there is none."""
        try:
            content = self._records.get(_record(class_id)).read()
            return from_json(FitnessClass, json.loads(content))
        except (NoSuchKey, BadAddress, ValueError, RecordError):
            return None

    def version(self, class_id: str) -> Version | None:
        """What is offered of a class now, ``None`` when there is none, or none of our making."""
        record = self.find(class_id)
        return self._version(class_id, record.revision) if record else None

    def rungs(self, class_id: str) -> dict[int, str]:
        """The rungs of a class that any player can show: height to source; empty when it cannot be ridden."""
        version = self.version(class_id)
        return {rung.height: rung.source for rung in version.rungs if rung.plain} if version else {}

    def workplace(self, name: str) -> Path:
        """A folder to work in beside the classes. Raises :class:`DirectoryError`."""
        folder = self.directory / name
        with writing(self.directory):
            folder.mkdir(parents=True, exist_ok=True)
        return folder

    @contextlib.contextmanager
    def making(self, waiting: Callable[[], None]) -> Iterator[Path]:
        """A directory to make classes in, this process's alone; emptied before and after. While another maker
        works on this shelf, ``waiting`` is called once and this waits."""
        folder = self.workplace(MAKING)
        with locked(self.directory / f"{MAKING}.lock", waiting):
            try:
                _empty(folder)
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    def publish(self, home: Path, version: Version, tell: Callable[[float], None] = lambda _: None) -> Version:
        """Offer ``version``, whose new pieces lie in ``home``: pieces first, the record last. A version of the same
        source only grows the one that is offered, and is gone back from to what was there before that.
        ``tell`` hears how far it is (0-1)."""
        class_id, current = version.record.id, self.version(version.record.id)
        if current:
            same = current.source == version.source
            version = replace(version, before=current.before if same else current.revision)
        self._put_pieces(class_id, home, version.pieces, tell)
        self._offer(version)
        if current:
            self._prune(class_id, [version, current, self._version(class_id, version.before)])
        return version

    def roll_back(self, class_id: str) -> Version:
        """Offer again what was offered before; what is offered now stays, and can be gone back to in turn."""
        current = self.version(class_id)
        if current is None:
            raise MakerError(f"there is no class {class_id!r} of versions here", "see what there is with 'list'")
        before = self._version(class_id, current.before)
        if before is None:
            raise MakerError(f"{class_id!r} has no version before this one", "publish it anew; nothing was changed")
        before = replace(before, before=current.revision)
        self._offer(before)
        return before

    def remove(self, class_id: str) -> bool:
        """Take a class off the shelf; false when there was none."""
        if not self._records.exists(_record(class_id)):
            return False
        self._records.remove([_record(class_id)])
        self._media.remove([one.key for one in self._media.list(class_id)])
        return True

    def read(self, class_id: str, path: str) -> bytes:
        """A file of a class. Raises :class:`NoSuchKey`."""
        return self._media.get(f"{class_id}/{path}").read()

    def _version(self, class_id: str, revision: str | None) -> Version | None:
        if not revision:
            return None
        try:
            return Version.from_bytes(self._media.get(_version(class_id, revision)).read())
        except (NoSuchKey, BadAddress, ValueError):
            return None

    def _put_pieces(self, class_id: str, home: Path, pieces: Sequence[Piece], tell: Callable[[float], None]) -> None:
        """Store what is not there yet, several at once."""
        there = {(one.key, one.size_bytes) for one in self._media.list(class_id)}
        new = [piece for piece in pieces if (f"{class_id}/{piece.path}", piece.size_bytes) not in there]

        def put(piece: Piece) -> int:
            media_type, cache = kind_of(piece.path) or ("", "")
            self._media.put(f"{class_id}/{piece.path}", home / piece.path, media_type, cache)
            return piece.size_bytes

        total, done = sum(piece.size_bytes for piece in new), 0
        with ThreadPoolExecutor(AT_ONCE, "shelf") as threads:
            for size in threads.map(put, new):
                done += size
                tell(done / total)

    def _offer(self, version: Version) -> None:
        class_id = version.record.id
        self._media.put(_version(class_id, version.revision), version.to_bytes(), "application/json")
        master = self._media.get(f"{class_id}/{version.master}").read()
        media_type, cache = kind_of("master.m3u8") or ("", "")
        self._media.put(f"{class_id}/master.m3u8", master, media_type, cache)
        record = json.dumps(to_json(version.record), ensure_ascii=False, indent=1).encode()
        self._records.put(_record(class_id), record, "application/json")

    def _prune(self, class_id: str, kept: list[Version | None]) -> None:
        """Remove what belongs neither to these versions nor to the shelf itself."""
        keep = {_record(class_id), f"{class_id}/master.m3u8"}
        for version in kept:
            if version:
                keep |= {f"{class_id}/{piece.path}" for piece in version.pieces}
                keep.add(_version(class_id, version.revision))
        self._media.remove([one.key for one in self._media.list(class_id) if one.key not in keep])


@contextlib.contextmanager
def locked(path: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold a lock between processes. While another holds it, ``waiting`` is called once and this waits; the system
    lets go of it when a process ends, however that happens. Raises :class:`DirectoryError`."""
    with writing(path):
        file = path.open("w")
    with file as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _record(class_id: str) -> str:
    return checked(f"{class_id}/class.json")


def _version(class_id: str, revision: str) -> str:
    return checked(f"{class_id}/versions/{revision}.json")


def _empty(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()
