"""The first piece after a change of rung, timed so that libVLC hardly holds a picture. Bytes in, bytes out.

libVLC 3 decodes as many pictures ahead as it has room for (0.9 s of them at 30 a second), and throws away what it has
decoded but not shown when pictures change their size. It hands a picture to the decoder at its decode time, which it
reckons from how long the samples before it last. So a sample without a picture is put first, which lasts ``LATE_S``;
every picture keeps the moment at which it is shown. What was decoded before is then all but shown when the change
comes. Within the piece the lead grows back.
"""

from __future__ import annotations

from dataclasses import dataclass

from console.gateway.fmp4 import box, boxes, default_durations, timescales, video_track
from console.gateway.moof import Moof, Sample, TrackFragment, Unusual, whole

LATE_S = 1.0  # of the 1.2 s before they are shown, at which libVLC hands pictures out
MOST_OF_PIECE = 0.5  # by which decode times may be later: those after them follow each other faster
DELIMITERS = {b"avcC": b"\x09\xf0", b"hvcC": b"\x46\x01\x50"}  # NAL units that say no more than: a picture begins


def eased(init: bytes, piece: bytes) -> bytes:
    """The piece, its pictures decoded later at first; as it is where that cannot be, as in a transport stream. ``init``
    is what libVLC was given."""
    try:
        track, codec, length_bytes = video_track(init)
        if not track:
            return piece
        delimiter = DELIMITERS[codec]
        boxed = _read(piece, default_durations(init))
        runs = [one for part in boxed if isinstance(part.body, Moof) for one in part.body.tracks if one.number == track]
        late = _delay(runs, LATE_S * timescales(init).get(track, 0))
        if not late:
            return piece
        first = next(run for run in runs if run.samples)
        _insert(boxed, first, late, len(delimiter).to_bytes(length_bytes, "big") + delimiter)
        return b"".join(part.write() for part in boxed)
    except (Unusual, OverflowError, IndexError):  # an init that is cut off
        return piece


@dataclass(slots=True)
class _Box:
    kind: bytes
    body: bytes | Moof

    @property
    def size(self) -> int:
        """As it was read."""
        return 8 + (self.body.size if isinstance(self.body, Moof) else len(self.body))

    def write(self) -> bytes:
        # An index of the segment would count the bytes from before; libVLC does without.
        kind = b"free" if self.kind == b"sidx" else self.kind
        return box(kind, self.body.write() if isinstance(self.body, Moof) else self.body)


def _read(piece: bytes, defaults: dict[int, int]) -> list[_Box]:
    if not whole(piece):
        raise Unusual
    bodies = ((kind, piece[start:end]) for kind, start, end in boxes(piece))
    return [_Box(kind, Moof(body, defaults) if kind == b"moof" else body) for kind, body in bodies]


def _delay(runs: list[TrackFragment], wanted: float) -> int:
    """Put the decode times later, and let every next one catch up a little; returns by how much the first is later."""
    samples = [sample for run in runs for sample in run.samples]
    late = int(min(wanted, MOST_OF_PIECE * sum(sample.duration for sample in samples)))
    if late <= 0:
        return 0
    delays = [late * left // len(samples) for left in range(len(samples), -1, -1)]
    first = 0
    for run in runs:
        run.begins += delays[first]
        first += len(run.samples)
    for sample, delay, next_delay in zip(samples, delays, delays[1:], strict=False):
        sample.composition -= delay
        sample.duration -= delay - next_delay
    return late


def _insert(boxed: list[_Box], run: TrackFragment, late: int, delimiter: bytes) -> None:
    """Put a sample that is no picture before the first one, in the fragment and among the data: libVLC reads these from
    front to back."""
    at = next(place for place, one in enumerate(boxed) if isinstance(one.body, Moof) and run in one.body.tracks)
    fragment, data = boxed[at].body, boxed[at + 1].body if at + 1 < len(boxed) else b""
    offset = run.offset
    place = offset - boxed[at].size - 8
    if not isinstance(fragment, Moof) or not isinstance(data, bytes) or not 0 <= place < len(data):
        raise Unusual
    boxed[at + 1].body = data[:place] + delimiter + data[place:]
    for track in fragment.tracks:
        track.moved(offset, len(delimiter))
    run.begins -= late
    run.put_first(Sample(late, run.samples[0].composition + late, b""), len(delimiter))
