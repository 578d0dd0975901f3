"""Which classes the rider wants on the tablet, and how far each is: one small file a class, so that a power cut spoils
one at most."""

from __future__ import annotations

import json
import logging
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from console.gateway.pieces_folder import group_of

log = logging.getLogger(__name__)

VERSION = 1
NEW = ".new"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A class to have on the tablet. ``revision`` is the one that is downloaded or being downloaded, ``old_revision``
    the one that stays until then. ``size_bytes`` and ``height`` are known once its playlists were read; ``done`` means
    that all of it is on the disk for good."""

    class_id: str
    revision: str
    wanted_at: float
    paused: bool = False
    done: bool = False
    size_bytes: int | None = None
    height: int | None = None
    share: float = 0.0
    old_revision: str | None = None


class DownloadList:
    """The files in ``folder``. A disk that takes nothing raises nothing: the class is then wanted until the restart."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._wanted: dict[str, Wanted] = {}
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            for path in folder.glob(f"*{NEW}"):
                path.unlink(missing_ok=True)
            for one in sorted(filter(None, map(_read, folder.glob("*.json"))), key=lambda one: one.wanted_at):
                self._wanted[one.class_id] = one

    def all(self) -> list[Wanted]:
        """Those wanted the longest first."""
        return list(self._wanted.values())

    def get(self, class_id: str) -> Wanted | None:
        """One of them."""
        return self._wanted.get(class_id)

    def put(self, wanted: Wanted, durable: bool = True) -> None:
        """Keep what is known of one; if it is to be ``durable``, a power cut does not undo it after this."""
        self._wanted[wanted.class_id] = wanted
        path = self._path(wanted.class_id)
        try:
            with path.with_name(path.name + NEW).open("w") as file:
                json.dump({"v": VERSION, **asdict(wanted)}, file)
                file.flush()
                if durable:
                    os.fsync(file.fileno())
            path.with_name(path.name + NEW).replace(path)
        except OSError as error:
            log.warning("the list of downloads: %s", error)

    def change(self, class_id: str, **fields: object) -> Wanted | None:
        """Change fields of one, if it is still wanted; how it is then."""
        known = self._wanted.get(class_id)
        if known is None:
            return None
        changed = replace(known, **fields)  # type: ignore[arg-type]
        if changed != known:
            self.put(changed, durable=set(fields) != {"share"})
        return changed

    def remove(self, class_id: str) -> None:
        """It is not wanted any more."""
        self._wanted.pop(class_id, None)
        with suppress(OSError):
            self._path(class_id).unlink(missing_ok=True)

    def _path(self, class_id: str) -> Path:
        return self._folder / f"{group_of(class_id, '')}.json"


def _read(path: Path) -> Wanted | None:
    try:
        told = json.loads(path.read_text())
        if told.pop("v") != VERSION or not all(isinstance(told[name], str) for name in ("class_id", "revision")):
            raise ValueError("another version")
        return Wanted(**told)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        log.warning("%s is left out of the downloads: %s", path, error)
        return None
