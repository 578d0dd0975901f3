"""The classes on disk: ``<data>/classes/<id>/``. A class is there once its ``class.json`` is; that is written last.

Classes are made in ``<data>/classes/.making/``, which holds no ``class.json``: whatever is cut off there is never seen.
Files of the source before the current one stay until the next is published: someone may be riding it.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from sync.cloud.classes import ladder
from sync.records import FitnessClass, RecordError, from_json, to_json

MAKING = ".making"


class Shelf:
    """The classes below one data directory of the cloud."""

    def __init__(self, data: Path) -> None:
        self.directory = data / "classes"

    def classes(self) -> list[FitnessClass]:
        """All classes that can be ridden, by id. A class file that cannot be read counts as none."""
        found = (self.find(path.parent.name) for path in sorted(self.directory.glob("*/class.json")))
        return [one for one in found if one is not None]

    def find(self, class_id: str) -> FitnessClass | None:
        """One class, ``None`` when there is none."""
        try:
            return from_json(FitnessClass, json.loads((self.directory / class_id / "class.json").read_bytes()))
        except (OSError, ValueError, RecordError):
            return None

    def rungs(self, class_id: str) -> dict[int, str]:
        """The rungs of a class: height to source; empty when it cannot be ridden."""
        if self.find(class_id) is None:
            return {}
        try:
            return ladder.rungs_in((self.directory / class_id / "master.m3u8").read_text())
        except OSError:
            return {}

    @contextlib.contextmanager
    def making(self, waiting: Callable[[], None]) -> Iterator[Path]:
        """A directory to make classes in, this process's alone; emptied before and after. While another maker
        works on this shelf, ``waiting`` is called once and this waits."""
        folder = self.directory / MAKING
        folder.mkdir(parents=True, exist_ok=True)
        with (self.directory / f"{MAKING}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waiting()
                fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                _empty(folder)
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    def publish(self, made: Path, source: str, describe: Callable[[list[ladder.Rung], int], FitnessClass]) -> None:
        """Put what lies in ``made`` (named like the class) on the shelf: rungs first, ``class.json`` last.

        ``describe`` is given all rungs of ``source`` and the bytes of the whole class.
        """
        home = self.directory / made.name
        before = set(self.rungs(made.name).values())
        for folder in sorted(made.glob("v*")):
            (home / folder.name).mkdir(parents=True, exist_ok=True)
            for path in folder.iterdir():
                path.replace(home / folder.name / path.name)
        for name in ("captions.vtt", "captions.m3u8", "poster.jpg"):
            replace_file(home / name, (made / name).read_bytes())
        playlists = home.glob(f"v*/{source}.m3u8")
        rungs = [ladder.measured(home, int(path.parent.name[1:]), source) for path in playlists]
        described = describe(rungs, sum(rung.size_bytes for rung in rungs))
        replace_file(home / "master.m3u8", ladder.master(rungs).encode())
        replace_file(home / "class.json", json.dumps(to_json(described), ensure_ascii=False, indent=1).encode())
        _prune(home, before | {source})

    def remove(self, class_id: str) -> bool:
        """Take a class off the shelf; false when there was none."""
        home = self.directory / class_id
        if not (home / "class.json").exists():
            return False
        (home / "class.json").unlink()
        shutil.rmtree(home)
        return True


def replace_file(path: Path, content: bytes) -> None:
    """Write a file so that readers see the old or the new one, whole, even after a power cut."""
    fresh = path.with_name(f".{path.name}.new")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _prune(home: Path, sources: set[str]) -> None:
    """Remove the media of sources that are neither offered now nor were just before."""
    for path in home.glob("v*/*"):
        if path.name.split("_")[0].split(".")[0] not in sources:
            path.unlink(missing_ok=True)


def _empty(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()
