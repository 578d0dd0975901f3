"""What goes with a class's plan on its clock: the song that plays, and the words an instructor puts on the screen.
No Kivy, no clock."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import TypeVar

from sync.records import FitnessClass, Message, Segment, Song

MESSAGE_S = 8.0  # how long a message stands, if none follows sooner
T = TypeVar("T", Song, Message)


class Programme:
    """Songs and messages of a class; a song plays until the next, also into the segments after its own."""

    def __init__(self, fitness_class: FitnessClass) -> None:
        segments = fitness_class.segments
        self.songs = list(_timed(segments, (segment.songs for segment in segments)))
        self.messages = list(_timed(segments, (segment.messages for segment in segments)))
        self._song_starts = [start_s for start_s, _song in self.songs]
        self._message_starts = [start_s for start_s, _message in self.messages]

    def song(self, class_s: float) -> Song | None:
        """The song that plays at ``class_s`` seconds of the class, ``None`` where none has begun."""
        index = bisect_right(self._song_starts, class_s) - 1
        return self.songs[index][1] if index >= 0 else None

    def message(self, class_s: float) -> str:
        """What stands on the screen at ``class_s``, empty where nothing does."""
        index = bisect_right(self._message_starts, class_s) - 1
        if index < 0 or class_s >= self.messages[index][0] + MESSAGE_S:
            return ""
        return self.messages[index][1].text


def _timed(segments: Iterable[Segment], given: Iterable[tuple[T, ...]]) -> Iterator[tuple[float, T]]:
    """Each with its second of the class, in order."""
    starts = accumulate((segment.seconds for segment in segments), initial=0)
    for start_s, some in zip(starts, given, strict=False):
        for one in sorted(some, key=lambda each: each.at_s):
            yield start_s + one.at_s, one


def song_words(song: Song) -> str:
    """A song on one line."""
    return f"{song.title} · {song.artist}" if song.artist else song.title


def over_caption(message: str, caption: str) -> str:
    """A message and what is being said, together on the two lines that there are; what is said goes first when it
    needs both."""
    if message and caption:
        return caption if "\n" in caption.strip() else f"{message}\n{caption}"
    return message or caption
