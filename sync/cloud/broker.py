"""NATS server as a child of ours: started, watched, restarted, reloaded, and never outliving us."""

from __future__ import annotations

import asyncio
import ctypes
import logging
import os
import secrets
import shutil
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import bcrypt

from sync.cloud.accounts import BCRYPT_COST
from sync.cloud.broker_config import PROBE_USER, Addresses, broker_config
from sync.cloud.errors import BrokerError
from sync.cloud.mqtt_login import may_log_in

log = logging.getLogger(__name__)

SEARCH_ALSO = "/usr/sbin:/usr/local/sbin:/usr/local/bin"  # Debian keeps it in /usr/sbin, outside a user's PATH
READY_S = 15.0
RELOAD_S = 5.0
STOP_S = 1.5
BACK_OFF_S = (0.1, 0.5, 1.0, 2.0, 5.0)
STEADY_S = 30.0  # alive this long, the next death starts the back-off anew
PR_SET_PDEATHSIG = 1
RELOADED = b"Reloaded server configuration"


def find_nats_server() -> str:
    """The path of NATS server. Raises :class:`BrokerError`."""
    found = shutil.which("nats-server") or shutil.which("nats-server", path=SEARCH_ALSO)
    if found is None:
        raise BrokerError("nats-server is missing: install it with 'sudo apt install nats-server'")
    return found


class Broker:
    """One NATS server with its files in ``directory``; ``logins`` are the tablets that may log in, with the bcrypt
    of their tokens. Raises :class:`BrokerError` when the program is missing."""

    def __init__(self, directory: Path, addresses: Addresses, logins: Mapping[str, str]) -> None:
        self.addresses = addresses
        self.password = secrets.token_urlsafe(32)  # of the cloud's own user; new at every start
        self.restarts = 0
        self._program = find_nats_server()
        self._directory = directory
        self._config = directory / "nats.conf"
        self._bcrypted = bcrypt.hashpw(self.password.encode(), bcrypt.gensalt(BCRYPT_COST)).decode()
        self.logins = logins  # what the broker last took
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self._reloaded = asyncio.Event()

    @property
    def pid(self) -> int | None:
        """The process now running, if any."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self) -> None:
        """Start and wait until tablets could log in. Raises :class:`BrokerError`."""
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        await self._spawn()
        self._watch = asyncio.create_task(self._restart_when_dead())

    async def stop(self) -> None:
        """End the broker; what it had taken is on the disk."""
        if self._watch:
            self._watch.cancel()
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_S)
        except TimeoutError:
            process.kill()
            await process.wait()

    async def reload(self, logins: Mapping[str, str]) -> None:
        """Let exactly these tablets log in, and throw out the others; one call at a time. Raises
        :class:`BrokerError`."""
        self._write_config(logins)
        self._reloaded.clear()
        if self.pid is None:
            raise BrokerError("the broker is restarting: try again in some seconds")
        os.kill(self.pid, signal.SIGHUP)
        try:
            await asyncio.wait_for(self._reloaded.wait(), RELOAD_S)
        except TimeoutError:
            raise BrokerError("the broker did not take its new configuration: see the cloud's log") from None
        self.logins = logins

    async def check_login(self, tablet_id: str, token: str) -> None:
        """Return if this tablet can log in. Raises :class:`BrokerError`."""
        try:
            if await self._may_log_in(tablet_id, token):
                return
        except (OSError, TimeoutError) as error:
            raise BrokerError(f"the broker does not answer ({error}): try again in some seconds") from error
        raise BrokerError("the broker refuses the tablet: see the cloud's log")

    async def _may_log_in(self, user: str, password: str) -> bool:
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.addresses.mqtt_host, self.addresses.mqtt_host)
        return await may_log_in(host, self.addresses.mqtt_port, user, password)

    async def _spawn(self) -> None:
        self._write_config(self.logins)
        self._process = await asyncio.create_subprocess_exec(
            self._program,
            *("--config", str(self._config)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            limit=1 << 20,  # bytes of one log line
            preexec_fn=_die_with_parent(os.getpid()),
            start_new_session=True,  # a Ctrl-C in the terminal is ours to handle, in order
        )
        reading = asyncio.create_task(self._read_log(self._process))
        await self._wait_ready(self._process, reading)

    async def _wait_ready(self, process: asyncio.subprocess.Process, reading: asyncio.Task[str]) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + READY_S
        while process.returncode is None and loop.time() < deadline:
            with suppress(OSError, TimeoutError):
                if await self._may_log_in(PROBE_USER, self.password):
                    return
            await asyncio.sleep(0.02)
        if process.returncode is None:
            process.kill()
            raise BrokerError(f"nats-server does not answer after {READY_S:.0f} s: see the cloud's log")
        raise BrokerError(f"nats-server ended at once: {await reading}")

    async def _read_log(self, process: asyncio.subprocess.Process) -> str:
        """Pass the server's complaints to our log; returns the last of them at its end."""
        assert process.stderr is not None
        last = "no reason given"
        async for line in process.stderr:
            if RELOADED in line:
                self._reloaded.set()
            if b"[INF]" not in line:
                last = line.decode(errors="replace").strip()
                log.warning("nats-server: %s", last)
        return last

    async def _restart_when_dead(self) -> None:
        loop = asyncio.get_running_loop()
        failures = 0
        while self._process is not None:
            born = loop.time()
            await self._process.wait()
            if loop.time() - born > STEADY_S:
                failures = 0
            delay = BACK_OFF_S[min(failures, len(BACK_OFF_S) - 1)]
            log.error("nats-server died (exit %s); starting it again in %.1f s", self._process.returncode, delay)
            failures += 1
            await asyncio.sleep(delay)
            try:
                await self._spawn()
                self.restarts += 1
            except BrokerError as error:
                log.error("%s", error)

    def _write_config(self, logins: Mapping[str, str]) -> None:
        config = broker_config(self.addresses, self._directory, self._bcrypted, logins)
        fresh = self._config.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(config)
        fresh.replace(self._config)


def _die_with_parent(parent: int) -> Callable[[], None]:
    """For the child, before it becomes NATS server: the kernel kills it when our thread ends, however that happens."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended between the fork and the call
            os._exit(1)

    return ask
