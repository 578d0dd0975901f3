"""The command ``decode``: the replies in a raw capture."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from drivers.errors import DriverError
from drivers.peloton import Decoder, Frame

CHUNK = 65_536
KNOWN_NAMES = {
    **{0xFE: "boot", 0xFB: "bike id", 0x57: "serial number", 0x50: "lock query", 0x52: "lock", 0x54: "unlock"},
    **{0xE8: "hello", 0xEF: "info", 0xF3: "refused"},
}


def decode(options: argparse.Namespace) -> int:
    """Print one line a valid reply; the counts go to stderr. Raises :class:`DriverError` for an unreadable file."""
    decoder = Decoder()
    for frame in _frames(decoder, chunks(options.file)):
        print(json.dumps(as_json(frame)) if options.json else _as_text(frame))
    sys.stdout.flush()
    counts = {"replies": decoder.replies, "requests": decoder.requests, "bad_frames": decoder.bad_frames}
    if options.json:
        print(json.dumps(counts), file=sys.stderr)
    else:
        print("{replies} valid replies, {requests} requests, {bad_frames} bad frames".format(**counts), file=sys.stderr)
    return 0


def as_json(frame: Frame) -> dict[str, object]:
    """A reply as ``decode --json`` prints it. ``value`` and ``unit`` are null for the kind "other"."""
    return {
        "kind": frame.kind.value,
        "value": frame.value,
        "unit": frame.unit,
        "offset": frame.offset,
        "code": f"0x{frame.code:02x}",
        "payload": frame.payload.hex(),
    }


def _as_text(frame: Frame) -> str:
    if frame.value is None:
        name = KNOWN_NAMES.get(frame.code, f"code 0x{frame.code:02x}")
        return f"{frame.offset:>10}  {name:<16}{frame.payload.hex(' ')}"
    return f"{frame.offset:>10}  {frame.kind.value:<16}{frame.value:g} {frame.unit}"


def _frames(decoder: Decoder, chunks: Iterable[bytes]) -> Iterator[Frame]:
    for chunk in chunks:
        yield from decoder.feed(chunk)
    yield from decoder.finish()


def chunks(path: Path) -> Iterator[bytes]:
    """A file's bytes as they come; - is stdin. Raises :class:`DriverError` when it cannot be read."""
    try:
        if str(path) == "-":
            yield from _read(sys.stdin.buffer)
        else:
            with path.open("rb") as file:
                yield from _read(file)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise DriverError(
            f"cannot read {path}: {error.strerror}", "Name a file that holds a capture, or - for stdin."
        ) from None


def _read(file: BinaryIO) -> Iterator[bytes]:
    # read1 gives what a pipe has now, so that a live capture is decoded while it arrives
    read = getattr(file, "read1", file.read)
    while chunk := read(CHUNK):
        yield chunk
