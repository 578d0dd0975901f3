"""The encoder's media on its way to the ladder: NUT, which a new ladder can join in the middle. No I/O of its own.

A NUT stream begins with headers, and has a syncpoint before every key frame (https://ffmpeg.org/~michael/nut.txt):
headers and anything from a syncpoint on are again a NUT stream.
"""

from __future__ import annotations

from typing import Protocol

SYNCPOINT = bytes.fromhex("4e4be4adeeca4569")
MOST_HEADER, MOST_WAITING = 64 * 1024, 32 * 1024 * 1024


class Sink(Protocol):
    """What takes bytes: the stdin of a ladder."""

    def write(self, data: bytes) -> None: ...

    def close(self) -> None: ...


class Supply:
    """Gives every byte to the sink that is attached; while none is, keeps them for the next."""

    def __init__(self) -> None:
        self._header = b""
        self._kept = b""
        self._sink: Sink | None = None
        self._joining = False  # what is kept begins anywhere: a sink has to wait for a syncpoint

    def attach(self, sink: Sink) -> None:
        """``sink`` is given the headers, and what is kept and follows."""
        sink.write(self._header)
        self._sink = sink
        kept, self._kept = self._kept, b""
        self.give(kept)

    def detach(self) -> None:
        """The sink is gone; the next joins here."""
        self._sink, self._joining, self._kept = None, True, b""

    def end(self) -> None:
        """Nothing follows: the sink may make an end of it."""
        if self._sink is not None:
            self._sink.close()
            self.detach()

    def give(self, data: bytes) -> None:
        """The next bytes of the stream. Raises :class:`BufferError` when they pile up."""
        if self._sink is not None and not self._joining:
            self._sink.write(data)
            return
        self._kept += data
        at = self._kept.find(SYNCPOINT) if not self._header or self._sink is not None else -1
        if not self._header and at >= 0:
            self._header, self._kept = self._kept[:at], self._kept[at:]
        elif self._sink is not None and at >= 0:
            self._sink.write(self._kept[at:])
            self._kept, self._joining = b"", False
        elif len(self._kept) > (MOST_WAITING if self._header else MOST_HEADER):
            raise BufferError("the stream has no beginning" if not self._header else "the stream piles up")
