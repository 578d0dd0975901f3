"""A movie fragment box, taken apart so that the times of its samples can be changed, and written again.

ISO/IEC 14496-12, 8.8.4 to 8.8.12. Every sample is written with its duration and its composition offset, whether or not
they were told one by one before; so a fragment grows, and where its data lie is corrected.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from console.gateway.fmp4 import box, boxes, number

# Flags.
BASE_OFFSET, DESCRIPTION, DEFAULT_DURATION, BASE_IS_MOOF = 0x1, 0x2, 0x8, 0x20000  # of a tfhd
DATA_OFFSET, FIRST_FLAGS, DURATION, SIZE, FLAGS, COMPOSITION = 0x1, 0x4, 0x100, 0x200, 0x400, 0x800  # of a trun


MOST_SAMPLES = 10_000  # of a fragment; where all are alike, their number costs nothing
PER_SAMPLE = (b"saio", b"saiz", b"sbgp", b"sdtp", b"senc", b"subs")  # boxes that tell more of each sample in turn


class Unusual(ValueError):
    """Allowed or not, it is left as it is."""


@dataclass(slots=True)
class Sample:
    """``rest`` are its size and flags, as far as they are told. Times in the track's units."""

    duration: int
    composition: int
    rest: bytes


@dataclass(slots=True)
class _Run:
    """A trun: its ``head`` up to the samples, which have ``rest_flags`` in ``rest``."""

    head: bytes
    rest_flags: int
    samples: list[Sample]

    @classmethod
    def read(cls, body: bytes, default_duration: int) -> _Run:
        flags, count = _flags(body), number(body, 4)
        at = 8 + 4 * bool(flags & DATA_OFFSET) + 4 * bool(flags & FIRST_FLAGS)
        width = 4 * (flags & (DURATION | SIZE | FLAGS | COMPOSITION)).bit_count()
        if len(body) != at + count * width or count > MOST_SAMPLES:
            raise Unusual
        samples = []
        for entry in range(at, at + count * width, width) if width else [at] * count:
            rest, last = entry + 4 * bool(flags & DURATION), entry + width - 4 * bool(flags & COMPOSITION)
            duration = number(body, entry) if flags & DURATION else default_duration
            composition = int.from_bytes(body[last : entry + width], "big", signed=body[0] > 0)
            samples.append(Sample(duration, composition, body[rest:last]))
        return cls(body[:at], flags & (DATA_OFFSET | FIRST_FLAGS | SIZE | FLAGS), samples)

    @property
    def offset(self) -> int | None:
        """Where its data begin, from the beginning of the fragment on; ``None``: behind those of the run before."""
        return int.from_bytes(self.head[8:12], "big", signed=True) if self.rest_flags & DATA_OFFSET else None

    def write(self, grown: int) -> bytes:
        head = bytearray(self.head)
        head[:4] = b"\x01" + (self.rest_flags | DURATION | COMPOSITION).to_bytes(3, "big")
        if self.offset is not None:
            head[8:12] = (self.offset + grown).to_bytes(4, "big", signed=True)
        parts = [bytes(head)]
        for one in self.samples:
            parts += [one.duration.to_bytes(4, "big"), one.rest, one.composition.to_bytes(4, "big", signed=True)]
        return b"".join(parts)


@dataclass(slots=True, eq=False)
class TrackFragment:
    """A traf. ``number`` is its track's, ``begins`` the decode time of its first sample."""

    number: int
    begins: int
    _time_bytes: int
    _parts: list[tuple[bytes, bytes | _Run]] = field(repr=False)

    @classmethod
    def read(cls, body: bytes, default_durations: dict[int, int]) -> TrackFragment:
        """Raises :class:`Unusual`."""
        track, begins, time_bytes, default, parts = 0, None, 8, 0, list[tuple[bytes, bytes | _Run]]()
        for kind, start, end in boxes(body):
            inner = body[start:end]
            if kind == b"tfhd":
                flags, track = _flags(inner), number(inner, 4)
                if flags & BASE_OFFSET or not flags & BASE_IS_MOOF:
                    raise Unusual
                told = flags & DEFAULT_DURATION
                default = number(inner, 8 + 4 * bool(flags & DESCRIPTION)) if told else default_durations.get(track, 0)
            elif kind == b"tfdt":
                time_bytes = 8 if inner[:1] == b"\x01" else 4
                begins = int.from_bytes(inner[4 : 4 + time_bytes], "big")
            elif kind in PER_SAMPLE:
                raise Unusual
            parts.append((kind, _Run.read(inner, default) if kind == b"trun" else inner))
        if begins is None or not whole(body):
            raise Unusual
        return cls(track, begins, time_bytes, parts)

    @property
    def samples(self) -> list[Sample]:
        """All of them, in decoding order; to be changed in place."""
        return [sample for _, part in self._parts if isinstance(part, _Run) for sample in part.samples]

    @property
    def offset(self) -> int:
        """Where the data of its first sample lie, counted from the beginning of the fragment as it was read. Raises
        :class:`Unusual` if that is not told."""
        run = next((part for _, part in self._parts if isinstance(part, _Run)), None)
        if run is None or run.offset is None:
            raise Unusual
        return run.offset

    def put_first(self, sample: Sample, size: int) -> None:
        """A sample before all others, whose ``size`` bytes lie just before theirs."""
        head = bytes(4) + (1).to_bytes(4, "big") + (self.offset - size).to_bytes(4, "big", signed=True)
        run = _Run(head, DATA_OFFSET | SIZE, [Sample(sample.duration, sample.composition, size.to_bytes(4, "big"))])
        self._parts.insert([kind for kind, _ in self._parts].index(b"trun"), (b"trun", run))

    def moved(self, beyond: int, by: int) -> None:
        """Data that lie from ``beyond`` on are ``by`` bytes farther now."""
        for _, part in self._parts:
            if isinstance(part, _Run) and part.offset is not None and part.offset >= beyond:
                part.head = part.head[:8] + (part.offset + by).to_bytes(4, "big", signed=True) + part.head[12:]

    def write(self, grown: int) -> bytes:
        """The content of the box, whose data lie ``grown`` bytes farther from the fragment's beginning."""
        parts = []
        for kind, part in self._parts:
            if isinstance(part, _Run):
                part = part.write(grown)
            elif kind == b"tfdt":
                part = part[:4] + self.begins.to_bytes(self._time_bytes, "big") + part[4 + self._time_bytes :]
            parts.append(box(kind, part))
        return b"".join(parts)


class Moof:
    """A fragment out of the content of its box. ``default_durations`` by track, as the init tells them. Raises
    :class:`Unusual`."""

    def __init__(self, body: bytes, default_durations: dict[int, int]) -> None:
        self.size = len(body)
        self._parts: list[tuple[bytes, bytes | TrackFragment]] = []
        for kind, start, end in boxes(body):
            inner = body[start:end]
            self._parts.append((kind, TrackFragment.read(inner, default_durations) if kind == b"traf" else inner))
        if not whole(body):
            raise Unusual

    @property
    def tracks(self) -> list[TrackFragment]:
        """Its track fragments; to be changed in place."""
        return [part for _, part in self._parts if isinstance(part, TrackFragment)]

    def write(self) -> bytes:
        """The content of the box. Raises :class:`OverflowError` where a field does not hold what it should."""
        return self._write(len(self._write(0)) - self.size)

    def _write(self, grown: int) -> bytes:
        written = [(kind, part.write(grown) if isinstance(part, TrackFragment) else part) for kind, part in self._parts]
        return b"".join(box(kind, part) for kind, part in written)


def whole(body: bytes) -> bool:
    """Whether it is boxes to its end, with short headers."""
    return sum(end - start + 8 for _, start, end in boxes(body)) == len(body)


def _flags(body: bytes) -> int:
    return number(body, 0) & 0xFFFFFF
