"""Wahoo Direct Connect as bytes: GATT over TCP. Messages to send and a decoder for what comes back. No I/O.

Message ``01 id sequence code length body``: 8 bits each, the length 16 bits, big-endian. A request has code 0; its
reply has the same id and sequence, and code 0 or the reason of a refusal, then without a body. UUIDs take 16 bytes,
the first digit first. As seen in QZ (qdomyos-zwift); there is no public specification.

| id | | request | reply |
|---|---|---|---|
| 1 | services | | UUIDs |
| 2 | characteristics | service | service, then UUID and properties u8 of each |
| 3 | read | UUID | UUID, value |
| 4 | write | UUID, value | UUID |
| 5 | notify | UUID, 1 or 0 | UUID |
| 6 | notification | | UUID, value; nobody asked, sequence 0 |
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID

from drivers.errors import BadFrame

VERSION, HEADER, UUID_BYTES = 1, 6, 16
LONGEST_BODY = 2048
PATIENCE = 4096


class Id(IntEnum):
    """What a message is about."""

    SERVICES, CHARACTERISTICS, READ, WRITE, NOTIFY, NOTIFICATION = 1, 2, 3, 4, 5, 6


class Code(IntEnum):
    """What became of a request."""

    DONE, UNKNOWN_MESSAGE, UNEXPECTED, NO_SERVICE, NO_CHARACTERISTIC, NOT_SUPPORTED, WRITE_FAILED, UNKNOWN_PROTOCOL = (
        range(8)
    )


_PROPERTIES = {1: "read", 2: "write", 4: "notify", 8: "indicate"}


@dataclass(frozen=True, slots=True)
class Message:
    """One message, request or reply: the direction tells which."""

    id: Id
    sequence: int = 0
    body: bytes = b""
    code: Code = Code.DONE

    def encode(self) -> bytes:
        """The bytes to send. Raises :class:`ValueError` for a body that is too long."""
        if len(self.body) > LONGEST_BODY:
            raise ValueError(f"a body of {len(self.body)} bytes; send at most {LONGEST_BODY}")
        head = bytes([VERSION, self.id, self.sequence & 0xFF, self.code])
        return head + len(self.body).to_bytes(2, "big") + self.body


def about(id: Id, sequence: int, uuid: str, value: bytes = b"") -> Message:
    """A message about one service or characteristic: every request but the first, and replies 3 to 6."""
    return Message(id, sequence, UUID(uuid).bytes + value)


def enable(sequence: int, characteristic: str, on: bool = True) -> Message:
    """Ask for notifications, or for no more of them."""
    return about(Id.NOTIFY, sequence, characteristic, bytes([on]))


def refused(request: Message, code: Code) -> Message:
    """The reply that says no."""
    return Message(request.id, request.sequence, b"", code)


def services_reply(sequence: int, services: Iterable[str]) -> Message:
    """The reply that lists services."""
    return Message(Id.SERVICES, sequence, b"".join(UUID(service).bytes for service in services))


def characteristics_reply(sequence: int, service: str, properties: Mapping[str, frozenset[str]]) -> Message:
    """The reply that lists a service's characteristics with their properties, named as in :mod:`drivers.gatt`."""
    body = UUID(service).bytes
    for characteristic, names in properties.items():
        # Without a radio a write is always answered, so this protocol knows no other.
        names = names | {"write"} if "write-without-response" in names else names
        body += UUID(characteristic).bytes + bytes([sum(bit for bit, name in _PROPERTIES.items() if name in names)])
    return Message(Id.CHARACTERISTICS, sequence, body)


def services(message: Message) -> list[str]:
    """The UUIDs in a reply that lists services."""
    return [_uuid(message.body, at) for at in range(0, len(message.body), UUID_BYTES)]


def characteristics(message: Message) -> tuple[str, dict[str, frozenset[str]]]:
    """The service in a reply that lists characteristics, and the properties of each."""
    body = message.body
    return subject(message)[0], {
        _uuid(body, at): frozenset(name for bit, name in _PROPERTIES.items() if bit & body[at + UUID_BYTES])
        for at in range(UUID_BYTES, len(body), UUID_BYTES + 1)
    }


def subject(message: Message) -> tuple[str, bytes]:
    """The UUID a message is about and the value behind it. Raises :class:`BadFrame` for a refusal: it names none."""
    if len(message.body) < UUID_BYTES:
        raise BadFrame(f"{message.id.name} without a UUID, code {message.code.name}")
    return _uuid(message.body, 0), message.body[UUID_BYTES:]


def _uuid(body: bytes, at: int) -> str:
    return str(UUID(bytes=bytes(body[at : at + UUID_BYTES])))


class DirconDecoder:
    """A stream in, messages out. What fits no message is skipped byte by byte until one fits.

    At most ``LONGEST_BODY`` bytes are kept. A stream that is damaged for ``PATIENCE`` bytes with no message in between
    is no Direct Connect.
    """

    def __init__(self) -> None:
        self.frames_ok = 0
        self.frames_bad = 0
        self._pending = bytearray()
        self._skipped = 0

    def feed(self, data: bytes) -> list[Message]:
        """Take the next bytes; return the messages they complete. Raises :class:`BadFrame` when patience has ended."""
        self._pending += data
        messages: list[Message] = []
        at, end = 0, len(self._pending)
        while at < end:
            head = bytes(self._pending[at : at + HEADER])
            length = _length(head)
            if length is None:
                self._skip()
                at += 1
                continue
            if len(head) < HEADER or end - at < HEADER + length:
                break
            body = bytes(self._pending[at + HEADER : at + HEADER + length])
            messages.append(Message(Id(head[1]), head[2], body, Code(head[3])))
            at += HEADER + length
            self.frames_ok += 1
            self._skipped = 0
        del self._pending[:at]
        return messages

    def reset(self) -> None:
        """The connection has gone: what has come of an unfinished message is void."""
        self._pending.clear()
        self._skipped = 0

    def _skip(self) -> None:
        self.frames_bad += not self._skipped
        self._skipped += 1
        if self._skipped > PATIENCE:
            self.reset()
            raise BadFrame(f"no message of Direct Connect in {PATIENCE} bytes")


def _length(head: bytes) -> int | None:
    """The length of the body, as far as it is known, or ``None`` if no message begins like this."""
    limits = (VERSION, VERSION), (Id.SERVICES, Id.NOTIFICATION), (0, 0xFF), (Code.DONE, Code.UNKNOWN_PROTOCOL)
    if any(not low <= byte <= high for byte, (low, high) in zip(head, limits, strict=False)):
        return None
    if len(head) < HEADER:
        return 0
    length = head[4] << 8 | head[5]
    return length if _fits(head[1], head[3], length) else None


def _fits(id: int, code: int, length: int) -> bool:
    if code != Code.DONE:
        return length in (0, UUID_BYTES)
    if id == Id.SERVICES:
        return length % UUID_BYTES == 0 and length <= LONGEST_BODY
    if id == Id.CHARACTERISTICS:
        return length % (UUID_BYTES + 1) == UUID_BYTES and length <= LONGEST_BODY
    return UUID_BYTES <= length <= LONGEST_BODY
