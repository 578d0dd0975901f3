"""Raw bytes with their times, in a file of JSON lines: demonstration, bug report and test at once.

    {"breakaway-recording": 1, "url": "ble://Breakaway", "started_at": "2026-01-31T12:00:00+00:00"}
    {"t": 0.512, "from": "bike", "ch": "00002ad2-0000-1000-8000-00805f9b34fb", "hex": "4402..."}

``t`` counts seconds from the start; ``from`` is "bike", or "us" for what a client sent; ``ch`` is the characteristic's
UUID, or null on a wire that has none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TextIO

from virtualbike.refused import Refused

VERSION = 1


class RecordingError(Refused):
    """A recording that cannot be written or read; the message says where, and what to do."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Bytes that went over the wire at a second of the recording."""

    t_s: float
    sender: Literal["bike", "us"]
    channel: str | None
    data: bytes


class Recorder:
    """Writes what goes over the wire, a line each, as it goes."""

    def __init__(self, file: TextIO | None, url: str, started_at: datetime) -> None:
        self._file, self._began_s = file, 0.0
        self._begun = False
        self._write({"breakaway-recording": VERSION, "url": url, "started_at": started_at.isoformat()})

    def note(self, now_s: float, sender: Literal["bike", "us"], data: bytes, channel: str | None = None) -> None:
        """Bytes went over the wire. The first call's ``now_s`` is the recording's second 0."""
        if not self._begun:
            self._begun, self._began_s = True, now_s
        self._write({"t": round(now_s - self._began_s, 6), "from": sender, "ch": channel, "hex": data.hex()})

    def _write(self, line: dict[str, object]) -> None:
        if self._file is not None:
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()


NOT_RECORDING = Recorder(None, "", datetime.fromtimestamp(0, UTC))


@contextmanager
def recording(path: Path | None, url: str, started_at: datetime) -> Iterator[Recorder]:
    """Record to ``path`` while the block runs; to nowhere without one. Raises :class:`RecordingError`."""
    if path is None:
        yield NOT_RECORDING
        return
    try:
        file = path.open("x", encoding="utf-8")
    except FileExistsError:
        raise RecordingError(f"{path} exists; choose another file to record to") from None
    except OSError as error:
        raise RecordingError(f"cannot record to {path}: {error.strerror}; choose another file") from None
    with file:
        yield Recorder(file, url, started_at)


def load(path: Path) -> list[Moment]:
    """All of a recording, in order. Raises :class:`RecordingError` with file and line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RecordingError(f"cannot read the recording {path}: {error}") from None
    if not lines or not _is_header(lines[0]):
        raise RecordingError(f"{path}:1: this is no recording of version {VERSION}; make one with --record")
    return [_moment(line, f"{path}:{number}") for number, line in enumerate(lines[1:], 2) if line.strip()]


def _is_header(line: str) -> bool:
    try:
        header = json.loads(line)
    except ValueError:
        return False
    return isinstance(header, dict) and header.get("breakaway-recording") == VERSION


def _moment(line: str, where: str) -> Moment:
    try:
        fields = json.loads(line)
        sender, channel = fields["from"], fields.get("ch")
        if sender not in ("bike", "us") or not isinstance(channel, str | None):
            raise ValueError("'from' is \"bike\" or \"us\", 'ch' a UUID or null")
        return Moment(float(fields["t"]), sender, channel, bytes.fromhex(fields["hex"]))
    except (ValueError, KeyError, TypeError) as error:
        raise RecordingError(f"{where}: this line of the recording is damaged ({error}); delete it") from None
