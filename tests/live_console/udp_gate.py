"""A gate for datagrams, such as those of SRT: while it is shut, nothing passes."""

from __future__ import annotations

import selectors
import socket
import threading

LOOPBACK = "127.0.0.1"


class UdpGate:
    """Listens on ``port`` and passes on to ``target``, and back, until closed."""

    def __init__(self, target: int, shut: bool = False) -> None:
        self.shut, self.target = shut, target
        self._selector = selectors.DefaultSelector()
        self._door = self._socket()
        self._door.bind((LOOPBACK, 0))
        self.port = int(self._door.getsockname()[1])
        self._ways: dict[tuple[str, int], socket.socket] = {}
        self._back: dict[socket.socket, tuple[str, int]] = {}
        self._going = True
        self._thread = threading.Thread(target=self._pass, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """The feed behind the gate."""
        return f"srt://{LOOPBACK}:{self.port}"

    def close(self) -> None:
        """End it."""
        self._going = False
        self._thread.join()
        for one in (self._door, *self._back):
            one.close()
        self._selector.close()

    def _socket(self) -> socket.socket:
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.setblocking(False)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self._selector.register(made, selectors.EVENT_READ)
        return made

    def _pass(self) -> None:
        while self._going:
            for key, _ in self._selector.select(0.05):
                one = key.fileobj
                assert isinstance(one, socket.socket)
                try:
                    self._carry(one)
                except OSError:  # nobody listens there just now
                    continue

    def _carry(self, one: socket.socket) -> None:
        content, sender = one.recvfrom(65536)
        if self.shut:
            return
        if one is not self._door:
            self._door.sendto(content, self._back[one])
            return
        if sender not in self._ways:
            self._ways[sender] = self._socket()
            self._back[self._ways[sender]] = sender
        self._ways[sender].sendto(content, (LOOPBACK, self.target))
