"""Asks an MQTT server whether a user may log in: one CONNECT, one CONNACK (MQTT 3.1.1, sections 3.1 and 3.2)."""

from __future__ import annotations

import asyncio
from contextlib import suppress

CONNECT, CONNACK, DISCONNECT = 0x10, 0x20, 0xE0
USER_PASSWORD_CLEAN = 0xC2
KEEP_ALIVE_S = 10


async def may_log_in(host: str, port: int, user: str, password: str) -> bool:
    """Whether the server takes this user (also used as client id). Raises ``OSError`` or ``TimeoutError`` when no
    MQTT server answers."""
    async with asyncio.timeout(5):
        reader, writer = await asyncio.open_connection(host, port)
        try:
            writer.write(_connect(user, password))
            kind, _, _, code = await reader.readexactly(4)
            writer.write(bytes((DISCONNECT, 0)))
            await writer.drain()
            return kind == CONNACK and code == 0
        except asyncio.IncompleteReadError:
            return False
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


def _connect(user: str, password: str) -> bytes:
    body = _text("MQTT") + bytes((4, USER_PASSWORD_CLEAN)) + KEEP_ALIVE_S.to_bytes(2, "big")
    body += _text(user) + _text(user) + _text(password)
    assert len(body) < 128  # one byte of remaining length
    return bytes((CONNECT, len(body))) + body


def _text(text: str) -> bytes:
    data = text.encode()
    return len(data).to_bytes(2, "big") + data
