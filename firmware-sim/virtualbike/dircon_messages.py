"""Wahoo Direct Connect as messages: what is asked of the bike, and its answer, without a socket.

A message is ``01 id sequence code length body``, the length 16 bits, big-endian; the reply to a request has its id and
sequence, and in ``code`` what became of it. UUIDs take 16 bytes, the first digit first.
"""

from __future__ import annotations

import struct
from collections.abc import Hashable, Iterable
from uuid import UUID

from virtualbike import gatt_table as table
from virtualbike.gatt_bike import GattBike, Notice
from virtualbike.gatt_table import GattError

VERSION, HEADER, UUID_BYTES = 1, 6, 16
DISCOVER_SERVICES, DISCOVER_CHARACTERISTICS, READ, WRITE, ENABLE, NOTIFICATION = range(1, 7)
SUCCESS, UNKNOWN_MESSAGE, UNEXPECTED, NO_SERVICE, NO_CHARACTERISTIC, NOT_SUPPORTED, WRITE_FAILED, UNKNOWN_VERSION = (
    range(8)
)
PROPERTIES = {table.READ: 1, table.WRITE: 2, table.NOTIFY: 4, table.INDICATE: 8}
CODES = {
    GattError.NO_CHARACTERISTIC: NO_CHARACTERISTIC,
    GattError.READ_NOT_PERMITTED: NOT_SUPPORTED,
    GattError.WRITE_NOT_PERMITTED: NOT_SUPPORTED,
}


def answer(bike: GattBike, client: Hashable, kind: int, body: bytes) -> tuple[int, bytes, list[Notice]]:
    """Code and body of the reply to a request, and what is to be told after it."""
    try:
        return _act(bike, client, kind, body)
    except GattError as error:
        return CODES.get(error.code, WRITE_FAILED), b"", []


def _act(bike: GattBike, client: Hashable, kind: int, body: bytes) -> tuple[int, bytes, list[Notice]]:
    if kind == DISCOVER_SERVICES:
        return SUCCESS, b"".join(_uuid(service.number) for service in table.SERVICES), []
    if kind not in (DISCOVER_CHARACTERISTICS, READ, WRITE, ENABLE):
        return UNKNOWN_MESSAGE, b"", []
    subject, value = body[:UUID_BYTES], body[UUID_BYTES:]
    if len(subject) < UUID_BYTES or (kind == ENABLE and len(value) != 1):
        return UNEXPECTED, b"", []
    if kind == DISCOVER_CHARACTERISTICS:
        return _characteristics(subject)
    number = _number(subject)
    if kind == READ:
        return SUCCESS, subject + bike.read(number), []
    if kind == ENABLE:
        bike.subscribe(client, number, bool(value[0]))
        return SUCCESS, subject, []
    return SUCCESS, subject, bike.write(client, number, value)


def _characteristics(subject: bytes) -> tuple[int, bytes, list[Notice]]:
    for service in table.SERVICES:
        if _uuid(service.number) == subject:
            listed = [_uuid(number) + bytes([_bits(may)]) for number, may in service.characteristics.items()]
            return SUCCESS, subject + b"".join(listed), []
    return NO_SERVICE, b"", []


def notification(notice: Notice, data: bytes) -> bytes:
    """What a subscriber is told without asking."""
    return message(NOTIFICATION, 0, SUCCESS, _uuid(notice.characteristic) + data)


def value_in(wanted: int, kind: int, body: bytes) -> tuple[str, bytes] | None:
    """Characteristic and value in a message, if it is of the ``wanted`` kind and has them."""
    if kind != wanted or len(body) < UUID_BYTES:
        return None
    return str(UUID(bytes=body[:UUID_BYTES])), body[UUID_BYTES:]


def message(kind: int, sequence: int, code: int, body: bytes) -> bytes:
    """A whole message."""
    return struct.pack(">BBBBH", VERSION, kind, sequence, code, len(body)) + body


def _uuid(number: int) -> bytes:
    return UUID(table.uuid(number)).bytes


def _number(raw: bytes) -> int:
    """The 16-bit number of a UUID; of one that has none, a number that nothing has."""
    number = int.from_bytes(raw[2:4], "big")
    return number if raw == _uuid(number) else 0


def _bits(may: Iterable[str]) -> int:
    return sum(PROPERTIES[name] for name in may)
