"""Raw bytes with their times in a file: demonstration, bug report and test at once. JSON Lines, version 1:

    {"breakaway-recording": 1, "url": "serial:///dev/ttyUSB0", "name": "...", "started_at": "2026-01-31T12:00:00+00:00"}
    {"t": 0.512, "from": "bike", "ch": null, "hex": "f1410332..."}

``t`` counts seconds from the first bytes and never falls; ``from`` is "bike" for any sensor, "us" for what was sent to
it; ``ch`` is the characteristic's UUID in lower case, ``null`` on a wire that has none (serial, advertisements).
``name`` is the sensor's own, and may be absent, as may ``started_at``. Unknown keys are ignored.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Self

from drivers.errors import RecordingError

VERSION = 1
LINE_MAX = 65_536  # bytes; no sensor says as much at once
_LONGEST_S = 1e9


@dataclass(frozen=True, slots=True)
class Header:
    """Of which sensor, and since when (ISO 8601, empty when unknown)."""

    url: str
    name: str = ""
    started_at: str = ""

    def line(self) -> bytes:
        """As the first line of a recording."""
        return _line(
            {"breakaway-recording": VERSION, "url": self.url, "name": self.name, "started_at": self.started_at}
        )

    @classmethod
    def parse(cls, line: bytes) -> Self:
        """Read a first line. Raises :class:`ValueError` with what is wrong."""
        fields = _object(line)
        version = fields.get("breakaway-recording")
        if not isinstance(version, int) or isinstance(version, bool) or version < 1:
            raise ValueError("this is no recording")
        if version > VERSION:
            raise ValueError(f"this recording has version {version}, made by a newer program")
        url, name, started_at = (fields.get(key, "") for key in ("url", "name", "started_at"))
        if not (isinstance(url, str) and isinstance(name, str) and isinstance(started_at, str)):
            raise ValueError("url, name and started_at must be text")
        return cls(url, name, started_at)


@dataclass(frozen=True, slots=True)
class Moment:
    """Bytes that passed at second ``t_s`` of the recording, from the sensor or to it."""

    t_s: float
    from_sensor: bool
    channel: str | None
    data: bytes

    def line(self) -> bytes:
        """As a line of a recording."""
        sender = "bike" if self.from_sensor else "us"
        return _line({"t": round(self.t_s, 6), "from": sender, "ch": self.channel, "hex": self.data.hex()})

    @classmethod
    def parse(cls, line: bytes) -> Self:
        """Read a line. Raises :class:`ValueError` with what is wrong."""
        fields = _object(line)
        t_s, sender, channel, data = (fields.get(key) for key in ("t", "from", "ch", "hex"))
        if isinstance(t_s, bool) or not isinstance(t_s, int | float) or not 0 <= t_s <= _LONGEST_S:
            raise ValueError('"t" must be seconds from the start')
        if sender not in ("bike", "us"):
            raise ValueError('"from" must be "bike" or "us"')
        if not isinstance(channel, str | None) or not isinstance(data, str):
            raise ValueError('"ch" must be text or null, and "hex" text')
        return cls(float(t_s), sender == "bike", channel.lower() if channel else None, bytes.fromhex(data))


class Recorder:
    """Writes a recording, a line at a time, so that a crash loses at most one. ``note`` is a Tap, for any thread.

    Raises :class:`RecordingError` when the file exists or cannot be made. A disk that fails later must not end a
    ride: the recording then ends, and ``error`` says why. The header is written with the first bytes or at the end,
    when the sensor's own ``name`` is known.
    """

    def __init__(self, path: Path, url: str, started_at: datetime) -> None:
        self.name = ""
        self.error: RecordingError | None = None
        self.moments = 0
        self._path, self._url, self._started_at = path, url, started_at
        self._began_s: float | None = None
        self._writing = threading.Lock()
        try:
            self._file: BinaryIO = path.open("xb", buffering=0)
        except FileExistsError:
            raise RecordingError(f"{path} exists already", "Choose another file to record to.") from None
        except OSError as error:
            raise _cannot_write(path, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        with self._writing:
            self._begin(0.0)
            with suppress(OSError):
                self._file.close()

    def note(self, at_s: float, from_sensor: bool, channel: str | None, data: bytes) -> None:
        """Bytes passed at ``at_s`` (monotonic, seconds)."""
        with self._writing:
            if not self._file.closed:
                began_s = self._begin(at_s)
                self._write(Moment(max(0.0, at_s - began_s), from_sensor, channel, data).line())
                self.moments += 1

    def _begin(self, at_s: float) -> float:
        if self._began_s is None:
            self._began_s = at_s
            self._write(Header(self._url, self.name, self._started_at.isoformat()).line())
        return self._began_s

    def _write(self, line: bytes) -> None:
        if self.error is None:
            try:
                self._file.write(line)
            except OSError as error:
                self.error = _cannot_write(self._path, error)


def read_recording(path: Path) -> tuple[Header, Iterator[Moment]]:
    """What is in a recording; its Moments are read as they are taken, however long it is.

    Both raise :class:`RecordingError` with the number of the line. A last line that is cut off is what a crash left,
    and is passed over; a time that falls is read as the one before it.
    """
    lines = _lines(path)
    try:
        _, first = next(lines)
        return Header.parse(first), _moments(path, lines)
    except StopIteration:
        raise RecordingError(f"{path} is empty", "Choose another recording.") from None
    except ValueError as error:
        raise RecordingError(
            f"{path}, line 1: {error}", "Choose a file of `python -m drivers record`, or update this program."
        ) from error


def _moments(path: Path, lines: Iterator[tuple[int, bytes]]) -> Iterator[Moment]:
    newest_s = 0.0
    for number, line in lines:
        if not line.strip():
            continue
        try:
            moment = Moment.parse(line)
        except ValueError as error:
            if not line.endswith(b"\n") and len(line) < LINE_MAX:
                return
            raise RecordingError(f"{path}, line {number}: {error}", "Delete this line, or record anew.") from error
        if moment.t_s < newest_s:
            moment = Moment(newest_s, moment.from_sensor, moment.channel, moment.data)
        newest_s = moment.t_s
        yield moment


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    number = 0
    try:
        with path.open("rb") as file:
            while line := file.readline(LINE_MAX):
                number += 1
                yield number, line
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise RecordingError(f"cannot read {path}: {why}", "Name a file that can be read.") from error


def _object(line: bytes) -> dict[str, object]:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("this is no JSON") from None
    if not isinstance(fields, dict):
        raise ValueError("this is no JSON object")
    return fields


def _line(fields: dict[str, object]) -> bytes:
    return json.dumps(fields, separators=(",", ":")).encode() + b"\n"


def _cannot_write(path: Path, error: OSError) -> RecordingError:
    return RecordingError(f"cannot record to {path}: {error.strerror}", "Make room, or choose another file.")
