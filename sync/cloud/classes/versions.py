"""One version of a class: its record, its rungs, and every file that belongs to it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sync.cloud.classes import pieces, playlists
from sync.cloud.classes.language import ENGLISH
from sync.cloud.classes.packaging import Rung
from sync.cloud.classes.pieces import Piece
from sync.cloud.classes.trick import Trick
from sync.records import FitnessClass, from_json, to_json


@dataclass(frozen=True, slots=True)
class Words:
    """What stands around the rungs of a version: paths relative to the class. ``language`` is the captions'."""

    poster: str
    captions: str
    captions_playlist: str
    trick: Trick | None = None
    language: str = ENGLISH


@dataclass(frozen=True, slots=True)
class Version:
    """All of it. ``source`` is what it was made of, as the record's plan and words are; a rung has its own.
    ``before`` is the revision to go back to."""

    record: FitnessClass
    source: str
    master: str
    words: Words
    rungs: tuple[Rung, ...]
    pieces: tuple[Piece, ...]
    before: str | None = None

    @property
    def revision(self) -> str:
        """Its name."""
        return self.record.revision

    def to_bytes(self) -> bytes:
        """The version as it is kept."""
        return json.dumps(to_json(self), ensure_ascii=False, separators=(",", ":")).encode()

    @staticmethod
    def from_bytes(content: bytes) -> Version:
        """Raises :class:`ValueError` for what is no version."""
        return from_json(Version, json.loads(content))

    def of_rungs(self, rungs: Sequence[Rung]) -> tuple[Piece, ...]:
        """The pieces of some of its rungs."""
        return tuple(one for one in self.pieces if any(one.path.startswith(f"{rung.name}/") for rung in rungs))

    def of_words(self) -> tuple[Piece, ...]:
        """The pieces of all but the rungs and the lists that hold them together."""
        rungs = tuple(f"{rung.name}/" for rung in self.rungs)
        lists = ("master-", "pieces-")
        return tuple(one for one in self.pieces if not one.path.startswith((*rungs, *lists)))


def assemble(
    record: FitnessClass, source: str, words: Words, rungs: Sequence[Rung], found: Sequence[Piece], home: Path
) -> Version:
    """A version of these parts. Its lists are written to ``home``, the directory of the class that is being made; the
    record gets its playlist, its files and its revision."""
    known = {piece.path: piece for piece in found}
    listed = pieces.write(pieces.listing(known.values()), home, "pieces", ".json", home)
    text = playlists.master(rungs, words.captions_playlist, words.trick, listed.path, words.language)
    master = pieces.write(text.encode(), home, "master", ".m3u8", home)
    known |= {listed.path: listed, master.path: master}
    media = f"/media/{record.id}"
    record = replace(
        record,
        playlist=f"{media}/{master.path}",
        poster=f"{media}/{words.poster}",
        captions=f"{media}/{words.captions}",
        size_bytes=sum(rung.size_bytes for rung in rungs),
    )
    unborn = json.dumps(to_json(replace(record, published_at=0.0, revision="")), sort_keys=True)
    record = replace(record, revision=hashlib.sha256(unborn.encode()).hexdigest()[:16])
    return Version(record, source, master.path, words, tuple(rungs), tuple(known.values()))
